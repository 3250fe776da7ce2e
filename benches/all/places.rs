//! What a length costs that is no multiple of four, one small dispatch more, and a place that is no multiple of a pack: relu
//! of a million elements beside its aligned twin, by turns. The aim is 1.1; what lies beyond 1.5 ends `cargo bench -- places`
//! with a failure.

use std::time::Instant;

use wgpu_activations::activation::RELU;
use wgpu_activations::wgpu::{Buffer, BufferDescriptor, BufferUsages};
use wgpu_activations::{Bound, Buffers, Gpu, Pass, Spec, Storage};
use wgpu_activations_harness::measure::median;

/// Calls in a measurement, and measurements of each.
const CALLS: usize = 20;
const ROUNDS: usize = 31;
/// On a shared machine only what is far off tells anything.
const FAR: f64 = 1.5;

fn seconds(gpu: &Gpu, bound: &Bound) -> f64 {
    let mut encoder = gpu.device().create_command_encoder(&Default::default());
    let mut pass = encoder.begin_compute_pass(&Default::default());
    (0..CALLS).for_each(|_| bound.record(&mut pass));
    drop(pass);
    let start = Instant::now();
    gpu.run(encoder).expect("the GPU is there");
    start.elapsed().as_secs_f64() / CALLS as f64
}

/// Prints what one costs beside the other; whether that is far off.
fn far_off(gpu: &Gpu, what: &str, one: &Bound, other: &Bound) -> bool {
    seconds(gpu, one);
    let (one, other) = (0..ROUNDS).map(|_| (seconds(gpu, one), seconds(gpu, other))).unzip();
    let (one, other) = (median(one), median(other));
    println!("places/{what}: {:.1} us beside {:.1} us, ratio {:.3}", one * 1e6, other * 1e6, one / other);
    one > FAR * other
}

/// How many of them are far off.
pub(crate) fn all(gpu: &Gpu) -> usize {
    let tensor = |elements: u64| -> Buffer {
        let (label, usage) = (Some("places"), BufferUsages::STORAGE);
        gpu.device().create_buffer(&BufferDescriptor { label, size: 4 * elements, usage, mapped_at_creation: false })
    };
    let [x, dy, y] = [(); 3].map(|()| tensor(1_000_016));
    let mut far = 0;
    for storage in Storage::ALL {
        let kernel = gpu.kernels().get(Spec::forward(&RELU).storage(storage)).expect("a kernel");
        let bind = |len: usize| kernel.bind(Buffers::forward(x.slice(..), y.slice(..)), len).expect("a bound call");
        let what = format!("1,000,003 of {storage}");
        far += usize::from(far_off(gpu, &what, &bind(1_000_003), &bind(1_000_004)));
    }
    // All tensors by as much, as the parts of an arena mostly are.
    for (storage, offsets) in
        [(Storage::F32, [4, 4, 4]), (Storage::F32, [8, 24, 40]), (Storage::F16, [2, 10, 2]), (Storage::Bf16, [6, 6, 6])]
    {
        let bytes = 1_000_000 * storage.bytes();
        for spec in [Spec::forward(&RELU), Spec::backward(&RELU)].map(|spec| spec.storage(storage)) {
            let kernel = gpu.kernels().get(spec).expect("a kernel");
            let bind = |[a, b, c]: [u64; 3]| {
                let [x, dy, y] = [(&x, a), (&dy, b), (&y, c)].map(|(buffer, at)| buffer.slice(at..at + bytes));
                let forward = spec.pass() == Pass::Forward;
                let buffers = if forward { Buffers::forward(x, y) } else { Buffers::new().x(x).dy(dy).dx(y) };
                kernel.bind(buffers, 1_000_000).expect("a bound call")
            };
            let what = format!("{storage} at {offsets:?} {}", spec.pass());
            far += usize::from(far_off(gpu, &what, &bind(offsets), &bind([0; 3])));
        }
    }
    far
}
