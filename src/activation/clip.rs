//! The identity between two bounds, either of which may be absent.
use crate::function::prelude::*;

/// Clip: x limited to [min_val, max_val].
pub static CLIP: Activation = Activation {
    aliases: &["clamp"],
    kind: Kind::Rectifier,
    formula: "min(max(x, min_val), max_val)",
    derivative: "min_val < x < max_val ? 1 : 0",
    params: &[
        Param::new("min_val", f64::NEG_INFINITY, "lower bound; -inf for none").within(Range::ALL),
        Param::new("max_val", f64::INFINITY, "upper bound; inf for none").within(Range::ALL),
    ],
    variants: &[&[-1.5, f64::INFINITY], &[f64::NEG_INFINITY, 0.3], &[-0.5, 2.0], &[1.0, -1.0]],
    convention: "No bounds by default, as in PyTorch (ONNX: the largest finite numbers). Gradient 0 at both bounds, as in PyTorch with \
                 numbers for bounds (JAX: 1/2; TensorFlow: 1). Where min_val is above max_val, max_val everywhere.",
    paper: "unpublished: a building block of every framework",
    kinks: |p| p.iter().copied().filter(|bound| bound.is_finite()).collect(),
    kinks_of: &[(Kinks::Jax, shared), (Kinks::Tf, closed)],
    dx_from_y: Some(inside),
    bounds: Bounds::new(0.0, 0.0).output(0.0),
    ..Activation::new("clip", |x, p| x.max(p[0]).min(p[1]), inside)
};

/// An absent bound lets even its own infinity pass.
fn inside(v: f64, p: &[f64]) -> f64 {
    let above = v > p[0] || p[0] == f64::NEG_INFINITY;
    let below = v < p[1] || p[1] == f64::INFINITY;
    if above && below { 1.0 } else { 0.0 }
}

/// A minimum and a maximum give half of their gradient to either of two equals.
fn shared(x: f64, p: &[f64]) -> f64 {
    let share = |bound: f64| if x == bound && x.is_finite() { 0.5 } else { 1.0 };
    closed(x, p) * share(p[0]) * share(p[1])
}

fn closed(x: f64, p: &[f64]) -> f64 {
    if x >= p[0] && x <= p[1] { 1.0 } else { 0.0 }
}
