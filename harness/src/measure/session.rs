//! Jobs that are compiled, checked and warm, to be timed one sample at a time.

use std::cell::Cell;
use std::time::{Duration, Instant};

use wgpu_activations::{Bound, Gpu, Pass, Storage, wgpu};

use super::clock::{Clock, Timing, time, wall};
use super::copy::{Arity, Copy};
use super::tensors::Tensors;
use super::{Job, Measurement, median, spread};
use crate::error::{Error, Result};
use crate::naive;
use crate::transfer::{encoder, host, read, upload};

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
    /// A call of the naive formula, where [`Session::add_formulas`] found one.
    pub naive: Option<Timing>,
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
    jobs: Vec<Job>,
    /// One set of tensors, or as many as no cache holds.
    sets: Vec<Set>,
    /// Whose turn it is.
    turn: Cell<usize>,
    calls: u32,
    clock: Option<Clock>,
}

/// What calls repeat on, or go around.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Caches {
    /// The same tensors: what fits a cache comes from it.
    #[default]
    Hot,
    /// Each call on other tensors, so many that what a call takes has left every cache since its last turn.
    Cold,
}

impl Caches {
    /// Bytes of two tensors of each set, together, that no cache holds.
    const BEYOND: u64 = 512 << 20;
    /// The most sets.
    const SETS: u64 = 64;
    /// Bytes of the smallest tensors that are measured cold.
    pub const LEAST: u64 = Self::BEYOND / 2 / Self::SETS;

    /// Sets of tensors of so many bytes.
    fn sets(self, bytes: u64) -> u64 {
        match self {
            Self::Hot => 1,
            Self::Cold => (Self::BEYOND / 2).div_ceil(bytes.max(1)).clamp(2, Self::SETS),
        }
    }
}

/// Tensors, and everything that is bound to them.
struct Set {
    tensors: Tensors,
    copies: Vec<Copy>,
    jobs: Vec<Bound>,
    /// Of each job, once they are asked for.
    naive: Vec<Option<Copy>>,
}

impl Set {
    fn new(gpu: &Gpu, storage: Storage, jobs: &[Job], elements: u64) -> Result<Self> {
        let tensors = Tensors::new(gpu, elements, storage)?;
        let copies = Arity::ALL.map(|arity| tensors.bind_copy(gpu, arity)).into_iter().collect::<Result<_>>()?;
        let jobs = jobs.iter().map(|job| tensors.bind_job(gpu, job)).collect::<Result<_>>()?;
        Ok(Self { tensors, copies, jobs, naive: Vec::new() })
    }
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
        Self::with(gpu, storage, jobs, (elements, Caches::Hot), progress)
    }

    /// The same on tensors that caches hold, or that they do not.
    ///
    /// # Errors
    /// As [`run`](super::run); [`Error::Device`] for tensors of fewer than [`Caches::LEAST`] bytes where caches are to be cold.
    pub fn with(
        gpu: &'a Gpu,
        storage: Storage,
        jobs: &[Job],
        (elements, caches): (u64, Caches),
        progress: &mut dyn FnMut(usize),
    ) -> Result<Self> {
        let bytes = elements.saturating_mul(storage.bytes());
        if caches == Caches::Cold && bytes < Caches::LEAST {
            let reason = format!("{bytes} bytes stay in a cache: take tensors of {} bytes or more", Caches::LEAST);
            return Err(Error::device("cold caches", reason));
        }
        let jobs: Vec<Job> = jobs.iter().map(|&job| Job { length: job.length.max(1), ..job }).collect();
        let sets = (0..caches.sets(bytes)).map(|_| Set::new(gpu, storage, &jobs, elements)).collect::<Result<_>>()?;
        let mut session = Self { gpu, jobs, sets, turn: Cell::new(0), calls: 1, clock: Clock::new(gpu)? };
        for (k, job) in session.jobs.iter().enumerate() {
            for set in &session.sets {
                session.time(|pass| set.jobs[k].record(pass), WARM_UP)?;
            }
            session.sets[0].tensors.verify(gpu, job)?;
            progress(k);
        }
        for copy in session.sets.iter().flat_map(|set| &set.copies) {
            session.time(|pass| copy.record(pass), WARM_UP)?;
        }
        let once = session.time(|pass| session.next().copies[0].record(pass), 4)?.wall;
        session.calls = (BATCH.as_secs_f64() / once).ceil().clamp(1.0, 256.0) as u32;
        Ok(session)
    }

    /// Has forward passes of `f32` timed beside their [naive formulas](crate::naive::formula) from now on, as far as they have one.
    ///
    /// # Errors
    /// Whatever [`Gpu`] returns.
    pub fn add_formulas(&mut self) -> Result<()> {
        let compiled = |set: &Set, job: &Job| {
            let plain = job.pass == Pass::Forward && set.tensors.storage == Storage::F32;
            let text = plain.then(|| naive::kernel(job.of.name())).flatten();
            text.map(|text| Copy::of(self.gpu, &text, &set.tensors.x, &set.tensors.out)).transpose()
        };
        let all = |set: &Set| self.jobs.iter().map(|job| compiled(set, job)).collect();
        let naive = self.sets.iter().map(all).collect::<Result<Vec<_>>>()?;
        self.sets.iter_mut().zip(naive).for_each(|(set, naive)| set.naive = naive);
        for kernel in self.sets.iter().flat_map(|set| set.naive.iter().flatten()) {
            self.time(|pass| kernel.record(pass), WARM_UP)?;
        }
        Ok(())
    }

    /// Times a job between a copying kernel and a copy of buffers.
    ///
    /// # Errors
    /// Whatever [`Gpu`] returns.
    ///
    /// # Panics
    /// If there is no such job.
    pub fn sample(&self, job: usize) -> Result<Sample> {
        let arity = Arity::of(&self.jobs[job]) as usize;
        let copy_kernel = self.time(|pass| self.next().copies[arity].record(pass), self.calls)?;
        let call = self.time(|pass| self.next().jobs[job].record(pass), self.calls)?;
        let naive = self.sets[0].naive.get(job).is_some_and(Option::is_some);
        let record =
            |pass: &mut wgpu::ComputePass<'_>| self.next().naive[job].iter().for_each(|kernel| kernel.record(pass));
        let naive = naive.then(|| self.time(record, self.calls)).transpose()?;
        let mut copies = encoder(self.gpu);
        (0..self.calls).for_each(|_| self.next().tensors.copy(&mut copies));
        let buffer_copy = wall(self.gpu, copies)? / f64::from(self.calls);
        let alone = time(self.gpu, |pass| self.next().jobs[job].record(pass), 1, None)?.wall;
        Ok(Sample { call, copy_kernel, buffer_copy, alone, naive })
    }

    /// Seconds that one tensor takes to the device, and back.
    ///
    /// # Errors
    /// Whatever [`Gpu`] returns.
    pub fn transfers(&self) -> Result<[f64; 2]> {
        let (gpu, tensors) = (self.gpu, &self.sets[0].tensors);
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
        let (job, tensors) = (&self.jobs[job], &self.sets[0].tensors);
        let by_device = samples.iter().all(|s| s.call.device.is_some() && s.copy_kernel.device.is_some());
        let seconds_of = |t: &Timing| t.seconds(by_device);
        let of = |value: &dyn Fn(&Sample) -> f64| samples.iter().map(value).collect::<Vec<f64>>();
        let calls = of(&|s| seconds_of(&s.call));
        let seconds = median(calls.clone());
        // Jobs may leave a rest of the tensors that copies go through.
        let &Tensors { elements, storage, .. } = tensors;
        let (used, moved) = tensors.moved(job);
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

    /// The tensors whose turn it is.
    fn next(&self) -> &Set {
        let turn = self.turn.get();
        self.turn.set((turn + 1) % self.sets.len());
        &self.sets[turn]
    }

    fn time(&self, record: impl Fn(&mut wgpu::ComputePass<'_>), calls: u32) -> Result<Timing> {
        time(self.gpu, record, calls, self.clock.as_ref())
    }
}

impl std::fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let elements = self.sets[0].tensors.elements;
        f.debug_struct("Session").field("elements", &elements).field("jobs", &self.jobs).finish()
    }
}
