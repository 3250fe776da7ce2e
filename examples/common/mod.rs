//! Stands for what a program has already: a device, buffers, a matrix product of its own.
#![allow(dead_code)] // no example needs all of it

use wgpu_activations::Gpu;
use wgpu_activations::wgpu::{self, Buffer, BufferUsages, ComputePass, ComputePipeline};

pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// c = epilogue(a b) in tiles; the text of `fn epilogue(v: f32, column: u32) -> f32` and of what it needs is the caller's.
const MATMUL: &str = "
struct Size { rows: u32, inner: u32, columns: u32 }
@group(0) @binding(0) var<uniform> size: Size;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

var<workgroup> left: array<array<f32, 16>, 16>;
var<workgroup> right: array<array<f32, 16>, 16>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(local_invocation_id) at: vec3<u32>) {
    var sum = 0.0;
    for (var tile = 0u; tile < size.inner; tile += 16u) {
        left[at.y][at.x] = 0.0;
        right[at.y][at.x] = 0.0;
        if id.y < size.rows && tile + at.x < size.inner {
            left[at.y][at.x] = a[id.y * size.inner + tile + at.x];
        }
        if id.x < size.columns && tile + at.y < size.inner {
            right[at.y][at.x] = b[(tile + at.y) * size.columns + id.x];
        }
        workgroupBarrier();
        for (var k = 0u; k < 16u; k += 1u) {
            sum += left[at.y][k] * right[k][at.x];
        }
        workgroupBarrier();
    }
    if id.y < size.rows && id.x < size.columns {
        c[id.y * size.columns + id.x] = epilogue(sum, id.x);
    }
}
";

/// A buffer for anything, with these bytes.
pub(crate) fn upload(gpu: &Gpu, bytes: &[u8]) -> Buffer {
    let usage = BufferUsages::STORAGE | BufferUsages::UNIFORM | BufferUsages::COPY_SRC | BufferUsages::COPY_DST;
    let size = bytes.len().next_multiple_of(4) as u64;
    let descriptor = wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false };
    let buffer = gpu.device().create_buffer(&descriptor);
    gpu.queue().write_buffer(&buffer, 0, bytes);
    buffer
}

pub(crate) fn floats(gpu: &Gpu, values: &[f32]) -> Buffer {
    upload(gpu, bytemuck::cast_slice(values))
}

/// The bytes of a buffer, once all that was submitted is done.
pub(crate) fn read(gpu: &Gpu, buffer: &Buffer) -> Result<Vec<u8>> {
    let usage = BufferUsages::MAP_READ | BufferUsages::COPY_DST;
    let descriptor = wgpu::BufferDescriptor { label: None, size: buffer.size(), usage, mapped_at_creation: false };
    let staging = gpu.device().create_buffer(&descriptor);
    let mut encoder = gpu.device().create_command_encoder(&Default::default());
    encoder.copy_buffer_to_buffer(buffer, 0, &staging, 0, buffer.size());
    gpu.queue().submit([encoder.finish()]);
    staging.slice(..).map_async(wgpu::MapMode::Read, |_| ());
    gpu.device().poll(wgpu::PollType::wait_indefinitely())?;
    let bytes = staging.slice(..).get_mapped_range()?.to_vec();
    Ok(bytes)
}

pub(crate) fn read_floats(gpu: &Gpu, buffer: &Buffer) -> Result<Vec<f32>> {
    Ok(bytemuck::pod_collect_to_vec(&read(gpu, buffer)?))
}

/// Records in one pass, submits, and waits.
pub(crate) fn run(gpu: &Gpu, record: impl Fn(&mut ComputePass<'_>)) -> Result<()> {
    let mut encoder = gpu.device().create_command_encoder(&Default::default());
    record(&mut encoder.begin_compute_pass(&Default::default()));
    gpu.queue().submit([encoder.finish()]);
    gpu.device().poll(wgpu::PollType::wait_indefinitely())?;
    Ok(())
}

/// A kernel of the caller's, with buffers for its bindings from number 0 on.
pub(crate) struct Own {
    pipeline: ComputePipeline,
    group: wgpu::BindGroup,
    workgroups: [u32; 2],
}

impl Own {
    pub(crate) fn new(gpu: &Gpu, text: &str, buffers: &[&Buffer], workgroups: [u32; 2]) -> Self {
        let device = gpu.device();
        let source = wgpu::ShaderSource::Wgsl(text.into());
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor { label: None, source });
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: None,
            layout: None,
            module: &module,
            entry_point: Some("main"),
            compilation_options: Default::default(),
            cache: None,
        });
        let entry = |(binding, buffer)| wgpu::BindGroupEntry { binding, resource: Buffer::as_entire_binding(buffer) };
        let entries: Vec<_> = (0..).zip(buffers.iter().copied()).map(entry).collect();
        let layout = &pipeline.get_bind_group_layout(0);
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout, entries: &entries });
        Self { pipeline, group, workgroups }
    }

    /// c [rows, columns] = epilogue(a [rows, inner] b [inner, columns]); the epilogue's own buffers follow.
    pub(crate) fn matmul(
        gpu: &Gpu,
        epilogue: &str,
        [rows, inner, columns]: [u32; 3],
        abc: [&Buffer; 3],
        more: &[&Buffer],
    ) -> Self {
        let size = upload(gpu, bytemuck::cast_slice(&[rows, inner, columns, 0]));
        let buffers: Vec<&Buffer> = [&size].into_iter().chain(abc).chain(more.iter().copied()).collect();
        Self::new(gpu, &format!("{epilogue}{MATMUL}"), &buffers, [columns.div_ceil(16), rows.div_ceil(16)])
    }

    pub(crate) fn record(&self, pass: &mut ComputePass<'_>) {
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &self.group, &[]);
        pass.dispatch_workgroups(self.workgroups[0], self.workgroups[1], 1);
    }
}

/// Numbers that look random, within 1 of 0.
pub(crate) fn noise(len: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / 2f32.powi(31) - 1.0
    };
    (0..len).map(|_| next()).collect()
}

/// a [rows, inner] b [inner, columns] in `f64`.
pub(crate) fn product(a: &[f64], b: &[f32], inner: usize, columns: usize) -> Vec<f64> {
    let of =
        |row: &[f64], c: usize| row.iter().enumerate().map(|(k, v)| v * f64::from(b[k * columns + c])).sum::<f64>();
    a.chunks(inner).flat_map(|row| (0..columns).map(move |c| of(row, c))).collect()
}
