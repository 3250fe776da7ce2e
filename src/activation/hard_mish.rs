//! Mish of straight and square pieces.
use crate::function::prelude::*;

/// Hard Mish: x/2 min(max(x + 2, 0), 2).
pub static HARD_MISH: Activation = Activation {
    kind: Kind::SelfGated,
    formula: "x/2 min(max(x + 2, 0), 2)",
    derivative: "x <= -2 ? 0 : x >= 0 ? 1 : x + 1",
    convention: "Gradient 0 at -2, the smaller of the slopes on both sides; at 0 both are 1. 0 at -inf.",
    paper: "unpublished: from timm",
    kinks: |_| vec![-2.0],
    bounds: Bounds::new(1.5, 0.5),
    ..Activation::new(
        "hard_mish",
        |x, _| if x <= -2.0 { 0.0 } else if x >= 0.0 { x } else { x * (x + 2.0) / 2.0 },
        |x, _| if x <= -2.0 { 0.0 } else if x >= 0.0 { 1.0 } else { x + 1.0 },
    )
};
