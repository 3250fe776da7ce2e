//! The softmax linear unit.
use crate::function::line;
use crate::function::{Fold, Gradient, Line, RowFunction, RowBounds};

/// SoLU: x_i softmax(x)_i.
pub static SOLU: RowFunction = RowFunction {
    formula: "x_i exp(x_i) / sum(exp(x))",
    derivative: "p_i (dy_i + x_i dy_i - sum(p x dy)), p = softmax(x)",
    convention: "Rows with NaN or inf, and rows of -inf alone, become NaN; elements of -inf in other rows become 0.",
    paper: "Elhage et al. 2022, Softmax Linear Units (Transformer Circuits Thread)",
    gradient: Gradient::Input,
    backward: Fold::KeySum(1),
    bounds: RowBounds { forward: 3.75, backward: 6.25, slack: line::distance, largest, ..RowFunction::new("", value, dx).bounds },
    ..RowFunction::new("solu", value, dx)
};

fn value(line: &Line<'_>) -> Vec<f64> {
    let p = line::softmax(line.x, None);
    p.iter().zip(line.x).map(|(p, x)| if *p == 0.0 { 0.0 } else { p * x }).collect()
}

/// p x dy, 0 where p is
fn terms(line: &Line<'_>, p: &[f64], dy: &[f64]) -> Vec<f64> {
    p.iter().zip(line.x).zip(dy).map(|((p, x), d)| if *p == 0.0 { 0.0 } else { p * x * d }).collect()
}

fn dx(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    let p = line::softmax(line.x, None);
    let terms = terms(line, &p, dy);
    let dot: f64 = terms.iter().sum();
    p.iter().zip(&terms).zip(dy).map(|((p, t), d)| p * d + t - p * dot).collect()
}

fn largest(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    let p = line::softmax(line.x, None);
    let terms = terms(line, &p, dy);
    let sum: f64 = terms.iter().map(|t| t.abs()).sum();
    p.iter().zip(&terms).zip(dy).map(|((p, t), d)| (p * d).abs().max(t.abs()).max(p * sum)).collect()
}
