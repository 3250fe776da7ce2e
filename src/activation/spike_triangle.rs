//! A spike with a triangular gradient.
use crate::function::prelude::*;

/// Spike: 1 for x > 0, otherwise 0; the gradient is gamma max(0, 1 - |x|).
pub static SPIKE_TRIANGLE: Activation = Activation {
    kind: Kind::Step,
    formula: "x > 0 ? 1 : 0",
    derivative: "gamma max(0, 1 - |x|) (surrogate)",
    params: &[Param::new("gamma", 0.3, "the gradient at 0").within(Range::WIDE)],
    variants: &[&[1.0], &[-2.5]],
    convention: "x is the potential above the threshold. No spike at 0, as in snnTorch (SpikingJelly: a spike). Default gamma as in the paper; x in units of the threshold.",
    surrogate: Some("a triangle stands in for the derivative of the step"),
    paper: "Bellec et al. 2018, arXiv:1803.09574",
    kinks: |_| vec![0.0],
    bounds: Bounds::new(0.0, 1.25),
    ..Activation::new("spike_triangle", |x, _| if x > 0.0 { 1.0 } else { 0.0 }, |x, p| p[0] * (1.0 - x.abs()).max(0.0))
};
