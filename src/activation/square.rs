//! The square.
use crate::function::prelude::*;

/// Square: x^2.
pub static SQUARE: Activation = Activation {
    kind: Kind::SelfGated,
    formula: "x^2",
    derivative: "2x",
    convention: "Overflows from |x| = 1.8e19 on, and vanishes below 1.1e-19.",
    paper: "unpublished: elementary",
    bounds: Bounds::new(0.5, 0.0),
    ..Activation::new("square", |x, _| x * x, |x, _| 2.0 * x)
};
