//! The sign with a straight-through gradient.
use crate::function::prelude::*;

/// Sign with the straight-through estimator: the gradient passes as if the sign were x.
pub static SIGN_STE: Activation = Activation {
    kind: Kind::Step,
    formula: "x > 0 ? 1 : x < 0 ? -1 : 0",
    derivative: "1 (straight-through estimator)",
    convention: "0 at x = 0.",
    surrogate: Some("the derivative of x stands in for that of the sign"),
    paper: "Bengio et al. 2013, arXiv:1308.3432",
    kinks: |_| vec![0.0],
    dx_from_y: Some(|_, _| 1.0),
    bounds: Bounds::new(0.0, 0.0).output(0.0),
    ..Activation::new("sign_ste", |x, _| if x > 0.0 { 1.0 } else if x < 0.0 { -1.0 } else { 0.0 }, |_, _| 1.0)
};
