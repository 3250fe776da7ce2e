//! Absolute value.
use crate::function::prelude::*;

/// Absolute value: |x|.
pub static ABS: Activation = Activation {
    symbol: "abs_act",
    kind: Kind::Rectifier,
    formula: "|x|",
    derivative: "sign(x)",
    convention: "Gradient 0 at x = 0, as in PyTorch and TensorFlow (JAX: 1).",
    paper: "unpublished: elementary",
    kinks: |_| vec![0.0],
    kinks_of: &[(Kinks::Jax, |x, _| if x < 0.0 { -1.0 } else { 1.0 })],
    bounds: Bounds::new(0.0, 0.0),
    ..Activation::new("abs", |x, _| x.abs(), |x, _| if x == 0.0 { 0.0 } else { x.signum() })
};
