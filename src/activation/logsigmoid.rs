//! The logarithm of the sigmoid, for losses.
use crate::function::prelude::*;

/// Log-sigmoid: log(sigmoid(x)) = -softplus(-x).
pub static LOGSIGMOID: Activation = Activation {
    kind: Kind::Sigmoid,
    formula: "-log(1 + exp(-x))",
    derivative: "sigmoid(-x)",
    convention: "From the output as 1 - exp(y), without loss.",
    paper: "unpublished: the logarithm of an elementary function",
    dx_from_y: Some(|y, _| -y.exp_m1()),
    bounds: Bounds::new(2.25, 2.75).output(1.0),
    ..Activation::new("logsigmoid", |x, _| -softplus(-x), |x, _| sigmoid(-x))
};
