//! x times its own hyperbolic tangent.
use crate::function::prelude::*;

/// LiSHT: x tanh(x).
pub static LISHT: Activation = Activation {
    kind: Kind::SelfGated,
    formula: "x tanh(x)",
    derivative: "tanh(x) + x / cosh(x)^2",
    paper: "Roy et al. 2019, arXiv:1901.05894",
    bounds: Bounds::new(3.75, 3.0),
    ..Activation::new("lisht", |x, _| x * x.tanh(), |x, _| x.tanh() + vanishing(x, 4.0 * sigmoid_dx(2.0 * x)))
};
