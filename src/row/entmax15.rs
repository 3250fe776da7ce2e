//! Half way from softmax to sparsemax.
use crate::function::line;
use crate::function::{Fold, Line, RowFunction, RowBounds};

/// 1.5-entmax: max(x_i / 2 - tau, 0)^2, with tau such that the row adds up to 1.
pub static ENTMAX15: RowFunction = RowFunction {
    aliases: &["entmax"],
    formula: "max(x_i / 2 - tau, 0)^2, sum(max(x / 2 - tau, 0)^2) = 1",
    derivative: "r_i (dy_i - sum(r dy) / sum(r)), r = sqrt(y)",
    convention: "Rows with NaN or inf, and rows of -inf alone, become NaN. Errors count in ULP of 1, the row's sum.",
    paper: "Peters et al. 2019, arXiv:1905.05702",
    forward: Fold::KeySum(14),
    bounds: RowBounds { forward: 1.5, backward: 3.75, sum: Some(5e-7), unit: 1.0, largest, ..RowFunction::new("", value, dx).bounds },
    ..RowFunction::new("entmax15", value, dx)
};

fn value(line: &Line<'_>) -> Vec<f64> {
    let m = line::largest(line.x);
    if !m.is_finite() {
        return vec![f64::NAN; line.x.len()];
    }
    let halves: Vec<f64> = line.x.iter().map(|v| (v - m) / 2.0).collect();
    let sum = |tau: f64| halves.iter().map(|h| (h - tau).max(0.0).powi(2)).sum::<f64>();
    let (mut low, mut high) = (-1.0, 0.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if sum(middle) >= 1.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    halves.iter().map(|h| (h - low).max(0.0).powi(2)).collect()
}

fn dx(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    let roots: Vec<f64> = line.x.iter().map(|y| y.sqrt()).collect();
    let mean = roots.iter().zip(dy).map(|(r, d)| r * d).sum::<f64>() / roots.iter().sum::<f64>();
    roots.iter().zip(dy).map(|(r, d)| r * (d - mean)).collect()
}

fn largest(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    let seen = line.x.iter().zip(dy).filter(|(y, _)| **y > 0.0);
    let most = line::most(seen.map(|(_, d)| *d));
    line.x.iter().map(|y| y.sqrt() * most).collect()
}
