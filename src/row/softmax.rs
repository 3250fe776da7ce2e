//! Softmax.
use crate::function::line;
use crate::function::{Line, RowFunction, RowBounds};

/// Softmax: exp(x_i) / sum(exp(x)).
pub static SOFTMAX: RowFunction = RowFunction {
    formula: "exp(x_i) / sum(exp(x))",
    derivative: "y_i (dy_i - sum(y dy))",
    convention: "Rows with NaN or inf, and rows of -inf alone, become NaN, as in PyTorch (ONNX Runtime's WebGPU kernels: 0). Elements \
                 of -inf in other rows become 0.",
    paper: "Bridle 1990, Neurocomputing (Springer)",
    bounds: RowBounds { forward: 3.25, backward: 2.5, sum: Some(5e-7), slack: line::distance, ..RowFunction::new("", value, dx).bounds },
    ..RowFunction::new("softmax", value, dx)
};

fn value(line: &Line<'_>) -> Vec<f64> {
    line::softmax(line.x, None)
}

fn dx(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    line::softmax_dx(line.x, dy)
}
