//! Leaky ReLU with a trained slope, one for all or one per channel.
use crate::function::prelude::*;

/// PReLU: x for x > 0, otherwise weight x.
pub static PRELU: Activation = Activation {
    aliases: &["parametric_relu"],
    kind: Kind::Rectifier,
    formula: "x > 0 ? x : weight x",
    derivative: "x > 0 ? 1 : weight",
    params: &[Param::new("weight", 0.25, "slope for x <= 0, one or one per channel").within(Range::WIDE).trained(0.0, |x, _| if x > 0.0 { 0.0 } else { x })],
    variants: &[&[-1.5]],
    convention: "Initial weight 0.25 as in PyTorch (Keras: 0). Gradient weight at x = 0, as in PyTorch (JAX: 1).",
    paper: "He et al. 2015, arXiv:1502.01852",
    kinks: |_| vec![0.0],
    kinks_of: &[(Kinks::Jax, |x, p| if x >= 0.0 { 1.0 } else { p[0] })],
    bounds: Bounds::new(0.5, 0.0),
    ..Activation::new("prelu", |x, p| if x > 0.0 { x } else { p[0] * x }, |x, p| if x > 0.0 { 1.0 } else { p[0] })
};
