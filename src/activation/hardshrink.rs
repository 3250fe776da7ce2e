//! Hard thresholding.
use crate::function::prelude::*;

/// Hard shrink: x, but 0 within [-lambd, lambd].
pub static HARDSHRINK: Activation = Activation {
    kind: Kind::Shrink,
    formula: "|x| > lambd ? x : 0",
    derivative: "|x| > lambd ? 1 : 0",
    params: &[Param::new("lambd", 0.5, "half the width of the gap").output_within(Range::FROM_0)],
    variants: &[&[0.3]],
    convention: "Gradient 0 at +-lambd, as in PyTorch.",
    paper: "unpublished: from statistics, never proposed as an activation",
    kinks: |p| vec![-p[0], p[0]],
    dx_from_y: Some(|y, _| if y == 0.0 { 0.0 } else { 1.0 }),
    bounds: Bounds::new(0.0, 0.0).output(0.0),
    ..Activation::new(
        "hardshrink",
        |x, p| if x > p[0] || x < -p[0] { x } else { 0.0 },
        |x, p| if x > p[0] || x < -p[0] { 1.0 } else { 0.0 },
    )
};
