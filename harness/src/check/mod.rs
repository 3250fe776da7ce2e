//! How accurate functions are on a given adapter: every pass against the `f64` reference, in ULP.
//!
//! ```no_run
//! use wgpu_activations::{Gpu, Pass, Storage, gate::SWIGLU};
//! use wgpu_activations_harness::check::{self, Case};
//! let gpu = Gpu::new()?;
//! for report in check::run(&gpu, &Case::new(&SWIGLU, Pass::Backward), Storage::F32)? {
//!     assert!(report.ok, "{report}"); // of da, and of db
//! }
//! # Ok::<(), wgpu_activations_harness::Error>(())
//! ```

mod case;
mod report;
mod samples;

#[cfg(feature = "gpu")]
use rayon::prelude::*;
use wgpu_activations::gate::{Doubling, Output};
use wgpu_activations::row::{Gradient, RowFunction};
use wgpu_activations::{Activation, Extent, Gate, Op, Pass, Storage, reference};

use crate::compare::{self, NO_REFERENCE, Stored, Worst, dispatch, stored_bound};
pub use crate::compare::{row_error, stored_ulps, ulps};
pub use case::Case;
pub use report::Report;

pub use crate::device::{Device, Runner};
use crate::error::{Error, Result};
#[cfg(feature = "gpu")]
use crate::model::{Driver, Model};

/// Checks a pass with tensors of a storage: one report for each result, so two of a gate's backward pass.
///
/// * Functions of one number are tried on every number of 16 bits, else on a sample of all `f32`. That holds every binade
///   of both signs, [-20, 20] densely, kinks and their neighbours, zeros, subnormals, infinities and NaN. Upstream gradients
///   are 1.
/// * Gates and CReLU are tried on that sample beside values of every size, and on every combination of special values.
/// * Functions of rows are tried on rows of 1 to 300,001 elements: near each other and far apart, with ties, dominant
///   elements, infinities and NaN.
///
/// Errors of 16-bit results count as [`stored_ulps`] has them; gradients of parameters are `f32`.
///
/// ```no_run
/// use wgpu_activations::{Gpu, Pass, Storage, activation::GELU};
/// use wgpu_activations_harness::check::{self, Case};
/// let reports = check::run(&Gpu::new()?, &Case::new(&GELU, Pass::Forward), Storage::Bf16)?;
/// assert!(reports[0].inputs == 65_536 && reports[0].max_ulp < 0.51);
/// # Ok::<(), wgpu_activations_harness::Error>(())
/// ```
///
/// # Errors
/// [`Error::Unchecked`] for a function without a reference, and whatever the passes of the [`Device`] return.
pub fn run(gpu: &impl Device, case: &Case, storage: Storage) -> Result<Vec<Report>> {
    dispatch!(storage, T => match case.of {
        Op::Activation(activation) => elements::<T>(gpu, case, activation),
        Op::Gate(g) => gate::<T>(gpu, case, g),
        Op::RowFunction(row) => rows::<T>(gpu, case, row),
        Op::Doubling(function) => doubling::<T>(gpu, case, function),
        _ => Err(Error::Unchecked { function: case.of.name(), reason: "no check knows this kind of function" }),
    })
}

/// The same on the model of each of these drivers: of each result the report of the driver with the largest error, or of the first
/// whose infinities or NaN are wrong.
///
/// ```
/// use wgpu_activations::{Pass, Storage, activation::RELU};
/// use wgpu_activations_harness::check::{self, Case};
/// use wgpu_activations_harness::model::Driver;
/// let case = Case::new(&RELU, Pass::Forward).thinned(512);
/// let worst = check::modelled(&case, Storage::F32, Driver::ALL)?;
/// assert!(worst[0].1.ok);
/// # Ok::<(), wgpu_activations_harness::Error>(())
/// ```
///
/// # Errors
/// As [`run`].
#[cfg(feature = "gpu")]
pub fn modelled(case: &Case, storage: Storage, drivers: &[Driver]) -> Result<Vec<(Driver, Report)>> {
    let each = |&driver: &Driver| Ok((driver, run(&Model::new(driver), case, storage)?));
    let all: Vec<(Driver, Vec<Report>)> = drivers.par_iter().map(each).collect::<Result<_>>()?;
    let mut worst: Vec<(Driver, Report)> = Vec::new();
    for (driver, reports) in all {
        for (k, report) in reports.into_iter().enumerate() {
            match worst.get_mut(k) {
                Some(known) if report.max_ulp > known.1.max_ulp => *known = (driver, report),
                Some(_) => {}
                None => worst.push((driver, report)),
            }
        }
    }
    Ok(worst)
}

/// Checks a pass of a function of one number on all 2^32 inputs, in pieces, after each of which `progress` is told how many are
/// done. It takes minutes, most of them for the reference, on all cores.
///
/// ```no_run
/// use wgpu_activations::{Gpu, Pass, activation::RELU};
/// use wgpu_activations_harness::check::{self, Case};
/// let report = check::exhaustive(&Gpu::new()?, &Case::new(&RELU, Pass::Forward), |_| ())?;
/// assert!(report.ok && report.inputs == 1 << 32);
/// # Ok::<(), wgpu_activations_harness::Error>(())
/// ```
///
/// # Errors
/// As [`run`]; [`Error::Unchecked`] for other functions, and for gradients of parameters, which [`run`] samples.
pub fn exhaustive(gpu: &impl Device, case: &Case, mut progress: impl FnMut(u64)) -> Result<Report> {
    const PIECE: u64 = 1 << 22;
    let (Op::Activation(a), false) = (case.of, matches!(case.pass, Pass::ParamGradient(_))) else {
        return Err(Error::Unchecked {
            function: case.of.name(),
            reason: "only one number's values and derivatives can all be tried",
        });
    };
    if !a.has_reference() {
        return Err(Error::Unchecked { function: a.name, reason: NO_REFERENCE });
    }
    let function = a.with(case.params.as_slice()).kinks(case.kinks);
    let function = if case.pass == Pass::BackwardFromOutput { function.from_output() } else { function };
    let (ones, mut worst) = (vec![1.0; PIECE as usize], Worst::default());
    for first in (0..1u64 << 32).step_by(PIECE as usize) {
        let x: Vec<f32> = (first..first + PIECE).map(|bits| f32::from_bits(bits as u32)).collect();
        let got = match case.pass {
            Pass::Forward => gpu.forward(&function, &x)?,
            _ => gpu.backward(&function, &x, &ones)?,
        };
        worst = worst.max(compare::elements(a, &function, case.pass, [&x, &ones], &got, Storage::F32)?);
        progress(first + PIECE);
    }
    Ok(Report::new(case, 1 << 32, &worst, 1, a.bound(case.pass)))
}

fn elements<T: Stored>(gpu: &impl Device, case: &Case, a: &'static Activation) -> Result<Vec<Report>> {
    if !a.has_reference() {
        return Err(Error::Unchecked { function: a.name, reason: NO_REFERENCE });
    }
    let (function, params) = (a.with(case.params.as_slice()).kinks(case.kinks), case.wide_params());
    let mut x = T::every().unwrap_or_else(|| samples::numbers(&(a.kinks)(&params), &params, case.thin));
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
        Pass::BackwardFromOutput => {
            (T::widen(&gpu.backward(&function.clone().from_output(), &stored, &ones)?), T::STORAGE)
        }
        Pass::ParamGradient(k) => {
            // One channel for each element: sums of one term.
            let values: Vec<f32> = case.params.iter().flat_map(|&v| vec![v; x.len()]).collect();
            let extent = Extent { outer: 1, channels: x.len() as u64, inner: 1 };
            let function = function.clone().per_channel(values, extent);
            let name = a.params.get(k).map_or("", |param| param.name);
            (gpu.param_gradient(&function, name, &stored, &ones)?, Storage::F32)
        }
        _ => (T::widen(&gpu.backward(&function, &stored, &ones)?), T::STORAGE),
    };
    let worst = compare::elements(a, &function, case.pass, [&T::widen(&stored), &T::widen(&ones)], &got, storage)?;
    let bound = stored_bound(storage, case.pass, a.bound(case.pass));
    Ok(vec![Report::new(case, x.len() as u64, &worst, 1, bound)])
}

fn gate<T: Stored>(gpu: &impl Device, case: &Case, gate: &'static Gate) -> Result<Vec<Report>> {
    let (gated, params) = (gate.with(case.params.as_slice()), case.wide_params());
    if !gate.has_reference() {
        return Err(Error::Unchecked { function: gate.name, reason: NO_REFERENCE });
    }
    let stored = samples::triples(gate.kinks(&params), &params, case.thin).map(|values| T::narrow(&values));
    let [a, b, dy] = &stored;
    let inputs = stored.each_ref().map(|values| T::widen(values));
    let inputs = inputs.each_ref().map(Vec::as_slice);
    let report = |output, worst: &Worst| {
        let bound = stored_bound(T::STORAGE, case.pass, gate.bound(output));
        Report { output: Some(output), ..Report::new(case, a.len() as u64, worst, 3, bound) }
    };
    if case.pass == Pass::Forward {
        let y = T::widen(&gpu.forward(&gated, (a, b))?);
        let [worst] = compare::gate(gate, &gated, [Output::Y], inputs, [&y], T::STORAGE)?;
        return Ok(vec![report(Output::Y, &worst)]);
    }
    let (da, db) = gpu.backward(&gated, (a, b), dy)?;
    let outputs = [Output::Da, Output::Db];
    let worst = compare::gate(gate, &gated, outputs, inputs, [&T::widen(&da), &T::widen(&db)], T::STORAGE)?;
    Ok(outputs.into_iter().zip(&worst).map(|(output, worst)| report(output, worst)).collect())
}

fn doubling<T: Stored>(gpu: &impl Device, case: &Case, function: &'static Doubling) -> Result<Vec<Report>> {
    let [x, dy1, dy2] = samples::triples([vec![0.0], Vec::new()], &[], case.thin);
    // As many blocks of one element: the two values of an element lie side by side.
    let (extent, dy) = (Extent::from(x.len()), dy1.iter().zip(&dy2).flat_map(|(&p, &q)| [p, q]).collect::<Vec<f32>>());
    let (x, dy) = (T::narrow(&x), T::narrow(&dy));
    let got = match case.pass {
        Pass::Forward => gpu.forward(&function.along(extent), &x)?,
        _ => gpu.backward(&function.along(extent), &x, &dy)?,
    };
    let worst = compare::doubling(function, case.pass, [&T::widen(&x), &T::widen(&dy)], &T::widen(&got), T::STORAGE)?;
    Ok(vec![Report::new(case, x.len() as u64, &worst, 3, 0.0)])
}

fn rows<T: Stored>(gpu: &impl Device, case: &Case, row: &'static RowFunction) -> Result<Vec<Report>> {
    let (mut worst, mut inputs, mut length) = (Worst::default(), 0, 0);
    for (k, extent) in samples::shapes(case.thin).enumerate() {
        let function = row.with(case.params.as_slice()).along(extent);
        let (x, mask) = samples::rows(extent, k as u32, case.thin);
        let (x, mask) = (T::narrow(&x), T::narrow(&mask));
        let masked = if row.masked { function.clone().mask(&mask) } else { function.clone() };
        let found = if case.pass == Pass::Forward {
            let got = T::widen(&gpu.forward(&masked, &x)?);
            compare::rows(&masked, [&T::widen(&x), &[]], &got, T::STORAGE)?
        } else {
            let y: Vec<f32> = reference::forward(&masked, &x)?.into_iter().map(|v| v as f32).collect();
            let (y, dy) = (T::narrow(&y), T::narrow(&samples::upstream(y.len(), k as u32)));
            let from = if row.gradient == Gradient::Output { &y } else { &x };
            let got = T::widen(&gpu.backward(&function, from, &dy)?);
            compare::rows(&function, [&T::widen(from), &T::widen(&dy)], &got, T::STORAGE)?
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
