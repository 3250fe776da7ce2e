//! The accuracy of gates on a given adapter.

use super::{Stored, dispatch, inputs, stored_bound, stored_ulps};
use crate::error::Result;
use crate::function::{Gate, Gated, Output};
use crate::gate::CRELU;
use crate::gpu::Gpu;
use crate::reference::{self, result};
use crate::tensor::{Extent, Pass, Storage};

/// The outcome of one check of a gate.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GateReport {
    /// The gate.
    pub function: &'static str,
    /// What was computed.
    pub output: Output,
    /// The parameter values.
    pub params: Vec<(&'static str, f32)>,
    /// How many inputs were tried.
    pub inputs: u64,
    /// The largest error in units in the last place of the exact result; infinite where an infinity or a NaN is wrong.
    pub max_ulp: f64,
    /// The a, b and dy with that error; dy does not matter to y.
    pub at: [f32; 3],
    /// What the GPU gave there.
    pub got: f32,
    /// What the reference gives there.
    pub expected: f64,
    /// The error that is promised.
    pub bound: f64,
    /// Whether the promise holds.
    pub ok: bool,
}

/// A gate with its default and its other parameter values: all that there is to check.
pub fn gates(gate: &'static Gate) -> Vec<Gated> {
    let values = |v: &&[f64]| gate.with(v.iter().map(|&v| v as f32).collect::<Vec<f32>>().as_slice());
    std::iter::once(gate.function()).chain(gate.variants.iter().map(values)).collect()
}

/// Checks y, da and db of a gate: every combination of special values of a, b and dy, and a sample of all `f32` and of
/// [-20, 20] for a beside values of every size for b and dy.
///
/// ```no_run
/// use wgpu_activations::{Gpu, check, gate::SWIGLU};
/// let gpu = Gpu::new()?;
/// for report in check::run_gate(&gpu, &SWIGLU.function())? {
///     assert!(report.ok, "{}: {} ULP at {:?}", report.output, report.max_ulp, report.at);
/// }
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
///
/// # Errors
/// Whatever the passes of [`Gpu`] return.
pub fn run_gate(gpu: &Gpu, gated: &Gated) -> Result<[GateReport; 3]> {
    run_gate_on::<f32>(gpu, gated)
}

/// The same for tensors of this storage, whose numbers are those of the samples after rounding; errors count as
/// [`stored_ulps`] has them.
///
/// # Errors
/// Whatever the passes of [`Gpu`] return.
pub fn run_gate_stored(gpu: &Gpu, gated: &Gated, storage: Storage) -> Result<[GateReport; 3]> {
    dispatch!(storage, T => run_gate_on::<T>(gpu, gated))
}

fn run_gate_on<T: Stored>(gpu: &Gpu, gated: &Gated) -> Result<[GateReport; 3]> {
    let gate = gated.gate();
    gate.check_reference()?;
    let params: Vec<f64> = gated.params().iter().map(|&p| p.into()).collect();
    let stored = samples(gate.kinks(&params), &params).map(|values| T::narrow(&values));
    let y = T::widen(&gpu.gate_forward(gated, &stored[0], &stored[1])?);
    let (da, db) = gpu.gate_backward(gated, &stored[0], &stored[1], &stored[2])?;
    let (da, db) = (T::widen(&da), T::widen(&db));
    let [a, b, dy] = stored.map(|values| T::widen(&values));
    let report = |output, got: &[f32]| {
        let start = GateReport {
            function: gate.name,
            output,
            params: gate.params.iter().map(|p| p.name).zip(gated.params().iter().copied()).collect(),
            inputs: a.len() as u64,
            max_ulp: 0.0,
            at: [0.0; 3],
            got: 0.0,
            expected: 0.0,
            bound: stored_bound(T::STORAGE, pass_of(output), gate.bound(output)),
            ok: true,
        };
        let with = |mut worst: GateReport, i: usize| {
            let at = [a[i], b[i], dy[i]];
            let (max_ulp, expected) = error(gated, output, &params, at, got[i], T::STORAGE);
            if max_ulp > worst.max_ulp {
                worst = GateReport { max_ulp, at, got: got[i], expected, ok: max_ulp <= worst.bound, ..worst };
            }
            worst
        };
        (0..a.len()).fold(start, with)
    };
    let of = |(output, got): (Output, &[f32])| report(output, got);
    let jobs = [(Output::Y, &y[..]), (Output::Da, &da), (Output::Db, &db)];
    Ok(std::thread::scope(|scope| {
        let running = jobs.map(|job| (job, scope.spawn(move || of(job))));
        // A thread that panicked is run again, so that its panic is this one's.
        running.map(|(job, thread)| thread.join().unwrap_or_else(|_| of(job)))
    }))
}

/// Checks y and dx of CReLU likewise; `at` is x and the two upstream gradients, and dx goes by the name of `da`.
///
/// # Errors
/// Whatever the passes of [`Gpu`] return.
pub fn run_crelu(gpu: &Gpu) -> Result<[GateReport; 2]> {
    run_crelu_on::<f32>(gpu)
}

/// The same for tensors of this storage.
///
/// # Errors
/// Whatever the passes of [`Gpu`] return.
pub fn run_crelu_stored(gpu: &Gpu, storage: Storage) -> Result<[GateReport; 2]> {
    dispatch!(storage, T => run_crelu_on::<T>(gpu))
}

fn run_crelu_on<T: Stored>(gpu: &Gpu) -> Result<[GateReport; 2]> {
    let [x, dy1, dy2] = samples([vec![0.0], Vec::new()], &[]).map(|values| T::rounded(&values));
    // As many blocks of one element: the two values of an element lie side by side.
    let extent = Extent::from(x.len());
    let dy: Vec<f32> = dy1.iter().zip(&dy2).flat_map(|(&p, &q)| [p, q]).collect();
    let stored = T::narrow(&x);
    let y = T::widen(&gpu.crelu(&stored, extent)?);
    let dx = T::widen(&gpu.crelu_backward(&stored, &T::narrow(&dy), extent)?);
    let (ref_y, ref_dx) = (reference::crelu(&x, extent)?, reference::crelu_backward(&x, &dy, extent)?);
    let report = |output, got: &[f32], expected: &[f64]| {
        let per_input = got.len() / x.len();
        let error = |i: &usize| stored_ulps(T::STORAGE, got[*i], expected[*i], expected[*i]);
        let i = (0..got.len()).max_by(|i, j| error(i).total_cmp(&error(j))).unwrap_or(0);
        let (k, max_ulp) = (i / per_input, error(&i));
        GateReport {
            function: CRELU.name,
            output,
            params: Vec::new(),
            inputs: x.len() as u64,
            max_ulp,
            at: [x[k], dy1[k], dy2[k]],
            got: got[i],
            expected: expected[i],
            bound: 0.0,
            ok: max_ulp <= 0.0,
        }
    };
    Ok([report(Output::Y, &y, &ref_y), report(Output::Da, &dx, &ref_dx)])
}

/// a, b and dy.
fn samples(kinks: [Vec<f64>; 2], params: &[f64]) -> [Vec<f32>; 3] {
    let inf = f32::INFINITY;
    let special = [0.0, 1.0, 0.37, 7.7, 90.0, 1e-20, 1e20, 1e-42, f32::MIN_POSITIVE, f32::MAX, inf, f32::NAN];
    let values = |kinks: &[f64]| -> Vec<f32> {
        let kinks = kinks.iter().map(|&k| k as f32).flat_map(|k| [k, k.next_up(), k.next_down()]);
        special.into_iter().chain(kinks).flat_map(|v| [v, -v]).collect()
    };
    let (first, second, third) = (values(&kinks[0]), values(&kinks[1]), values(&[]));
    let mut all = [Vec::new(), Vec::new(), Vec::new()];
    for &a in &first {
        for &b in &second {
            for &dy in &third {
                [a, b, dy].into_iter().zip(&mut all).for_each(|(v, all)| all.push(v));
            }
        }
    }
    // The others' sizes must not depend on that of a: they go through the sample in other orders.
    let sample = inputs(&kinks[0], params);
    let size = sample.len();
    for (k, all) in all.iter_mut().enumerate() {
        all.extend((0..size).map(|i| sample[(i * [1, 7919, 104_729][k] + 13 * k) % size]));
    }
    all
}

fn pass_of(output: Output) -> Pass {
    if output == Output::Y { Pass::Forward } else { Pass::Backward }
}

/// The error of one result, and the exact one.
pub(crate) fn error(
    gated: &Gated,
    output: Output,
    params: &[f64],
    at: [f32; 3],
    got: f32,
    storage: Storage,
) -> (f64, f64) {
    let expected = result(gated, output, params, at);
    if expected.is_nan() && at.iter().any(|v| v.is_nan()) {
        return (stored_ulps(storage, got, expected, 1.0), expected);
    }
    let [a, b, dy] = at.map(f64::from);
    let dy = if output == Output::Y { 1.0 } else { dy };
    let [f, g] = gated.gate().factors(output, a, b, params);
    // What overflows or underflows in a factor does so in a product of f32; and infinity times what counts as 0 may be
    // anything.
    let (tiny, most) = (f64::from(f32::MIN_POSITIVE), f64::from(f32::MAX));
    let under = |v: f64| v != 0.0 && v.abs() < tiny;
    let over = |v: f64| v.is_finite() && v.abs() > most;
    if [f, g, dy].into_iter().any(|v| under(v) || over(v)) {
        let limit: f64 = [f, g, dy].into_iter().map(|v| if under(v) { tiny } else { v.abs() }).product();
        if over(f) || over(g) || limit.is_nan() || limit > most || f64::from(got).abs() <= limit.max(tiny) {
            return (0.0, expected);
        }
    }
    let unit = expected.abs().max(gated.gate().largest(output, a, b, params) * dy.abs());
    (stored_ulps(storage, got, expected, unit), expected)
}
