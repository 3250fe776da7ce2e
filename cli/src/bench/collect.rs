//! Rounds of measurements at several sizes within the time there is.

use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use wgpu_activations::{Gpu, Storage};
use wgpu_activations_harness::cpu::{Ready, Rival};
use wgpu_activations_harness::measure::{Caches, Job, Sample, Session, median};

use super::line::{Cpu, Line};
use super::size::Size;

/// Medians are of at least so many rounds, and of no more than so many.
const ROUNDS: [usize; 2] = [3, 15];
/// What a call costs beside its elements, in elements.
const FIXED: u64 = 1 << 19;

/// How long it takes.
#[derive(Clone, Copy)]
pub(super) enum Effort {
    /// So many rounds.
    Rounds(usize),
    /// About so long, and at least so many rounds.
    Time(Duration, usize),
}

impl Effort {
    fn least(self) -> usize {
        match self {
            Self::Rounds(count) => count,
            Self::Time(_, least) => least.max(ROUNDS[0]),
        }
    }

    fn most(self) -> usize {
        if let Self::Rounds(count) = self { count } else { ROUNDS[1] }
    }
}

/// Jobs at one size.
pub(super) struct Stage {
    pub(super) elements: u64,
    pub(super) caches: Caches,
    pub(super) jobs: Vec<Job>,
}

impl Stage {
    fn weight(&self) -> f64 {
        self.jobs.len() as f64 * (self.elements + FIXED) as f64
    }
}

/// Seconds of one tensor to the GPU and back.
pub(super) struct Transfers {
    pub(super) elements: u64,
    pub(super) bytes: f64,
    pub(super) seconds: [f64; 2],
}

#[derive(Default)]
pub(super) struct Collected {
    pub(super) lines: Vec<Line>,
    pub(super) transfers: Vec<Transfers>,
}

/// Everything that happens at one size, round by round: each job on the GPU beside copies, then on the CPU.
struct Rounds<'a> {
    storage: Storage,
    session: Option<Session<'a>>,
    rival: Option<Rival>,
    ready: Vec<Option<Ready>>,
    gpu: Vec<Vec<Sample>>,
    cpu: Vec<Vec<f64>>,
    transfers: [Vec<f64>; 2],
}

/// Runs all stages. Without a GPU only the CPU is measured; tensors of 16 bits only on the GPU.
pub(super) fn collect(gpu: Option<&Gpu>, storage: Storage, stages: &[Stage], effort: Effort) -> Result<Collected> {
    let start = Instant::now();
    let style = ProgressStyle::with_template("{bar:40} {percent}% {msg}, {eta} left");
    let bar = ProgressBar::new(1000).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let all: f64 = stages.iter().map(Stage::weight).sum();
    let mut collected = Collected::default();
    let mut done = 0.0;
    for stage in stages {
        bar.set_message(format!("at {} elements", Size(stage.elements)));
        let share = stage.weight() / all;
        let show = |part: f64| bar.set_position((1000.0 * (done + share * part)) as u64);
        let mut rounds = Rounds::new(gpu, storage, stage, &|part| show(0.2 * part))?;
        let began = Instant::now();
        // What earlier stages left of their time is for the later ones.
        let time = match effort {
            Effort::Time(time, _) => time.saturating_sub(start.elapsed()).mul_f64(share / (1.0 - done)),
            Effort::Rounds(_) => Duration::ZERO,
        };
        for round in 0..effort.most() {
            let spent = began.elapsed();
            // The next round takes as long as those before.
            if round >= effort.least() && spent + spent.div_f64(round as f64) > time {
                break;
            }
            let of_time = spent.as_secs_f64() / time.as_secs_f64().max(1e-9);
            let of_rounds = round as f64 / effort.least() as f64;
            show(0.2 + 0.8 * of_time.min(of_rounds).min(1.0));
            rounds.run()?;
        }
        rounds.finish(stage, &mut collected);
        done += share;
    }
    bar.finish_and_clear();
    Ok(collected)
}

/// So many further rounds of lines at one size, on new tensors and with new kernels: their places in memory are others.
pub(super) fn again(gpu: &Gpu, storage: Storage, elements: u64, lines: &mut [&mut Line], count: usize) -> Result<()> {
    let jobs: Vec<Job> = lines.iter().map(|line| line.job).collect();
    let caches = lines.first().map_or(Caches::Hot, |line| line.caches);
    let session = Session::with(gpu, storage, &jobs, (elements, caches), &mut |_| {})?;
    for _ in 0..count {
        for (k, line) in lines.iter_mut().enumerate() {
            line.samples.push(session.sample(k)?);
        }
    }
    for (k, line) in lines.iter_mut().enumerate() {
        line.gpu = Some(session.measurement(k, &line.samples));
    }
    Ok(())
}

impl<'a> Rounds<'a> {
    fn new(gpu: Option<&'a Gpu>, storage: Storage, stage: &Stage, progress: &dyn Fn(f64)) -> Result<Self> {
        let Stage { elements, caches, jobs } = stage;
        let mut tell = |k: usize| progress(k as f64 / jobs.len() as f64);
        let session = gpu.map(|gpu| Session::with(gpu, storage, jobs, (*elements, *caches), &mut tell)).transpose()?;
        // Its tensors stay where they are.
        let mut rival =
            (storage == Storage::F32 && *caches == Caches::Hot).then(|| Rival::new(*elements)).transpose()?;
        let ready = jobs.iter().map(|job| rival.as_mut().map_or(Ok(None), |rival| rival.ready(job)));
        let ready = ready.collect::<Result<_, _>>()?;
        let (gpu, cpu) = (vec![Vec::new(); jobs.len()], vec![Vec::new(); jobs.len()]);
        Ok(Self { storage, session, rival, ready, gpu, cpu, transfers: Default::default() })
    }

    fn run(&mut self) -> Result<()> {
        for k in 0..self.ready.len() {
            if let Some(session) = &self.session {
                self.gpu[k].push(session.sample(k)?);
            }
            if let (Some(rival), Some(ready)) = (&mut self.rival, self.ready[k]) {
                self.cpu[k].push(rival.time(ready));
            }
        }
        if let Some(session) = &self.session {
            let seconds = session.transfers()?;
            self.transfers.iter_mut().zip(seconds).for_each(|(samples, seconds)| samples.push(seconds));
        }
        Ok(())
    }

    fn finish(mut self, stage: &Stage, collected: &mut Collected) {
        let elements = stage.elements;
        let transfers = self.session.as_ref().map(|_| std::mem::take(&mut self.transfers).map(median));
        for (k, (job, cpu)) in stage.jobs.iter().zip(std::mem::take(&mut self.cpu)).enumerate() {
            let samples = std::mem::take(&mut self.gpu[k]);
            let gpu = self.session.as_ref().map(|session| (session.measurement(k, &samples), samples));
            collected.lines.push(Line::new(job, (elements, stage.caches), gpu, Cpu::of(cpu), transfers));
        }
        let bytes = (elements * self.storage.bytes()) as f64;
        collected.transfers.extend(transfers.map(|seconds| Transfers { elements, bytes, seconds }));
    }
}
