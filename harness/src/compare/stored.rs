//! Numbers of tensors in any storage.

use wgpu_activations::Element;
use wgpu_activations::half::{bf16, f16};

/// A number as a tensor holds it, from and to `f32`.
pub(crate) trait Stored: Element {
    /// Rounds to the nearest.
    fn of(value: f32) -> Self;

    /// All numbers, if these are few.
    fn every() -> Option<Vec<f32>>;

    fn narrow(values: &[f32]) -> Vec<Self> {
        values.iter().map(|&v| Self::of(v)).collect()
    }

    fn widen(values: &[Self]) -> Vec<f32> {
        values.iter().map(|&v| v.into()).collect()
    }
}

impl Stored for f32 {
    fn of(value: f32) -> Self {
        value
    }

    fn every() -> Option<Vec<f32>> {
        None
    }
}

impl Stored for f16 {
    fn of(value: f32) -> Self {
        Self::from_f32(value)
    }

    fn every() -> Option<Vec<f32>> {
        Some((0..=u16::MAX).map(|bits| Self::from_bits(bits).to_f32()).collect())
    }
}

impl Stored for bf16 {
    fn of(value: f32) -> Self {
        Self::from_f32(value)
    }

    fn every() -> Option<Vec<f32>> {
        Some((0..=u16::MAX).map(|bits| Self::from_bits(bits).to_f32()).collect())
    }
}

/// Runs an expression, a [`Result`](std::result::Result), with a type in place of a storage.
macro_rules! dispatch {
    ($storage:expr, $type:ident => $run:expr) => {
        match $storage {
            wgpu_activations::Storage::F32 => {
                type $type = f32;
                $run
            }
            wgpu_activations::Storage::F16 => {
                type $type = wgpu_activations::half::f16;
                $run
            }
            wgpu_activations::Storage::Bf16 => {
                type $type = wgpu_activations::half::bf16;
                $run
            }
            other => {
                let reason = "no numbers of the host's are stored so".to_owned();
                Err($crate::Error::Device { what: other.to_string(), reason })
            }
        }
    };
}
pub(crate) use dispatch;
