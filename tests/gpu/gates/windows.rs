//! Devices that allow little, and tensors that are larger than what most allow.

use wgpu_activations::gate::{CRELU, REGLU, SWIGLU};
use wgpu_activations::wgpu::Limits;
use wgpu_activations::{Buffers, Extent, Halves, Spec};

use crate::common::gate_ways::{crelu, halves, two_tensors};
use crate::common::rig::Rig;
use crate::common::{Noise, gpu};

/// Bytes of a binding, workgroups of a dimension, storage buffers, and whether offsets are as fine as the adapter has them.
const DEVICES: &[(u64, u32, u32, bool)] = &[
    (128 << 20, 65_535, 4, true),
    (64 << 10, 65_535, 8, false),
    (5000, 65_535, 4, false),
    (5000, 65_535, 8, true),
    (65_532, 7, 4, true),
    (128 << 20, 3, 8, false),
    (9000, 3, 8, true),
];

const EXTENTS: &[(u64, u64, u64)] = &[
    (1, 2, 10_001),
    (1, 2, 10_000),
    (1, 20_000, 1),
    (10_003, 2, 1),
    (10_000, 2, 1),
    (7, 6, 333),
    (13, 4, 400),
    (3, 8, 1200),
    (5, 10, 601),
    (2, 2, 5004),
];

#[test]
fn small_devices_split_and_fold() {
    for &(binding, groups, buffers, fine) in DEVICES {
        let Some(rig) = Rig::new(|adapter| Limits {
            max_storage_buffer_binding_size: binding,
            max_compute_workgroups_per_dimension: groups,
            max_storage_buffers_per_shader_stage: buffers,
            min_storage_buffer_offset_alignment: if fine { adapter.min_storage_buffer_offset_alignment } else { 256 },
            ..Limits::default()
        }) else {
            return;
        };
        let what = format!("bindings of {binding} bytes, {groups} workgroups, {buffers} buffers");
        let mut noise = Noise(5);
        let [x, dy, more] = [5.0, 2.0, 3.0].map(|scale| noise.vec(24_000, scale));
        for len in [9_999, 20_004] {
            let [forward, backward] = two_tensors(&rig, &SWIGLU.function(), &x[..len], &more[..len], &dy[..len], &what);
            assert_eq!(backward, if buffers < 5 { 2 * forward } else { forward }, "{what}");
            let splits = len as u64 * 4 > binding || len as u64 > u64::from(groups).pow(2) * 1024;
            assert!(forward > 1 || !splits, "{what}");
        }
        for &(outer, channels, inner) in EXTENTS {
            let extent = Extent { outer, channels, inner };
            let len = extent.len().unwrap() as usize;
            let x = noise.vec(len, 5.0);
            for mode in [Halves::Split, Halves::Interleaved] {
                let [forward, backward] = halves(&rig, &SWIGLU.function(), &x, &dy[..len / 2], extent, mode, &what);
                assert!(backward >= forward && (forward > 1 || len as u64 * 2 <= binding), "{what}");
            }
            crelu(&rig, &dy[..len / 2], &x, Extent { channels: channels / 2, ..extent }, &what);
        }
    }
}

fn relu(x: f32) -> f32 {
    if x > 0.0 { x } else { 0.0 }
}

/// A half alone is larger than a binding: forward and backward, each part of dx by itself.
#[test]
fn halves_past_the_binding_limit() {
    let limits = |adapter: Limits| Limits { max_buffer_size: adapter.max_buffer_size, ..Limits::default() };
    let Some(rig) = Rig::new(limits) else { return };
    let half = 34_000_001;
    let (x, y, dx) = (rig.room(2 * half), rig.room(half), rig.room(2 * half));
    let mut noise = Noise(6);
    let pattern = noise.vec(1 << 20, 3.0);
    // Values repeat with a period that is no divisor of anything here.
    let value = |i: usize| pattern[i % 1_000_003];
    let piece = 1_000_003 * 8;
    let values: Vec<f32> = (0..piece).map(value).collect();
    for first in (0..2 * half).step_by(piece) {
        rig.write(&x, first, &values[..piece.min(2 * half - first)]);
        rig.queue.submit([]);
        rig.wait();
    }
    let extent = Extent { outer: 1, channels: 2, inner: half as u64 };
    let kernel = |spec: Spec| rig.kernels.get(spec.halves(Halves::Split)).unwrap();
    let forward = kernel(Spec::forward(&REGLU)).bind(Buffers::forward(x.slice(..), y.slice(..)), extent).unwrap();
    let buffers = Buffers::new().x(x.slice(..)).dy(y.slice(..)).dx(dx.slice(..));
    let backward = kernel(Spec::backward(&REGLU)).bind(buffers, extent).unwrap();
    assert_eq!((forward.dispatches(), backward.dispatches()), (2, 4));
    rig.run(&[&forward, &backward]);
    for first in (0..half).step_by(piece) {
        let len = piece.min(half - first);
        let [y, da, db] = [(&y, first), (&dx, first), (&dx, half + first)].map(|(b, at)| rig.words_of(b, at, len));
        for k in 0..len {
            let (a, b) = (value(first + k), value(half + first + k));
            let expected = relu(a) * b;
            let gradients = [expected, if a > 0.0 { expected * b } else { 0.0 }, expected * relu(a)];
            let got = [y[k], da[k], db[k]].map(f32::from_bits);
            assert!(got == gradients, "element {}: {got:?} instead of {gradients:?}", first + k);
        }
    }
}

#[test]
fn more_than_a_piece_through_slices() {
    let Some(gpu) = gpu() else { return };
    for (extent, mode) in [
        (Extent { outer: 1, channels: 2, inner: 9_000_001 }, Halves::Split),
        (Extent { outer: 3, channels: 6_000_002, inner: 1 }, Halves::Interleaved),
        (Extent { outer: 2_250_001, channels: 8, inner: 1 }, Halves::Split),
    ] {
        let len = extent.len().unwrap() as usize;
        let x = Noise(7).vec(len, 3.0);
        let block = if mode == Halves::Split { extent.channels / 2 * extent.inner } else { extent.inner } as usize;
        let at = |i: usize| i / block * 2 * block + i % block;
        let y = gpu.forward(REGLU.halves(extent, mode), &x).unwrap();
        let wrong = (0..len / 2).find(|&i| y[i] != relu(x[at(i)]) * x[at(i) + block]);
        assert_eq!(wrong, None, "{extent:?} {mode:?}");
        let dx = gpu.backward(REGLU.halves(extent, mode), &x, &y).unwrap();
        let wrong = (0..len / 2).find(|&i| {
            let (a, b) = (x[at(i)], x[at(i) + block]);
            dx[at(i)] != if a > 0.0 { y[i] * b } else { 0.0 } || dx[at(i) + block] != y[i] * relu(a)
        });
        assert_eq!(wrong, None, "{extent:?} {mode:?}");
        let z = gpu.forward(CRELU.along(Extent { channels: extent.channels / 2, ..extent }), &y).unwrap();
        let block = (extent.channels / 2 * extent.inner) as usize;
        let at = |i: usize| i / block * 2 * block + i % block;
        assert_eq!((0..y.len()).find(|&i| z[at(i)] != relu(y[i]) || z[at(i) + block] != relu(-y[i])), None, "crelu");
    }
    assert_eq!(Spec::forward(&CRELU).check(), Ok(()));
}
