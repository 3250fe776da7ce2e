//! Kernels that move as many tensors as a job, and compute nothing.

use std::num::NonZero;

use wgpu_activations::wgpu::{self, Buffer};
use wgpu_activations::{Gpu, Op, Pass, Result};

use super::Job;
use crate::transfer::{guarded, uniform};

/// Threads of a workgroup, each of which moves four words, and the bytes that they move together.
const WORKGROUP: u64 = 256;
const MOVED: u64 = 16 * WORKGROUP;

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

/// A kernel with its buffers.
pub(super) struct Copy {
    pipelines: Vec<wgpu::ComputePipeline>,
    /// The number of a pipeline, what it works on, and its workgroups.
    dispatches: Vec<(usize, wgpu::BindGroup, [u32; 2])>,
}

/// An entry point, and the buffers that it takes by their bindings.
type Call<'a> = (&'static str, Vec<(u32, &'a Buffer)>);

impl Copy {
    /// Of three tensors to be read and two to be written, of equal sizes.
    pub(super) fn new(gpu: &Gpu, arity: Arity, [a, b, c]: [&Buffer; 3], [out, out2]: [&Buffer; 2]) -> Result<Self> {
        let together = gpu.device().limits().max_storage_buffers_per_shader_stage >= 5;
        let calls: Vec<Call<'_>> = match arity {
            Arity::OneToOne => vec![("one_to_one", vec![(1, a), (4, out)])],
            Arity::TwoToOne => vec![("two_to_one", vec![(1, a), (2, c), (4, out)])],
            Arity::ThreeToTwo if together => {
                vec![("three_to_two", vec![(1, a), (2, b), (3, c), (4, out), (5, out2)])]
            }
            // A gate's gradients take two dispatches there, too.
            Arity::ThreeToTwo => {
                let two = |from, to| ("two_to_one", vec![(1, from), (2, c), (4, to)]);
                vec![two(a, out), two(b, out2)]
            }
        };
        let mut copy = Self { pipelines: Vec::new(), dispatches: Vec::new() };
        calls.iter().try_for_each(|call| copy.add(gpu, call))?;
        Ok(copy)
    }

    /// A dispatch for each part of the tensors that can be bound.
    fn add(&mut self, gpu: &Gpu, (entry_point, buffers): &Call<'_>) -> Result<()> {
        let limits = gpu.device().limits();
        let pipeline =
            guarded(gpu, "a copying kernel", || pipeline(gpu.device(), include_str!("copy.wgsl"), entry_point))?;
        let size = buffers.first().map_or(0, |(_, buffer)| buffer.size());
        let window = (limits.max_storage_buffer_binding_size / MOVED * MOVED).max(MOVED);
        for offset in (0..size).step_by(window as usize) {
            let size = window.min(size - offset);
            let groups = grid(size.div_ceil(MOVED), u64::from(limits.max_compute_workgroups_per_dimension));
            let args = uniform(gpu, &[0, 0, 0, 0, 0, (size / 16) as u32, groups[0], 0])?;
            let whole = wgpu::BindGroupEntry { binding: 0, resource: args.as_entire_binding() };
            let parts = buffers.iter().map(|&(binding, buffer)| {
                let part = wgpu::BufferBinding { buffer, offset, size: NonZero::new(size) };
                wgpu::BindGroupEntry { binding, resource: wgpu::BindingResource::Buffer(part) }
            });
            let entries: Vec<_> = std::iter::once(whole).chain(parts).collect();
            let group = guarded(gpu, "the buffers of a copying kernel", || {
                let layout = &pipeline.get_bind_group_layout(0);
                gpu.device().create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout, entries: &entries })
            })?;
            self.dispatches.push((self.pipelines.len(), group, groups));
        }
        self.pipelines.push(pipeline);
        Ok(())
    }

    pub(super) fn record(&self, pass: &mut wgpu::ComputePass<'_>) {
        for (pipeline, group, [x, y]) in &self.dispatches {
            pass.set_pipeline(&self.pipelines[*pipeline]);
            pass.set_bind_group(0, group, &[]);
            pass.dispatch_workgroups(*x, *y, 1);
        }
    }
}

/// So many workgroups along two axes, or a few more.
fn grid(groups: u64, most: u64) -> [u32; 2] {
    let y = groups.div_ceil(most.max(1)).max(1);
    [groups.div_ceil(y) as u32, y as u32]
}

/// An entry point of a text, with the layout that it implies.
pub(super) fn pipeline(device: &wgpu::Device, text: &str, entry_point: &str) -> wgpu::ComputePipeline {
    let source = wgpu::ShaderSource::Wgsl(text.into());
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor { label: Some(entry_point), source });
    device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label: Some(entry_point),
        layout: None,
        module: &module,
        entry_point: Some(entry_point),
        compilation_options: Default::default(),
        cache: None,
    })
}

#[cfg(test)]
mod tests {
    use super::grid;

    #[test]
    fn grids_hold_all_workgroups_and_hardly_more() {
        for groups in [1, 2, 65_535, 65_536, 131_070, 131_071, 1 << 24] {
            let [x, y] = grid(groups, 65_535).map(u64::from);
            assert!(x <= 65_535 && y <= 65_535 && (groups..groups + y).contains(&(x * y)), "{groups}: {x} x {y}");
        }
    }
}
