//! The length of a capsule as a probability.
use crate::function::line;
use crate::function::{Fatal, Fold, Gradient, Line, RowFunction, RowBounds};

/// Squash: x_i n / (1 + n^2), with n the Euclidean length of the row.
pub static SQUASH: RowFunction = RowFunction {
    formula: "x_i n / (1 + n^2), n = sqrt(sum(x^2))",
    derivative: "g (dy_i + (1 - n^2) / (1 + n^2) u_i sum(u dy)), g = n / (1 + n^2), u = x / n",
    convention: "Rows of 0 stay 0, with gradient 0. No length overflows. Rows with NaN or an infinity become NaN.",
    paper: "Sabour et al. 2017, arXiv:1710.09829",
    gradient: Gradient::Input,
    backward: Fold::KeySum(1),
    fatal: Fatal::Inf,
    bounds: RowBounds { forward: 5.25, backward: 6.0, largest, ..RowFunction::new("", value, dx).bounds },
    ..RowFunction::new("squash", value, dx)
};

/// (n / (1 + n^2), n)
fn factor(line: &Line<'_>) -> (f64, f64) {
    let n = line.x.iter().map(|v| v * v).sum::<f64>().sqrt();
    (if n.is_infinite() { f64::NAN } else { n / (1.0 + n * n) }, n)
}

fn value(line: &Line<'_>) -> Vec<f64> {
    let (g, _) = factor(line);
    line.x.iter().map(|x| x * g).collect()
}

/// The two terms of each element's gradient, and the second with the magnitudes of its sum.
fn terms(line: &Line<'_>, dy: &[f64]) -> Vec<[f64; 3]> {
    let (g, n) = factor(line);
    let unit = |x: f64| if n == 0.0 { 0.0 } else { x / n };
    let dots = || line.x.iter().zip(dy).map(|(x, d)| unit(*x) * d);
    let (dot, size) = (dots().sum::<f64>(), dots().map(f64::abs).sum::<f64>());
    let turn = g * (1.0 - n * n) / (1.0 + n * n);
    line.x.iter().zip(dy).map(|(x, d)| [g * d, turn * unit(*x) * dot, g * unit(*x) * size]).collect()
}

fn dx(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    terms(line, dy).iter().map(|t| t[0] + t[1]).collect()
}

fn largest(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    terms(line, dy).iter().map(|t| line::most(t.iter().copied())).collect()
}
