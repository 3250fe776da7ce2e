//! Functions of two numbers, and those that make two of one.

use wgpu_activations::gate::{Doubling, Output};
use wgpu_activations::{Extent, Gate, Pass, Storage, With, reference};

use super::{Worst, flushed, largest, stored_ulps};
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
        let exact = |a: &[f32], b: &[f32], dy: &[f32]| match outputs.contains(&Output::Y) {
            true => Ok([reference::forward(gated, (a, b))?, Vec::new(), Vec::new()]),
            false => reference::backward(gated, (a, b), dy).map(|(da, db)| [Vec::new(), da, db]),
        };
        let plain = exact(a, b, dy)?;
        // A device may take a subnormal number for the zero of its sign, in one place or in all.
        let tiny: Vec<usize> = (0..a.len()).filter(|&i| [a[i], b[i], dy[i]].iter().any(|v| v.is_subnormal())).collect();
        let of = |values: &[f32], flush: bool| -> Vec<f32> {
            tiny.iter().map(|&i| if flush { flushed(values[i]) } else { values[i] }).collect()
        };
        let ways = if tiny.is_empty() { 0..0 } else { 1..8 };
        let ways = ways.map(|way| {
            let at = [of(a, way & 1 > 0), of(b, way & 2 > 0), of(dy, way & 4 > 0)];
            Ok((exact(&at[0], &at[1], &at[2])?, at))
        });
        let ways: Vec<_> = ways.collect::<Result<_>>()?;
        Ok(std::array::from_fn(|k| {
            let (output, got) = (outputs[k], &got[k][piece.clone()]);
            let of = |i: usize, at: [f32; 3], expected: f64| {
                let ulp = error(gate, output, &params, at, got[i], expected, storage);
                Worst { ulp, at: [a[i], b[i], dy[i]], got: got[i], expected }
            };
            let error = |i: usize| {
                let as_it_is = of(i, [a[i], b[i], dy[i]], plain[output as usize][i]);
                let Ok(j) = tiny.binary_search(&i) else { return as_it_is };
                let way = |(exact, at): &([Vec<f64>; 3], [Vec<f32>; 3])| {
                    of(i, [at[0][j], at[1][j], at[2][j]], exact[output as usize][j])
                };
                ways.iter().map(way).fold(as_it_is, Worst::min)
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
        let limit: f64 = [f, g, dy].into_iter().map(|v| if under(v) { 2.0 * tiny } else { v.abs() }).product();
        if over(f) || over(g) || limit.is_nan() || limit > most || f64::from(got).abs() <= limit.max(2.0 * tiny) {
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
        let exact = |x: &[f32], dy: &[f32]| match forward {
            true => reference::forward(f.clone(), x),
            false => reference::backward(f.clone(), x, dy),
        };
        let got = if forward { &got[pairs] } else { &got[piece] };
        // A device may take a subnormal number for the zero of its sign.
        let zeros = |values: &[f32]| values.iter().map(|&v| flushed(v)).collect::<Vec<f32>>();
        let ways = [exact(x, dy)?, exact(&zeros(x), dy)?];
        let error = |i: usize| {
            let k = if forward { i / 2 } else { i };
            let of = |exact: &Vec<f64>| {
                let ulp = stored_ulps(storage, got[i], exact[i], exact[i]);
                Worst { ulp, at: [x[k], dy[2 * k], dy[2 * k + 1]], got: got[i], expected: exact[i] }
            };
            of(&ways[0]).min(of(&ways[1]))
        };
        Ok([(0..got.len()).map(error).fold(Worst::default(), Worst::max)])
    })?;
    Ok(worst)
}
