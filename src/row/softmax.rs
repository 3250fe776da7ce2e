//! Softmax.
use super::line::{self, Line};
use super::{Row, RowBounds};

/// Softmax: exp(x_i) / sum(exp(x)).
pub static SOFTMAX: Row = Row {
    formula: "exp(x_i) / sum(exp(x))",
    derivative: "y_i (dy_i - sum(y dy))",
    convention: "Rows with NaN or inf, and rows of -inf alone, become NaN, as in PyTorch (ONNX Runtime's WebGPU kernels: 0). Elements \
                 of -inf in other rows become 0.",
    paper: "Bridle 1990, Neurocomputing (Springer)",
    bounds: RowBounds { forward: 3.0, backward: 3.25, sum: Some(5e-7), slack: line::distance, ..Row::new("", value, dx).bounds },
    ..Row::new("softmax", value, dx)
};

fn value(line: &Line<'_>) -> Vec<f64> {
    line::softmax(line.x, None)
}

fn dx(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    line::softmax_dx(line.x, dy)
}
