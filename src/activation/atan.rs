//! The arctangent.
use crate::function::prelude::*;

/// Arctangent: atan(x).
pub static ATAN: Activation = Activation {
    aliases: &["arctan"],
    symbol: "atan_act",
    kind: Kind::Sigmoid,
    formula: "atan(x)",
    derivative: "1 / (1 + x^2)",
    convention: "+-pi/2 at +-inf.",
    paper: "unpublished: elementary",
    bounds: Bounds::new(3.0, 3.25),
    ..Activation::new("atan", |x, _| x.atan(), |x, _| 1.0 / (1.0 + x * x))
};
