//! The tensors that are measured on, and whether what comes out is right.

use std::time::Instant;

use super::Job;
use crate::activation::Activation;
use crate::check::{row_error, ulps};
use crate::error::{Error, Result};
use crate::gpu::{Bound, Buffers, Gpu};
use crate::plan::{Extent, Pass, Spec, Subject};
use crate::reference;
use crate::row::{Gradient, Row};

/// Results compared with the reference, at either end of the tensor.
const PROBE: u64 = 4096;

/// The tensors of a measurement.
pub(super) struct Tensors {
    x: wgpu::Buffer,
    /// What an output may look like: positive.
    y: wgpu::Buffer,
    dy: wgpu::Buffer,
    out: wgpu::Buffer,
    elements: u64,
}

/// Something to time.
pub(super) enum Work<'a> {
    Kernel(&'a Bound),
    BufferCopy,
}

/// x in [-4, 4) and dy in [-1, 1) of an element: a cheap pattern in which neighbours differ.
fn pattern(i: u64) -> (f32, f32) {
    let phase = |factor: u64| (i.wrapping_mul(factor) % 65536) as f32 / 32768.0 - 1.0;
    (4.0 * phase(40_503), phase(10_007))
}

/// What an output may look like.
fn output(i: u64) -> f32 {
    pattern(i).0.abs() / 8.0
}

impl Tensors {
    pub(super) fn new(gpu: &Gpu, elements: u64) -> Result<Self> {
        let [x, y, dy, out] = ["x", "y", "dy", "out"].map(|what| gpu.link().storage(elements, what));
        let tensors = Self { x: x?, y: y?, dy: dy?, out: out?, elements };
        let len = usize::try_from(elements).unwrap_or(usize::MAX);
        let values: [(_, fn(u64) -> f32); 3] =
            [(&tensors.x, |i| pattern(i).0), (&tensors.y, output), (&tensors.dy, |i| pattern(i).1)];
        for (buffer, value) in values {
            let values: Vec<f32> = (0..len).map(|i| value(i as u64)).collect();
            gpu.link().upload(buffer, &values)?;
        }
        Ok(tensors)
    }

    pub(super) fn bind_copy(&self, gpu: &Gpu, spec: Spec) -> Result<Bound> {
        let (x, dy, out) = (self.x.slice(..), self.dy.slice(..), self.out.slice(..));
        let buffers = if spec.pass() == Pass::Forward { Buffers::unary(x, out) } else { Buffers::binary(x, dy, out) };
        gpu.kernels().get(spec)?.bind(buffers, Extent { outer: self.elements, channels: 1, inner: 1 })
    }

    pub(super) fn bind_job(&self, gpu: &Gpu, job: &Job) -> Result<Bound> {
        let spec = match job.pass {
            Pass::Forward => Spec::forward(job.of),
            Pass::Backward => Spec::backward(job.of),
            Pass::BackwardFromOutput => Spec::backward_from_output(elementwise(job)?),
            Pass::ParamGradient(_) => return Err(unmeasured(job)),
        };
        let Subject::Rows(row) = job.of else { return self.bind_copy(gpu, spec) };
        let (x, dy, out) = (self.x.slice(..), self.dy.slice(..), self.out.slice(..));
        let buffers = match job.pass {
            Pass::Forward if row.masked => Buffers::masked(x, self.dy.slice(..job.length * 4), out),
            Pass::Forward => Buffers::unary(x, out),
            _ if row.gradient == Gradient::Output => Buffers::binary(self.y.slice(..), dy, out),
            _ => Buffers::binary(x, dy, out),
        };
        gpu.kernels().get(spec)?.bind(buffers, self.rows(job.length)?)
    }

    /// As many rows as the tensors hold.
    fn rows(&self, length: u64) -> Result<Extent> {
        match self.elements / length {
            0 => Err(Error::Extent { reason: format!("{} elements hold no row of {length}", self.elements) }),
            outer => Ok(Extent { outer, channels: length, inner: 1 }),
        }
    }

    /// Seconds of one of `calls` calls.
    pub(super) fn time(&self, gpu: &Gpu, work: &Work<'_>, calls: u32) -> Result<f64> {
        let mut encoder = gpu.device().create_command_encoder(&Default::default());
        match work {
            Work::Kernel(bound) => {
                let mut pass = encoder.begin_compute_pass(&Default::default());
                (0..calls).for_each(|_| bound.record(&mut pass));
            }
            Work::BufferCopy => {
                (0..calls).for_each(|_| encoder.copy_buffer_to_buffer(&self.x, 0, &self.out, 0, self.x.size()));
            }
        }
        let start = Instant::now();
        gpu.run(encoder)?;
        Ok(start.elapsed().as_secs_f64() / f64::from(calls))
    }

    /// Fails unless both ends of the output are what the reference gives.
    pub(super) fn verify(&self, gpu: &Gpu, job: &Job) -> Result<()> {
        match job.of {
            Subject::Elementwise(activation) => self.verify_elements(gpu, activation, job.pass),
            Subject::Rows(row) => self.verify_rows(gpu, row, job),
        }
    }

    fn verify_elements(&self, gpu: &Gpu, activation: &'static Activation, pass: Pass) -> Result<()> {
        let len = self.elements.min(PROBE);
        for start in [0, (self.elements - len) / 4 * 4] {
            let (x, dy): (Vec<f32>, Vec<f32>) = (start..start + len).map(pattern).unzip();
            let got = gpu.read(&self.out, start, len as usize)?;
            let expected = match pass {
                Pass::Forward => reference::forward(activation, &x)?,
                Pass::BackwardFromOutput => reference::backward_from_output(activation, &x, &dy)?,
                _ => reference::backward(activation, &x, &dy)?,
            };
            let params: Vec<f64> = activation.params.iter().map(|p| f64::from(p.default as f32)).collect();
            // Where terms cancel, errors count in the largest of them.
            let unit = |i: usize| {
                let v = f64::from(x[i]);
                let near_root = match (&activation.roots, pass) {
                    (Some(roots), Pass::Backward) => (roots.largest)(v, &params),
                    _ => 0.0,
                };
                let factor = if pass == Pass::Forward { 1.0 } else { f64::from(dy[i]).abs() };
                expected[i].abs().max(near_root.max((activation.largest)(pass, v, &params)) * factor)
            };
            // The product with dy rounds once more.
            let wrong = (0..got.len()).find(|&i| ulps(got[i], expected[i], unit(i)) > activation.bound(pass) + 1.0);
            if let Some(i) = wrong {
                let (function, pass) = (activation.name, pass.to_string());
                return Err(Error::WrongAnswer { function, pass, at: x[i], got: got[i], expected: expected[i] });
            }
        }
        Ok(())
    }

    /// Some rows at either end.
    fn verify_rows(&self, gpu: &Gpu, row: &'static Row, job: &Job) -> Result<()> {
        let (length, all) = (job.length, self.rows(job.length)?.outer);
        let count = (PROBE / length).clamp(1, all);
        let forward = job.pass == Pass::Forward;
        let result = if row.reduces && forward { 1 } else { length };
        // The mask is a row of dy; a row's upstream gradient is one element where rows are reduced to one.
        let mask: Vec<f32> = (0..length).map(|i| pattern(i).1).collect();
        for first in [0, all - count] {
            let from_output = !forward && row.gradient == Gradient::Output;
            let value = |i| if from_output { output(i) } else { pattern(i).0 };
            let x: Vec<f32> = (first * length..(first + count) * length).map(value).collect();
            let of_dy = if row.reduces { 1 } else { length };
            let dy: Vec<f32> = (first * of_dy..(first + count) * of_dy).map(|i| pattern(i).1).collect();
            let got = gpu.read(&self.out, first * result, (count * result) as usize)?;
            let f = if row.masked && forward { row.function().mask(&mask) } else { row.function() };
            let extent = Extent { outer: count, channels: length, inner: 1 };
            let (error, at) = row_error(&f, extent, &x, if forward { &[] } else { &dy }, &got)?;
            let bound = if forward { row.bounds.forward } else { row.bounds.backward };
            if error > bound {
                let (function, pass) = (row.name, format!("{} with rows of {length}", job.pass));
                return Err(Error::WrongAnswer { function, pass, at, got: got[0], expected: error });
            }
        }
        Ok(())
    }
}

/// The elementwise function of a job whose pass only those have.
fn elementwise(job: &Job) -> Result<&'static Activation> {
    match job.of {
        Subject::Elementwise(a) => Ok(a),
        _ => Err(unmeasured(job)),
    }
}

fn unmeasured(job: &Job) -> Error {
    Error::WrongBuffers { function: job.of.name(), expected: "a pass from tensors to a tensor" }
}
