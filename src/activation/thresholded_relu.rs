//! ReLU that opens at theta instead of 0.
use crate::function::prelude::*;

/// Thresholded ReLU: x for x > theta, otherwise 0.
pub static THRESHOLDED_RELU: Activation = Activation {
    aliases: &["trelu"],
    kind: Kind::Rectifier,
    formula: "x > theta ? x : 0",
    derivative: "x > theta ? 1 : 0",
    params: &[Param::new("theta", 1.0, "threshold").output_within(Range::FROM_0)],
    variants: &[&[0.3]],
    convention: "ONNX's ThresholdedRelu, theta = 1. Gradient 0 at theta. From the output only for theta >= 0.",
    paper: "Konda et al. 2014, arXiv:1402.3337",
    kinks: |p| vec![p[0]],
    dx_from_y: Some(|y, _| if y == 0.0 { 0.0 } else { 1.0 }),
    bounds: Bounds::new(0.0, 0.0).output(0.0),
    ..Activation::new(
        "thresholded_relu",
        |x, p| if x > p[0] { x } else { 0.0 },
        |x, p| if x > p[0] { 1.0 } else { 0.0 },
    )
};
