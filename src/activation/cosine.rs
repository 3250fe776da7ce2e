//! The cosine.
use crate::function::prelude::*;

/// Cosine: cos(x).
pub static COSINE: Activation = Activation {
    aliases: &["cos"],
    kind: Kind::Periodic,
    formula: "cos(x)",
    derivative: "-sin(x)",
    convention: "The argument is reduced exactly: digits hold next to every zero, for every finite x. NaN at +-inf, as in PyTorch.",
    paper: "unpublished: elementary",
    bounds: Bounds::new(2.25, 2.25),
    ..Activation::new("cosine", |x, _| libm::cos(x), |x, _| -libm::sin(x))
};
