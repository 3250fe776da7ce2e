//! What a call costs the host, and what small calls in one pass cost beside empty dispatches.

use std::time::{Duration, Instant};

use criterion::Criterion;
use wgpu_activations::activation::RELU;
use wgpu_activations::wgpu::{BufferDescriptor, BufferUsages};
use wgpu_activations::{Buffers, Gpu, Spec};
use wgpu_activations_harness::measure;

const ELEMENTS: usize = 4096;
const CALLS: u32 = 100;

pub(crate) fn all(criterion: &mut Criterion, gpu: &Gpu) {
    let (label, size) = (Some("record"), 4 * ELEMENTS as u64);
    let descriptor = BufferDescriptor { label, size, usage: BufferUsages::STORAGE, mapped_at_creation: false };
    let tensor = gpu.device().create_buffer(&descriptor);
    let kernel = gpu.kernels().get(Spec::forward(&RELU).in_place()).expect("a kernel");
    let bind = || kernel.bind(Buffers::new().x(tensor.slice(..)), ELEMENTS).expect("a bound call");
    let bound = bind();

    let mut group = criterion.benchmark_group("host");
    group.bench_function("bind", |bencher| bencher.iter(bind));
    group.bench_function("record", |bencher| {
        bencher.iter_custom(|calls| {
            let mut encoder = gpu.device().create_command_encoder(&Default::default());
            let mut pass = encoder.begin_compute_pass(&Default::default());
            let start = Instant::now();
            (0..calls).for_each(|_| bound.record(&mut pass));
            start.elapsed()
        });
    });
    group.finish();

    let mut group = criterion.benchmark_group("small calls");
    let chain = || measure::chain(gpu, &RELU, ELEMENTS as u64, CALLS, 1).expect("a device that is there");
    group.bench_function("relu of 4096 elements", |bencher| {
        bencher.iter_custom(|calls| Duration::from_secs_f64(chain().seconds * calls as f64));
    });
    group.bench_function("empty dispatch", |bencher| {
        bencher.iter_custom(|calls| Duration::from_secs_f64(chain().empty_seconds * calls as f64));
    });
    group.finish();
}
