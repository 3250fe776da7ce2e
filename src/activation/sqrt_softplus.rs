//! The square root of softplus.
use super::prelude::*;

/// Square root of softplus: sqrt(log(1 + exp(x))).
pub static SQRT_SOFTPLUS: Activation = Activation {
    kind: Kind::Sigmoid,
    formula: "sqrt(log(1 + exp(x)))",
    derivative: "sigmoid(x) / (2 sqrt(log(1 + exp(x))))",
    convention: "Keeps its digits to x = -174, where softplus itself underflows at -87. Gradient 0 at both infinities.",
    bounds: Bounds::new(1.75, 3.75),
    ..Activation::new("sqrt_softplus", |x, _| root(x), |x, _| 0.5 * sigmoid(x) / root(x).max(1e-200))
};

/// sqrt(softplus(x))
fn root(x: f64) -> f64 {
    softplus(x).sqrt()
}
