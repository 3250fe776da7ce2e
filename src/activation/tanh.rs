//! Hyperbolic tangent.
use crate::function::prelude::*;

/// Tanh.
pub static TANH: Activation = Activation {
    symbol: "tanh_act",
    kind: Kind::Sigmoid,
    formula: "tanh(x)",
    derivative: "1 / cosh(x)^2",
    convention: "From the output as (1 - y)(1 + y), which loses digits from |x| = 6.7 on and is 0 from 9.02.",
    paper: "unpublished: elementary",
    dx_from_y: Some(|y, _| (1.0 - y) * (1.0 + y)),
    bounds: Bounds::new(4.25, 3.25).output(1.75),
    ..Activation::new("tanh", |x, _| x.tanh(), |x, _| 4.0 * sigmoid_dx(2.0 * x))
};
