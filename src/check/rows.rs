//! How accurate row-wise functions are: rows of many lengths and kinds against the `f64` reference.

use super::{Stored, dispatch, finer, stored_bound, stored_ulps};
use crate::error::Result;
use crate::function::{Gradient, Line, RowFunction, Rowwise, Values};
use crate::gpu::Gpu;
use crate::reference;
use crate::tensor::{Extent, Pass, Storage};

/// The outcome of one check of a row-wise function.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RowReport {
    /// The function.
    pub function: &'static str,
    /// Forward or backward.
    pub pass: Pass,
    /// The parameter values.
    pub params: Vec<(&'static str, f32)>,
    /// How many elements were compared.
    pub inputs: u64,
    /// The largest error, as [`RowBounds`](crate::row::RowBounds) counts; infinite where an infinity or a NaN is wrong.
    pub max_ulp: f64,
    /// The length of the row with that error.
    pub length: u64,
    /// The input with that error.
    pub at: f32,
    /// The error that is promised.
    pub bound: f64,
    /// Whether the promise holds.
    pub ok: bool,
}

/// The shapes that are tried: [outer, length, inner].
const SHAPES: &[[u64; 3]] = &[
    [5000, 1, 1],
    [4000, 2, 1],
    [3001, 3, 1],
    [2000, 7, 1],
    [1500, 16, 1],
    [300, 64, 1],
    [256, 67, 1],
    [64, 1000, 1],
    [48, 1024, 1],
    [9, 4099, 1],
    [6, 50_257, 1],
    [2, 131_072, 1],
    [1, 300_001, 1],
    [7, 5, 33],
    [3, 129, 16],
    [2, 1000, 5],
];

/// All that there is to check of a row-wise function: its passes with default and other parameter values.
pub fn row_passes(row: &'static RowFunction) -> Vec<(Rowwise<'static>, Pass)> {
    let variants = row.variants.iter().map(|values| {
        let values: Vec<f32> = values.iter().map(|&v| v as f32).collect();
        row.with(Values::from(values.as_slice()))
    });
    let passes: &[Pass] =
        if row.gradient == Gradient::None { &[Pass::Forward] } else { &[Pass::Forward, Pass::Backward] };
    let functions = std::iter::once(row.function()).chain(variants);
    functions.flat_map(|f| passes.iter().map(move |&pass| (f.clone(), pass))).collect()
}

/// Checks one pass of a row-wise function on rows of 1 to 300,001 elements, near each other and far apart, with ties, dominant
/// elements, infinities and NaN.
///
/// # Errors
/// Whatever the passes of [`Gpu`] return.
pub fn run_rows(gpu: &Gpu, function: &Rowwise<'static>, pass: Pass) -> Result<RowReport> {
    run_rows_on::<f32>(gpu, function, pass)
}

/// The same for tensors of this storage, whose numbers are those of the samples after rounding; errors count as
/// [`stored_ulps`] has them.
///
/// # Errors
/// Whatever the passes of [`Gpu`] return.
pub fn run_rows_stored(gpu: &Gpu, function: &Rowwise<'static>, pass: Pass, storage: Storage) -> Result<RowReport> {
    dispatch!(storage, T => run_rows_on::<T>(gpu, function, pass))
}

fn run_rows_on<T: Stored>(gpu: &Gpu, function: &Rowwise<'static>, pass: Pass) -> Result<RowReport> {
    let row = function.row();
    let bound = if pass == Pass::Forward { row.bounds.forward } else { row.bounds.backward };
    let bound = stored_bound(T::STORAGE, pass, bound);
    let params = row.params.iter().map(|p| p.name).zip(function.params().iter().copied()).collect();
    let mut report =
        RowReport { function: row.name, pass, params, inputs: 0, max_ulp: 0.0, length: 0, at: 0.0, bound, ok: true };
    for (k, &[outer, channels, inner]) in SHAPES.iter().enumerate() {
        let extent = Extent { outer, channels, inner };
        let (x, mask) = (T::narrow(&rows(extent, k as u32 + 1)), T::narrow(&masks(extent, k as u32)));
        let f = if row.masked { function.clone().mask(&mask) } else { function.clone() };
        let cases = match (pass, row.gradient) {
            (Pass::Forward, _) => {
                let got = T::widen(&gpu.rows(&f, extent, &x)?);
                stored_error(&f, extent, &T::widen(&x), &[], &got, T::STORAGE)?
            }
            (_, gradient) => {
                let y: Vec<f32> = reference::rows(&f, extent, &T::widen(&x))?.into_iter().map(|v| v as f32).collect();
                let (y, dy) = (T::narrow(&y), T::narrow(&Noise(7 + k as u32).take(y.len())));
                let from = if gradient == Gradient::Output { &y } else { &x };
                let got = T::widen(&gpu.rows_backward(function, extent, from, &dy)?);
                stored_error(function, extent, &T::widen(from), &T::widen(&dy), &got, T::STORAGE)?
            }
        };
        report.inputs += x.len() as u64;
        if cases.0 > report.max_ulp {
            (report.max_ulp, report.length, report.at) = (cases.0, channels, cases.1);
        }
    }
    report.ok = report.max_ulp <= bound;
    Ok(report)
}

/// The largest error of what the GPU made of some rows, as [`RowBounds`](crate::row::RowBounds) counts, and its input; with
/// upstream gradients unless it is the forward pass.
///
/// # Errors
/// As [`reference::rows`] and [`reference::rows_backward`].
pub fn row_error(f: &Rowwise<'_>, extent: Extent, x: &[f32], dy: &[f32], got: &[f32]) -> Result<(f64, f32)> {
    stored_error(f, extent, x, dy, got, Storage::F32)
}

/// The same of results in this storage.
pub(crate) fn stored_error(
    f: &Rowwise<'_>,
    extent: Extent,
    x: &[f32],
    dy: &[f32],
    got: &[f32],
    storage: Storage,
) -> Result<(f64, f32)> {
    let forward = dy.is_empty();
    let bounds = &f.row().bounds;
    let expected = match forward {
        true => reference::rows(f, extent, x)?,
        false => reference::rows_backward(f, extent, x, dy)?,
    };
    let params: Vec<f64> = f.params().iter().map(|&p| f64::from(p)).collect();
    let [outer, channels, inner] = [extent.outer, extent.channels, extent.inner].map(|n| n as usize);
    let (of_result, added) = (expected.len() / (outer * inner), f.added());
    let mut worst = (0.0, 0.0);
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
            let plain =
                stored_ulps(storage, got, expected, if forward { expected.abs().max(bounds.unit) } else { expected });
            if plain <= worst.0 {
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
            if error > worst.0 {
                worst = (error, x[place(channels, c)]);
            }
        }
    }
    Ok(worst)
}

/// A generator with Numerical Recipes' constants.
struct Noise(u32);

impl Noise {
    /// In [-1, 1).
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / (1 << 23) as f32 - 1.0
    }

    fn take(mut self, len: usize) -> Vec<f32> {
        (0..len).map(|_| self.next()).collect()
    }
}

/// Rows of every kind, by turns.
fn rows(extent: Extent, seed: u32) -> Vec<f32> {
    let mut noise = Noise(seed);
    let (span, inner) = (extent.channels * extent.inner, extent.inner);
    let kind = |e: u64| (e / span * inner + e % inner) % 16;
    let len = extent.outer * span;
    let mut x: Vec<f32> = (0..len)
        .map(|e| {
            let (c, v) = (e % span / inner, noise.next());
            match kind(e) {
                0..4 => v * 4.0,
                4 => v * 60.0,
                5 => v * 1e-3,
                6 => v * 1000.0 + 5000.0,
                7 => 0.1,
                8 => c as f32 / extent.channels as f32 - 0.5,
                9 => (v * 4.0).round(),
                10 => -(c as f32).ln_1p(),
                11 if c == extent.channels / 2 => 30.0,
                12 if c % 3 == 1 => f32::NEG_INFINITY,
                13 => v * 1e30,
                14 => v * 1e-30,
                _ => v,
            }
        })
        .collect();
    // Now and then a row that cannot be saved.
    for (k, special) in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY].into_iter().enumerate() {
        let outer = extent.outer / 2 + k as u64;
        if extent.outer > 8 && outer < extent.outer {
            let place = (outer * span + extent.channels / 3 * inner) as usize;
            x[place] = special;
        }
    }
    if extent.outer > 16 {
        x[span as usize..2 * span as usize].fill(f32::NEG_INFINITY);
    }
    x
}

/// A mask over the last axes: half of it hides.
fn masks(extent: Extent, seed: u32) -> Vec<f32> {
    let mut noise = Noise(seed);
    let repeat = if extent.outer.is_multiple_of(2) { extent.outer / 2 } else { 1 };
    let value = |v: f32| if v > 0.0 { f32::NEG_INFINITY } else { v };
    (0..repeat * extent.channels * extent.inner).map(|_| value(noise.next())).collect()
}
