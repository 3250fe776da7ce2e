//! Tensors of 16-bit numbers: conversions, accuracy, and where numbers lie.

#[path = "../common/mod.rs"]
mod common;

mod accuracy;
mod conversions;
mod layouts;
mod slices;
mod sums;
mod windows;
mod wrong;

use common::rig::{Rig, USAGE};
use half::{bf16, f16};
use wgpu_activations::Storage;
use wgpu_activations::wgpu::{Buffer, BufferDescriptor};

/// The bits of a number as it is stored, in the low bits of a word.
fn bits_of(storage: Storage, value: f32) -> u32 {
    match storage {
        Storage::F32 => value.to_bits(),
        Storage::F16 => f16::from_f32(value).to_bits().into(),
        Storage::Bf16 => bf16::from_f32(value).to_bits().into(),
        _ => panic!("{storage} is unknown to this test"),
    }
}

/// The number with these bits.
fn value_of(storage: Storage, bits: u32) -> f32 {
    match storage {
        Storage::F32 => f32::from_bits(bits),
        Storage::F16 => f16::from_bits(bits as u16).to_f32(),
        Storage::Bf16 => bf16::from_bits(bits as u16).to_f32(),
        _ => panic!("{storage} is unknown to this test"),
    }
}

/// Numbers as words of memory, the last one filled up.
fn pack(storage: Storage, bits: &[u32]) -> Vec<u32> {
    let pair = |pair: &[u32]| pair[0] | pair.get(1).map_or(0, |high| high << 16);
    if storage == Storage::F32 { bits.to_vec() } else { bits.chunks(2).map(pair).collect() }
}

/// The first numbers in some words.
fn unpack(storage: Storage, words: &[u32], len: usize) -> Vec<u32> {
    let all: Vec<u32> = match storage {
        Storage::F32 => words.to_vec(),
        _ => words.iter().flat_map(|w| [w & 0xffff, w >> 16]).collect(),
    };
    all[..len].to_vec()
}

/// Every number of 16 bits.
fn every() -> Vec<u32> {
    (0..1 << 16).collect()
}

/// A number that tells whether two runs gave the same bits.
fn hash(start: u64, bits: &[u32]) -> u64 {
    bits.iter().fold(start, |hash, &b| (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3))
}

fn upload(rig: &Rig, words: &[u32]) -> Buffer {
    let size = words.len() as u64 * 4;
    let buffer =
        rig.device.create_buffer(&BufferDescriptor { label: None, size, usage: USAGE, mapped_at_creation: false });
    rig.queue.write_buffer(&buffer, 0, bytemuck::cast_slice(words));
    buffer
}
