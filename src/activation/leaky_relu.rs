//! ReLU with a small slope on the left, against units that die.
use crate::function::prelude::*;

/// Leaky ReLU: x for x > 0, otherwise negative_slope x.
pub static LEAKY_RELU: Activation = Activation {
    kind: Kind::Rectifier,
    formula: "x > 0 ? x : negative_slope x",
    derivative: "x > 0 ? 1 : negative_slope",
    params: &[Param::new("negative_slope", 0.01, "slope for x <= 0").within(Range::WIDE).output_within(Range::FROM_0).trained(0.0, |x, _| if x > 0.0 { 0.0 } else { x })],
    variants: &[&[0.2], &[-0.5]],
    convention: "Default slope 0.01 as in PyTorch, JAX and ONNX (TensorFlow: 0.2; the Keras layer: 0.3). Gradient negative_slope \
                 at x = 0, as in PyTorch (JAX: 1). From the output only for negative_slope >= 0.",
    paper: "Maas et al. 2013, ICML workshop",
    kinks: |_| vec![0.0],
    kinks_of: &[(Kinks::Jax, |x, p| if x >= 0.0 { 1.0 } else { p[0] })],
    dx_from_y: Some(|y, p| if y > 0.0 { 1.0 } else { p[0] }),
    bounds: Bounds::new(0.5, 0.0).output(0.0),
    ..Activation::new(
        "leaky_relu",
        |x, p| if x > 0.0 { x } else { p[0] * x },
        |x, p| if x > 0.0 { 1.0 } else { p[0] },
    )
};
