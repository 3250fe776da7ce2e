//! Every number of 16 bits to `f32`, and to each of them whatever `f32` may round to it, against the crate `half`.

use wgpu_activations::activation::IDENTITY;
use wgpu_activations::{Buffers, Spec, Storage};

use super::{Rig, bits_of, every, hash, pack, unpack, upload, value_of};
use crate::common::Noise;

/// Numbers through the identity.
fn converted(rig: &Rig, from: Storage, to: Storage, bits: &[u32]) -> Vec<u32> {
    let (x, y) = (upload(rig, &pack(from, bits)), upload(rig, &vec![0; bits.len()]));
    let kernel = rig.kernels.get(Spec::forward(&IDENTITY).storages(from, to)).unwrap();
    rig.run(&[&kernel.bind(Buffers::forward(x.slice(..), y.slice(..)), bits.len()).unwrap()]);
    unpack(to, &rig.words(&y), bits.len())
}

#[track_caller]
fn assert_same(from: Storage, to: Storage, input: &[u32], got: &[u32]) {
    println!("{from} to {to}: all bits {:016x}", hash(0, got));
    for (&i, &g) in input.iter().zip(got) {
        let value = value_of(from, i);
        let (got, expected) = (value_of(to, g), bits_of(to, value));
        // Subnormal f32 may flush, and with them subnormal bf16.
        let flushed =
            value.is_subnormal() && g & 0x7fff_ffff & (0xffff_7fff | u32::from(to == Storage::F32) << 15) == 0;
        let same = if value.is_nan() { got.is_nan() } else { g == expected || flushed };
        assert!(same, "{from} {i:#x} = {value:e} gives {to} {g:#x} = {got:e}, not {expected:#x}");
    }
}

#[test]
fn every_number_of_16_bits_is_read_exactly() {
    let Some(rig) = Rig::webgpu() else { return };
    for (from, to) in [Storage::F16, Storage::Bf16].into_iter().flat_map(|f| Storage::ALL.map(|t| (f, t))) {
        assert_same(from, to, &every(), &converted(&rig, from, to, &every()));
    }
}

#[test]
fn numbers_round_to_the_nearest_and_ties_to_even() {
    let Some(rig) = Rig::webgpu() else { return };
    for to in [Storage::F16, Storage::Bf16] {
        let mut input = Vec::new();
        for bits in every() {
            // A number, the middle between it and the next one, and the neighbours of both.
            let (low, high) = (value_of(to, bits), value_of(to, bits ^ 1));
            let middle = ((f64::from(low) + f64::from(high)) / 2.0) as f32;
            input.extend([low, middle].into_iter().flat_map(|v| [v, v.next_up(), v.next_down()]));
            let next = value_of(to, bits.wrapping_add(1) & 0xffff);
            let middle = ((f64::from(low) + f64::from(next)) / 2.0) as f32;
            input.extend([middle, middle.next_up(), middle.next_down()]);
        }
        input.extend([65519.99, 65520.0, -65520.0, f32::MAX, f32::MIN, 2f32.powi(-25), 2f32.powi(-25).next_up()]);
        let mut noise = Noise(5);
        let mut bits: Vec<u32> = input.into_iter().map(f32::to_bits).collect();
        bits.extend((0..1 << 19).map(|_| {
            noise.next();
            noise.0
        }));
        // NaN whose first bits are none.
        bits.extend([0x7f80_0001, 0xff80_0001, 0x7fff_ffff, 0xffff_ffff, 0x7f80_8000]);
        assert_same(Storage::F32, to, &bits, &converted(&rig, Storage::F32, to, &bits));
    }
}
