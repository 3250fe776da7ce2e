//! A thousand small tensors of one arena: one call for all of them beside a call for each, in one compute pass.

use criterion::Criterion;
use wgpu_activations::activation::{GELU, RELU};
use wgpu_activations::wgpu::{BufferDescriptor, BufferUsages};
use wgpu_activations::{Bound, Buffers, Gpu, Pass, Spec};

const TENSORS: u64 = 1000;

pub(crate) fn all(criterion: &mut Criterion, gpu: &Gpu) {
    for len in [100u64, 1001] {
        let size = 3 * TENSORS * len * 4;
        let usage = BufferUsages::STORAGE;
        let descriptor = BufferDescriptor { label: None, size, usage, mapped_at_creation: false };
        let arena = gpu.device().create_buffer(&descriptor);
        let at = |k: u64| arena.slice(k * len * 4..(k + 1) * len * 4);
        for (name, spec) in
            [("relu", Spec::forward(&RELU)), ("gelu", Spec::forward(&GELU)), ("gelu", Spec::backward(&GELU))]
        {
            let kernel = gpu.kernels().get(spec).expect("a kernel");
            let buffers = |k: u64| match spec.pass() {
                Pass::Forward => Buffers::forward(at(3 * k), at(3 * k + 1)),
                _ => Buffers::new().x(at(3 * k)).dy(at(3 * k + 1)).dx(at(3 * k + 2)),
            };
            let calls: Vec<_> = (0..TENSORS).map(|k| (buffers(k), (len as usize).into())).collect();
            let one = vec![kernel.bind_many(&calls).expect("tensors apart")];
            let each: Vec<Bound> = calls.iter().map(|call| kernel.bind(call.0, call.1).expect("a tensor")).collect();
            let name = format!("{TENSORS} x {len}/{name} {}", spec.pass());
            let mut group = criterion.benchmark_group(name);
            group.sample_size(20);
            for (what, bound) in [("one call", &one), ("a call each", &each)] {
                group.bench_function(what, |b| {
                    b.iter(|| {
                        let mut encoder = gpu.device().create_command_encoder(&Default::default());
                        let mut pass = encoder.begin_compute_pass(&Default::default());
                        bound.iter().for_each(|bound| bound.record(&mut pass));
                        drop(pass);
                        gpu.run(encoder).expect("the GPU is there");
                    });
                });
            }
            group.finish();
        }
    }
}
