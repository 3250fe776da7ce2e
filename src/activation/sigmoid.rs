//! The logistic function.
use crate::function::prelude::*;

/// Sigmoid: 1 / (1 + exp(-x)).
pub static SIGMOID: Activation = Activation {
    aliases: &["logistic"],
    kind: Kind::Sigmoid,
    formula: "1 / (1 + exp(-x))",
    derivative: "sigmoid(x) sigmoid(-x)",
    convention: "From the output as y (1 - y), which loses digits from x = 12 on and is 0 from 16.7.",
    paper: "unpublished: elementary",
    dx_from_y: Some(|y, _| y * (1.0 - y)),
    bounds: Bounds::new(2.75, 3.5).output(1.75),
    ..Activation::new("sigmoid", |x, _| sigmoid(x), |x, _| sigmoid_dx(x))
};
