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

mod tensors;
mod verify;

use std::time::Duration;

use crate::error::Result;
use crate::gpu::Gpu;
use crate::plan::{Pass, Storage, Subject};
use tensors::{Arity, Tensors, Work};

/// A submission is made to last about this long, so that its own cost hardly counts.
const BATCH: Duration = Duration::from_millis(8);

/// What to measure: a pass of a function.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    /// The function.
    pub of: Subject,
    /// The pass.
    pub pass: Pass,
    /// The length of rows, for functions of rows.
    pub length: u64,
}

impl Job {
    /// A pass of an elementwise function.
    pub fn new(of: impl Into<Subject>, pass: Pass) -> Self {
        Self { of: of.into(), pass, length: 1 }
    }

    /// A pass of a function of rows of this length.
    pub fn rows(of: impl Into<Subject>, pass: Pass, length: u64) -> Self {
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
    /// Median seconds of a call, by the wall clock over many calls in one submission.
    pub seconds: f64,
    /// Bytes read once and written once, per second.
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
    let tensors = Tensors::new(gpu, elements, storage)?;
    let copies = Arity::ALL.map(|arity| tensors.bind_copy(gpu, arity)).into_iter().collect::<Result<Vec<_>>>()?;
    let bound = |&job: &Job| Ok((job, tensors.bind_job(gpu, &job)?));
    let jobs = jobs.iter().map(bound).collect::<Result<Vec<_>>>()?;

    // The first calls warm up, check the answers, and tell how many calls fill a batch.
    for (job, bound) in &jobs {
        tensors.time(gpu, &Work::Kernel(bound), 1)?;
        tensors.verify(gpu, job)?;
    }
    for copy in &copies {
        tensors.time(gpu, &Work::Kernel(copy), 1)?;
    }
    let once = tensors.time(gpu, &Work::Kernel(&copies[0]), 4)?;
    let calls = (BATCH.as_secs_f64() / once).ceil().clamp(1.0, 256.0) as u32;

    let total = repetitions * jobs.len();
    let mut samples = vec![Vec::new(); jobs.len()];
    for repetition in 0..repetitions {
        for (k, ((job, bound), samples)) in jobs.iter().zip(&mut samples).enumerate() {
            progress(repetition * jobs.len() + k, total);
            let copy = &copies[Arity::of(job) as usize];
            let [kernel, own, buffer] =
                [Work::Kernel(copy), Work::Kernel(bound), Work::BufferCopy].map(|work| tensors.time(gpu, &work, calls));
            samples.push([own?, kernel?, buffer?]);
        }
    }
    progress(total, total);
    let result = jobs.iter().zip(&samples).map(|((job, _), samples)| {
        let of = |value: &dyn Fn(&[f64; 3]) -> f64| median(samples.iter().map(value).collect());
        let seconds = of(&|s| s[0]);
        // Jobs may leave a rest of the tensors that copies go through.
        let (used, moved) = tensors.moved(job);
        let copied = |tensors: f64| tensors * elements as f64 / moved;
        Measurement {
            function: job.of.name(),
            pass: job.pass,
            storage,
            elements: used,
            length: job.length,
            seconds,
            gb_per_s: 1e-9 * storage.bytes() as f64 * moved / seconds,
            copy_kernel_ratio: of(&|s| s[0] / s[1]) * copied(Arity::of(job).tensors()),
            buffer_copy_ratio: of(&|s| s[0] / s[2]) * copied(2.0),
        }
    });
    Ok(result.collect())
}

/// The middle of some numbers, or NaN if there are none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
