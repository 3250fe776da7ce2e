//! Numbers as they are stored.

use half::{bf16, f16};
use wgpu_activations::Storage;
use wgpu_activations::wgpu::{Buffer, BufferDescriptor};

use crate::common::rig::{Rig, USAGE};

/// The bits of a number as it is stored, in the low bits of a word.
pub fn bits_of(storage: Storage, value: f32) -> u32 {
    match storage {
        Storage::F32 => value.to_bits(),
        Storage::F16 => f16::from_f32(value).to_bits().into(),
        Storage::Bf16 => bf16::from_f32(value).to_bits().into(),
        _ => panic!("{storage} is unknown to this test"),
    }
}

/// The number with these bits.
pub fn value_of(storage: Storage, bits: u32) -> f32 {
    match storage {
        Storage::F32 => f32::from_bits(bits),
        Storage::F16 => f16::from_bits(bits as u16).to_f32(),
        Storage::Bf16 => bf16::from_bits(bits as u16).to_f32(),
        _ => panic!("{storage} is unknown to this test"),
    }
}

/// Numbers as words of memory, the last one filled up.
pub fn pack(storage: Storage, bits: &[u32]) -> Vec<u32> {
    let pair = |pair: &[u32]| pair[0] | pair.get(1).map_or(0, |high| high << 16);
    if storage == Storage::F32 { bits.to_vec() } else { bits.chunks(2).map(pair).collect() }
}

/// The first numbers in some words.
pub fn unpack(storage: Storage, words: &[u32], len: usize) -> Vec<u32> {
    let all: Vec<u32> = match storage {
        Storage::F32 => words.to_vec(),
        _ => words.iter().flat_map(|w| [w & 0xffff, w >> 16]).collect(),
    };
    all[..len].to_vec()
}

pub fn upload(rig: &Rig, words: &[u32]) -> Buffer {
    let size = words.len() as u64 * 4;
    let buffer =
        rig.device.create_buffer(&BufferDescriptor { label: None, size, usage: USAGE, mapped_at_creation: false });
    rig.queue.write_buffer(&buffer, 0, bytemuck::cast_slice(words));
    buffer
}
