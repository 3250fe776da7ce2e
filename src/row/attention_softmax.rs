//! Attention's softmax: everything that stands between scores and weights.
use crate::function::Range;
use crate::function::{Fatal, Line, Param, RowFunction, RowBounds};

/// Attention's softmax: of capped and scaled scores, masked, with slopes over distance and a sink; see [`Spec::heads`](crate::Spec::heads)
/// and what follows it for masks, slopes and sinks as tensors.
pub static ATTENTION_SOFTMAX: RowFunction = RowFunction {
    formula: "exp(z_i) / (exp(sink) + sum(exp(z))), z_i = softcap tanh(scale x_i / softcap) + mask_i - slope |place - i| where i is \
              seen, y_i = 0 elsewhere; place = q + offset",
    derivative: "scale (1 - tanh(scale x_i / softcap)^2) y_i (dy_i - sum(y dy))",
    params: &[
        Param::new("scale", 1.0, "factor of x, 1 / sqrt(d)"),
        Param::new("softcap", f64::INFINITY, "the limit of scaled scores, before the mask; inf: none").within(CAPS).output_within(NONE),
        Param::new("slope", 0.0, "ALiBi: what a step away from the query's own place costs"),
        Param::new("sink", f64::NEG_INFINITY, "a logit beside those of the row, which has no weight of its own; -inf: none").within(SINKS),
        Param::new("offset", f64::INFINITY, "query q sees keys up to number q + offset; inf: all; keys - queries: causal, to the lower right").within(OFFSETS),
        Param::new("window", f64::INFINITY, "keys are seen that lie less than this from the query's own place; inf: all").within(WINDOWS),
        Param::new("queries", 0.0, "rows of a matrix, after which the first query comes again; 0: as many as keys").within(QUERIES),
    ],
    variants: &[
        &[0.125, f64::INFINITY, 0.25, 0.5, 0.0, f64::INFINITY, 7.0],
        &[0.0625, 30.0, 0.0, f64::NEG_INFINITY, 2.0, f64::INFINITY, 64.0],
    ],
    convention: "The order of the Gemma models, ALiBi and gpt-oss: scale, cap, mask. Without an offset, a query's own place is counted from the last key \
                 backwards. Hidden elements count for nothing, be they NaN; rows of which nothing is seen become 0, with gradient 0 \
                 (masked_softmax: NaN). The gradient from y alone is that without a cap.",
    paper: "Vaswani et al. 2017, arXiv:1706.03762; Press et al. 2021, arXiv:2108.12409; Xiao et al. 2023, arXiv:2309.17453",
    attention: true,
    fatal: Fatal::Inf,
    bounds: RowBounds { forward: 4.5, backward: 2.75, slack, ..RowFunction::new("", value, dx).bounds },
    ..RowFunction::new("attention_softmax", value, dx)
};

const NONE: Range = Range::of(&[[f64::INFINITY, f64::INFINITY]]);
const CAPS: Range = Range::of(&[[1e-6, 1e6], [f64::INFINITY, f64::INFINITY]]);
const SINKS: Range = Range::of(&[[f64::NEG_INFINITY, f64::NEG_INFINITY], [-1e30, 1e30]]);
/// What `f32` counts without a gap.
const OFFSETS: Range = Range::of(&[[-16_777_216.0, 16_777_216.0], [f64::INFINITY, f64::INFINITY]]).whole();
const WINDOWS: Range = Range::of(&[[1.0, 16_777_216.0], [f64::INFINITY, f64::INFINITY]]).whole();
const QUERIES: Range = Range::of(&[[0.0, 16_777_216.0]]).whole();

fn value(line: &Line<'_>) -> Vec<f64> {
    line.scores().weights()
}

fn dx(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    let dot: f64 = line.x.iter().zip(dy).filter(|(y, _)| **y != 0.0).map(|(y, d)| y * d).sum();
    line.x.iter().zip(dy).map(|(y, d)| if *y == 0.0 { 0.0 } else { line.scale() * y * (d - dot) }).collect()
}

/// The distance from the largest logit; a cap rounds scores, and a slope what is added to them.
fn slack(line: &Line<'_>) -> Vec<f64> {
    line.scores().slack(4.5)
}
