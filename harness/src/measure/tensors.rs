//! The tensors that are measured on.

use wgpu_activations::row::Gradient;
use wgpu_activations::{Bound, Buffers, Extent, Gpu, Op, Pass, Spec, Storage, wgpu};

use super::copy::{Arity, Copy};
use super::{Job, output, pattern};
use crate::compare::{Stored, dispatch};
use crate::error::{Error, Result};
use crate::transfer::{host, read, tensor, upload};

/// The tensors of a measurement.
pub(super) struct Tensors {
    pub(super) x: wgpu::Buffer,
    /// What an output may look like: positive.
    pub(super) y: wgpu::Buffer,
    pub(super) dy: wgpu::Buffer,
    pub(super) out: wgpu::Buffer,
    pub(super) out2: wgpu::Buffer,
    pub(super) elements: u64,
    pub(super) storage: Storage,
}

impl Tensors {
    pub(super) fn new(gpu: &Gpu, elements: u64, storage: Storage) -> Result<Self> {
        dispatch!(storage, T => Self::of::<T>(gpu, elements))
    }

    fn of<T: Stored>(gpu: &Gpu, elements: u64) -> Result<Self> {
        let names = ["x", "y", "dy", "out", "second out"];
        let [x, y, dy, out, out2] = names.map(|what| tensor(gpu, bytes(elements, T::STORAGE), what));
        let tensors = Self { x: x?, y: y?, dy: dy?, out: out?, out2: out2?, elements, storage: T::STORAGE };
        let fill = |buffer: &wgpu::Buffer, value: fn(u64) -> f32| {
            let mut values: Vec<T> = (0..elements).map(|i| T::of(value(i))).collect();
            values.resize(values.len().next_multiple_of(2), T::of(0.0)); // to whole words
            upload(gpu, buffer, bytemuck::cast_slice(&values))
        };
        fill(&tensors.x, |i| pattern(i).0)?;
        fill(&tensors.y, output)?;
        fill(&tensors.dy, |i| pattern(i).1)?;
        Ok(tensors)
    }

    /// Bytes of a tensor, in whole words.
    pub(super) fn bytes(&self) -> u64 {
        bytes(self.elements, self.storage)
    }

    /// Elements of a tensor from number `start` on.
    pub(super) fn read(&self, gpu: &Gpu, buffer: &wgpu::Buffer, start: u64, len: u64) -> Result<Vec<f32>> {
        let size = self.storage.bytes();
        let (first, end) = (start * size / 4 * 4, ((start + len) * size).next_multiple_of(4));
        let mut bytes = vec![0; (end - first) as usize];
        read(gpu, &host(gpu, end - first)?, buffer, first, &mut bytes)?;
        let skipped = (start * size - first) as usize;
        let part = &bytes[skipped..skipped + (len * size) as usize];
        dispatch!(self.storage, T => Ok(T::widen(&bytemuck::pod_collect_to_vec::<u8, T>(part))))
    }

    /// A kernel that moves as many tensors.
    pub(super) fn bind_copy(&self, gpu: &Gpu, arity: Arity) -> Result<Copy> {
        Copy::new(gpu, arity, [&self.x, &self.y, &self.dy], [&self.out, &self.out2])
    }

    pub(super) fn bind_job(&self, gpu: &Gpu, job: &Job) -> Result<Bound> {
        let spec = match (job.pass, job.of) {
            (Pass::Forward, of) => Spec::forward(of),
            (Pass::Backward, of) => Spec::backward(of),
            (Pass::BackwardFromOutput, Op::Activation(a)) => Spec::backward_from_output(a),
            _ => return Err(Error::Unmeasured { function: job.of.name(), pass: job.pass }),
        };
        // Halves lie one after the other.
        let elements = Extent { outer: 1, channels: self.moved(job).0, inner: 1 };
        let extent = if let Op::RowFunction(_) = job.of { self.rows(job.length)? } else { elements };
        let (x, y, dy, out) = (self.x.slice(..), self.y.slice(..), self.dy.slice(..), self.out.slice(..));
        let forward = job.pass == Pass::Forward;
        let buffers = match job.of {
            Op::Gate(_) if forward => Buffers::new().a(x).b(y).y(out),
            Op::Gate(_) => Buffers::new().a(x).b(y).dy(dy).da(out).db(self.out2.slice(..)),
            Op::RowFunction(row) if forward && row.masked => {
                let mask = self.dy.slice(..job.length * self.storage.bytes());
                Buffers::new().x(x).mask(mask).y(out)
            }
            Op::RowFunction(row) if !forward && row.gradient == Gradient::Output => Buffers::new().y(y).dy(dy).dx(out),
            _ if forward => Buffers::forward(x, out),
            _ if job.pass == Pass::BackwardFromOutput => Buffers::new().y(x).dy(dy).dx(out),
            _ => Buffers::new().x(x).dy(dy).dx(out),
        };
        Ok(gpu.kernels().get(spec.storage(self.storage))?.bind(buffers, extent)?)
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
            0 => Err(Error::NoRow { elements: self.elements, length }),
            outer => Ok(Extent { outer, channels: length, inner: 1 }),
        }
    }

    /// Copies a tensor.
    pub(super) fn copy(&self, encoder: &mut wgpu::CommandEncoder) {
        encoder.copy_buffer_to_buffer(&self.x, 0, &self.out, 0, self.x.size());
    }
}

/// Bytes that so many elements fill, in whole words.
fn bytes(elements: u64, storage: Storage) -> u64 {
    elements.saturating_mul(storage.bytes()).checked_next_multiple_of(4).unwrap_or(u64::MAX)
}
