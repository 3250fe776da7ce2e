//! The reference of functions of rows.

use crate::function::{Line, RowFunction, With};
use crate::tensor::Extent;

/// y for every row of the tensor; with dy, the gradient for every row.
pub(super) fn rows(f: &With<'_>, row: &RowFunction, extent: Extent, x: &[f32], dy: Option<&[f32]>) -> Vec<f64> {
    let Some(dy) = dy else {
        let length = if row.reduces { 1 } else { extent.channels };
        return walk(f, extent, x, &[], length, |line, _| (row.value)(line));
    };
    // NaN stays NaN, whatever the formula makes of it.
    let dx = |line: &Line<'_>, dy: &[f64]| {
        let mut dx = (row.dx)(line, dy);
        dx.iter_mut().zip(line.x).filter(|(_, x)| x.is_nan()).for_each(|(d, _)| *d = f64::NAN);
        dx
    };
    walk(f, extent, x, dy, extent.channels, dx)
}

/// Calls `of` with each row and its upstream gradient; it returns `length` values for the row.
fn walk(
    f: &With<'_>,
    extent: Extent,
    x: &[f32],
    dy: &[f32],
    length: u64,
    of: impl Fn(&Line<'_>, &[f64]) -> Vec<f64>,
) -> Vec<f64> {
    let [outer, channels, inner, length] = [extent.outer, extent.channels, extent.inner, length].map(|n| n as usize);
    let params: Vec<f64> = f.params().iter().map(|&p| f64::from(p)).collect();
    let mut out = vec![0.0; outer * length * inner];
    if x.is_empty() {
        return out;
    }
    let added = f.added();
    let of_dy = if dy.is_empty() { 0 } else { dy.len() / (outer * inner) };
    for number in 0..outer * inner {
        let (o, i) = (number / inner, number % inner);
        let gather = |values: &[f32], length: usize, o: usize| -> Vec<f64> {
            (0..length).map(|c| f64::from(values[(o * length + c) * inner + i])).collect()
        };
        let mask = added.as_deref().map_or(Vec::new(), |m| gather(m, channels, o % (m.len() / (channels * inner))));
        let line = Line { x: &gather(x, channels, o), mask: &mask, params: &params, number: number as u64 };
        for (c, value) in of(&line, &gather(dy, of_dy, o)).into_iter().enumerate() {
            out[(o * length + c) * inner + i] = value;
        }
    }
    out
}
