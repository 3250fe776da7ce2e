//! How accurate functions are on a given adapter: every pass against the `f64` reference, in ULP.
//!
//! ```no_run
//! use wgpu_activations::{Gpu, Pass, Storage, gate::SWIGLU};
//! use wgpu_activations_harness::check::{self, Case};
//! let gpu = Gpu::new()?;
//! for report in check::run(&gpu, &Case::new(&SWIGLU, Pass::Backward), Storage::F32)? {
//!     assert!(report.ok, "{report}"); // of da, and of db
//! }
//! # Ok::<(), wgpu_activations::Error>(())
//! ```

mod case;
mod report;
mod samples;

use wgpu_activations::activation::Activation;
use wgpu_activations::gate::Output;
use wgpu_activations::row::{Gradient, RowFunction};
use wgpu_activations::{Error, Extent, Gate, Gpu, Op, Pass, Result, Storage, reference};

use crate::compare::{self, Stored, Worst, dispatch};
pub use crate::compare::{row_error, stored_bound, stored_ulps, ulps};
pub use case::Case;
pub use report::Report;

/// Checks a pass with tensors of a storage: one report for each result, two of a gate's backward pass.
///
/// Functions of one number are tried on every number there is in 16 bits, else on a sample of all `f32`: every binade of
/// both signs, [-20, 20] densely, kinks and their neighbours, zeros, subnormals, infinities and NaN; upstream gradients are
/// 1. Gates are tried on that sample for a beside values of every size for b and dy, and on every combination of special
/// values; CReLU likewise. Functions of rows are tried on rows of 1 to 300,001 elements, near each other and far apart,
/// with ties, dominant elements, infinities and NaN. Errors of 16-bit results count as [`stored_ulps`] does; gradients of
/// parameters are `f32`.
///
/// ```no_run
/// use wgpu_activations::{Gpu, Pass, Storage, activation::GELU};
/// use wgpu_activations_harness::check::{self, Case};
/// let reports = check::run(&Gpu::new()?, &Case::new(&GELU, Pass::Forward), Storage::Bf16)?;
/// assert!(reports[0].inputs == 65_536 && reports[0].max_ulp < 0.51);
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
///
/// # Errors
/// [`Error::NoReference`], and whatever the passes of [`Gpu`] return.
pub fn run(gpu: &Gpu, case: &Case, storage: Storage) -> Result<Vec<Report>> {
    dispatch!(storage, T => match case.of {
        Op::Activation(activation) => elements::<T>(gpu, case, activation),
        Op::Gate(g) => gate::<T>(gpu, case, g),
        Op::RowFunction(row) => rows::<T>(gpu, case, row),
        Op::Doubling(_) => doubling::<T>(gpu, case),
        _ => Err(Error::Unsupported { reason: format!("{}: no check knows this kind of function", case.of.name()) }),
    })
}

fn elements<T: Stored>(gpu: &Gpu, case: &Case, a: &'static Activation) -> Result<Vec<Report>> {
    if !a.has_reference() {
        return Err(Error::NoReference { function: a.name });
    }
    let (function, params) = (a.with(case.params.as_slice()).kinks(case.kinks), case.wide_params());
    let mut x = T::every().unwrap_or_else(|| samples::numbers(&(a.kinks)(&params), &params));
    if case.pass == Pass::BackwardFromOutput {
        // Outputs are what this pass takes.
        for v in &mut x {
            *v = if v.is_nan() { *v } else { (a.value)(f64::from(*v), &params) as f32 };
        }
    }
    let stored = T::narrow(&x);
    let ones = T::narrow(&vec![1.0; x.len()]);
    let (got, storage) = match case.pass {
        Pass::Forward => (T::widen(&gpu.forward(&function, &stored)?), T::STORAGE),
        Pass::BackwardFromOutput => (T::widen(&gpu.backward_from_output(&function, &stored, &ones)?), T::STORAGE),
        Pass::ParamGradient(k) => {
            // One channel for each element: sums of one term.
            let values: Vec<f32> = case.params.iter().flat_map(|&v| vec![v; x.len()]).collect();
            let extent = Extent { outer: 1, channels: x.len() as u64, inner: 1 };
            let function = function.clone().per_channel(&values, extent);
            let name = a.params.get(k).map_or("", |param| param.name);
            (gpu.param_gradient(function, name, &stored, &ones)?, Storage::F32)
        }
        _ => (T::widen(&gpu.backward(&function, &stored, &ones)?), T::STORAGE),
    };
    let worst = compare::elements(&function, case.pass, [&T::widen(&stored), &T::widen(&ones)], &got, storage)?;
    let bound = stored_bound(storage, case.pass, a.bound(case.pass));
    Ok(vec![Report::new(case, x.len() as u64, &worst, 1, bound)])
}

fn gate<T: Stored>(gpu: &Gpu, case: &Case, gate: &'static Gate) -> Result<Vec<Report>> {
    let (gated, params) = (gate.with(case.params.as_slice()), case.wide_params());
    reference::gate_forward(&gated, &[], &[])?; // before the work, whether there is one
    let stored = samples::triples(gate.kinks(&params), &params).map(|values| T::narrow(&values));
    let [a, b, dy] = &stored;
    let inputs = stored.each_ref().map(|values| T::widen(values));
    let inputs = inputs.each_ref().map(Vec::as_slice);
    let report = |output, worst: &Worst| {
        let bound = stored_bound(T::STORAGE, case.pass, gate.bound(output));
        Report { output: Some(output), ..Report::new(case, a.len() as u64, worst, 3, bound) }
    };
    if case.pass == Pass::Forward {
        let y = T::widen(&gpu.gate_forward(&gated, a, b)?);
        let [worst] = compare::gate(&gated, [Output::Y], inputs, [&y], T::STORAGE)?;
        return Ok(vec![report(Output::Y, &worst)]);
    }
    let (da, db) = gpu.gate_backward(&gated, a, b, dy)?;
    let outputs = [Output::Da, Output::Db];
    let worst = compare::gate(&gated, outputs, inputs, [&T::widen(&da), &T::widen(&db)], T::STORAGE)?;
    Ok(outputs.into_iter().zip(&worst).map(|(output, worst)| report(output, worst)).collect())
}

fn doubling<T: Stored>(gpu: &Gpu, case: &Case) -> Result<Vec<Report>> {
    let [x, dy1, dy2] = samples::triples([vec![0.0], Vec::new()], &[]);
    // As many blocks of one element: the two values of an element lie side by side.
    let (extent, dy) = (Extent::from(x.len()), dy1.iter().zip(&dy2).flat_map(|(&p, &q)| [p, q]).collect::<Vec<f32>>());
    let (x, dy) = (T::narrow(&x), T::narrow(&dy));
    let got = match case.pass {
        Pass::Forward => gpu.crelu(&x, extent)?,
        _ => gpu.crelu_backward(&x, &dy, extent)?,
    };
    let worst = compare::doubling(case.pass, [&T::widen(&x), &T::widen(&dy)], &T::widen(&got), T::STORAGE)?;
    Ok(vec![Report::new(case, x.len() as u64, &worst, 3, 0.0)])
}

fn rows<T: Stored>(gpu: &Gpu, case: &Case, row: &'static RowFunction) -> Result<Vec<Report>> {
    let (mut worst, mut inputs, mut length) = (Worst::default(), 0, 0);
    for (k, extent) in samples::shapes().enumerate() {
        let function = row.with(case.params.as_slice());
        let (x, mask) = samples::rows(extent, k as u32);
        let (x, mask) = (T::narrow(&x), T::narrow(&mask));
        let masked = if row.masked { function.clone().mask(&mask) } else { function.clone() };
        let found = if case.pass == Pass::Forward {
            let got = T::widen(&gpu.rows(&masked, extent, &x)?);
            compare::rows(&masked, extent, [&T::widen(&x), &[]], &got, T::STORAGE)?
        } else {
            let y: Vec<f32> = reference::rows(&masked, extent, &T::widen(&x))?.into_iter().map(|v| v as f32).collect();
            let (y, dy) = (T::narrow(&y), T::narrow(&samples::upstream(y.len(), k as u32)));
            let from = if row.gradient == Gradient::Output { &y } else { &x };
            let got = T::widen(&gpu.rows_backward(&function, extent, from, &dy)?);
            compare::rows(&function, extent, [&T::widen(from), &T::widen(&dy)], &got, T::STORAGE)?
        };
        inputs += x.len() as u64;
        if found.ulp > worst.ulp {
            (worst, length) = (found, extent.channels);
        }
    }
    let bound = if case.pass == Pass::Forward { row.bounds.forward } else { row.bounds.backward };
    let bound = stored_bound(T::STORAGE, case.pass, bound);
    Ok(vec![Report { length, ..Report::new(case, inputs, &worst, 1, bound) }])
}
