//! ReLU squared, smooth at 0.
use crate::function::prelude::*;

/// Squared ReLU: max(0, x)^2.
pub static RELU_SQUARED: Activation = Activation {
    aliases: &["squared_relu", "relu2", "relu_sqr", "sqrelu"],
    kind: Kind::Rectifier,
    formula: "max(0, x)^2",
    derivative: "2 max(0, x)",
    convention: "Overflows from x = 1.8e19 on, and vanishes below 1.1e-19.",
    paper: "So et al. 2021, arXiv:2109.08668",
    bounds: Bounds::new(0.5, 0.0),
    ..Activation::new("relu_squared", |x, _| x.max(0.0).powi(2), |x, _| 2.0 * x.max(0.0))
};
