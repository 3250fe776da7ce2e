//! Softmax with an additive mask.
use crate::function::line;
use crate::function::{Line, Param, RowFunction, RowBounds};

/// Masked softmax: the softmax of scale x + mask.
pub static MASKED_SOFTMAX: RowFunction = RowFunction {
    formula: "exp(scale x_i + mask_i) / sum(exp(scale x + mask))",
    derivative: "scale y_i (dy_i - sum(y dy))",
    params: &[Param::new("scale", 1.0, "factor of x, 1 / sqrt(d) in attention")],
    variants: &[&[0.125]],
    convention: "The mask is added; -inf hides an element. Rows that are hidden throughout become NaN, as in PyTorch. The mask repeats \
                 over the axes it lacks; it gets no gradient here (that of x without the scale).",
    paper: "Vaswani et al. 2017, arXiv:1706.03762",
    masked: true,
    bounds: RowBounds { forward: 4.5, backward: 2.75, sum: Some(5e-7), slack: line::distance, ..RowFunction::new("", value, dx).bounds },
    ..RowFunction::new("masked_softmax", value, dx)
};

fn value(line: &Line<'_>) -> Vec<f64> {
    line::softmax(&line.logits(), None)
}

fn dx(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    line::softmax_dx(line.x, dy).into_iter().map(|d| d * line.scale()).collect()
}
