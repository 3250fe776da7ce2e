//! The derivative of sparse plus; sparsemax of two classes.
use crate::function::prelude::*;

/// Sparse sigmoid: (x + 1) / 2 limited to [0, 1].
pub static SPARSE_SIGMOID: Activation = Activation {
    kind: Kind::Sigmoid,
    formula: "min(max((x + 1) / 2, 0), 1)",
    derivative: "-1 < x < 1 ? 1/2 : 0",
    convention: "Gradient 0 at -1 and 1, as in TensorFlow (JAX: 1/4).",
    paper: "Martins and Astudillo 2016, arXiv:1602.02068",
    kinks: |_| vec![-1.0, 1.0],
    kinks_of: &[(Kinks::Jax, |x, _| if x.abs() == 1.0 { 0.25 } else { open(x) })],
    dx_from_y: Some(|y, _| if y > 0.0 && y < 1.0 { 0.5 } else { 0.0 }),
    bounds: Bounds::new(0.5, 0.0).output(0.0),
    ..Activation::new("sparse_sigmoid", |x, _| ((x + 1.0) / 2.0).clamp(0.0, 1.0), |x, _| open(x))
};

fn open(x: f64) -> f64 {
    if x > -1.0 && x < 1.0 { 0.5 } else { 0.0 }
}
