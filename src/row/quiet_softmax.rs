//! A softmax that may be silent.
use crate::function::line;
use crate::function::{Fatal, Line, RowFunction, RowBounds};

/// Quiet softmax: exp(x_i) / (1 + sum(exp(x))).
pub static QUIET_SOFTMAX: RowFunction = RowFunction {
    aliases: &["softmax_1", "softmax_one"],
    formula: "exp(x_i) / (1 + sum(exp(x)))",
    derivative: "y_i (dy_i - sum(y dy))",
    convention: "The softmax beside one more logit of 0: rows of -inf alone become 0; rows with NaN or inf become NaN.",
    paper: "Miller 2023, Attention is off by one (evanmiller.org)",
    fatal: Fatal::Inf,
    bounds: RowBounds { forward: 3.25, backward: 2.5, slack: line::distance_or_zero, ..RowFunction::new("", value, dx).bounds },
    ..RowFunction::new("quiet_softmax", value, dx)
};

fn value(line: &Line<'_>) -> Vec<f64> {
    line::softmax(line.x, Some(0.0))
}

fn dx(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    line::softmax_dx(line.x, dy)
}
