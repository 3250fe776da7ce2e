//! Matrices on the GPU.

use wgpu_activations::{Gpu, wgpu};

use crate::error::{Error, Result};

/// `f32` numbers on the GPU, row by row.
#[derive(Clone, Debug)]
pub(crate) struct Matrix {
    pub(crate) buffer: wgpu::Buffer,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

const USAGE: wgpu::BufferUsages =
    wgpu::BufferUsages::STORAGE.union(wgpu::BufferUsages::COPY_SRC).union(wgpu::BufferUsages::COPY_DST);

impl Matrix {
    /// Zeros.
    pub(crate) fn new(gpu: &Gpu, rows: usize, columns: usize) -> Result<Self> {
        let size = 4 * rows as u64 * columns as u64;
        let limits = gpu.device().limits();
        let most = limits.max_buffer_size.min(limits.max_storage_buffer_binding_size);
        if size > most {
            return Err(Error::TooLarge { rows, columns, bytes: size, most });
        }
        let buffer = gpu.device().create_buffer(&wgpu::BufferDescriptor {
            label: Some("matrix"),
            size: size.max(4),
            usage: USAGE,
            mapped_at_creation: false,
        });
        Ok(Self { buffer, rows, columns })
    }

    /// These numbers.
    pub(crate) fn of(gpu: &Gpu, rows: usize, columns: usize, values: &[f32]) -> Result<Self> {
        let matrix = Self::new(gpu, rows, columns)?;
        matrix.write(gpu, values);
        Ok(matrix)
    }

    pub(crate) fn len(&self) -> usize {
        self.rows * self.columns
    }

    /// Replaces the first numbers before what is submitted next.
    pub(crate) fn write(&self, gpu: &Gpu, values: &[f32]) {
        gpu.queue().write_buffer(&self.buffer, 0, bytemuck::cast_slice(values));
    }

    pub(crate) fn read(&self, gpu: &Gpu) -> Result<Vec<f32>> {
        let size = 4 * self.len() as u64;
        let staging = gpu.device().create_buffer(&wgpu::BufferDescriptor {
            label: Some("staging"),
            size,
            usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let mut encoder = gpu.device().create_command_encoder(&Default::default());
        encoder.copy_buffer_to_buffer(&self.buffer, 0, &staging, 0, size);
        let (sender, arrival) = std::sync::mpsc::channel();
        encoder.map_buffer_on_submit(&staging, wgpu::MapMode::Read, .., move |result| {
            let _ = sender.send(result);
        });
        gpu.run(encoder)?;
        arrival.recv().map_err(|_| Error::Unread)?.map_err(|_| Error::Unread)?;
        let view = staging.slice(..).get_mapped_range().map_err(|_| Error::Unread)?;
        Ok(bytemuck::pod_collect_to_vec(&view))
    }
}
