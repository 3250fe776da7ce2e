//! The error function.
use crate::function::prelude::*;

/// Error function: erf(x).
pub static ERF: Activation = Activation {
    kind: Kind::Sigmoid,
    formula: "erf(x)",
    derivative: "2 / sqrt(pi) exp(-x^2)",
    convention: "+-1 at +-inf.",
    paper: "unpublished: elementary",
    bounds: Bounds::new(2.75, 2.5),
    ..Activation::new("erf", |x, _| libm::erf(x), |x, _| erf_dx(x))
};
