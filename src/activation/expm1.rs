//! The exponential function less 1.
use crate::function::prelude::*;

/// Exponential less 1: exp(x) - 1.
pub static EXPM1: Activation = Activation {
    kind: Kind::Exponential,
    formula: "exp(x) - 1",
    derivative: "exp(x)",
    convention: "Keeps its digits next to 0. inf from 88.73 on. From the output as y + 1, which loses digits as y nears -1.",
    paper: "unpublished: elementary",
    dx_from_y: Some(|y, _| y + 1.0),
    bounds: Bounds::new(1.75, 1.25).output(0.5),
    ..Activation::new("expm1", |x, _| x.exp_m1(), |x, _| x.exp())
};
