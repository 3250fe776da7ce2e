//! A spike with the gradient of a fast sigmoid.
use crate::function::prelude::*;

/// Spike: 1 for x > 0, otherwise 0; the gradient is 1 / (1 + slope |x|)^2.
pub static SPIKE_FAST_SIGMOID: Activation = Activation {
    kind: Kind::Step,
    formula: "x > 0 ? 1 : 0",
    derivative: "1 / (1 + slope |x|)^2 (surrogate)",
    params: &[Param::new("slope", 25.0, "sharpness").within(Range::POSITIVE)],
    variants: &[&[1.0], &[100.0]],
    convention: "x is the potential above the threshold. No spike at 0, as in snnTorch (SpikingJelly: a spike). Default slope as in snnTorch.",
    surrogate: Some("the derivative of x / (1 + slope |x|) stands in for that of the step"),
    paper: "Zenke and Ganguli 2017, arXiv:1705.11146",
    kinks: |_| vec![0.0],
    bounds: Bounds::new(0.0, 4.5),
    ..Activation::new("spike_fast_sigmoid", |x, _| if x > 0.0 { 1.0 } else { 0.0 }, |x, p| (1.0 + p[0] * x.abs()).powi(-2))
};
