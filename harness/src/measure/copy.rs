//! Kernels that move as many tensors as a job, and compute nothing.

use std::num::NonZero;
use std::ops::Range;

use wgpu_activations::wgpu::{self, Buffer};
use wgpu_activations::{Gpu, Op, Pass};

use super::Job;
use crate::error::Result;
use crate::naive::COPY;
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
        calls.iter().try_for_each(|call| copy.add(gpu, COPY, call))?;
        Ok(copy)
    }

    /// Of a text like that of the copies, from one tensor to another.
    pub(super) fn of(gpu: &Gpu, text: &str, from: &Buffer, to: &Buffer) -> Result<Self> {
        let mut kernel = Self { pipelines: Vec::new(), dispatches: Vec::new() };
        kernel.add(gpu, text, &("one_to_one", vec![(1, from), (4, to)]))?;
        Ok(kernel)
    }

    /// A dispatch for each part of the tensors that can be bound.
    fn add(&mut self, gpu: &Gpu, text: &str, (entry_point, buffers): &Call<'_>) -> Result<()> {
        let limits = gpu.device().limits();
        let pipeline = guarded(gpu, "a copying kernel", || pipeline(gpu.device(), text, entry_point))?;
        let whole = buffers.first().map_or(0, |(_, buffer)| buffer.size());
        for Range { start: offset, end } in windows(whole, limits.max_storage_buffer_binding_size) {
            let size = end - offset;
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

/// The parts of so many bytes that can be bound: all but the last in whole workgroups.
fn windows(size: u64, binding: u64) -> impl Iterator<Item = Range<u64>> {
    let window = (binding / MOVED * MOVED).max(MOVED);
    (0..size.div_ceil(window)).map(move |k| k * window..size.min((k + 1) * window))
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
    use wgpu_activations::{Gpu, Storage};

    use super::super::tensors::Tensors;
    use super::{Arity, MOVED, grid, windows};
    use crate::transfer::encoder;

    #[test]
    fn windows_are_bindable_and_hold_everything_once() {
        for (size, binding) in [(0, MOVED), (16, MOVED), (10 * MOVED, 3 * MOVED + 16), (7 * MOVED + 32, MOVED), (16, 0)]
        {
            let mut end = 0;
            for window in windows(size, binding) {
                let length = window.end - window.start;
                assert!(window.start == end && end.is_multiple_of(MOVED), "{size} {binding}");
                assert!(0 < length && length <= binding.max(MOVED), "{size} {binding}");
                end = window.end;
            }
            assert_eq!(end, size, "{binding}");
        }
    }

    #[test]
    fn copies_move_every_tensor() {
        let gpu = match Gpu::new() {
            Ok(gpu) => gpu,
            Err(error) if std::env::var("REQUIRE_GPU").is_ok_and(|v| v == "1") => panic!("REQUIRE_GPU=1, but {error}"),
            Err(error) => return eprintln!("NO GPU: copies are not tried: {error}"),
        };
        let elements = 100_003;
        let tensors = Tensors::new(&gpu, elements, Storage::F32).unwrap();
        let read = |buffer| -> Vec<u32> {
            let values = tensors.read(&gpu, buffer, 0, elements).unwrap();
            values.into_iter().map(f32::to_bits).collect()
        };
        let [x, y, dy] = [&tensors.x, &tensors.y, &tensors.dy].map(read);
        let mixed = |a: &[u32], b: &[u32]| a.iter().zip(b).map(|(a, b)| a ^ b).collect::<Vec<u32>>();
        let expected = [
            (Arity::OneToOne, x.clone(), None),
            (Arity::TwoToOne, mixed(&x, &dy), None),
            (Arity::ThreeToTwo, mixed(&x, &dy), Some(mixed(&y, &dy))),
        ];
        for (arity, first, second) in expected {
            let copy = tensors.bind_copy(&gpu, arity).unwrap();
            let mut encoder = encoder(&gpu);
            copy.record(&mut encoder.begin_compute_pass(&Default::default()));
            gpu.run(encoder).unwrap();
            assert!(read(&tensors.out) == first, "{} tensors", arity.tensors());
            assert!(second.is_none_or(|second| read(&tensors.out2) == second), "{} tensors", arity.tensors());
        }
    }

    #[test]
    fn grids_hold_all_workgroups_and_hardly_more() {
        for groups in [1, 2, 65_535, 65_536, 131_070, 131_071, 1 << 24] {
            let [x, y] = grid(groups, 65_535).map(u64::from);
            assert!(x <= 65_535 && y <= 65_535 && (groups..groups + y).contains(&(x * y)), "{groups}: {x} x {y}");
        }
    }
}
