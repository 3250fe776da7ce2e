//! The hyperbolic cosine.
use crate::function::prelude::*;

/// Hyperbolic cosine: cosh(x).
pub static COSH: Activation = Activation {
    symbol: "cosh_act",
    kind: Kind::Elementary,
    formula: "cosh(x)",
    derivative: "sinh(x)",
    convention: "inf from |x| = 89.42 on.",
    paper: "unpublished: elementary",
    bounds: Bounds::new(2.0, 2.0),
    ..Activation::new("cosh", |x, _| x.cosh(), |x, _| x.sinh())
};
