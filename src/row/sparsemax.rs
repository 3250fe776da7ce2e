//! The nearest point of the simplex.
use crate::function::line;
use crate::function::{Fold, Line, RowFunction, RowBounds};

/// Sparsemax: max(x_i - tau, 0), with tau such that the row adds up to 1.
pub static SPARSEMAX: RowFunction = RowFunction {
    formula: "max(x_i - tau, 0), sum(max(x - tau, 0)) = 1",
    derivative: "y_i > 0 ? dy_i - (mean of dy where y > 0) : 0",
    convention: "Rows with NaN or inf, and rows of -inf alone, become NaN. Errors count in ULP of 1, the row's sum.",
    paper: "Martins and Astudillo 2016, arXiv:1602.02068",
    forward: Fold::KeySum(16),
    bounds: RowBounds { forward: 0.75, backward: 1.5, sum: Some(5e-7), unit: 1.0, largest, ..RowFunction::new("", value, dx).bounds },
    ..RowFunction::new("sparsemax", value, dx)
};

fn value(line: &Line<'_>) -> Vec<f64> {
    let m = line::largest(line.x);
    if !m.is_finite() {
        return vec![f64::NAN; line.x.len()];
    }
    let mut sorted: Vec<f64> = line.x.iter().map(|v| v - m).collect();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let (mut sum, mut tau) = (0.0, 0.0);
    for (k, z) in sorted.into_iter().enumerate() {
        sum += z;
        let candidate = (sum - 1.0) / (k as f64 + 1.0);
        if z <= candidate {
            break;
        }
        tau = candidate;
    }
    line.x.iter().map(|v| (v - m - tau).max(0.0)).collect()
}

fn dx(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    let support = || line.x.iter().zip(dy).filter(|(y, _)| **y > 0.0);
    let mean = support().map(|(_, d)| d).sum::<f64>() / support().count() as f64;
    line.x.iter().zip(dy).map(|(y, d)| if *y > 0.0 { d - mean } else { 0.0 }).collect()
}

fn largest(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    let support = line.x.iter().zip(dy).filter(|(y, _)| **y > 0.0);
    vec![line::most(support.map(|(_, d)| *d)); dy.len()]
}
