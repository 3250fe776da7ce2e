//! Functions of two numbers, and those that make two of one.

use wgpu_activations::gate::{Doubling, Output};
use wgpu_activations::{Extent, Gate, Pass, Storage, With, reference};

use super::{Worst, largest, stored_ulps};
use crate::error::Result;

/// The largest errors of a gate's y, or of its da and db, of a, b and dy, which y does not need.
pub(crate) fn gate<const N: usize>(
    gate: &Gate,
    gated: &With<'_>,
    outputs: [Output; N],
    [a, b, dy]: [&[f32]; 3],
    got: [&[f32]; N],
    storage: Storage,
) -> Result<[Worst; N]> {
    let params: Vec<f64> = gated.params().iter().map(|&p| f64::from(p)).collect();
    largest(a.len(), |piece| {
        let [a, b, dy] = [a, b, dy].map(|tensor| &tensor[piece.clone()]);
        let exact = match outputs.contains(&Output::Y) {
            true => [reference::forward(gated, (a, b))?, Vec::new(), Vec::new()],
            false => {
                let (da, db) = reference::backward(gated, (a, b), dy)?;
                [Vec::new(), da, db]
            }
        };
        Ok(std::array::from_fn(|k| {
            let (output, got) = (outputs[k], &got[k][piece.clone()]);
            let error = |i: usize| {
                let (at, expected) = ([a[i], b[i], dy[i]], exact[output as usize][i]);
                let ulp = error(gate, output, &params, at, got[i], expected, storage);
                Worst { ulp, at, got: got[i], expected }
            };
            (0..got.len()).map(error).fold(Worst::default(), Worst::max)
        }))
    })
}

/// The error of one result of a gate.
fn error(gate: &Gate, output: Output, params: &[f64], at: [f32; 3], got: f32, expected: f64, storage: Storage) -> f64 {
    if expected.is_nan() && at.iter().any(|v| v.is_nan()) {
        return stored_ulps(storage, got, expected, 1.0);
    }
    let [a, b, dy] = at.map(f64::from);
    let dy = if output == Output::Y { 1.0 } else { dy };
    let [f, g] = gate.factors(output, a, b, params);
    // What overflows or underflows in a factor does so in a product of f32; and infinity times what counts as 0 may be
    // anything.
    let (tiny, most) = (f64::from(f32::MIN_POSITIVE), f64::from(f32::MAX));
    let under = |v: f64| v != 0.0 && v.abs() < tiny;
    let over = |v: f64| v.is_finite() && v.abs() > most;
    if [f, g, dy].into_iter().any(|v| under(v) || over(v)) {
        let limit: f64 = [f, g, dy].into_iter().map(|v| if under(v) { tiny } else { v.abs() }).product();
        if over(f) || over(g) || limit.is_nan() || limit > most || f64::from(got).abs() <= limit.max(tiny) {
            return 0.0;
        }
    }
    let unit = expected.abs().max(gate.largest(output, a, b, params) * dy.abs());
    stored_ulps(storage, got, expected, unit)
}

/// The largest error of CReLU's y, or its dx, of x and of dy, where the two values of an element lie side by side.
pub(crate) fn doubling(
    doubling: &'static Doubling,
    pass: Pass,
    [x, dy]: [&[f32]; 2],
    got: &[f32],
    storage: Storage,
) -> Result<Worst> {
    let forward = pass == Pass::Forward;
    let [worst] = largest(x.len(), |piece| {
        let (x, pairs) = (&x[piece.clone()], 2 * piece.start..2 * piece.end);
        let (dy, f) = (&dy[pairs.clone()], doubling.along(Extent::from(x.len())));
        let (got, exact) = match forward {
            true => (&got[pairs], reference::forward(f, x)?),
            false => (&got[piece], reference::backward(f, x, dy)?),
        };
        let error = |i: usize| {
            let k = if forward { i / 2 } else { i };
            let ulp = stored_ulps(storage, got[i], exact[i], exact[i]);
            Worst { ulp, at: [x[k], dy[2 * k], dy[2 * k + 1]], got: got[i], expected: exact[i] }
        };
        Ok([(0..got.len()).map(error).fold(Worst::default(), Worst::max)])
    })?;
    Ok(worst)
}
