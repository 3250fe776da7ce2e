//! The logarithm of a sum of exponentials.
use crate::function::line;
use crate::function::{Fatal, Gradient, Line, RowFunction, RowBounds};

/// Logsumexp: log(sum(exp(x))) of each row.
pub static LOGSUMEXP: RowFunction = RowFunction {
    aliases: &["reduce_log_sum_exp"],
    formula: "log(sum(exp(x)))",
    derivative: "dy exp(x_i) / sum(exp(x))",
    convention: "A row gives one element. PyTorch's: rows of -inf alone give -inf, rows with inf give inf; the gradient is NaN at an \
                 infinite largest element, 0 beside it. Rows with NaN become NaN. Where x and the logarithm cancel, errors count in ULP of \
                 these.",
    paper: "Blanchard, Higham and Higham 2021, IMA J. Numer. Anal. 41(4)",
    reduces: true,
    gradient: Gradient::Input,
    backward: crate::function::Fold::KeySum(1),
    fatal: Fatal::Nan,
    bounds: RowBounds { forward: 2.0, backward: 4.0, unit: 1.0, slack: cancelled, largest, ..RowFunction::new("", value, dx).bounds },
    ..RowFunction::new("logsumexp", value, dx)
};

fn value(line: &Line<'_>) -> Vec<f64> {
    let m = line::largest(line.x);
    if !m.is_finite() {
        return vec![m];
    }
    // One of the largest is the 1 of log(1 + rest).
    let first = line.x.iter().position(|&v| v == m).unwrap_or(0);
    let rest: f64 = line.x.iter().enumerate().filter(|(i, _)| *i != first).map(|(_, v)| (v - m).exp()).sum();
    vec![m + rest.ln_1p()]
}

fn dx(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    let m = line::largest(line.x);
    if m.is_infinite() {
        return line.x.iter().map(|&v| if v == m { f64::NAN } else { 0.0 }).collect();
    }
    line::softmax(line.x, None).iter().map(|p| p * dy[0]).collect()
}

fn largest(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    dx(line, dy).iter().map(|d| d.abs()).collect()
}

/// A logarithm that a negative largest element takes digits from, in units of what is left.
fn cancelled(line: &Line<'_>) -> Vec<f64> {
    let m = line::largest(line.x);
    let cancels = m.is_finite() && m < 0.0;
    vec![if cancels { -m / value(line)[0].abs().max(1.0) } else { 0.0 }]
}
