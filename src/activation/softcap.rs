//! A tanh that keeps the size of small values, for logits.
use crate::function::prelude::*;

/// Soft cap: c tanh(x / c).
pub static SOFTCAP: Activation = Activation {
    aliases: &["logit_softcap"],
    kind: Kind::Sigmoid,
    formula: "c tanh(x / c)",
    derivative: "1 / cosh(x / c)^2",
    params: &[Param::new("c", 50.0, "the limit at inf").within(CAPS).output_within(Range::POSITIVE)],
    variants: &[&[30.0], &[0.3], &[f64::INFINITY]],
    convention: "Gemma 2 caps the logits of attention at 50, its last ones at 30. x itself for c = inf. scaled_tanh(c, 1/c) is the same, \
                 but 1/c rounds. From the output as (1 - y/c)(1 + y/c), which loses digits as y nears +-c.",
    paper: "Gemma Team 2024, arXiv:2408.00118",
    dx_from_y: Some(|y, p| (1.0 - ratio(y, p)) * (1.0 + ratio(y, p))),
    bounds: Bounds::new(4.5, 3.5).output(3.0),
    ..Activation::new(
        "softcap",
        |x, p| if p[0].is_infinite() { x } else { p[0] * (x / p[0]).tanh() },
        |x, p| 4.0 * sigmoid_dx(2.0 * ratio(x, p)),
    )
};

fn ratio(x: f64, p: &[f64]) -> f64 {
    if p[0].is_infinite() { 0.0 } else { x / p[0] }
}

const CAPS: Range = Range::of(&[[1e-6, 1e6], [f64::INFINITY, f64::INFINITY]]);
