//! Tensors of 16-bit numbers: conversions, accuracy, and where numbers lie.

mod accuracy;
mod conversions;
mod layouts;
mod slices;
mod sums;
mod windows;
mod wrong;

use crate::common::rig::{Rig, USAGE};
use crate::common::words::{bits_of, pack, unpack, upload, value_of};

/// Every number of 16 bits.
fn every() -> Vec<u32> {
    (0..1 << 16).collect()
}

/// A number that tells whether two runs gave the same bits.
fn hash(start: u64, bits: &[u32]) -> u64 {
    bits.iter().fold(start, |hash, &b| (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3))
}
