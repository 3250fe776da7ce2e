//! The rulers that errors are measured with.

use wgpu_activations::{Pass, Storage};

/// 2 to this power, a normal number.
fn power(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// The distance between a result and the exact value, in units in the last place of that value, or of the largest term
/// where that is larger ([`largest_term`](wgpu_activations::Activation::largest_term)). Results below the smallest normal
/// number may be anything between 0 and that; next to it, below four times that number, what is subnormal on the way may be
/// missing, and errors of no more than twice that number count as none.
///
/// ```
/// use wgpu_activations_harness::check::ulps;
/// assert_eq!(ulps(1f32.next_up(), 1.0, 0.0), 1.0);
/// assert_eq!(ulps(1f32.next_up(), 1.0, 8.0), 0.125);
/// assert_eq!(ulps(f32::NAN, 1.0, 0.0), f64::INFINITY);
/// ```
pub fn ulps(got: f32, expected: f64, largest_term: f64) -> f64 {
    let value = f64::from(got);
    if expected.is_nan() || got.is_nan() {
        return if expected.is_nan() && got.is_nan() { 0.0 } else { f64::INFINITY };
    }
    if may_be_flushed(value, expected) {
        return 0.0;
    }
    if got.is_infinite() || expected.is_infinite() {
        // An infinity is right from half a unit beyond the largest number on.
        let beyond = expected.abs() >= f64::from(f32::MAX) + power(103);
        let same_side = got.is_infinite() && beyond && value.signum() == expected.signum();
        return if same_side { 0.0 } else { f64::INFINITY };
    }
    let unit = expected.abs().max(largest_term.abs()).max(SMALLEST);
    let exponent = (unit.to_bits() >> 52) as i32 - 1023;
    (value - expected).abs() / power(exponent - 23)
}

/// The smallest normal number of `f32`.
const SMALLEST: f64 = f32::MIN_POSITIVE as f64;

/// Devices may take what is subnormal for 0, between operations, too.
fn may_be_flushed(value: f64, expected: f64) -> bool {
    let near = (value - expected).abs() <= 2.0 * SMALLEST && expected.abs() < 4.0 * SMALLEST;
    near || expected.abs() < SMALLEST && value.abs() <= SMALLEST
}

/// A number as a device may see it that knows no subnormal numbers.
pub(crate) fn flushed(v: f32) -> f32 {
    if v.is_subnormal() { 0f32.copysign(v) } else { v }
}

/// The bound of a pass in a storage, if this is its bound in `f32`. A result of 16 bits is rounded once, to half a unit;
/// what is left are the errors in `f32` before.
pub(crate) fn stored_bound(storage: Storage, pass: Pass, bound: f64) -> f64 {
    match (storage, pass) {
        (Storage::F32, _) => bound,
        (_, Pass::Forward) => 0.52,
        _ => 0.55,
    }
}

/// The distance as [`ulps`] has it, in units in the last place of numbers in this storage. Of 16 bits infinity stands for the
/// first number beyond the range, and subnormal numbers count as they are; what is subnormal in `f32` may still be 0.
pub fn stored_ulps(storage: Storage, got: f32, expected: f64, largest_term: f64) -> f64 {
    // Bits behind the first digit, the smallest normal exponent, and the first exponent beyond the range.
    let (digits, least, beyond) = match storage {
        Storage::F16 => (10, -14, 16),
        Storage::Bf16 => (7, -126, 128),
        _ => return ulps(got, expected, largest_term),
    };
    let got = f64::from(got);
    if got.is_nan() || expected.is_nan() {
        return if got.is_nan() && expected.is_nan() { 0.0 } else { f64::INFINITY };
    }
    if may_be_flushed(got, expected) {
        return 0.0;
    }
    let limit = power(beyond);
    let [got, expected, term] = [got, expected, largest_term].map(|v| v.clamp(-limit, limit));
    let exponent = (expected.abs().max(term.abs()).to_bits() >> 52) as i32 - 1023;
    (got - expected).abs() / power(exponent.clamp(least, beyond - 1) - digits)
}

/// The units of `f32` in one of a storage, as a factor.
pub(crate) fn finer(storage: Storage) -> f64 {
    match storage {
        Storage::F16 => power(10 - 23),
        Storage::Bf16 => power(7 - 23),
        _ => 1.0,
    }
}
