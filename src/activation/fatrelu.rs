//! ReLU that forces small values to 0, for sparsity.
use super::THRESHOLDED_RELU;
use crate::function::prelude::*;

/// FATReLU: x for x > threshold, otherwise 0.
pub static FATRELU: Activation = Activation {
    kind: Kind::Rectifier,
    formula: "x > threshold ? x : 0",
    derivative: "x > threshold ? 1 : 0",
    params: &[Param::new("threshold", 0.0, "what is not above becomes 0").output_within(Range::FROM_0)],
    variants: &[&[0.01], &[-0.3]],
    convention: "thresholded_relu with the default of vLLM's FatreluAndMul, 0; models bring their own threshold. Gradient 0 at the \
                 threshold. From the output only for threshold >= 0.",
    paper: "Kurtz et al. 2020, ICML",
    kinks: |p| vec![p[0]],
    dx_from_y: THRESHOLDED_RELU.dx_from_y,
    bounds: Bounds::new(0.0, 0.0).output(0.0),
    ..Activation::new("fatrelu", THRESHOLDED_RELU.value, THRESHOLDED_RELU.dx)
};
