//! SiLU with a sharpness that may be trained.
use crate::function::prelude::*;

/// Swish: x sigmoid(beta x).
pub static SWISH: Activation = Activation {
    kind: Kind::SelfGated,
    formula: "x sigmoid(beta x)",
    derivative: "sigmoid(beta x) (1 + beta x sigmoid(-beta x))",
    params: &[Param::new("beta", 1.0, "sharpness").within(Range::NOT_TINY).trained(4.5, |x, p| vanishing(x * x, sigmoid_dx(vanishing(x, p[0]))))],
    variants: &[&[0.3], &[-1.7]],
    convention: "0 at -inf for beta > 0. beta = 1 is silu, beta = 1.702 is quick_gelu.",
    paper: "Ramachandran et al. 2017, arXiv:1710.05941",
    roots: Some(Roots { near: |p| vec![-1.278464542761074 / p[0]], largest: |x, p| gate_terms(p[0] * x, p[0] * x) }),
    bounds: Bounds::new(3.75, 6.25),
    ..Activation::new("swish", |x, p| gate(x, vanishing(x, p[0])), |x, p| gate_dx(vanishing(x, p[0]), vanishing(x, p[0])))
};
