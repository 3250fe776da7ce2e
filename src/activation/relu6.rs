//! ReLU with a ceiling, made for fixed-point inference.
use crate::function::prelude::*;

/// ReLU6: min(max(x, 0), 6).
pub static RELU6: Activation = Activation {
    kind: Kind::Rectifier,
    formula: "min(max(x, 0), 6)",
    derivative: "0 < x < 6 ? 1 : 0",
    convention: "Gradient 0 at 0 and at 6, as in PyTorch, JAX and TensorFlow.",
    paper: "Krizhevsky 2010, Convolutional deep belief networks on CIFAR-10",
    kinks: |_| vec![0.0, 6.0],
    dx_from_y: Some(open_interval6),
    bounds: Bounds::new(0.0, 0.0).output(0.0),
    ..Activation::new("relu6", |x, _| x.clamp(0.0, 6.0), open_interval6)
};

fn open_interval6(v: f64, _: &[f64]) -> f64 {
    if v > 0.0 && v < 6.0 { 1.0 } else { 0.0 }
}
