//! Dynamic erf, which stands in for layer normalisation as DyT does.
use crate::function::prelude::*;

/// Derf: weight erf(alpha x + shift) + bias.
pub static DERF: Activation = Activation {
    aliases: &["dynamic_erf"],
    kind: Kind::Sigmoid,
    formula: "weight erf(alpha x + shift) + bias",
    derivative: "weight alpha 2 / sqrt(pi) exp(-(alpha x + shift)^2)",
    params: &[
        Param::new("weight", 1.0, "height, one or one per channel")
            .within(Range::MODERATE)
            .trained(3.0, |x, p| libm::erf(z(x, p))),
        Param::new("alpha", 0.5, "sharpness").within(Range::NOT_0).trained(3.75, |x, p| p[0] * vanishing(x, erf_dx(z(x, p)))),
        Param::new("shift", 0.0, "shift of the argument").within(Range::MODERATE).trained(3.25, |x, p| p[0] * erf_dx(z(x, p))),
        Param::new("bias", 0.0, "shift, one or one per channel").within(Range::MODERATE).trained(0.0, |_, _| 1.0),
    ],
    variants: &[&[1.7, -0.3, 0.4, 0.6], &[-0.4, 2.0, -1.3, 0.4]],
    convention: "Initial values as in the paper. For |bias| < |weight| errors are in ULP of the larger term, bias or \
                 weight erf(alpha x + shift), which cancel at the root.",
    paper: "Chen et al. 2025, arXiv:2512.10938",
    largest: |pass, x, p| match pass {
        Pass::Forward if p[3].abs() < p[0].abs() => p[3].abs().max((p[0] * libm::erf(z(x, p))).abs()),
        _ => 0.0,
    },
    bounds: Bounds::new(5.5, 3.0),
    ..Activation::new("derf", value, |x, p| p[0] * p[1] * erf_dx(z(x, p)))
};

fn z(x: f64, p: &[f64]) -> f64 {
    p[1] * x + p[2]
}

/// With the digits of the tails, where bias and weight cancel.
fn value(x: f64, p: &[f64]) -> f64 {
    let z = z(x, p);
    let v = p[0] * z.signum();
    if z.abs() < 0.5 { p[3] + p[0] * libm::erf(z) } else { (p[3] + v) - v * libm::erfc(z.abs()) }
}
