//! The exponential function.
use crate::function::prelude::*;

/// Exponential: exp(x).
pub static EXPONENTIAL: Activation = Activation {
    aliases: &["exp"],
    kind: Kind::Exponential,
    formula: "exp(x)",
    derivative: "exp(x)",
    convention: "inf from 88.73 on.",
    paper: "unpublished: elementary",
    dx_from_y: Some(|y, _| y),
    bounds: Bounds::new(1.25, 1.25).output(0.0),
    ..Activation::new("exponential", |x, _| x.exp(), |x, _| x.exp())
};
