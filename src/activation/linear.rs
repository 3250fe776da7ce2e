//! An affine function with two trainable parameters.
use crate::function::prelude::*;

/// Linear: slope x + bias.
pub static LINEAR: Activation = Activation {
    aliases: &["affine"],
    kind: Kind::Linear,
    formula: "slope x + bias",
    derivative: "slope",
    params: &[
        Param::new("slope", 1.0, "factor of x").within(Range::MODERATE).trained(0.0, |x, _| x),
        Param::new("bias", 0.0, "value at 0").within(Range::MODERATE).trained(0.0, |_, _| 1.0),
    ],
    variants: &[&[-1.7, 0.3], &[0.01, -5.0]],
    convention: "oneDNN's linear. Accurate where slope x and bias cancel, too.",
    paper: "unpublished: elementary",
    dx_from_y: Some(|_, p| p[0]),
    bounds: Bounds::new(2.25, 0.0).output(0.0),
    ..Activation::new("linear", |x, p| p[0] * x + p[1], |_, p| p[0])
};
