//! Jobs that are compiled, checked and warm, to be timed one sample at a time.

use std::time::{Duration, Instant};

use super::clock::Clock;
use super::tensors::{Arity, Tensors, words};
use super::{Job, Measurement, median, spread};
use crate::error::Result;
use crate::gpu::{Bound, Gpu};
use crate::tensor::Storage;

/// A submission is made to last about this long, so that its own cost hardly counts.
const BATCH: Duration = Duration::from_millis(8);

/// Seconds of a call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Timing {
    /// By the wall clock, over many calls in one submission.
    pub wall: f64,
    /// By the device's clock, where that told the time.
    pub device: Option<f64>,
}

/// The times of one job and of copies beside it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Sample {
    /// A call of the job, one of many in a submission.
    pub call: Timing,
    /// A kernel that only copies, from as many tensors to as many.
    pub copy_kernel: Timing,
    /// `copy_buffer_to_buffer` of a tensor.
    pub buffer_copy: f64,
    /// A call in a submission of its own, until it is done.
    pub alone: f64,
}

/// Jobs on tensors of one size, ready to be timed.
///
/// Whoever measures something else beside them takes turns: `sample` a job, then time the other.
///
/// ```no_run
/// use wgpu_activations::measure::{Job, Session};
/// use wgpu_activations::{Gpu, Pass, Storage, activation::GELU};
/// let gpu = Gpu::new()?;
/// let jobs = [Job::new(&GELU, Pass::Forward)];
/// let session = Session::new(&gpu, Storage::F32, &jobs, 1 << 20, &mut |_| {})?;
/// let samples = (0..9).map(|_| session.sample(0)).collect::<Result<Vec<_>, _>>()?;
/// let [upload, download] = session.transfers()?;
/// println!("{:?}, {upload} s up and {download} s down", session.measurement(0, &samples));
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
pub struct Session<'a> {
    gpu: &'a Gpu,
    tensors: Tensors,
    copies: Vec<Bound>,
    jobs: Vec<(Job, Bound)>,
    calls: u32,
    clock: Option<Clock>,
}

impl<'a> Session<'a> {
    /// Compiles the jobs for tensors of `elements` elements, runs each once and checks its answers. `progress` is told the
    /// number of each job that is ready.
    ///
    /// # Errors
    /// [`WrongAnswer`](crate::Error::WrongAnswer) where a result is not what the reference gives,
    /// [`NoReference`](crate::Error::NoReference) where there is none, and whatever [`Gpu`] returns.
    pub fn new(
        gpu: &'a Gpu,
        storage: Storage,
        jobs: &[Job],
        elements: u64,
        progress: &mut dyn FnMut(usize),
    ) -> Result<Self> {
        let tensors = Tensors::new(gpu, elements, storage)?;
        let copies = Arity::ALL.map(|arity| tensors.bind_copy(gpu, arity)).into_iter().collect::<Result<Vec<_>>>()?;
        let bound = |&job: &Job| Ok((job, tensors.bind_job(gpu, &job)?));
        let jobs = jobs.iter().map(bound).collect::<Result<Vec<_>>>()?;
        let mut session = Self { gpu, tensors, copies, jobs, calls: 1, clock: Clock::new(gpu) };
        for (k, (job, bound)) in session.jobs.iter().enumerate() {
            session.time(bound, 1)?;
            session.tensors.verify(gpu, job)?;
            progress(k);
        }
        for copy in &session.copies {
            session.time(copy, 1)?;
        }
        let once = session.time(&session.copies[0], 4)?.wall;
        session.calls = (BATCH.as_secs_f64() / once).ceil().clamp(1.0, 256.0) as u32;
        Ok(session)
    }

    /// Times a job between a copying kernel and a copy of buffers.
    ///
    /// # Errors
    /// Whatever [`Gpu`] returns.
    ///
    /// # Panics
    /// If there is no such job.
    pub fn sample(&self, job: usize) -> Result<Sample> {
        let (job, bound) = &self.jobs[job];
        let copy_kernel = self.time(&self.copies[Arity::of(job) as usize], self.calls)?;
        let call = self.time(bound, self.calls)?;
        let buffer_copy = self.tensors.time_copy(self.gpu, self.calls)?;
        let alone = self.tensors.time(self.gpu, bound, 1, None)?.wall;
        Ok(Sample { call, copy_kernel, buffer_copy, alone })
    }

    /// Seconds that one tensor takes to the device, and back.
    ///
    /// # Errors
    /// Whatever [`Gpu`] returns.
    pub fn transfers(&self) -> Result<[f64; 2]> {
        let words = words(self.tensors.elements, self.tensors.storage) as usize;
        // Memory is there before, as it is where transfers follow each other.
        let (host, mut values) = (self.gpu.host(words)?, vec![1.0; words]);
        self.gpu.read_through(&host, &self.tensors.out, 0, &mut values)?;
        let start = Instant::now();
        self.gpu.read_through(&host, &self.tensors.out, 0, &mut values)?;
        let download = start.elapsed().as_secs_f64();
        let start = Instant::now();
        self.gpu.link().upload(&self.tensors.out, &values)?;
        Ok([start.elapsed().as_secs_f64(), download])
    }

    /// What some samples of a job say together.
    ///
    /// # Panics
    /// If there is no such job.
    pub fn measurement(&self, job: usize, samples: &[Sample]) -> Measurement {
        let (job, _) = &self.jobs[job];
        let by_device = samples.iter().all(|s| s.call.device.is_some() && s.copy_kernel.device.is_some());
        let time = |t: &Timing| t.device.filter(|_| by_device).unwrap_or(t.wall);
        let of = |value: &dyn Fn(&Sample) -> f64| samples.iter().map(value).collect::<Vec<f64>>();
        let calls = of(&|s| time(&s.call));
        let seconds = median(calls.clone());
        // Jobs may leave a rest of the tensors that copies go through.
        let Tensors { elements, storage, .. } = self.tensors;
        let (used, moved) = self.tensors.moved(job);
        let copied = |tensors: f64| tensors * elements as f64 / moved;
        Measurement {
            function: job.of.name(),
            pass: job.pass,
            storage,
            elements: used,
            length: job.length,
            by_device: by_device && !samples.is_empty(),
            seconds,
            spread: spread(calls),
            alone: median(of(&|s| s.alone)),
            bytes: storage.bytes() as f64 * moved,
            gb_per_s: 1e-9 * storage.bytes() as f64 * moved / seconds,
            copy_kernel_ratio: median(of(&|s| time(&s.call) / time(&s.copy_kernel))) * copied(Arity::of(job).tensors()),
            buffer_copy_ratio: median(of(&|s| s.call.wall / s.buffer_copy)) * copied(2.0),
        }
    }

    fn time(&self, bound: &Bound, calls: u32) -> Result<Timing> {
        self.tensors.time(self.gpu, bound, calls, self.clock.as_ref())
    }
}

impl std::fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let jobs: Vec<&Job> = self.jobs.iter().map(|(job, _)| job).collect();
        f.debug_struct("Session").field("elements", &self.tensors.elements).field("jobs", &jobs).finish()
    }
}
