//! The hyperbolic sine.
use crate::function::prelude::*;

/// Hyperbolic sine: sinh(x).
pub static SINH: Activation = Activation {
    symbol: "sinh_act",
    kind: Kind::Elementary,
    formula: "sinh(x)",
    derivative: "cosh(x)",
    convention: "+-inf from |x| = 89.42 on.",
    paper: "unpublished: elementary",
    bounds: Bounds::new(2.0, 2.0),
    ..Activation::new("sinh", |x, _| x.sinh(), |x, _| x.cosh())
};
