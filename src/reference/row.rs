//! Row-wise functions over slices.

use crate::error::{Error, Result};
use crate::function::{Line, Rowwise};
use crate::tensor::Extent;

/// y = f(x) for every row of the tensor.
///
/// ```
/// use wgpu_activations::{Extent, reference, row::MAXOUT};
/// assert_eq!(reference::rows(&MAXOUT, Extent::along(&[2, 2], -1)?, &[1.0, 3.0, 2.0, 0.0])?, [3.0, 2.0]);
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
///
/// # Errors
/// [`Error::ParameterCount`], [`Error::Extent`], and [`Error::Mask`] for a missing or unexpected mask.
pub fn rows<'a>(function: impl Into<Rowwise<'a>>, extent: Extent, x: &[f32]) -> Result<Vec<f64>> {
    let function = function.into();
    function.check(extent, x.len() as u64, true)?;
    let reduces = function.row().reduces;
    Ok(walk(&function, extent, x, &[], if reduces { 1 } else { extent.channels }, |line, _| {
        (function.row().value)(line)
    }))
}

/// The gradient for every row, from the input or the output as [`RowFunction::gradient`](crate::RowFunction::gradient) says.
///
/// # Errors
/// As [`rows`], [`Error::NoGradient`], and [`Error::Length`] if `dy` has not the length of the output.
pub fn rows_backward<'a>(
    function: impl Into<Rowwise<'a>>,
    extent: Extent,
    x_or_y: &[f32],
    dy: &[f32],
) -> Result<Vec<f64>> {
    let function = function.into();
    function.row().check_gradient()?;
    function.check(extent, x_or_y.len() as u64, false)?;
    let expected = if function.row().reduces { extent.outer * extent.inner } else { x_or_y.len() as u64 };
    if dy.len() as u64 != expected {
        return Err(Error::Length { function: function.row().name, role: "dy", expected, got: dy.len() as u64 });
    }
    // NaN stays NaN, whatever the formula makes of it.
    let dx = |line: &Line<'_>, dy: &[f64]| {
        let mut dx = (function.row().dx)(line, dy);
        dx.iter_mut().zip(line.x).filter(|(_, x)| x.is_nan()).for_each(|(d, _)| *d = f64::NAN);
        dx
    };
    Ok(walk(&function, extent, x_or_y, dy, extent.channels, dx))
}

/// Calls `of` with each row and its upstream gradient; it returns `length` values for the row.
fn walk(
    function: &Rowwise<'_>,
    extent: Extent,
    x: &[f32],
    dy: &[f32],
    length: u64,
    of: impl Fn(&Line<'_>, &[f64]) -> Vec<f64>,
) -> Vec<f64> {
    let [outer, channels, inner, length] = [extent.outer, extent.channels, extent.inner, length].map(|n| n as usize);
    let params: Vec<f64> = function.params().iter().map(|&p| f64::from(p)).collect();
    let mut out = vec![0.0; outer * length * inner];
    if x.is_empty() {
        return out;
    }
    let added = function.added();
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
