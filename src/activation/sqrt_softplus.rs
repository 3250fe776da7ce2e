//! The square root of softplus.
use crate::function::prelude::*;

/// Square root of softplus: sqrt(log(1 + exp(x))).
pub static SQRT_SOFTPLUS: Activation = Activation {
    kind: Kind::Sigmoid,
    formula: "sqrt(log(1 + exp(x)))",
    derivative: "sigmoid(x) / (2 sqrt(log(1 + exp(x))))",
    convention: "Keeps its digits to x = -174, where softplus itself underflows at -87. Gradient 0 at both infinities.",
    paper: "unpublished: the root of a published function, from DeepSeek's router",
    bounds: Bounds::new(2.75, 4.0),
    ..Activation::new("sqrt_softplus", |x, _| root(x), slope)
};

/// sqrt(softplus(x)); far to the left softplus is exp(x), which would underflow first.
fn root(x: f64) -> f64 {
    if x < -40.0 { (0.5 * x).exp() } else { softplus(x).sqrt() }
}

fn slope(x: f64, _: &[f64]) -> f64 {
    if x < -40.0 { 0.5 * (0.5 * x).exp() } else { 0.5 * sigmoid(x) / root(x) }
}
