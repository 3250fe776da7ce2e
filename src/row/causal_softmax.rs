//! Softmax over what has been seen so far.
use crate::function::Range;
use crate::function::line;
use crate::function::{Line, Param, RowFunction, RowBounds};

/// What `f32` counts without a gap.
const QUERIES: Range = Range::of(&[[0.0, 16_777_216.0]]).whole();

/// Causal softmax: the softmax of scale x over the first q + 1 elements of row q.
pub static CAUSAL_SOFTMAX: RowFunction = RowFunction {
    formula: "i <= q ? exp(scale x_i) / sum over j <= q of exp(scale x_j) : 0, q = number of the row modulo queries",
    derivative: "i <= q ? scale y_i (dy_i - sum(y dy)) : 0",
    params: &[
        Param::new("scale", 1.0, "factor of x, 1 / sqrt(d) in attention"),
        Param::new("queries", 0.0, "rows of a matrix, after which the first element alone is seen again; 0: as many as columns").within(QUERIES),
    ],
    variants: &[&[1.0, 64.0], &[0.125, 7.0]],
    convention: "PyTorch's is_causal: the mask is aligned to the upper left corner. Hidden elements count for nothing, be they NaN.",
    paper: "Vaswani et al. 2017, arXiv:1706.03762",
    bounds: RowBounds { forward: 3.5, backward: 2.75, sum: Some(5e-7), slack: line::distance, ..RowFunction::new("", value, dx).bounds },
    ..RowFunction::new("causal_softmax", value, dx)
};

fn value(line: &Line<'_>) -> Vec<f64> {
    let seen = line.seen().min(line.x.len());
    let mut y = line::softmax(&Line { x: &line.x[..seen], ..*line }.logits(), None);
    let hidden = if y.iter().any(|v| v.is_nan()) { f64::NAN } else { 0.0 };
    y.resize(line.x.len(), hidden);
    y
}

fn dx(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    let seen = line.seen().min(line.x.len());
    let mut dx = line::softmax_dx(&line.x[..seen], &dy[..seen]);
    dx.iter_mut().for_each(|d| *d *= line.scale());
    dx.resize(line.x.len(), 0.0);
    dx
}
