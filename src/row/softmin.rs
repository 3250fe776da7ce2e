//! The softmax of the negated row.
use crate::function::line;
use crate::function::{Line, RowFunction, RowBounds};

/// Softmin: exp(-x_i) / sum(exp(-x)).
pub static SOFTMIN: RowFunction = RowFunction {
    formula: "exp(-x_i) / sum(exp(-x))",
    derivative: "-y_i (dy_i - sum(y dy))",
    convention: "PyTorch's: the softmax of -x. Rows with NaN or -inf, and rows of inf alone, become NaN.",
    paper: "PyTorch's name for the softmax of -x; Bridle 1990, Neurocomputing (Springer)",
    bounds: RowBounds { forward: 3.0, backward: 2.75, sum: Some(5e-7), slack: line::distance_below, ..RowFunction::new("", value, dx).bounds },
    ..RowFunction::new("softmin", value, dx)
};

fn value(line: &Line<'_>) -> Vec<f64> {
    let negated: Vec<f64> = line.x.iter().map(|v| -v).collect();
    line::softmax(&negated, None)
}

fn dx(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    line::softmax_dx(line.x, dy).into_iter().map(|d| -d).collect()
}
