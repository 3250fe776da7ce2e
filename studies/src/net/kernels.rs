//! The kernels of a net beside the library's: products of matrices and steps of Adam.

use wgpu_activations::{Gpu, wgpu};

use super::matrix::Matrix;
use crate::error::Result;

/// Compiled kernels.
#[derive(Debug)]
pub(crate) struct Kernels {
    product: wgpu::ComputePipeline,
    adam: wgpu::ComputePipeline,
}

/// A dispatch that is ready to be recorded.
#[derive(Debug)]
pub(crate) struct Dispatch {
    pipeline: wgpu::ComputePipeline,
    group: wgpu::BindGroup,
    workgroups: [u32; 2],
}

impl Dispatch {
    pub(crate) fn record(&self, pass: &mut wgpu::ComputePass<'_>) {
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &self.group, &[]);
        pass.dispatch_workgroups(self.workgroups[0], self.workgroups[1], 1);
    }
}

/// A matrix as a product reads it: from where to where it goes along a row and along a column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    matrix: &'a Matrix,
    strides: [usize; 2],
}

impl Matrix {
    pub(crate) fn plain(&self) -> View<'_> {
        View { matrix: self, strides: [self.columns, 1] }
    }

    pub(crate) fn transposed(&self) -> View<'_> {
        View { matrix: self, strides: [1, self.columns] }
    }

    /// Its first number in every place.
    pub(crate) fn repeated(&self) -> View<'_> {
        View { matrix: self, strides: [0, 0] }
    }
}

/// What all steps of Adam share.
pub(crate) const STEP_BYTES: u64 = 16;

impl Kernels {
    pub(crate) fn new(gpu: &Gpu) -> Self {
        let pipeline = |label: &str, text: &str| {
            let source = wgpu::ShaderSource::Wgsl(text.into());
            let module = gpu.device().create_shader_module(wgpu::ShaderModuleDescriptor { label: Some(label), source });
            gpu.device().create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(label),
                layout: None,
                module: &module,
                entry_point: Some("main"),
                compilation_options: Default::default(),
                cache: None,
            })
        };
        Self {
            product: pipeline("product", include_str!("product.wgsl")),
            adam: pipeline("adam", include_str!("adam.wgsl")),
        }
    }

    /// out = a b + bias, with as many terms as b has rows.
    pub(crate) fn product(
        &self,
        gpu: &Gpu,
        a: View<'_>,
        b: View<'_>,
        terms: usize,
        bias: Option<&Matrix>,
        out: &Matrix,
    ) -> Result<Dispatch> {
        let shape = [
            out.rows,
            out.columns,
            terms,
            0, // a vector begins at a multiple of 8 bytes
            a.strides[0],
            a.strides[1],
            b.strides[0],
            b.strides[1],
            usize::from(bias.is_some()),
            0,
        ];
        let shape: Vec<u32> = shape.iter().map(|&n| n as u32).collect();
        let uniform = uniform(gpu, 4 * shape.len() as u64);
        gpu.queue().write_buffer(&uniform, 0, bytemuck::cast_slice(&shape));
        let none = Matrix::new(gpu, 1, 1)?;
        let bias = bias.unwrap_or(&none);
        let buffers = [&a.matrix.buffer, &b.matrix.buffer, &bias.buffer, &out.buffer, &uniform];
        let workgroups = [out.columns, out.rows].map(|n| n.div_ceil(16) as u32);
        Ok(self.dispatch(gpu, &self.product, &buffers, workgroups))
    }

    /// A step of `values` against their gradient. `step` holds the rate and the corrections of the moments.
    pub(crate) fn adam(&self, gpu: &Gpu, gradient: &Matrix, values: &Matrix, step: &wgpu::Buffer) -> Result<Dispatch> {
        let moments = Matrix::new(gpu, values.len(), 2)?;
        let groups = values.len().div_ceil(64) as u32;
        let columns = groups.min(65_535);
        let workgroups = [columns, groups.div_ceil(columns)];
        let buffers = [&gradient.buffer, &moments.buffer, &values.buffer, step];
        Ok(self.dispatch(gpu, &self.adam, &buffers, workgroups))
    }

    fn dispatch(
        &self,
        gpu: &Gpu,
        pipeline: &wgpu::ComputePipeline,
        buffers: &[&wgpu::Buffer],
        workgroups: [u32; 2],
    ) -> Dispatch {
        let entries: Vec<_> = buffers
            .iter()
            .zip(0..)
            .map(|(buffer, binding)| wgpu::BindGroupEntry { binding, resource: buffer.as_entire_binding() })
            .collect();
        let layout = pipeline.get_bind_group_layout(0);
        let descriptor = wgpu::BindGroupDescriptor { label: None, layout: &layout, entries: &entries };
        Dispatch { pipeline: pipeline.clone(), group: gpu.device().create_bind_group(&descriptor), workgroups }
    }
}

pub(crate) fn uniform(gpu: &Gpu, size: u64) -> wgpu::Buffer {
    gpu.device().create_buffer(&wgpu::BufferDescriptor {
        label: Some("uniform"),
        size,
        usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}
