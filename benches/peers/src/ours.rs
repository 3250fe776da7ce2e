//! This library's side: buffers that lie there, and one compute pass for a call.

use std::sync::mpsc;
use std::time::Instant;

use anyhow::{Context, Result};
use wgpu_activations::wgpu::{self, BufferUsages};
use wgpu_activations::{Bound, Buffers, Extent, Gpu, Spec, Op};

use crate::functions::{Function, ROW};
use crate::work::{Outputs, Work};

pub struct Ours<'a> {
    gpu: &'a Gpu,
    x: wgpu::Buffer,
    dy: wgpu::Buffer,
    y: wgpu::Buffer,
    dx: wgpu::Buffer,
    elements: usize,
}

/// A function, ready to be called.
pub struct Call {
    forward: Bound,
    backward: Bound,
    /// What gives y and dx in one dispatch, where the gradient does not take y.
    both: Option<Bound>,
}

impl<'a> Ours<'a> {
    pub fn new(gpu: &'a Gpu, x: &[f32], dy: &[f32]) -> Self {
        let buffer = |usage| {
            let (size, usage) = (4 * x.len() as u64, usage | BufferUsages::STORAGE);
            gpu.device().create_buffer(&wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false })
        };
        let filled = |values: &[f32]| {
            let buffer = buffer(BufferUsages::COPY_DST);
            let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
            gpu.queue().write_buffer(&buffer, 0, &bytes);
            buffer
        };
        let [y, dx] = [(); 2].map(|()| buffer(BufferUsages::COPY_SRC));
        Self { gpu, x: filled(x), dy: filled(dy), y, dx, elements: x.len() }
    }

    /// Binds a function, and calls it once: softmax's gradient is computed from its output.
    pub fn call(&self, function: &Function) -> Result<Call> {
        let (x, dy, y, dx) = (self.x.slice(..), self.dy.slice(..), self.y.slice(..), self.dx.slice(..));
        let (extent, from) = match function.ours {
            Op::RowFunction(_) => (Extent::along(&[self.elements / ROW, ROW], -1)?, Buffers::new().y(y)),
            _ => (self.elements.into(), Buffers::new().x(x)),
        };
        let bind = |spec, buffers| self.gpu.kernels().get(spec)?.bind(buffers, extent);
        let both = match function.ours {
            Op::RowFunction(_) => None,
            _ => Some(bind(Spec::both(function.ours), Buffers::new().x(x).dy(dy).dx(dx).y(y))?),
        };
        let call = Call {
            forward: bind(Spec::forward(function.ours), Buffers::forward(x, y))?,
            backward: bind(Spec::backward(function.ours), from.dy(dy).dx(dx))?,
            both,
        };
        self.run(&call, Work::Both)?;
        Ok(call)
    }

    /// Seconds of a call, from an empty encoder to the end of the work.
    pub fn run(&self, call: &Call, work: Work) -> Result<f64> {
        if let (Work::Both, Some(both)) = (work, &call.both) {
            return self.time([both]);
        }
        let forward = (work != Work::Backward).then_some(&call.forward);
        let backward = (work != Work::Forward).then_some(&call.backward);
        self.time(forward.into_iter().chain(backward))
    }

    /// Seconds of doing nothing.
    pub fn idle(&self) -> Result<f64> {
        self.time([])
    }

    fn time<'b>(&self, bound: impl IntoIterator<Item = &'b Bound>) -> Result<f64> {
        let start = Instant::now();
        let mut encoder = self.gpu.device().create_command_encoder(&Default::default());
        let mut pass = encoder.begin_compute_pass(&Default::default());
        bound.into_iter().for_each(|bound| bound.record(&mut pass));
        drop(pass);
        self.gpu.run(encoder)?;
        Ok(start.elapsed().as_secs_f64())
    }

    /// What a call makes.
    pub fn outputs(&self, call: &Call, work: Work) -> Result<Outputs> {
        self.run(call, work)?;
        let y = (work != Work::Backward).then(|| self.read(&self.y)).transpose()?;
        let dx = (work != Work::Forward).then(|| self.read(&self.dx)).transpose()?;
        Ok([y, dx])
    }

    fn read(&self, buffer: &wgpu::Buffer) -> Result<Vec<f32>> {
        let (size, usage) = (buffer.size(), BufferUsages::MAP_READ | BufferUsages::COPY_DST);
        let device = self.gpu.device();
        let host =
            device.create_buffer(&wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false });
        let mut encoder = device.create_command_encoder(&Default::default());
        encoder.copy_buffer_to_buffer(buffer, 0, &host, 0, size);
        self.gpu.run(encoder)?;
        let (sender, mapped) = mpsc::channel();
        host.map_async(wgpu::MapMode::Read, .., move |result| sender.send(result).unwrap_or_default());
        device.poll(wgpu::PollType::wait_indefinitely())?;
        mapped.recv()?.context("cannot read results")?;
        let bytes = host.get_mapped_range(..)?;
        Ok(bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
    }
}
