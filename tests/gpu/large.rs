//! Tensors past every limit of a single dispatch, binding and upload. Inputs are made anew where results are checked, so
//! that no test holds more than a piece of a large tensor beside the device's buffers.

use std::sync::Mutex;

use crate::common::rig::{PIECE, Rig};
use crate::common::{Noise, gpu};
use wgpu_activations::activation::{LEAKY_RELU, PRELU, RELU};
use wgpu_activations::wgpu::{Buffer, Limits};
use wgpu_activations::{Buffers, Extent, Spec};

/// One large test at a time, so that their memory does not add up.
static TURN: Mutex<()> = Mutex::new(());

fn turn() -> std::sync::MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

const SLOPE: f32 = 0.01;

fn leaky(x: f32) -> f32 {
    if x > 0.0 { x } else { SLOPE * x }
}

/// Fills a buffer with noise, a piece at a time.
fn fill(rig: &Rig, buffer: &Buffer, len: usize, noise: &mut Noise) {
    let piece = PIECE as usize / 4;
    for first in (0..len).step_by(piece) {
        rig.write(buffer, first, &noise.vec(piece.min(len - first), 3.0));
        rig.queue.submit([]);
        rig.wait();
    }
}

/// Compares a buffer with what `expected` gives for each element in turn.
fn compare(rig: &Rig, what: &str, buffer: &Buffer, len: usize, mut expected: impl FnMut() -> f32) {
    let piece = PIECE as usize / 4;
    for first in (0..len).step_by(piece) {
        for (k, word) in rig.words_of(buffer, first, piece.min(len - first)).into_iter().enumerate() {
            let (got, expected) = (f32::from_bits(word), expected());
            assert!(got == expected, "{what}: element {} of {len} is {got}, not {expected}", first + k);
        }
    }
}

#[test]
fn a_hundred_million_elements_in_one_bound_call() {
    let _turn = turn();
    let len = 100_000_003;
    let limits = |adapter: Limits| Limits { max_buffer_size: adapter.max_buffer_size, ..Limits::default() };
    let Some(rig) = Rig::new(limits) else { return };
    let (a, b) = (rig.room(len), rig.room(len));
    fill(&rig, &a, len, &mut Noise(1));

    let kernel = rig.kernels.get(Spec::forward(&LEAKY_RELU)).unwrap();
    let bound = kernel.bind(Buffers::forward(a.slice(..), b.slice(..)), len).unwrap();
    // 128 MiB hold a third of it; four does not divide its length.
    assert_eq!(bound.dispatches(), 4);
    rig.run(&[&bound]);
    let mut x = Noise(1);
    compare(&rig, "forward", &b, len, || leaky(x.next() * 3.0));

    // The output is the upstream gradient of the way back, and replaced by the result.
    let kernel = rig.kernels.get(Spec::backward(&LEAKY_RELU).in_place()).unwrap();
    rig.run(&[&kernel.bind(Buffers::new().x(a.slice(..)).dy(b.slice(..)), len).unwrap()]);
    let mut x = Noise(1);
    compare(&rig, "backward", &b, len, || {
        let x = x.next() * 3.0;
        leaky(x) * if x > 0.0 { 1.0 } else { SLOPE }
    });
}

#[test]
fn twenty_million_elements_with_channels_across_windows() {
    let _turn = turn();
    // Windows of 4 MiB hold no whole number of spans of 3 x 7 elements.
    let limits = |_| Limits { max_storage_buffer_binding_size: 4 << 20, ..Limits::default() };
    let Some(rig) = Rig::new(limits) else { return };
    let extent = Extent { outer: 952_381, channels: 3, inner: 7 };
    let len = extent.len().unwrap() as usize;
    let values = [0.5, -2.0, 0.125];
    let (x, dy, dx, weights) = (rig.room(len), rig.room(len), rig.room(len), rig.upload(&values));
    fill(&rig, &x, len, &mut Noise(2));
    fill(&rig, &dy, len, &mut Noise(3));
    let kernel = rig.kernels.get(Spec::backward(&PRELU).per_channel()).unwrap();
    let buffers = Buffers::new().x(x.slice(..)).dy(dy.slice(..)).dx(dx.slice(..)).weights(weights.slice(..));
    rig.run(&[&kernel.bind(buffers, extent).unwrap()]);
    let (mut x, mut dy, mut i) = (Noise(2), Noise(3), 0);
    compare(&rig, "prelu", &dx, len, || {
        let (x, dy) = (x.next() * 3.0, dy.next() * 3.0);
        i += 1;
        if x > 0.0 { dy } else { dy * values[(i - 1) / 7 % 3] }
    });
}

#[test]
fn twenty_million_elements_through_slices() {
    let _turn = turn();
    let Some(gpu) = gpu() else { return };
    // More than 65,535 workgroups of 256 elements, and more than a piece of 64 MiB.
    let x = Noise(4).vec(20_000_003, 3.0);
    let y = gpu.forward(&LEAKY_RELU, &x).unwrap();
    assert_eq!(x.iter().zip(&y).position(|(x, y)| leaky(*x) != *y), None);
    let dx = gpu.backward(&RELU, &x, &y).unwrap();
    let wrong = x.iter().zip(&y).zip(&dx).position(|((x, y), dx)| (if *x > 0.0 { *y } else { 0.0 }) != *dx);
    assert_eq!(wrong, None);
}

#[test]
fn one_element_more_than_a_piece() {
    let _turn = turn();
    let Some(gpu) = gpu() else { return };
    for len in [(64 << 20) / 4, (64 << 20) / 4 + 1, 17_000_001] {
        let x = Noise(5).vec(len, 3.0);
        let y = gpu.forward(&RELU, &x).unwrap();
        assert_eq!(y.len(), len);
        assert_eq!(x.iter().zip(&y).position(|(x, y)| x.max(0.0) != *y), None, "{len} elements");
    }
}

/// The pattern of channels does not start anew with each piece.
#[test]
fn channels_across_pieces() {
    let _turn = turn();
    let Some(gpu) = gpu() else { return };
    for (outer, channels, inner) in [(809_525, 3, 7), (1, 5, 3_400_001), (17_000_001, 1, 1), (5, 3_400_001, 1)] {
        let extent = Extent { outer, channels, inner };
        let len = extent.len().unwrap() as usize;
        assert!(len > 16 << 20);
        let mut noise = Noise(6);
        let (x, values) = (noise.vec(len, 3.0), noise.vec(channels as usize, 1.0));
        let f = PRELU.function().per_channel(&values, extent);
        let weight = |i: usize| values[i / inner as usize % values.len()];
        let y = gpu.forward(&f, &x).unwrap();
        let wrong = (0..len).find(|&i| y[i] != if x[i] > 0.0 { x[i] } else { weight(i) * x[i] });
        assert_eq!(wrong, None, "forward {extent:?}");
        let dx = gpu.backward(&f, &x, &y).unwrap();
        let wrong = (0..len).find(|&i| dx[i] != y[i] * if x[i] > 0.0 { 1.0 } else { weight(i) });
        assert_eq!(wrong, None, "backward {extent:?}");
        let sums = gpu.param_gradient(&f, "weight", &x, &y).unwrap();
        let mut expected = vec![(0.0, 0.0); values.len()];
        for i in (0..len).filter(|&i| x[i] <= 0.0) {
            let (sum, size): &mut (f64, f64) = &mut expected[i / inner as usize % values.len()];
            *sum += f64::from(x[i]) * f64::from(y[i]);
            *size += (f64::from(x[i]) * f64::from(y[i])).abs();
        }
        let wrong =
            sums.iter().zip(&expected).position(|(got, (sum, size))| (f64::from(*got) - sum).abs() > 1e-6 * size);
        assert_eq!(wrong, None, "the sums {extent:?}");
    }
}
