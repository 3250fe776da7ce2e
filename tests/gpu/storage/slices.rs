//! `Gpu` on slices of `f16` and `bf16` gives what it gives for slices of `f32`, rounded, or its neighbour: their mathematics is
//! shorter.

use std::fmt::Debug;

use half::{bf16, f16};
use wgpu_activations::activation::{self, GELU, LEAKY_RELU, PRELU, SILU, SWISH};
use wgpu_activations::gate::{CRELU, SWIGLU};
use wgpu_activations::row::{MASKED_SOFTMAX, MAXOUT, SOFTMAX};
use wgpu_activations::{Element, Error, Extent, Gpu, Halves, Result, With};

use crate::common::kinds::activation_of;
use crate::common::{Noise, gpu};

/// A type of 16 bits, and its rounding of an `f32`.
trait Short: Element + PartialEq + Debug {
    /// The distance of neighbours, as a part of them, and the least there is.
    const STEP: [f32; 2];

    fn round(value: f32) -> Self;
}

impl Short for f16 {
    const STEP: [f32; 2] = [1.0 / 1024.0, 5.9604645e-8];

    fn round(value: f32) -> Self {
        Self::from_f32(value)
    }
}

impl Short for bf16 {
    const STEP: [f32; 2] = [1.0 / 128.0, 1e-38];

    fn round(value: f32) -> Self {
        Self::from_f32(value)
    }
}

fn rounded<T: Short>(values: Vec<f32>) -> Vec<T> {
    values.into_iter().map(T::round).collect()
}

/// Whether all numbers are the same or neighbours, where there is none in both.
fn same<T: Short>(got: &[T], wanted: &[T]) -> bool {
    let near = |(&g, &w): (&T, &T)| {
        let [g, w]: [f32; 2] = [g.into(), w.into()];
        g == w || g.is_nan() && w.is_nan() || (g - w).abs() <= w.abs() * T::STEP[0] + T::STEP[1]
    };
    got.len() == wanted.len() && got.iter().zip(wanted).all(near)
}

/// All passes of a function on `len` numbers beside those on the same numbers as `f32`.
#[track_caller]
fn assert_rounds<T: Short>(gpu: &Gpu, f: &With<'_>, len: usize) {
    let (a, mut noise) = (activation_of(f), Noise(len as u32));
    let [x, dy] = [4.0, 2.0].map(|scale| rounded::<T>(noise.vec(len, scale)));
    let wide = |values: &[T]| -> Vec<f32> { values.iter().map(|&v| v.into()).collect() };
    let (wide_x, wide_dy) = (wide(&x), wide(&dy));
    let what = format!("{} of {len} numbers of {}", a.name, T::STORAGE);
    let y = gpu.forward(f, &wide_x).unwrap();
    assert!(same(&gpu.forward(f, &x).unwrap(), &rounded(y)), "{what}");
    let dx = gpu.backward(f, &wide_x, &wide_dy).unwrap();
    assert!(same(&gpu.backward(f, &x, &dy).unwrap(), &rounded(dx)), "{what}: the gradient");
    if a.has_output_derivative() {
        let dx = gpu.backward(f.clone().from_output(), &wide_x, &wide_dy).unwrap();
        let got = gpu.backward(f.clone().from_output(), &x, &dy).unwrap();
        assert!(same(&got, &rounded(dx)), "{what}: the gradient from the output");
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

fn assert_both(gpu: &Gpu, f: &With<'_>, len: usize) {
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

/// The result that is right, rounded.
fn right<T: Short>(wide: Result<Vec<f32>>) -> Result<Vec<T>> {
    Ok(rounded(wide.expect("it runs")))
}

/// Gates, halves, CReLU and rows of odd lengths, beside those on the same numbers as `f32`.
#[track_caller]
fn assert_others_round<T: Short>(gpu: &Gpu, len: usize) {
    let (mut noise, what) = (Noise(len as u32), format!("{len} numbers of {}", T::STORAGE));
    let [x, dy, mask] = [4.0, 2.0, 3.0].map(|scale| rounded::<T>(noise.vec(2 * len, scale)));
    let wide = |values: &[T]| -> Vec<f32> { values.iter().map(|&v| v.into()).collect() };
    let [wide_x, wide_dy] = [wide(&x), wide(&dy)];
    let (a, b, g) = (&x[..len], &x[len..], &dy[..len]);
    let (wide_a, wide_b, wide_g) = (&wide_x[..len], &wide_x[len..], &wide_dy[..len]);

    let y: Vec<T> = right(gpu.forward(&SWIGLU, (wide_a, wide_b))).unwrap();
    assert!(same(&gpu.forward(&SWIGLU, (a, b)).unwrap(), &y), "{what}");
    let (wide_da, wide_db) = gpu.backward(&SWIGLU, (wide_a, wide_b), wide_g).unwrap();
    let (da, db) = gpu.backward(&SWIGLU, (a, b), g).unwrap();
    assert!(same(&da, &rounded(wide_da)) && same(&db, &rounded(wide_db)), "gradients of {what}");

    // Halves of an odd length begin in the middle of a word.
    for (extent, halves) in [
        (Extent { outer: 1, channels: 2, inner: len as u64 }, Halves::Split),
        (Extent { outer: len as u64, channels: 2, inner: 1 }, Halves::Interleaved),
    ] {
        let y: Vec<T> = right(gpu.forward(SWIGLU.halves(extent, halves), &wide_x)).unwrap();
        assert!(same(&gpu.forward(SWIGLU.halves(extent, halves), &x).unwrap(), &y), "{halves:?} of {what}");
        let dx: Vec<T> = right(gpu.backward(SWIGLU.halves(extent, halves), &wide_x, wide_g)).unwrap();
        let got = gpu.backward(SWIGLU.halves(extent, halves), &x, g).unwrap();
        assert!(same(&got, &dx), "gradient of {halves:?} of {what}");
        let one = Extent { channels: 1, ..extent };
        assert!(gpu.forward(CRELU.along(one), a) == right(gpu.forward(CRELU.along(one), wide_a)), "CReLU of {what}");
        let dx = right(gpu.backward(CRELU.along(one), wide_a, &wide_dy));
        assert!(gpu.backward(CRELU.along(one), a, &dy) == dx, "gradient of CReLU of {what}");
    }

    let rows = Extent { outer: 2, channels: len as u64, inner: 1 };
    let y = gpu.forward(SOFTMAX.along(rows), &wide_x).unwrap();
    assert!(same(&gpu.forward(SOFTMAX.along(rows), &x).unwrap(), &rounded(y)), "softmax of {what}");
    let dx: Vec<T> = right(gpu.backward(SOFTMAX.along(rows), &wide_x, &wide_dy)).unwrap();
    assert!(same(&gpu.backward(SOFTMAX.along(rows), &x, &dy).unwrap(), &dx), "gradient of softmax of {what}");
    let y = right(gpu.forward(MAXOUT.along(rows), &wide_x));
    assert!(gpu.forward(MAXOUT.along(rows), &x) == y, "maxout of {what}");
    for mask in [&mask[..len], &mask] {
        let wide_mask = wide(mask);
        let y: Vec<T> = right(gpu.forward(MASKED_SOFTMAX.function().mask(&wide_mask).along(rows), &wide_x)).unwrap();
        let got = gpu.forward(MASKED_SOFTMAX.function().mask(mask).along(rows), &x).unwrap();
        assert!(same(&got, &y), "masked softmax of {what}");
        let error = gpu.forward(MASKED_SOFTMAX.function().mask(&wide_mask).along(rows), &x).unwrap_err();
        assert!(matches!(error, Error::WrongTensors { .. }), "{error}");
    }
}

#[test]
fn gates_halves_and_rows() {
    let Some(gpu) = gpu() else { return };
    for len in [1, 2, 3, 4, 5, 7, 8, 63, 1001, 4100] {
        assert_others_round::<f16>(gpu, len);
        assert_others_round::<bf16>(gpu, len);
    }
}

/// Pieces begin where they may, and halves of them lie where they must.
#[test]
fn gates_halves_and_rows_of_more_than_a_piece() {
    let Some(gpu) = gpu() else { return };
    assert_others_round::<bf16>(gpu, 5_700_001);
}
