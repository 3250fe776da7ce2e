//! Functions of rows.

use wgpu_activations::row::Line;
use wgpu_activations::{Op, Storage, With, reference};

use super::{Worst, finer, flushed, stored_ulps};
use crate::error::{Error, Result};

/// The largest error of what something made of some rows, as [`RowBounds`](wgpu_activations::row::RowBounds) counts, and its
/// input; with upstream gradients unless it is the forward pass.
///
/// ```
/// use wgpu_activations::{Extent, row::SOFTMAX};
/// use wgpu_activations_harness::check::row_error;
/// let rows = Extent::along(&[1, 2], -1)?;
/// let (error, at) = row_error(&SOFTMAX.along(rows), &[3.0, 3.0], &[], &[0.5, 0.5f32.next_up()])?;
/// assert_eq!((error, at), (1.0, 3.0));
/// # Ok::<(), wgpu_activations_harness::Error>(())
/// ```
///
/// # Errors
/// As [`reference::forward`] and [`reference::backward`]; `got` must be as long as their results.
pub fn row_error(f: &With<'_>, x: &[f32], dy: &[f32], got: &[f32]) -> Result<(f64, f32)> {
    let worst = rows(f, [x, dy], got, Storage::F32)?;
    Ok((worst.ulp, worst.at[0]))
}

/// The same of results in this storage.
pub(crate) fn rows(f: &With<'_>, [x, dy]: [&[f32]; 2], got: &[f32], storage: Storage) -> Result<Worst> {
    let forward = dy.is_empty();
    let (Op::RowFunction(row), Some(extent)) = (f.op(), f.extent()) else {
        return Err(Error::Unchecked { function: f.op().name(), reason: "it is no function of rows along an axis" });
    };
    let bounds = &row.bounds;
    let exact = |x: &[f32], dy: &[f32]| match forward {
        true => reference::forward(f, x),
        false => reference::backward(f, x, dy),
    };
    let expected = exact(x, dy)?;
    // A device may take subnormal numbers for the zeros of their signs.
    let zeros = |values: &[f32]| values.iter().map(|&v| flushed(v)).collect::<Vec<f32>>();
    let tiny = x.iter().chain(dy).any(|v| v.is_subnormal());
    let without = if tiny { Some(exact(&zeros(x), &zeros(dy))?) } else { None };
    if got.len() != expected.len() {
        return Err(Error::Unchecked {
            function: row.name,
            reason: "the results have another length than the reference's",
        });
    }
    if got.is_empty() {
        return Ok(Worst::default());
    }
    let params: Vec<f64> = f.params().iter().map(|&p| f64::from(p)).collect();
    let [outer, channels, inner] = [extent.outer, extent.channels, extent.inner].map(|n| n as usize);
    let (of_result, added) = (expected.len() / (outer * inner), f.added());
    let mut worst = Worst::default();
    for number in 0..outer * inner {
        let (o, i) = (number / inner, number % inner);
        let place = |length: usize, c: usize| (o * length + c) * inner + i;
        let gather = |values: &[f32], length: usize, o: usize| -> Vec<f64> {
            (0..length).map(|c| f64::from(values[(o * length + c) * inner + i])).collect()
        };
        let mask = added.as_deref().map_or(Vec::new(), |m| gather(m, channels, o % (m.len() / (channels * inner))));
        let row = gather(x, channels, o);
        let upstream = if forward { Vec::new() } else { gather(dy, dy.len() / (outer * inner), o) };
        let line = Line { x: &row, mask: &mask, params: &params, number: number as u64 };
        let mut allowance = None;
        for c in 0..of_result {
            let (got, expected) = (got[place(of_result, c)], expected[place(of_result, c)]);
            let unit = |expected: f64| if forward { expected.abs().max(bounds.unit) } else { expected };
            let mut expected = expected;
            let mut plain = stored_ulps(storage, got, expected, unit(expected));
            if let Some(other) = without.as_ref().map(|without| without[place(of_result, c)]) {
                let ulp = stored_ulps(storage, got, other, unit(other));
                (plain, expected) = if ulp < plain { (ulp, other) } else { (plain, expected) };
            }
            if plain <= worst.ulp {
                continue;
            }
            // What is forgiven takes the whole row to find, so it is asked for only where it is needed.
            let mut allowed = || match (forward, &mut allowance) {
                (true, a) => a.get_or_insert_with(|| (bounds.slack)(&line))[c],
                (false, a) => a.get_or_insert_with(|| (bounds.largest)(&line, &upstream))[c],
            };
            let error = match forward {
                // What is forgiven is an error in `f32`.
                true => (plain - allowed() * finer(storage)).max(0.0),
                false => stored_ulps(storage, got, expected, allowed()),
            };
            worst = worst.max(Worst { ulp: error, at: [x[place(channels, c)], 0.0, 0.0], got, expected });
        }
    }
    Ok(worst)
}
