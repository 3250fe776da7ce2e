//! The tensors that are measured on.

use std::time::Instant;

use super::clock::Clock;
use super::session::Timing;
use super::{Job, output, pattern};
use crate::activation::IDENTITY;
use crate::check::{Stored, dispatch};
use crate::error::{Error, Result};
use crate::function::{Gradient, Op};
use crate::gate::BILINEAR;
use crate::gpu::{Bound, Buffers, Gpu};
use crate::plan::Spec;
use crate::tensor::{Extent, Pass, Storage};

/// The tensors of a measurement.
pub(super) struct Tensors {
    x: wgpu::Buffer,
    /// What an output may look like: positive.
    y: wgpu::Buffer,
    dy: wgpu::Buffer,
    pub(super) out: wgpu::Buffer,
    pub(super) out2: wgpu::Buffer,
    pub(super) elements: u64,
    pub(super) storage: Storage,
}

/// How many tensors a kernel reads and writes; only these have a kernel that copies as many.
#[derive(Clone, Copy)]
pub(super) enum Arity {
    OneToOne,
    TwoToOne,
    ThreeToTwo,
}

impl Arity {
    pub(super) const ALL: [Arity; 3] = [Arity::OneToOne, Arity::TwoToOne, Arity::ThreeToTwo];

    /// That of a job, or the nearest.
    pub(super) fn of(job: &Job) -> Self {
        match (job.of, job.pass) {
            (Op::Gate(_), Pass::Forward) => Self::TwoToOne,
            (Op::Gate(_), _) => Self::ThreeToTwo,
            (_, Pass::Forward) => Self::OneToOne,
            _ => Self::TwoToOne,
        }
    }

    /// Tensors that the copy goes through.
    pub(super) fn tensors(self) -> f64 {
        match self {
            Self::OneToOne => 2.0,
            Self::TwoToOne => 3.0,
            Self::ThreeToTwo => 5.0,
        }
    }
}

/// Words of memory that so many elements fill.
pub(super) fn words(elements: u64, storage: Storage) -> u64 {
    elements.div_ceil(4 / storage.bytes())
}

impl Tensors {
    pub(super) fn new(gpu: &Gpu, elements: u64, storage: Storage) -> Result<Self> {
        dispatch!(storage, T => Self::of::<T>(gpu, elements))
    }

    /// All tensors are words here, whatever numbers these hold.
    fn of<T: Stored>(gpu: &Gpu, elements: u64) -> Result<Self> {
        let words = words(elements, T::STORAGE);
        let [x, y, dy, out, out2] = ["x", "y", "dy", "out", "second out"].map(|what| gpu.link().storage(words, what));
        let tensors = Self { x: x?, y: y?, dy: dy?, out: out?, out2: out2?, elements, storage: T::STORAGE };
        let fill = |buffer: &wgpu::Buffer, value: fn(u64) -> f32| {
            let values: Vec<T> = (0..elements).map(|i| T::of(value(i))).collect();
            gpu.link().upload(buffer, &bytemuck::pod_collect_to_vec::<T, f32>(&values))
        };
        fill(&tensors.x, |i| pattern(i).0)?;
        fill(&tensors.y, output)?;
        fill(&tensors.dy, |i| pattern(i).1)?;
        Ok(tensors)
    }

    /// Values as the tensors hold them.
    pub(super) fn rounded(&self, values: impl Iterator<Item = f32>) -> Vec<f32> {
        let values: Vec<f32> = values.collect();
        dispatch!(self.storage, T => T::rounded(&values))
    }

    /// Elements of a tensor from number `start` on.
    pub(super) fn read(&self, gpu: &Gpu, buffer: &wgpu::Buffer, start: u64, len: usize) -> Result<Vec<f32>> {
        let in_word = 4 / self.storage.bytes();
        let (first, end) = (start / in_word, (start + len as u64).div_ceil(in_word));
        let words = gpu.read(buffer, first, (end - first) as usize)?;
        let from = (start % in_word) as usize;
        dispatch!(self.storage, T => Ok(T::widen(&bytemuck::cast_slice::<f32, T>(&words)[from..from + len])))
    }

    /// A kernel that moves as many tensors, word by word.
    pub(super) fn bind_copy(&self, gpu: &Gpu, arity: Arity) -> Result<Bound> {
        let (x, y, dy) = (self.x.slice(..), self.y.slice(..), self.dy.slice(..));
        let (out, out2) = (self.out.slice(..), self.out2.slice(..));
        let (spec, buffers) = match arity {
            Arity::OneToOne => (Spec::copy(&IDENTITY, Pass::Forward), Buffers::unary(x, out)),
            Arity::TwoToOne => (Spec::copy(&IDENTITY, Pass::Backward), Buffers::binary(x, dy, out)),
            Arity::ThreeToTwo => (Spec::copy(&BILINEAR, Pass::Backward), Buffers::gate_backward(x, y, dy, out, out2)),
        };
        let words = words(self.elements, self.storage);
        gpu.kernels().get(spec)?.bind(buffers, Extent { outer: words, channels: 1, inner: 1 })
    }

    pub(super) fn bind_job(&self, gpu: &Gpu, job: &Job) -> Result<Bound> {
        let unmeasured =
            Error::NoKernel { function: job.of.name(), reason: "only passes from tensors to a tensor are measured" };
        let spec = match (job.pass, job.of) {
            (Pass::Forward, of) => Spec::forward(of),
            (Pass::Backward, of) => Spec::backward(of),
            (Pass::BackwardFromOutput, Op::Activation(a)) => Spec::backward_from_output(a),
            _ => return Err(unmeasured),
        };
        let (x, y, dy, out) = (self.x.slice(..), self.y.slice(..), self.dy.slice(..), self.out.slice(..));
        let forward = job.pass == Pass::Forward;
        let buffers = match job.of {
            Op::Gate(_) if forward => Buffers::gate(x, y, out),
            Op::Gate(_) => Buffers::gate_backward(x, y, dy, out, self.out2.slice(..)),
            Op::RowFunction(row) if forward && row.masked => {
                let mask = self.dy.slice(..job.length * self.storage.bytes());
                Buffers::masked(x, mask, out)
            }
            Op::RowFunction(row) if !forward && row.gradient == Gradient::Output => Buffers::binary(y, dy, out),
            _ if forward => Buffers::unary(x, out),
            _ => Buffers::binary(x, dy, out),
        };
        // Halves lie one after the other.
        let elements = Extent { outer: 1, channels: self.moved(job).0, inner: 1 };
        let extent = if let Op::RowFunction(_) = job.of { self.rows(job.length)? } else { elements };
        gpu.kernels().get(spec.storage(self.storage))?.bind(buffers, extent)
    }

    /// The elements that a job works on, and all that it reads and writes.
    pub(super) fn moved(&self, job: &Job) -> (u64, f64) {
        let forward = job.pass == Pass::Forward;
        match job.of {
            Op::Doubling(_) => (self.elements / 2, self.elements as f64 / 2.0 * if forward { 3.0 } else { 4.0 }),
            Op::RowFunction(row) => {
                let used = self.elements / job.length * job.length;
                let small = used as f64 / if row.reduces { job.length as f64 } else { 1.0 };
                (used, used as f64 * if forward { 1.0 } else { 2.0 } + small)
            }
            _ => (self.elements, self.elements as f64 * Arity::of(job).tensors()),
        }
    }

    /// As many rows as the tensors hold.
    pub(super) fn rows(&self, length: u64) -> Result<Extent> {
        match self.elements / length {
            0 => Err(Error::Extent { reason: format!("{} elements hold no row of {length}", self.elements) }),
            outer => Ok(Extent { outer, channels: length, inner: 1 }),
        }
    }

    /// Seconds of one of `calls` calls in a submission.
    pub(super) fn time(&self, gpu: &Gpu, bound: &Bound, calls: u32, clock: Option<&Clock>) -> Result<Timing> {
        let mut encoder = gpu.device().create_command_encoder(&Default::default());
        let timestamp_writes = clock.map(Clock::around);
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor { label: None, timestamp_writes });
        (0..calls).for_each(|_| bound.record(&mut pass));
        drop(pass);
        if let Some(clock) = clock {
            clock.resolve(&mut encoder);
        }
        let wall = self.wait(gpu, encoder)?;
        let device = clock.map_or(Ok(None), |clock| clock.read(gpu, wall))?;
        let one = 1.0 / f64::from(calls);
        Ok(Timing { wall: wall * one, device: device.map(|seconds| seconds * one) })
    }

    /// Seconds of one of `calls` copies of a tensor in a submission.
    pub(super) fn time_copy(&self, gpu: &Gpu, calls: u32) -> Result<f64> {
        let mut encoder = gpu.device().create_command_encoder(&Default::default());
        (0..calls).for_each(|_| encoder.copy_buffer_to_buffer(&self.x, 0, &self.out, 0, self.x.size()));
        Ok(self.wait(gpu, encoder)? / f64::from(calls))
    }

    fn wait(&self, gpu: &Gpu, encoder: wgpu::CommandEncoder) -> Result<f64> {
        let start = Instant::now();
        gpu.run(encoder)?;
        Ok(start.elapsed().as_secs_f64())
    }
}
