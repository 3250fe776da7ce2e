//! ReLU whose dead units still learn.
use crate::function::prelude::*;

/// NecroReLU: ReLU forward; backward lets part of the gradient through for x <= 0.
pub static NECRO_RELU: Activation = Activation {
    kind: Kind::Rectifier,
    formula: "max(x, 0)",
    derivative: "x > 0 ? 1 : leak (by decree)",
    params: &[Param::new("leak", 0.1, "gradient for x <= 0").within(Range::WIDE)],
    variants: &[&[0.01]],
    surrogate: Some("the derivative of leaky ReLU stands in for that of ReLU, so that dead units come back"),
    convention: "Gradient leak at x = 0. Its nearest published relative is SUGAR, arXiv:2505.22074; the leak of 0.1 is ours.",
    paper: "unpublished: ours; its convention names the nearest relative",
    kinks: |_| vec![0.0],
    dx_from_y: Some(leak),
    bounds: Bounds::new(0.0, 0.0).output(0.0),
    ..Activation::new("necro_relu", |x, _| x.max(0.0), leak)
};

fn leak(v: f64, p: &[f64]) -> f64 {
    if v > 0.0 { 1.0 } else { p[0] }
}
