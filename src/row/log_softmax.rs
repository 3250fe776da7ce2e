//! The logarithm of softmax.
use crate::function::line;
use crate::function::{Line, RowFunction, RowBounds};

/// Log-softmax: x_i - log(sum(exp(x))).
pub static LOG_SOFTMAX: RowFunction = RowFunction {
    formula: "x_i - log(sum(exp(x)))",
    derivative: "dy_i - exp(y_i) sum(dy)",
    convention: "Rows with NaN or inf, and rows of -inf alone, become NaN, as in PyTorch; elements of -inf in other rows stay -inf. A \
                 dominant element keeps its digits however close to 0 it comes.",
    paper: "Bridle 1990, Neurocomputing (Springer)",
    bounds: RowBounds { forward: 3.0, backward: 2.5, largest, ..RowFunction::new("", value, dx).bounds },
    ..RowFunction::new("log_softmax", value, dx)
};

fn value(line: &Line<'_>) -> Vec<f64> {
    let m = line::largest(line.x);
    if !m.is_finite() {
        return vec![f64::NAN; line.x.len()];
    }
    // One of the largest is the 1 of log(1 + rest).
    let first = line.x.iter().position(|&v| v == m).unwrap_or(0);
    let rest: f64 = line.x.iter().enumerate().filter(|(i, _)| *i != first).map(|(_, v)| (v - m).exp()).sum();
    line.x.iter().map(|v| (v - m) - rest.ln_1p()).collect()
}

fn dx(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    let sum: f64 = dy.iter().sum();
    line.x.iter().zip(dy).map(|(y, d)| d - y.exp() * sum).collect()
}

/// The larger of dy_i and exp(y_i) sum(|dy|).
fn largest(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    let sum: f64 = dy.iter().map(|d| d.abs()).sum();
    line.x.iter().zip(dy).map(|(y, d)| d.abs().max(y.exp() * sum)).collect()
}
