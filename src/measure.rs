//! How fast the functions are on a given adapter, beside plain copies of the same data.
//!
//! Times of a shared machine mean little alone, so every repetition of a job stands between a kernel that only copies as
//! many tensors and a `copy_buffer_to_buffer`; the ratios are medians over repetitions.
//!
//! ```no_run
//! use wgpu_activations::{Gpu, Pass, activation::GELU, measure::{self, Job}};
//! let gpu = Gpu::new()?;
//! for m in measure::run(&gpu, &[Job::new(&GELU, Pass::Forward)], 1 << 20, 9, &mut |_, _| {})? {
//!     println!("{} {}: {:.1} GB/s, {:.2} copies", m.function, m.pass, m.gb_per_s, m.copy_kernel_ratio);
//! }
//! # Ok::<(), wgpu_activations::Error>(())
//! ```

mod chain;
mod clock;
mod session;
mod tensors;
mod verify;

pub use chain::{Chain, chain};
pub use session::{Sample, Session, Timing};

use crate::error::Result;
use crate::function::Op;
use crate::gpu::Gpu;
use crate::tensor::{Pass, Storage};

/// What to measure: a pass of a function.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    /// The function.
    pub of: Op,
    /// The pass.
    pub pass: Pass,
    /// The length of rows, for functions of rows.
    pub length: u64,
}

impl Job {
    /// A pass of an elementwise function.
    pub fn new(of: impl Into<Op>, pass: Pass) -> Self {
        Self { of: of.into(), pass, length: 1 }
    }

    /// A pass of a function of rows of this length.
    pub fn rows(of: impl Into<Op>, pass: Pass, length: u64) -> Self {
        Self { length: length.max(1), ..Self::new(of, pass) }
    }
}

/// The speed of one pass of a function.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Measurement {
    /// The function.
    pub function: &'static str,
    /// What was computed.
    pub pass: Pass,
    /// How the numbers of its tensors are stored.
    pub storage: Storage,
    /// Elements of each tensor.
    pub elements: u64,
    /// The length of its rows; 1 for elementwise functions.
    pub length: u64,
    /// Whether times of calls are by the device's clock; else they are by the wall clock, over many calls in one submission.
    pub by_device: bool,
    /// Median seconds of a call.
    pub seconds: f64,
    /// The lower and the upper quartile of these.
    pub spread: [f64; 2],
    /// Median seconds of a call in a submission of its own until it is done, by the wall clock.
    pub alone: f64,
    /// Bytes read once and written once.
    pub bytes: f64,
    /// Billions of these bytes per second.
    pub gb_per_s: f64,
    /// Median of the time over that of a kernel that only copies, for as many bytes from as many tensors.
    pub copy_kernel_ratio: f64,
    /// Median of the time over that of `copy_buffer_to_buffer` for as many bytes.
    pub buffer_copy_ratio: f64,
}

/// Measures the jobs on tensors of `elements` elements: `repetitions` rounds over all of them. `progress` is told how many
/// steps of how many are done. Only passes from tensors to a tensor can be measured.
///
/// # Errors
/// [`WrongAnswer`](crate::Error::WrongAnswer) where a result is not what the reference gives,
/// [`NoReference`](crate::Error::NoReference) where there is none, and whatever [`Gpu`] returns.
pub fn run(
    gpu: &Gpu,
    jobs: &[Job],
    elements: u64,
    repetitions: usize,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Vec<Measurement>> {
    run_stored(gpu, Storage::F32, jobs, elements, repetitions, progress)
}

/// The same with tensors of this storage, beside copies of as many bytes.
///
/// # Errors
/// As [`run`], and [`Unsupported`](crate::Error::Unsupported) where there is no kernel.
pub fn run_stored(
    gpu: &Gpu,
    storage: Storage,
    jobs: &[Job],
    elements: u64,
    repetitions: usize,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Vec<Measurement>> {
    if elements == 0 || jobs.is_empty() {
        return Ok(Vec::new());
    }
    let session = Session::new(gpu, storage, jobs, elements, &mut |_| {})?;
    let total = repetitions * jobs.len();
    let mut samples = vec![Vec::new(); jobs.len()];
    for repetition in 0..repetitions {
        for (k, samples) in samples.iter_mut().enumerate() {
            progress(repetition * jobs.len() + k, total);
            samples.push(session.sample(k)?);
        }
    }
    progress(total, total);
    Ok(samples.iter().enumerate().map(|(k, samples)| session.measurement(k, samples)).collect())
}

/// x in [-4, 4) and dy in [-1, 1) of an element: a cheap pattern in which neighbours differ.
fn pattern(i: u64) -> (f32, f32) {
    let phase = |factor: u64| (i.wrapping_mul(factor) % 65536) as f32 / 32768.0 - 1.0;
    (4.0 * phase(40_503), phase(10_007))
}

/// What an output may look like: positive.
fn output(i: u64) -> f32 {
    pattern(i).0.abs() / 8.0
}

/// The x, y and dy that are measured on, for those who measure something else beside.
///
/// ```
/// let [x, y, dy] = wgpu_activations::measure::inputs(4);
/// assert!(x.iter().zip(&y).zip(&dy).all(|((x, y), dy)| x.abs() <= 4.0 && *y >= 0.0 && dy.abs() <= 1.0));
/// ```
pub fn inputs(elements: u64) -> [Vec<f32>; 3] {
    let all = |value: fn(u64) -> f32| (0..elements).map(value).collect();
    [all(|i| pattern(i).0), all(output), all(|i| pattern(i).1)]
}

/// The middle of some numbers, or NaN if there are none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The quartiles of some numbers, or NaN if there are none.
pub fn spread(mut values: Vec<f64>) -> [f64; 2] {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    [last / 4, last - last / 4].map(|k| values.get(k).copied().unwrap_or(f64::NAN))
}
