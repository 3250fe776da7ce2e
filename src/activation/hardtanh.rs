//! The identity between two bounds.
use crate::function::prelude::*;

/// Hard tanh: x limited to [min_val, max_val].
pub static HARDTANH: Activation = Activation {
    aliases: &["relu_n1_to_1"],
    kind: Kind::Rectifier,
    formula: "min(max(x, min_val), max_val)",
    derivative: "min_val < x < max_val ? 1 : 0",
    params: &[Param::new("min_val", -1.0, "lower bound"), Param::new("max_val", 1.0, "upper bound")],
    variants: &[&[-2.0, 0.5], &[1.0, -1.0]],
    convention: "Gradient 0 at both bounds, as in PyTorch (JAX and TensorFlow: 1). Where min_val is above max_val, max_val everywhere.",
    paper: "Collobert 2004, PhD thesis",
    kinks: |p| p.to_vec(),
    kinks_of: &[(Kinks::Jax, closed_interval), (Kinks::Tf, closed_interval)],
    dx_from_y: Some(open_interval),
    bounds: Bounds::new(0.0, 0.0).output(0.0),
    ..Activation::new("hardtanh", |x, p| x.max(p[0]).min(p[1]), open_interval)
};

fn open_interval(v: f64, p: &[f64]) -> f64 {
    if v > p[0] && v < p[1] { 1.0 } else { 0.0 }
}

fn closed_interval(v: f64, p: &[f64]) -> f64 {
    if v >= p[0] && v <= p[1] { 1.0 } else { 0.0 }
}
