//! The sign with a straight-through gradient near 0 only.
use crate::function::prelude::*;

/// Sign with the clipped straight-through estimator: the gradient passes for |x| <= 1.
pub static SIGN_CLIPPED_STE: Activation = Activation {
    kind: Kind::Step,
    formula: "x > 0 ? 1 : x < 0 ? -1 : 0",
    derivative: "|x| <= 1 ? 1 : 0 (clipped straight-through estimator)",
    convention: "0 at x = 0 (the paper: 1).",
    surrogate: Some("the derivative of hard tanh, its bounds included, stands in for that of the sign"),
    paper: "Hubara et al. 2016, arXiv:1602.02830",
    kinks: |_| vec![-1.0, 0.0, 1.0],
    bounds: Bounds::new(0.0, 0.0),
    ..Activation::new("sign_clipped_ste", |x, _| if x > 0.0 { 1.0 } else if x < 0.0 { -1.0 } else { 0.0 }, |x, _| if x.abs() <= 1.0 { 1.0 } else { 0.0 })
};
