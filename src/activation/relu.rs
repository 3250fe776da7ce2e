//! Rectified linear unit.
use crate::function::prelude::*;

/// ReLU: max(x, 0).
pub static RELU: Activation = Activation {
    kind: Kind::Rectifier,
    formula: "max(x, 0)",
    derivative: "x > 0 ? 1 : 0",
    convention: "Gradient 0 at x = 0, as in PyTorch, JAX and TensorFlow.",
    paper: "Nair and Hinton 2010, ICML",
    kinks: |_| vec![0.0],
    dx_from_y: Some(|y, _| if y > 0.0 { 1.0 } else { 0.0 }),
    bounds: Bounds::new(0.0, 0.0).output(0.0),
    ..Activation::new("relu", |x, _| x.max(0.0), |x, _| if x > 0.0 { 1.0 } else { 0.0 })
};
