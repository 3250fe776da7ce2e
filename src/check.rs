//! How accurate the functions are on a given adapter: every pass against the `f64` reference, in ULP.
//!
//! ```no_run
//! use wgpu_activations::{Gpu, activation::GELU, check, Pass};
//! let gpu = Gpu::new()?;
//! let report = check::run(&gpu, &GELU.function(), Pass::Backward)?;
//! assert!(report.ok, "{} ULP at {}", report.max_ulp, report.at);
//! # Ok::<(), wgpu_activations::Error>(())
//! ```

mod rows;

#[doc(hidden)]
pub use rows::row_error;
pub(crate) use rows::stored_error as stored_row_error;
pub use rows::{RowReport, row_passes, run_rows, run_rows_stored};
mod gated;
mod stored;

pub(crate) use gated::error as gate_error;
pub use gated::{GateReport, gates, run_crelu, run_crelu_stored, run_gate, run_gate_stored};
pub(crate) use stored::{Stored, dispatch, finer};
pub use stored::{stored_bound, stored_ulps};

use crate::error::{Error, Result};
use crate::function::{Activation, Function, Kinks};
use crate::gpu::Gpu;
use crate::tensor::{Extent, Pass, Storage};

/// Samples in each binade of either sign.
const PER_BINADE: u32 = 512;
/// Samples in [-20, 20], where activations live.
const DENSE: u32 = 1 << 20;

/// The outcome of one check.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// The function.
    pub function: &'static str,
    /// What was computed.
    pub pass: Pass,
    /// The parameter values.
    pub params: Vec<(&'static str, f32)>,
    /// Whose gradients at kinks.
    pub kinks: Kinks,
    /// How many inputs were tried.
    pub inputs: u64,
    /// The largest error in units in the last place of the exact result, as it is stored; infinite where an infinity or a
    /// NaN is wrong.
    pub max_ulp: f64,
    /// The input with that error.
    pub at: f32,
    /// What the GPU gave there.
    pub got: f32,
    /// What the reference gives there.
    pub expected: f64,
    /// The error that is promised.
    pub bound: f64,
    /// Whether the promise holds.
    pub ok: bool,
}

/// All that there is to check of a function: its passes with default and other parameter values, and gradients where other
/// systems choose another one at kinks.
pub fn passes(activation: &'static Activation) -> Vec<(Function<'static>, Pass)> {
    let variants = activation.variants.iter().map(|values| {
        let values: Vec<f32> = values.iter().map(|&v| v as f32).collect();
        activation.with(values.as_slice())
    });
    let functions: Vec<_> = std::iter::once(activation.function()).chain(variants).collect();
    let all = functions.iter().flat_map(|f| activation.passes().into_iter().map(move |pass| (f.clone(), pass)));
    let all = all.filter(|(f, pass)| f.check_values(*pass).is_ok());
    let systems = Kinks::ALL.into_iter().filter(|&k| activation.differs(k));
    let others = systems.flat_map(|k| functions.iter().map(move |f| (f.clone().kinks(k), Pass::Backward)));
    all.chain(others).collect()
}

/// Checks one pass of a function on a sample of all `f32`: every binade of both signs, [-20, 20] densely, kinks and their
/// neighbours, zeros, subnormals, infinities and NaN. Upstream gradients are 1.
///
/// # Errors
/// [`Error::NoReference`], and whatever the passes of [`Gpu`] return.
pub fn run(gpu: &Gpu, function: &Function<'_>, pass: Pass) -> Result<Report> {
    run_on::<f32>(gpu, function, pass)
}

/// The same for tensors of this storage: of 16 bits, on every number there is. Errors of 16-bit results count in units in
/// their last place, as [`stored_ulps`] does; gradients of parameters are `f32`.
///
/// ```no_run
/// use wgpu_activations::{Gpu, Pass, Storage, activation::GELU, check};
/// let report = check::run_stored(&Gpu::new()?, &GELU.function(), Pass::Forward, Storage::Bf16)?;
/// assert!(report.inputs == 65_536 && report.max_ulp < 0.51);
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
///
/// # Errors
/// As [`run`].
pub fn run_stored(gpu: &Gpu, function: &Function<'_>, pass: Pass, storage: Storage) -> Result<Report> {
    dispatch!(storage, T => run_on::<T>(gpu, function, pass))
}

fn run_on<T: Stored>(gpu: &Gpu, function: &Function<'_>, pass: Pass) -> Result<Report> {
    let a = function.activation();
    if !a.has_reference() {
        return Err(Error::NoReference { function: a.name });
    }
    let params: Vec<f64> = function.params().iter().map(|&v| f64::from(v)).collect();
    let mut x = T::every().unwrap_or_else(|| inputs(&(a.kinks)(&params), &params));
    if pass == Pass::BackwardFromOutput {
        // Outputs are what this pass takes.
        for v in &mut x {
            *v = if v.is_nan() { *v } else { (a.value)(f64::from(*v), &params) as f32 };
        }
    }
    let stored = T::narrow(&x);
    let ones = T::narrow(&vec![1.0; x.len()]);
    let (got, storage) = match pass {
        Pass::Forward => (T::widen(&gpu.forward(function, &stored)?), T::STORAGE),
        Pass::Backward => (T::widen(&gpu.backward(function, &stored, &ones)?), T::STORAGE),
        Pass::BackwardFromOutput => (T::widen(&gpu.backward_from_output(function, &stored, &ones)?), T::STORAGE),
        Pass::ParamGradient(k) => {
            // One channel for each element: sums of one term.
            let values: Vec<f32> = function.params().iter().flat_map(|&v| vec![v; x.len()]).collect();
            let extent = Extent { outer: 1, channels: x.len() as u64, inner: 1 };
            let function = function.clone().per_channel(&values, extent);
            (gpu.param_gradient(function, a.params[k].name, &stored, &ones)?, Storage::F32)
        }
    };
    let worst = worst(function, pass, &params, &T::widen(&stored), &got, storage);
    let bound = stored_bound(storage, pass, a.bound(pass));
    Ok(Report {
        function: a.name,
        pass,
        params: a.params.iter().map(|p| p.name).zip(function.params().iter().copied()).collect(),
        kinks: function.choice(),
        inputs: x.len() as u64,
        max_ulp: worst.ulp,
        at: worst.at,
        got: worst.got,
        expected: worst.expected,
        bound,
        ok: worst.ulp <= bound,
    })
}

/// The sample of inputs.
fn inputs(kinks: &[f64], params: &[f64]) -> Vec<f32> {
    let mut state = 1u32;
    // The constants of Numerical Recipes' 32-bit generator; the high bits are the better ones.
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 9
    };
    let mut x = vec![0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, f32::MAX, f32::MIN, f32::MIN_POSITIVE];
    let stride = (1 << 23) / PER_BINADE;
    for exponent in 0..255u32 {
        for k in 0..PER_BINADE {
            let bits = (exponent << 23) + k * stride + random() % stride;
            x.extend([f32::from_bits(bits), f32::from_bits(bits | 1 << 31)]);
        }
    }
    x.extend((0..DENSE).map(|_| (random() as f32 / (1 << 22) as f32 - 1.0) * 20.0));
    // log(f32::MAX) and its half and quarter are where naive formulas overflow.
    let special = [1.0, 44.36, 22.18, 88.72, 88.73, 103.97].into_iter().flat_map(|v| [v, -v]);
    for v in special.chain(kinks.iter().copied()).chain(params.iter().copied()) {
        let v = v as f32;
        x.extend([v, v.next_up(), v.next_down()]);
    }
    x
}

#[derive(Clone, Copy)]
struct Worst {
    ulp: f64,
    at: f32,
    got: f32,
    expected: f64,
}

/// The largest error; the reference runs on all cores.
fn worst(function: &Function<'_>, pass: Pass, params: &[f64], x: &[f32], got: &[f32], storage: Storage) -> Worst {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let piece = x.len().div_ceil(threads).max(1);
    let start = Worst { ulp: 0.0, at: 0.0, got: 0.0, expected: 0.0 };
    let of_piece = |(x, got): (&[f32], &[f32])| {
        x.iter()
            .zip(got)
            .map(|(&x, &got)| error(function, pass, params, x, got, storage))
            .fold(start, |w, e| if e.ulp > w.ulp { e } else { w })
    };
    std::thread::scope(|scope| {
        let pieces = x.chunks(piece).zip(got.chunks(piece));
        let running: Vec<_> = pieces.map(|p| scope.spawn(move || of_piece(p))).collect();
        let done = running.into_iter().filter_map(|thread| thread.join().ok());
        done.fold(start, |w, e| if e.ulp > w.ulp { e } else { w })
    })
}

/// The error of one result.
fn error(function: &Function<'_>, pass: Pass, params: &[f64], x: f32, got: f32, storage: Storage) -> Worst {
    let a = function.activation();
    let v = f64::from(x);
    let expected = match pass {
        _ if x.is_nan() => f64::NAN,
        Pass::Forward => (a.value)(v, params),
        Pass::Backward => function.dx()(v, params),
        Pass::BackwardFromOutput => a.dx_from_y.map_or(f64::NAN, |dx| dx(v, params)),
        Pass::ParamGradient(k) => a.params[k].gradient.map_or(f64::NAN, |d| d(v, params)),
    };
    Worst { ulp: stored_ulps(storage, got, expected, a.largest_term(pass, v, params)), at: x, got, expected }
}

/// The distance between a result and the exact value, in units in the last place of that value, or of the largest term
/// where that is larger ([`Activation::largest_term`]). Results below the smallest normal number may be anything between
/// 0 and that.
pub fn ulps(got: f32, expected: f64, largest_term: f64) -> f64 {
    const SMALLEST: f64 = f32::MIN_POSITIVE as f64;
    let value = f64::from(got);
    if expected.is_nan() || got.is_nan() {
        return if expected.is_nan() && got.is_nan() { 0.0 } else { f64::INFINITY };
    }
    if expected.abs() < SMALLEST && value.abs() <= SMALLEST {
        return 0.0;
    }
    if got.is_infinite() || expected.is_infinite() {
        // An infinity is right from half a unit beyond the largest number on.
        let beyond = expected.abs() >= f64::from(f32::MAX) + 2f64.powi(103);
        let same_side = got.is_infinite() && beyond && value.signum() == expected.signum();
        return if same_side { 0.0 } else { f64::INFINITY };
    }
    let unit = expected.abs().max(largest_term.abs()).max(SMALLEST);
    let exponent = (unit.to_bits() >> 52) as i32 - 1023;
    (value - expected).abs() / 2f64.powi(exponent - 23)
}
