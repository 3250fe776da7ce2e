//! ReLU with the gradient of a smooth relative, so that no unit dies.
use crate::function::prelude::*;

/// SUGAR: ReLU whose gradient is that of B-SiLU.
pub static SUGAR: Activation = Activation {
    aliases: &["sugar_bsilu"],
    kind: Kind::Rectifier,
    formula: "max(0, x)",
    derivative: "sigmoid(x) + (x + alpha) sigmoid(x) sigmoid(-x) (surrogate)",
    params: &[Param::new("alpha", 1.67, "shift of B-SiLU, (x + alpha) sigmoid(x) - alpha/2").within(Range::of(&[[0.0, 1e6]]))],
    variants: &[&[0.0], &[-1.5], &[5.0]],
    convention: "The paper's B-SiLU and its alpha. See also necro_relu.",
    surrogate: Some("the derivative of (x + alpha) sigmoid(x) - alpha/2 stands in for that of ReLU"),
    paper: "Horuz et al. 2025, arXiv:2505.22074",
    kinks: |_| vec![0.0],
    roots: Some(Roots { near: |p| vec![root(p[0])], largest: |x, p| gate_terms(x + p[0], x).max(x.abs() * sigmoid_dx(x)) }),
    bounds: Bounds::new(0.0, 4.25),
    ..Activation::new("sugar", |x, _| x.max(0.0), |x, p| gate_dx(x + p[0], x))
};

/// Where 1 + x + alpha + exp(x) vanishes, by Newton's method from the left, which converges from any start.
fn root(alpha: f64) -> f64 {
    (0..60).fold(-1.0 - alpha, |x, _| x - (1.0 + x + alpha + x.exp()) / (1.0 + x.exp()))
}
