//! ONNX's Shrink, of which hardshrink and softshrink are two cases.
use crate::function::prelude::*;

/// Shrink: x + bias for x < -lambd, x - bias for x > lambd, 0 between.
pub static SHRINK: Activation = Activation {
    kind: Kind::Shrink,
    formula: "x < -lambd ? x + bias : x > lambd ? x - bias : 0",
    derivative: "x < -lambd || x > lambd ? 1 : 0",
    params: &[Param::new("lambd", 0.5, "half the width of the gap"), Param::new("bias", 0.0, "what both sides move inwards")],
    variants: &[&[0.5, 0.5], &[1.5, -2.0]],
    convention: "ONNX's defaults. bias = 0 is hardshrink, bias = lambd is softshrink. Gradient 0 at -lambd and lambd.",
    paper: "unpublished: ONNX's",
    kinks: |p| vec![-p[0], p[0]],
    bounds: Bounds::new(0.5, 0.0),
    ..Activation::new(
        "shrink",
        |x, p| if x < -p[0] { x + p[1] } else if x > p[0] { x - p[1] } else { 0.0 },
        |x, p| if x < -p[0] || x > p[0] { 1.0 } else { 0.0 },
    )
};
