//! The reciprocal square root.
use crate::function::prelude::*;

/// Reciprocal square root: 1 / sqrt(x).
pub static RSQRT: Activation = Activation {
    aliases: &["inverse_sqrt"],
    kind: Kind::Elementary,
    formula: "1 / sqrt(x)",
    derivative: "-1 / (2 x sqrt(x))",
    convention: "inf at 0, -inf at -0; NaN left of it. From the output as -y^3 / 2.",
    paper: "unpublished: elementary",
    kinks: |_| vec![0.0],
    dx_from_y: Some(|y, _| -0.5 * y.powi(3)),
    bounds: Bounds::new(1.5, 3.0).output(1.5),
    ..Activation::new("rsqrt", |x, _| 1.0 / x.sqrt(), |x, _| -0.5 / (x * x.sqrt()))
};
