//! Gradients of parameters: sums over a whole tensor and over each channel.

use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use wgpu_activations::activation::{PRELU, SWISH};
use wgpu_activations::wgpu::{BufferDescriptor, BufferUsages, ComputePass};
use wgpu_activations::{Bound, Buffers, Error, Extent, Gpu, Spec};

const ELEMENTS: u64 = 1 << 20;
const CHANNELS: u64 = 256;
const CALLS: u32 = 16;

pub(crate) fn all(criterion: &mut Criterion, gpu: &Gpu) {
    let buffer = |len: u64| {
        let (label, size, usage) = (Some("gradients"), 4 * len, BufferUsages::STORAGE);
        gpu.device().create_buffer(&BufferDescriptor { label, size, usage, mapped_at_creation: false })
    };
    let [x, dy, weights, out] = [ELEMENTS, ELEMENTS, CHANNELS, CHANNELS].map(buffer);
    let bind = |spec: Result<Spec, Error>, buffers: Buffers<'_>, channels: u64| {
        let extent = Extent { outer: ELEMENTS / channels, channels, inner: 1 };
        gpu.kernels().get(spec?)?.bind(buffers, extent)
    };
    let tensors = |len: u64| Buffers::new().x(x.slice(..)).dy(dy.slice(..)).sums(out.slice(..4 * len));
    let each = Spec::param_gradient(&PRELU, "weight").map(Spec::per_channel);
    let cases = [
        ("swish beta", bind(Spec::param_gradient(&SWISH, "beta"), tensors(1), 1)),
        ("prelu weight", bind(Spec::param_gradient(&PRELU, "weight"), tensors(1), 1)),
        ("prelu weight of 256 channels", bind(each, tensors(CHANNELS).weights(weights.slice(..)), CHANNELS)),
    ];
    let mut group = criterion.benchmark_group("parameter gradients");
    group.throughput(Throughput::Bytes(8 * ELEMENTS));
    for (name, bound) in cases {
        let bound = bound.expect("a kernel with its buffers");
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter_custom(|calls| time(gpu, &bound).mul_f64(calls as f64));
        });
    }
    group.finish();
}

/// A call, one of some in a submission.
fn time(gpu: &Gpu, bound: &Bound) -> Duration {
    let mut encoder = gpu.device().create_command_encoder(&Default::default());
    let mut pass: ComputePass<'_> = encoder.begin_compute_pass(&Default::default());
    (0..CALLS).for_each(|_| bound.record(&mut pass));
    drop(pass);
    let start = Instant::now();
    gpu.run(encoder).expect("a device that is there");
    start.elapsed() / CALLS
}
