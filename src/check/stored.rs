//! Errors of tensors in any storage.

use half::{bf16, f16};

use super::ulps;
use crate::tensor::{Element, Pass, Storage};

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

    /// Values as a tensor holds them.
    fn rounded(values: &[f32]) -> Vec<f32> {
        values.iter().map(|&v| Self::of(v).into()).collect()
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

/// Runs an expression with a type in place of a storage.
macro_rules! dispatch {
    ($storage:expr, $type:ident => $run:expr) => {
        match $storage {
            Storage::F32 => {
                type $type = f32;
                $run
            }
            Storage::F16 => {
                type $type = half::f16;
                $run
            }
            Storage::Bf16 => {
                type $type = half::bf16;
                $run
            }
        }
    };
}
pub(crate) use dispatch;

/// The bound of a pass in a storage, if this is its bound in `f32`. A result of 16 bits is rounded once, to half a unit;
/// what is left are the errors in `f32` before.
pub fn stored_bound(storage: Storage, pass: Pass, bound: f64) -> f64 {
    match (storage, pass) {
        (Storage::F32, _) => bound,
        (_, Pass::Forward) => 0.51,
        _ => 0.52,
    }
}

/// The distance as [`ulps`] has it, in units in the last place of numbers in this storage. Of 16 bits infinity stands for the
/// first number beyond the range, and subnormal numbers count as they are; what is subnormal in `f32` may still be 0.
pub fn stored_ulps(storage: Storage, got: f32, expected: f64, largest_term: f64) -> f64 {
    // Bits behind the first digit, the smallest normal exponent, and the first exponent beyond the range.
    let (digits, least, beyond) = match storage {
        Storage::F32 => return ulps(got, expected, largest_term),
        Storage::F16 => (10, -14, 16),
        Storage::Bf16 => (7, -126, 128),
    };
    let got = f64::from(got);
    if got.is_nan() || expected.is_nan() {
        return if got.is_nan() && expected.is_nan() { 0.0 } else { f64::INFINITY };
    }
    let smallest = f64::from(f32::MIN_POSITIVE);
    if expected.abs() < smallest && got.abs() <= smallest {
        return 0.0;
    }
    let limit = 2f64.powi(beyond);
    let [got, expected, term] = [got, expected, largest_term].map(|v| v.clamp(-limit, limit));
    let exponent = (expected.abs().max(term.abs()).to_bits() >> 52) as i32 - 1023;
    (got - expected).abs() / 2f64.powi(exponent.clamp(least, beyond - 1) - digits)
}

/// The units of `f32` in one of a storage, as a factor.
pub(crate) fn finer(storage: Storage) -> f64 {
    match storage {
        Storage::F32 => 1.0,
        Storage::F16 => 2f64.powi(10 - 23),
        Storage::Bf16 => 2f64.powi(7 - 23),
    }
}
