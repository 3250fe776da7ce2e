//! Softmax with a temperature.
use crate::function::line;
use crate::function::{Line, Param, RowFunction, RowBounds};

/// Scaled softmax: the softmax of scale x.
pub static SCALED_SOFTMAX: RowFunction = RowFunction {
    aliases: &["temperature_softmax"],
    formula: "exp(scale x_i) / sum(exp(scale x))",
    derivative: "scale y_i (dy_i - sum(y dy))",
    params: &[Param::new("scale", 1.0, "factor of x: the inverse of the temperature, 1 / sqrt(d) in attention")],
    variants: &[&[0.125], &[-2.5]],
    convention: "As softmax of the product scale x, which keeps the digits that a rounded product would lose.",
    paper: "Hinton et al. 2015, arXiv:1503.02531; Vaswani et al. 2017, arXiv:1706.03762",
    bounds: RowBounds { forward: 3.75, backward: 3.25, sum: Some(5e-7), slack: line::distance, ..RowFunction::new("", value, dx).bounds },
    ..RowFunction::new("scaled_softmax", value, dx)
};

fn value(line: &Line<'_>) -> Vec<f64> {
    line::softmax(&line.logits(), None)
}

fn dx(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    line::softmax_dx(line.x, dy).into_iter().map(|d| d * line.scale()).collect()
}
