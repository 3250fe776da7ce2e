//! Jobs that are compiled, checked and warm, to be timed one sample at a time.

use std::time::{Duration, Instant};

use wgpu_activations::{Bound, Gpu, Storage, wgpu};

use super::clock::{Clock, Timing, time};
use super::copy::{Arity, Copy};
use super::tensors::Tensors;
use super::{Job, Measurement, median, spread};
use crate::error::Result;
use crate::transfer::{host, read, upload};

/// A submission is made to last about this long, so that its own cost hardly counts.
const BATCH: Duration = Duration::from_millis(8);

/// Calls of each job, and of each copying kernel, before any of its times counts.
pub const WARM_UP: u32 = 1;

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
/// use wgpu_activations::{Gpu, Pass, Storage, activation::GELU};
/// use wgpu_activations_harness::measure::{Job, Session};
/// let gpu = Gpu::new()?;
/// let jobs = [Job::new(&GELU, Pass::Forward)];
/// let session = Session::new(&gpu, Storage::F32, &jobs, 1 << 20, &mut |_| {})?;
/// let samples = (0..9).map(|_| session.sample(0)).collect::<Result<Vec<_>, _>>()?;
/// let [upload, download] = session.transfers()?;
/// println!("{:?}, {upload} s up and {download} s down", session.measurement(0, &samples));
/// # Ok::<(), wgpu_activations_harness::Error>(())
/// ```
pub struct Session<'a> {
    gpu: &'a Gpu,
    tensors: Tensors,
    copies: Vec<Copy>,
    jobs: Vec<(Job, Bound)>,
    calls: u32,
    clock: Option<Clock>,
}

impl<'a> Session<'a> {
    /// Compiles the jobs for tensors of `elements` elements, runs each once and checks its answers. `progress` is told the
    /// number of each job that is ready.
    ///
    /// # Errors
    /// As [`run`](super::run).
    pub fn new(
        gpu: &'a Gpu,
        storage: Storage,
        jobs: &[Job],
        elements: u64,
        progress: &mut dyn FnMut(usize),
    ) -> Result<Self> {
        let tensors = Tensors::new(gpu, elements, storage)?;
        let copies = Arity::ALL.map(|arity| tensors.bind_copy(gpu, arity)).into_iter().collect::<Result<_>>()?;
        let bound = |&job: &Job| {
            let job = Job { length: job.length.max(1), ..job };
            Ok((job, tensors.bind_job(gpu, &job)?))
        };
        let jobs = jobs.iter().map(bound).collect::<Result<Vec<_>>>()?;
        let mut session = Self { gpu, tensors, copies, jobs, calls: 1, clock: Clock::new(gpu)? };
        for (k, (job, bound)) in session.jobs.iter().enumerate() {
            session.time(|pass| bound.record(pass), WARM_UP)?;
            session.tensors.verify(gpu, job)?;
            progress(k);
        }
        for copy in &session.copies {
            session.time(|pass| copy.record(pass), WARM_UP)?;
        }
        let once = session.time(|pass| session.copies[0].record(pass), 4)?.wall;
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
        let copy = &self.copies[Arity::of(job) as usize];
        let copy_kernel = self.time(|pass| copy.record(pass), self.calls)?;
        let call = self.time(|pass| bound.record(pass), self.calls)?;
        let buffer_copy = self.tensors.time_copy(self.gpu, self.calls)?;
        let alone = time(self.gpu, |pass| bound.record(pass), 1, None)?.wall;
        Ok(Sample { call, copy_kernel, buffer_copy, alone })
    }

    /// Seconds that one tensor takes to the device, and back.
    ///
    /// # Errors
    /// Whatever [`Gpu`] returns.
    pub fn transfers(&self) -> Result<[f64; 2]> {
        let (gpu, tensors) = (self.gpu, &self.tensors);
        // Memory is there before, as it is where transfers follow each other.
        let mut bytes = vec![1; tensors.bytes() as usize];
        let host = host(gpu, tensors.bytes())?;
        read(gpu, &host, &tensors.out, 0, &mut bytes)?;
        let start = Instant::now();
        read(gpu, &host, &tensors.out, 0, &mut bytes)?;
        let download = start.elapsed().as_secs_f64();
        let start = Instant::now();
        upload(gpu, &tensors.out, &bytes)?;
        Ok([start.elapsed().as_secs_f64(), download])
    }

    /// What some samples of a job say together.
    ///
    /// # Panics
    /// If there is no such job.
    pub fn measurement(&self, job: usize, samples: &[Sample]) -> Measurement {
        let (job, _) = &self.jobs[job];
        let by_device = samples.iter().all(|s| s.call.device.is_some() && s.copy_kernel.device.is_some());
        let seconds_of = |t: &Timing| t.seconds(by_device);
        let of = |value: &dyn Fn(&Sample) -> f64| samples.iter().map(value).collect::<Vec<f64>>();
        let calls = of(&|s| seconds_of(&s.call));
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
            copy_kernel_ratio: median(of(&|s| seconds_of(&s.call) / seconds_of(&s.copy_kernel)))
                * copied(Arity::of(job).tensors()),
            buffer_copy_ratio: median(of(&|s| s.call.wall / s.buffer_copy)) * copied(2.0),
        }
    }

    fn time(&self, record: impl Fn(&mut wgpu::ComputePass<'_>), calls: u32) -> Result<Timing> {
        time(self.gpu, record, calls, self.clock.as_ref())
    }
}

impl std::fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let jobs: Vec<&Job> = self.jobs.iter().map(|(job, _)| job).collect();
        f.debug_struct("Session").field("elements", &self.tensors.elements).field("jobs", &jobs).finish()
    }
}
