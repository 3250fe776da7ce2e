//! What the first use of a function costs: its text is linked, read and validated, and compiled by the driver.

use criterion::{BatchSize, BenchmarkId, Criterion};
use naga::valid::{Capabilities, ValidationFlags, Validator};
use wgpu_activations::activation::{ELU, GELU, GELU_TANH, HARDSWISH, MISH, RELU, SIGMOID, SILU, SOFTPLUS, TANH};
use wgpu_activations::row::SOFTMAX;
use wgpu_activations::{Activation, AdapterChoice, Gpu, Kernels, Spec, wgpu};

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

/// A program of twenty kernels: with nothing to begin with, and with a pipeline cache as its last run left it. Drivers' own caches
/// are off only if they are asked to (`MESA_SHADER_CACHE_DISABLE=true`).
pub(crate) fn program(criterion: &mut Criterion) {
    const FUNCTIONS: [&Activation; 10] =
        [&RELU, &SIGMOID, &TANH, &ELU, &SOFTPLUS, &SILU, &GELU, &GELU_TANH, &MISH, &HARDSWISH];
    let specs = FUNCTIONS.iter().flat_map(|function| [Spec::forward(*function), Spec::backward(*function)]);
    let calls: Vec<_> = specs.map(|spec| (spec, 4096.into())).collect();
    let feature = wgpu::Features::PIPELINE_CACHE;
    let adapters = Gpu::adapters(&AdapterChoice::default()).unwrap_or_default();
    let Some(adapter) = adapters.into_iter().find(|adapter| adapter.features().contains(feature)) else {
        return eprintln!("start-up/program: no adapter has pipeline caches");
    };
    let descriptor = wgpu::DeviceDescriptor { required_features: feature, ..Default::default() };
    let (device, _queue) = match pollster::block_on(adapter.request_device(&descriptor)) {
        Ok(opened) => opened,
        Err(error) => return eprintln!("start-up/program: {error}"),
    };
    let start = |data: Option<&[u8]>| {
        let cache = cache(&device, data);
        Kernels::new(&device).expect("kernels").cached(cache.clone()).prepare(&calls).expect("kernels compile");
        cache.get_data().unwrap_or_default()
    };
    let data = start(None);
    let mut group = criterion.benchmark_group("start-up");
    group.sample_size(10);
    group.bench_function(BenchmarkId::new("program", "cold"), |bencher| bencher.iter(|| start(None)));
    group.bench_function(BenchmarkId::new("program", "cached"), |bencher| bencher.iter(|| start(Some(&data))));
    group.finish();
}

#[expect(unsafe_code, reason = "data are those of a cache of the same device")]
fn cache(device: &wgpu::Device, data: Option<&[u8]>) -> wgpu::PipelineCache {
    // SAFETY: see above.
    unsafe { device.create_pipeline_cache(&wgpu::PipelineCacheDescriptor { label: None, data, fallback: true }) }
}
