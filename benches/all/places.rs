//! What a length costs that is no multiple of four, one small dispatch more, and a place that is no multiple of a pack: relu
//! of a million elements beside its aligned twin, by turns. The aim is 1.1; what lies beyond 1.5 ends `cargo bench -- places`
//! with a failure.

use std::time::Instant;

use wgpu_activations::activation::RELU;
use wgpu_activations::wgpu::{Buffer, BufferDescriptor, BufferUsages};
use wgpu_activations::{Bound, Buffers, Gpu, Pass, Spec, Storage};
use wgpu_activations_harness::measure::median;

/// How long a measurement is made to last at least, in seconds, and measurements of each.
const LASTS: f64 = 0.02;
const ROUNDS: usize = 31;
/// On a shared machine only what is far off tells anything.
const FAR: f64 = 1.5;

fn seconds(gpu: &Gpu, calls: &[Bound], times: usize) -> f64 {
    let mut encoder = gpu.device().create_command_encoder(&Default::default());
    let mut pass = encoder.begin_compute_pass(&Default::default());
    (0..times).flat_map(|_| calls).for_each(|bound| bound.record(&mut pass));
    drop(pass);
    let start = Instant::now();
    gpu.run(encoder).expect("the GPU is there");
    start.elapsed().as_secs_f64() / times as f64
}

/// Prints what some calls cost beside others, by turns; and gives the ratio.
pub(crate) fn ratio(gpu: &Gpu, what: &str, some: &[Bound], others: &[Bound]) -> f64 {
    seconds(gpu, others, 1);
    seconds(gpu, some, 1);
    let times = (LASTS / seconds(gpu, some, 1)).clamp(1.0, 100.0) as usize;
    let (some, others) = (0..ROUNDS).map(|_| (seconds(gpu, some, times), seconds(gpu, others, times))).unzip();
    let (some, others) = (median(some), median(others));
    println!("{what}: {:.1} us beside {:.1} us, ratio {:.3}", some * 1e6, others * 1e6, some / others);
    some / others
}

/// Whether one costs far more than the other.
fn far_off(gpu: &Gpu, what: &str, one: Bound, other: Bound) -> bool {
    ratio(gpu, &format!("places/{what}"), &[one], &[other]) > FAR
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
        far += usize::from(far_off(gpu, &what, bind(1_000_003), bind(1_000_004)));
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
            far += usize::from(far_off(gpu, &what, bind(offsets), bind([0; 3])));
        }
    }
    far
}
