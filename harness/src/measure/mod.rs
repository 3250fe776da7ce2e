//! How fast the functions are on a given adapter, beside plain copies of the same data.
//!
//! Times of a shared machine mean little alone, so every repetition of a job stands between a kernel that only copies as
//! many tensors and a `copy_buffer_to_buffer`; the ratios are medians over repetitions.
//!
//! ```no_run
//! use wgpu_activations::{Gpu, Pass, Storage, activation::GELU};
//! use wgpu_activations_harness::measure::{self, Job};
//! for m in measure::run(&Gpu::new()?, Storage::F32, &[Job::new(&GELU, Pass::Forward)], 1 << 20, 9)? {
//!     println!("{} {}: {:.1} GB/s, {:.2} copies", m.function, m.pass, m.gb_per_s, m.copy_kernel_ratio);
//! }
//! # Ok::<(), wgpu_activations_harness::Error>(())
//! ```

mod chain;
mod clock;
mod copy;
mod session;
mod tensors;
mod verify;

use wgpu_activations::{Gpu, Op, Pass, Storage};

use crate::error::Result;
pub use chain::{Chain, chain};
pub use clock::Timing;
pub use session::{Caches, Sample, Session, WARM_UP};
pub(crate) use verify::{PROBE, Results};

/// What to measure: a pass of a function.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
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

/// Measures the jobs on tensors of `elements` elements, stored so: `repetitions` rounds over all of them. Only passes from
/// tensors to a tensor can be measured.
///
/// # Errors
/// [`Error::WrongAnswer`](crate::Error::WrongAnswer) where a result is not what the reference gives,
/// [`Error::Unmeasured`](crate::Error::Unmeasured), [`Error::NoRow`](crate::Error::NoRow), and whatever the library reports.
pub fn run(gpu: &Gpu, storage: Storage, jobs: &[Job], elements: u64, repetitions: usize) -> Result<Vec<Measurement>> {
    if elements == 0 || jobs.is_empty() {
        return Ok(Vec::new());
    }
    let session = Session::new(gpu, storage, jobs, elements, &mut |_| {})?;
    let mut samples = vec![Vec::new(); jobs.len()];
    for _ in 0..repetitions {
        for (k, samples) in samples.iter_mut().enumerate() {
            samples.push(session.sample(k)?);
        }
    }
    Ok(samples.iter().enumerate().map(|(k, samples)| session.measurement(k, samples)).collect())
}

/// x in [-4, 4) and dy in [-1, 1) of an element: a cheap pattern in which neighbours differ.
pub(crate) fn pattern(i: u64) -> (f32, f32) {
    let phase = |factor: u64| (i.wrapping_mul(factor) % 65536) as f32 / 32768.0 - 1.0;
    (4.0 * phase(40_503), phase(10_007))
}

/// What an output may look like: positive.
pub(crate) fn output(i: u64) -> f32 {
    pattern(i).0.abs() / 8.0
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

/// The number that this part of some numbers, from 0 to 1, does not exceed, or NaN if there are none.
///
/// ```
/// use wgpu_activations_harness::measure::percentile;
/// let numbers: Vec<f64> = (0..=20).map(f64::from).collect();
/// assert_eq!([0.0, 0.05, 0.5, 1.0].map(|part| percentile(numbers.clone(), part)), [0.0, 1.0, 10.0, 20.0]);
/// ```
pub fn percentile(mut values: Vec<f64>, part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get((part * last as f64).round() as usize).copied().unwrap_or(f64::NAN)
}
