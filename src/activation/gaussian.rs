//! The bell curve.
use crate::function::prelude::*;

/// Gaussian: exp(-x^2).
pub static GAUSSIAN: Activation = Activation {
    kind: Kind::Exponential,
    formula: "exp(-x^2)",
    derivative: "-2x exp(-x^2)",
    paper: "unpublished: elementary",
    bounds: Bounds::new(2.0, 2.75),
    ..Activation::new("gaussian", |x, _| (-x * x).exp(), |x, _| vanishing(-2.0 * x, (-x * x).exp()))
};
