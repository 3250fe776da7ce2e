//! `Gpu` on slices of `f16` and `bf16` rounds what it gives for slices of `f32`.

use std::fmt::Debug;

use half::{bf16, f16};
use wgpu_activations::activation::{self, GELU, LEAKY_RELU, PRELU, SILU, SWISH};
use wgpu_activations::{Element, Error, Extent, Function, Gpu};

use super::common::{Noise, gpu};

/// A type of 16 bits, and its rounding of an `f32`.
trait Short: Element + PartialEq + Debug {
    fn round(value: f32) -> Self;
}

impl Short for f16 {
    fn round(value: f32) -> Self {
        Self::from_f32(value)
    }
}

impl Short for bf16 {
    fn round(value: f32) -> Self {
        Self::from_f32(value)
    }
}

fn rounded<T: Short>(values: Vec<f32>) -> Vec<T> {
    values.into_iter().map(T::round).collect()
}

/// All passes of a function on `len` numbers beside those on the same numbers as `f32`.
#[track_caller]
fn assert_rounds<T: Short>(gpu: &Gpu, f: &Function<'_>, len: usize) {
    let (a, mut noise) = (f.activation(), Noise(len as u32));
    let [x, dy] = [4.0, 2.0].map(|scale| rounded::<T>(noise.vec(len, scale)));
    let wide = |values: &[T]| -> Vec<f32> { values.iter().map(|&v| v.into()).collect() };
    let (wide_x, wide_dy) = (wide(&x), wide(&dy));
    let what = format!("{} of {len} numbers of {}", a.name, T::STORAGE);
    let y = gpu.forward(f, &wide_x).unwrap();
    assert!(gpu.forward(f, &x).unwrap() == rounded(y), "{what}");
    let dx = gpu.backward(f, &wide_x, &wide_dy).unwrap();
    assert!(gpu.backward(f, &x, &dy).unwrap() == rounded(dx), "{what}: the gradient");
    if a.has_output_derivative() {
        let dx = gpu.backward_from_output(f, &wide_x, &wide_dy).unwrap();
        assert!(gpu.backward_from_output(f, &x, &dy).unwrap() == rounded(dx), "{what}: the gradient from the output");
    }
    for param in a.params.iter().filter(|p| p.trainable()) {
        let sums = gpu.param_gradient(f, param.name, &wide_x, &wide_dy).unwrap();
        for (got, sum) in gpu.param_gradient(f, param.name, &x, &dy).unwrap().into_iter().zip(sums) {
            // A large tensor is summed in other portions.
            let allowed = if len < 1 << 16 { 0.0 } else { 1e-6 * sum.abs() };
            assert!((got - sum).abs() <= allowed, "{what}: along {} it is {got}, not {sum}", param.name);
        }
    }
}

fn assert_both(gpu: &Gpu, f: &Function<'_>, len: usize) {
    assert_rounds::<f16>(gpu, f, len);
    assert_rounds::<bf16>(gpu, f, len);
}

#[test]
fn every_function() {
    let Some(gpu) = gpu() else { return };
    for a in activation::ALL {
        assert_both(gpu, &a.function(), 1003);
    }
}

#[test]
fn every_short_length_with_parameters_and_channels() {
    let Some(gpu) = gpu() else { return };
    let values = [0.25, -0.5, 0.75];
    for len in 0..=18 {
        assert_both(gpu, &LEAKY_RELU.with(0.5), len);
        let extent = Extent { outer: len as u64, channels: 3, inner: 1 };
        assert_both(gpu, &PRELU.function().per_channel(&values, extent), 3 * len);
        let extent = Extent { outer: 1, channels: 3, inner: len as u64 };
        assert_both(gpu, &PRELU.function().per_channel(&values, extent), 3 * len);
    }
}

#[test]
fn more_than_a_piece() {
    let Some(gpu) = gpu() else { return };
    let extent = Extent { outer: 1_700_001, channels: 3, inner: 7 };
    let f = PRELU.function().per_channel(&[0.25, -0.5, 0.75], extent);
    assert_rounds::<f16>(gpu, &f, extent.len().unwrap() as usize);
    assert_rounds::<bf16>(gpu, &LEAKY_RELU.with(0.5), (32 << 20) + 3);
}

#[test]
fn types_are_inferred_and_lengths_checked() {
    let Some(gpu) = gpu() else { return };
    // Literals are `f32`.
    assert_eq!(gpu.forward(&SILU, &[0.0, 0.0]).unwrap(), [0.0; 2]);
    let y: Vec<bf16> = gpu.forward(&GELU, &[bf16::ZERO]).unwrap();
    assert_eq!(y, [bf16::ZERO]);
    assert_eq!(gpu.forward(&SWISH, &[] as &[f16]).unwrap(), []);
    let error = gpu.backward(&SILU, &[f16::ONE; 3], &[f16::ONE; 2]).unwrap_err();
    assert!(matches!(error, Error::Length { role: "dy", expected: 3, got: 2, .. }), "{error}");
}
