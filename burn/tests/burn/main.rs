//! Beside the reference in `f64`, and beside burn's own functions where these are right.

mod elsewhere;
mod modules;
mod shapes;
mod values;
mod wrong;

use burn::tensor::{Device, Tensor, TensorData};

/// The device that burn chooses.
pub(crate) fn device() -> Device {
    Device::default()
}

/// A tensor of these values.
pub(crate) fn tensor<const D: usize>(values: &[f32], shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values.to_vec(), shape), device)
}

/// Its values, in the order of its axes.
pub(crate) fn values<const D: usize>(x: Tensor<D>) -> Vec<f32> {
    x.into_data().convert::<f32>().try_to_vec().unwrap()
}

/// Numbers from -8 to 8 that look random.
pub(crate) fn noise(seed: u32, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_769).wrapping_add(1);
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 20) as f32 - 8.0
    };
    (0..count).map(next).collect()
}

/// Fails where a result is further from the reference than these parts of it.
pub(crate) fn assert_close(what: &str, got: &[f32], expected: &[f64], parts: f64) {
    assert_eq!(got.len(), expected.len(), "{what}");
    let largest = expected.iter().fold(0.0f64, |most, e| most.max(e.abs()));
    for (i, (&got, &expected)) in got.iter().zip(expected).enumerate() {
        // What cancels is as exact as what it is made of.
        let room = parts * expected.abs().max(largest * 0.05);
        assert!((f64::from(got) - expected).abs() <= room, "{what}: element {i} is {got}, not {expected}");
    }
}
