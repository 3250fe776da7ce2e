//! Where numbers lie: every short length, halves in blocks of every kind, through buffers and through slices.

use wgpu_activations::gate::{CRELU, GLU, SWIGLU, SWIGLU_OAI};
use wgpu_activations::{Extent, Halves, With, reference};

use crate::common::gate_ways::{crelu, halves, two_tensors};
use crate::common::rig::{Rig, assert_close};
use crate::common::{Noise, gpu};

const MODES: [Halves; 2] = [Halves::Split, Halves::Interleaved];

fn gates() -> [With<'static>; 3] {
    [GLU.function(), SWIGLU.function(), SWIGLU_OAI.with([1.5, 4.0, 1.0])]
}

/// Shapes with `half` elements to a half, and some others.
fn extents(half: u64) -> Vec<Extent> {
    let extent = |outer, channels, inner| Extent { outer, channels, inner };
    let mut all = vec![extent(1, 2 * half, 1), extent(half, 2, 1), extent(1, 2, half)];
    if half < 8 {
        let others = [1, 2, 3, 4, 5, 8].into_iter().flat_map(|inner| [1, 3].map(|outer| (outer, inner)));
        all.extend(others.map(|(outer, inner)| extent(outer, 2 * half, inner)));
    }
    all
}

#[test]
fn every_short_length_through_buffers() {
    let Some(rig) = Rig::webgpu() else { return };
    for len in 0..=70 {
        let mut noise = Noise(len as u32 + 1);
        let [a, b, dy] = [6.0, 3.0, 2.0].map(|scale| noise.vec(len, scale));
        for gate in gates() {
            two_tensors(&rig, &gate, &a, &b, &dy, "");
        }
    }
}

#[test]
fn every_kind_of_block_through_buffers() {
    let Some(rig) = Rig::webgpu() else { return };
    for (half, gate) in (0..=70).zip(gates().iter().cycle()) {
        for extent in extents(half) {
            let len = extent.len().unwrap() as usize;
            let mut noise = Noise(len as u32 + 1);
            let (x, dy) = (noise.vec(len, 6.0), noise.vec(len / 2, 2.0));
            for mode in MODES {
                halves(&rig, gate, &x, &dy, extent, mode, "");
            }
            // The other way round, the half is the whole.
            let whole = Extent { channels: extent.channels / 2, ..extent };
            crelu(&rig, &dy, &x, whole, "");
        }
    }
}

#[test]
fn every_short_length_through_slices() {
    let Some(gpu) = gpu() else { return };
    for (half, gate) in (0..=70).zip(gates().iter().cycle()) {
        let mut noise = Noise(half as u32 + 1);
        let [a, b, dy] = [6.0, 3.0, 2.0].map(|scale| noise.vec(half as usize, scale));
        let what = format!("{} of {half} elements", gate.op().name());
        assert_close(&what, &gpu.forward(gate, (&a, &b)).unwrap(), &reference::forward(gate, (&a, &b)).unwrap());
        let (da, db) = gpu.backward(gate, (&a, &b), &dy).unwrap();
        let expected = reference::backward(gate, (&a, &b), &dy).unwrap();
        assert_close(&what, &da, &expected.0);
        assert_close(&what, &db, &expected.1);
        for extent in extents(half) {
            let len = extent.len().unwrap() as usize;
            let (x, dy) = (noise.vec(len, 6.0), noise.vec(len / 2, 2.0));
            for mode in MODES {
                let what = format!("{what} as {extent:?} {mode:?}");
                let y = gpu.forward(gate.clone().halves(extent, mode), &x).unwrap();
                assert_close(&what, &y, &reference::forward(gate.clone().halves(extent, mode), &x).unwrap());
                let dx = gpu.backward(gate.clone().halves(extent, mode), &x, &dy).unwrap();
                assert_close(&what, &dx, &reference::backward(gate.clone().halves(extent, mode), &x, &dy).unwrap());
            }
            let whole = Extent { channels: extent.channels / 2, ..extent };
            let what = format!("crelu of {whole:?}");
            assert_close(
                &what,
                &gpu.forward(CRELU.along(whole), &dy).unwrap(),
                &reference::forward(CRELU.along(whole), &dy).unwrap(),
            );
            let dx = gpu.backward(CRELU.along(whole), &dy, &x).unwrap();
            assert_close(&what, &dx, &reference::backward(CRELU.along(whole), &dy, &x).unwrap());
        }
    }
}
