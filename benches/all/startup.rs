//! What the first use of a function costs: its text is linked, read and validated, and compiled by the driver.

use criterion::{BatchSize, BenchmarkId, Criterion};
use naga::valid::{Capabilities, ValidationFlags, Validator};
use wgpu_activations::activation::{GELU, RELU};
use wgpu_activations::row::SOFTMAX;
use wgpu_activations::{Gpu, Kernels, Spec};

fn specs() -> [(&'static str, Spec); 3] {
    [("relu", Spec::forward(&RELU)), ("gelu", Spec::backward(&GELU)), ("softmax", Spec::forward(&SOFTMAX))]
}

/// What needs no GPU.
pub(crate) fn texts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("start-up");
    for (name, spec) in specs() {
        group.bench_function(BenchmarkId::new("compose", name), |bencher| bencher.iter(|| spec.wgsl()));
        let text = spec.wgsl().expect("a text");
        group.bench_function(BenchmarkId::new("validate", name), |bencher| {
            bencher.iter(|| {
                let module = naga::front::wgsl::parse_str(&text).expect("WGSL");
                Validator::new(ValidationFlags::all(), Capabilities::SHADER_FLOAT16_IN_FLOAT32)
                    .validate(&module)
                    .expect("a valid module")
            });
        });
    }
    group.finish();
}

/// Compiled anew, and taken from the cache.
pub(crate) fn kernels(criterion: &mut Criterion, gpu: &Gpu) {
    let mut group = criterion.benchmark_group("start-up");
    for (name, spec) in specs() {
        group.bench_function(BenchmarkId::new("compile", name), |bencher| {
            let empty = || Kernels::new(gpu.device()).expect("kernels");
            bencher.iter_batched(empty, |kernels| kernels.get(spec).expect("a kernel"), BatchSize::PerIteration);
        });
        group.bench_function(BenchmarkId::new("cached", name), |bencher| {
            bencher.iter(|| gpu.kernels().get(spec).expect("a kernel"));
        });
    }
    group.finish();
}
