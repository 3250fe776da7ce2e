//! Dynamic tanh, which stands in for layer normalisation.
use crate::function::prelude::*;

/// DyT: weight tanh(alpha x) + bias.
pub static DYT: Activation = Activation {
    aliases: &["dynamic_tanh"],
    kind: Kind::Sigmoid,
    formula: "weight tanh(alpha x) + bias",
    derivative: "weight alpha / cosh(alpha x)^2",
    params: &[
        Param::new("weight", 1.0, "height, one or one per channel").within(Range::MODERATE).trained(4.75, |x, p| (p[1] * x).tanh()),
        Param::new("alpha", 0.5, "sharpness").within(Range::NOT_0).trained(4.0, |x, p| vanishing(4.0 * p[0] * x, sigmoid_dx(2.0 * p[1] * x))),
        Param::new("bias", 0.0, "shift, one or one per channel").within(Range::MODERATE).trained(0.0, |_, _| 1.0),
    ],
    variants: &[&[1.7, -0.3, 0.6], &[-0.4, 2.0, 0.4]],
    convention: "Initial alpha 0.5 as in the paper. For |bias| < |weight| errors are in ULP of the larger term, bias or weight tanh(alpha x), which cancel at the root.",
    paper: "Zhu et al. 2025, arXiv:2503.10622",
    largest: |pass, x, p| match pass {
        Pass::Forward if p[2].abs() < p[0].abs() => p[2].abs().max((p[0] * (p[1] * x).tanh()).abs()),
        _ => 0.0,
    },
    bounds: Bounds::new(3.75, 4.25),
    ..Activation::new("dyt", |x, p| tanh_line(p[2], p[0], p[1] * x), |x, p| 4.0 * p[0] * p[1] * sigmoid_dx(2.0 * p[1] * x))
};
