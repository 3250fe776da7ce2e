//! A smooth ReLU.
use crate::function::prelude::*;

/// Softplus: log(1 + exp(beta x)) / beta.
pub static SOFTPLUS: Activation = Activation {
    aliases: &["soft_relu"],
    kind: Kind::Sigmoid,
    formula: "log(1 + exp(beta x)) / beta",
    derivative: "sigmoid(beta x)",
    params: &[Param::new("beta", 1.0, "sharpness, not 0").within(Range::NOT_0)],
    variants: &[&[0.3], &[20.0], &[-2.0]],
    convention: "No threshold: PyTorch returns x itself where beta x > 20, which f32 cannot tell apart.",
    paper: "Dugas et al. 2001, NIPS",
    dx_from_y: Some(|y, p| -(-p[0] * y).exp_m1()),
    bounds: Bounds::new(3.75, 2.75).output(1.75),
    ..Activation::new("softplus", |x, p| softplus(p[0] * x) / p[0], |x, p| sigmoid(p[0] * x))
};
