//! A spike with the gradient of an arc tangent.
use crate::function::prelude::*;

/// Spike: 1 for x > 0, otherwise 0; the gradient is alpha/2 / (1 + (pi/2 alpha x)^2).
pub static SPIKE_ATAN: Activation = Activation {
    kind: Kind::Step,
    formula: "x > 0 ? 1 : 0",
    derivative: "alpha/2 / (1 + (pi/2 alpha x)^2) (surrogate)",
    params: &[Param::new("alpha", 2.0, "sharpness; half of it is the gradient at 0").within(Range::POSITIVE)],
    variants: &[&[0.3], &[50.0]],
    convention: "x is the potential above the threshold. No spike at 0, as in snnTorch (SpikingJelly: a spike). Default alpha as in snnTorch and SpikingJelly.",
    surrogate: Some("the derivative of atan(pi/2 alpha x) / pi stands in for that of the step"),
    paper: "Fang et al. 2020, arXiv:2007.05785",
    kinks: |_| vec![0.0],
    bounds: Bounds::new(0.0, 5.0),
    ..Activation::new("spike_atan", |x, _| if x > 0.0 { 1.0 } else { 0.0 }, |x, p| 0.5 * p[0] / (1.0 + (std::f64::consts::FRAC_PI_2 * p[0] * x).powi(2)))
};
