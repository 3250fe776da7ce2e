//! The Heaviside step and its true derivative, which stops all learning.
use crate::function::prelude::*;

/// Binary step: 1 for x > 0, otherwise 0; the gradient is 0.
pub static BINARY_STEP: Activation = Activation {
    aliases: &["step"],
    kind: Kind::Step,
    formula: "x > 0 ? 1 : 0",
    derivative: "0",
    convention: "0 at x = 0. For training use binary_step_ste or binary_step_clipped_ste.",
    paper: "unpublished: Heaviside's, older than networks",
    kinks: |_| vec![0.0],
    dx_from_y: Some(|_, _| 0.0),
    bounds: Bounds::new(0.0, 0.0).output(0.0),
    ..Activation::new("binary_step", |x, _| if x > 0.0 { 1.0 } else { 0.0 }, |_, _| 0.0)
};
