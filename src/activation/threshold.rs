//! A cut below which every input becomes one value.
use crate::function::prelude::*;

/// Threshold: x for x > threshold, otherwise value.
pub static THRESHOLD: Activation = Activation {
    kind: Kind::Rectifier,
    formula: "x > threshold ? x : value",
    derivative: "x > threshold ? 1 : 0",
    params: &[Param::new("threshold", 0.0, "cut"), Param::new("value", 0.0, "result at and below the cut")],
    variants: &[&[0.5, -3.0]],
    convention: "PyTorch has no defaults; 0 and 0, which is ReLU, are ours. Gradient 0 at the threshold.",
    paper: "unpublished: a building block of PyTorch's",
    kinks: |p| vec![p[0]],
    bounds: Bounds::new(0.0, 0.0),
    ..Activation::new(
        "threshold",
        |x, p| if x > p[0] { x } else { p[1] },
        |x, p| if x > p[0] { 1.0 } else { 0.0 },
    )
};
