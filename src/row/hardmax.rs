//! The place of the largest element.
use crate::function::line;
use crate::function::{Fatal, Fold, Gradient, Line, RowFunction, RowBounds};

/// Hardmax: 1 at the first of the largest elements, 0 elsewhere.
pub static HARDMAX: RowFunction = RowFunction {
    formula: "i is the first place of max(x) ? 1 : 0",
    derivative: "none",
    convention: "ONNX's, along the axis. Rows with NaN become NaN. No gradient: it is 0 wherever it exists.",
    paper: "unpublished: ONNX's operator Hardmax",
    gradient: Gradient::None,
    forward: Fold::First,
    fatal: Fatal::Nan,
    bounds: RowBounds { forward: 0.0, backward: 0.0, sum: Some(0.0), ..RowFunction::new("", value, dx).bounds },
    ..RowFunction::new("hardmax", value, dx)
};

fn value(line: &Line<'_>) -> Vec<f64> {
    let m = line::largest(line.x);
    let first = line.x.iter().position(|&v| v == m);
    let one = |i| if m.is_nan() { f64::NAN } else { f64::from(u8::from(first == Some(i))) };
    (0..line.x.len()).map(one).collect()
}

fn dx(line: &Line<'_>, _: &[f64]) -> Vec<f64> {
    vec![0.0; line.x.len()]
}
