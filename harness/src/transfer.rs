//! Buffers of a device, and bytes to and from them, by what [`Gpu`] offers everybody.
//!
//! Mapped memory is read here, and no other thread may let wgpu poll the device meanwhile: where that finds the device
//! lost, it frees the memory. So a GPU is measured by one thread at a time, as it should be anyway.

use std::sync::mpsc;
use std::time::Duration;

use wgpu_activations::Gpu;
use wgpu_activations::wgpu::{self, BufferUsages, ErrorFilter};

/// Bytes that wgpu stages at once: losing that memory means losing the device.
const STAGED: usize = 16 << 20;

use crate::error::{Error, Result};

/// Runs some creating calls; an error that wgpu raises in them becomes the result.
pub(crate) fn guarded<T>(gpu: &Gpu, what: &str, create: impl FnOnce() -> T) -> Result<T> {
    let filters = [ErrorFilter::Validation, ErrorFilter::OutOfMemory, ErrorFilter::Internal];
    let scopes = filters.map(|filter| gpu.device().push_error_scope(filter));
    let made = create();
    let errors: Vec<_> = scopes.into_iter().rev().filter_map(|scope| pollster::block_on(scope.pop())).collect();
    match errors.first() {
        None => Ok(made),
        Some(wgpu::Error::OutOfMemory { .. }) => Err(failed(what, "out of device memory")),
        Some(error) => Err(failed(what, error)),
    }
}

fn failed(what: &str, error: impl std::fmt::Display) -> Error {
    Error::Device { what: what.to_owned(), reason: error.to_string() }
}

/// A buffer of whole vectors of four words, and at least one.
fn buffer(gpu: &Gpu, size: u64, usage: BufferUsages, what: &'static str) -> Result<wgpu::Buffer> {
    let limit = gpu.device().limits().max_buffer_size / 16 * 16;
    if size > limit {
        return Err(failed(what, format!("{size} bytes are too many, the device takes at most {limit}")));
    }
    let size = size.next_multiple_of(16).max(16);
    let descriptor = wgpu::BufferDescriptor { label: Some(what), size, usage, mapped_at_creation: false };
    guarded(gpu, what, || gpu.device().create_buffer(&descriptor))
}

/// A buffer for a tensor.
pub(crate) fn tensor(gpu: &Gpu, size: u64, what: &'static str) -> Result<wgpu::Buffer> {
    buffer(gpu, size, BufferUsages::STORAGE | BufferUsages::COPY_SRC | BufferUsages::COPY_DST, what)
}

/// A uniform that holds these words.
pub(crate) fn uniform(gpu: &Gpu, words: &[u32]) -> Result<wgpu::Buffer> {
    let size = size_of_val(words) as u64;
    let uniform = buffer(gpu, size, BufferUsages::UNIFORM | BufferUsages::COPY_DST, "a uniform of a copying kernel")?;
    upload(gpu, &uniform, bytemuck::cast_slice(words))?;
    Ok(uniform)
}

/// A buffer that so many bytes can be read through.
pub(crate) fn host(gpu: &Gpu, size: u64) -> Result<wgpu::Buffer> {
    buffer(gpu, size, BufferUsages::MAP_READ | BufferUsages::COPY_DST, "a transfer")
}

pub(crate) fn encoder(gpu: &Gpu) -> wgpu::CommandEncoder {
    gpu.device().create_command_encoder(&Default::default())
}

/// Writes bytes, a multiple of 4, to the start of a buffer, a part and a submission at a time.
pub(crate) fn upload(gpu: &Gpu, buffer: &wgpu::Buffer, bytes: &[u8]) -> Result<()> {
    for (k, part) in bytes.chunks(STAGED).enumerate() {
        gpu.queue().write_buffer(buffer, (k * STAGED) as u64, part);
        gpu.run(encoder(gpu))?;
    }
    Ok(())
}

/// Reads bytes, a multiple of 4, of a buffer from an offset on through a buffer of the host's.
pub(crate) fn read(gpu: &Gpu, host: &wgpu::Buffer, buffer: &wgpu::Buffer, offset: u64, to: &mut [u8]) -> Result<()> {
    let size = to.len() as u64;
    if size == 0 {
        return Ok(());
    }
    let (sender, arrival) = mpsc::channel();
    let mut encoder = encoder(gpu);
    encoder.copy_buffer_to_buffer(buffer, offset, host, 0, size);
    encoder.map_buffer_on_submit(host, wgpu::MapMode::Read, ..size, move |result| {
        let _ = sender.send(result); // nobody listens only where the wait has failed
    });
    gpu.run(encoder)?;
    let what = "reading from the GPU";
    // It came with the end of the submission, unless another thread's poll is about to tell of it.
    let mapped = arrival.recv_timeout(Duration::from_secs(5)).map_err(|error| failed(what, error))?;
    mapped.map_err(|error| failed(what, error))?;
    let read = host.get_mapped_range(..size).map(|view| to.copy_from_slice(&view));
    host.unmap();
    read.map_err(|error| failed(what, error))
}
