//! One `Gpu` for many calls, one after the other and side by side: none sees anything of another.

use crate::common::rig::bits;
use crate::common::{Noise, gpu};
use half::{bf16, f16};
use wgpu_activations::activation::{GELU, LEAKY_RELU, PRELU, RELU, SWISH};
use wgpu_activations::gate::SWIGLU;
use wgpu_activations::row::{MASKED_SOFTMAX, MAXOUT, SOFTMAX};
use wgpu_activations::{Element, Extent, Gpu, Halves};

/// As bits, so that NaN can be compared.
fn of<T: Element>(values: Vec<T>) -> Vec<u32> {
    bits(&values.into_iter().map(Into::into).collect::<Vec<f32>>())
}

/// Calls of all kinds on some tensors of about this length, and their results.
fn results(gpu: &Gpu, len: usize) -> Vec<Vec<u32>> {
    let mut noise = Noise(len as u32 + 1);
    let [x, dy] = [6.0, 2.0].map(|scale| noise.vec(len, scale));
    let (half, brain): (Vec<f16>, Vec<bf16>) = x.iter().map(|&v| (f16::from_f32(v), bf16::from_f32(v))).unzip();
    let slope = x.first().copied().unwrap_or(0.5);
    let (odd, rows) = (len / 3 * 3, Extent { outer: len as u64 / 3, channels: 3, inner: 1 });
    let values = [0.25, -0.5, slope];
    let prelu = PRELU.function().per_channel(&values, rows);
    let pair = Extent { outer: 1, channels: 2, inner: len as u64 / 2 };
    let even = &x[..len / 2 * 2];
    let (da, db) = gpu.backward(&SWIGLU, (&x, &dy), &x).unwrap();
    vec![
        of(gpu.forward(&GELU, &x).unwrap()),
        of(gpu.backward(&GELU, &x, &dy).unwrap()),
        of(gpu.forward(LEAKY_RELU.with(slope), &x).unwrap()),
        of(gpu.forward(&GELU, &half).unwrap()),
        of(gpu.backward(LEAKY_RELU.with(slope), &brain, &brain).unwrap()),
        of(gpu.param_gradient(&SWISH, "beta", &x, &dy).unwrap()),
        of(gpu.forward(&prelu, &x[..odd]).unwrap()),
        of(gpu.param_gradient(&prelu, "weight", &x[..odd], &dy[..odd]).unwrap()),
        of(gpu.forward(&SWIGLU, (&x, &dy)).unwrap()),
        of(da),
        of(db),
        of(gpu.forward(SWIGLU.halves(pair, Halves::Split), even).unwrap()),
        of(gpu.forward(SOFTMAX.along(rows), &x[..odd]).unwrap()),
        of(gpu.forward(MASKED_SOFTMAX.function().mask(&values).along(rows), &x[..odd]).unwrap()),
        of(gpu.forward(MAXOUT.along(rows), &x[..odd]).unwrap()),
    ]
}

const LENGTHS: [usize; 8] = [3, 7, 100, 1023, 4097, 6, 70_001, 20_000];

/// Results on a device that has done nothing else.
fn alone() -> Vec<Vec<Vec<u32>>> {
    let fresh = |len| results(&Gpu::new().expect("there was one a moment ago"), len);
    LENGTHS.into_iter().map(fresh).collect()
}

#[test]
fn later_calls_see_nothing_of_earlier_ones() {
    let Some(gpu) = gpu() else { return };
    // Where memory is used again these would be seen.
    let large = vec![f32::NAN; 100_000];
    for (len, alone) in LENGTHS.into_iter().zip(alone()) {
        let poison = |large: &[f32]| {
            gpu.forward(&RELU, large).unwrap();
            gpu.backward(&GELU, large, large).unwrap();
            gpu.backward(&SWIGLU, (large, large), large).unwrap();
        };
        poison(&large);
        poison(&large[..len.next_multiple_of(8)]);
        assert!(results(gpu, len) == alone, "{len} elements");
    }
}

#[test]
fn threads_do_not_see_each_other() {
    let Some(gpu) = gpu() else { return };
    let alone = &alone();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            scope.spawn(move || {
                for round in 0..6 {
                    let k = (thread + round) % LENGTHS.len();
                    assert!(results(gpu, LENGTHS[k]) == alone[k], "thread {thread}, {} elements", LENGTHS[k]);
                }
            });
        }
    });
}

/// More than a piece in each thread, beside small calls and while what is kept is released.
#[test]
fn threads_with_large_tensors() {
    let Some(gpu) = gpu() else { return };
    let len = 9_000_001;
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                let x = Noise(thread).vec(len, 3.0);
                let y = gpu.forward(LEAKY_RELU.with(0.5), &x).unwrap();
                let wrong = x.iter().zip(&y).position(|(x, y)| *y != if *x > 0.0 { *x } else { 0.5 * x });
                assert_eq!(wrong, None, "thread {thread}");
            });
        }
        for _ in 0..300 {
            assert_eq!(gpu.forward(&RELU, &[1.0, -1.0, 3.0]).unwrap(), [1.0, 0.0, 3.0]);
            gpu.release_memory();
        }
    });
}

#[test]
fn futures_can_be_sent_and_dropped() {
    fn sendable<T: Send>(value: T) -> T {
        value
    }
    let Some(gpu) = gpu() else { return };
    let x = [0.5; 100];
    let y = gpu.forward(&GELU, &x).unwrap();
    drop(sendable(gpu.forward_async(&GELU, &x)));
    drop(sendable(gpu.forward_async(SOFTMAX.along(Extent::from(100)), &x)));
    drop(sendable(gpu.backward_async(&SWIGLU, (&x, &x), &x)));
    drop(sendable(gpu.param_gradient_async(&SWISH, "beta", &x, &x)));
    assert_eq!(pollster::block_on(gpu.forward_async(&GELU, &x)).unwrap(), y);
}
