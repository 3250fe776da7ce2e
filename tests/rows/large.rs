//! Rows of ten million, and tensors past the largest binding.

use wgpu_activations::row::{HARDMAX, LOG_SOFTMAX, MASKED_SOFTMAX, RowFunction, SOFTMAX, SPARSEMAX};
use wgpu_activations::wgpu::Limits;
use wgpu_activations::{Buffers, Extent, Spec, reference};
use wgpu_activations_harness::check::row_error;

use crate::common::rig::{PIECE, Rig};
use crate::common::{Noise, gpu};

#[test]
fn rows_of_ten_million() {
    let Some(gpu) = gpu() else { return };
    let cases: [(&RowFunction, bool); 5] =
        [(&SOFTMAX, false), (&LOG_SOFTMAX, false), (&HARDMAX, false), (&SPARSEMAX, false), (&SOFTMAX, true)];
    for (k, (row, backward)) in cases.into_iter().enumerate() {
        let f = row.function();
        // Neither is a multiple of a chunk; four divides one of them.
        let extent = Extent { outer: 1, channels: 10_000_000 + k as u64 % 2, inner: 1 };
        let x = Noise(k as u32 + 1).vec(extent.channels as usize, 8.0);
        let (error, at) = if backward {
            let y: Vec<f32> =
                reference::forward(f.clone().along(extent), &x).unwrap().into_iter().map(|v| v as f32).collect();
            row_error(&f.clone().along(extent), &y, &x, &gpu.backward(f.clone().along(extent), &y, &x).unwrap())
                .unwrap()
        } else {
            row_error(&f.clone().along(extent), &x, &[], &gpu.forward(f.clone().along(extent), &x).unwrap()).unwrap()
        };
        let bound = if backward { row.bounds.backward } else { row.bounds.forward };
        assert!(error <= bound, "{} backward {backward}: {error} ULP at {at:e}", row.name);
    }
}

/// Masks that no piece holds as a whole, and some that repeat within a piece.
#[test]
fn masks_across_pieces() {
    let Some(gpu) = gpu() else { return };
    for (heads, queries, keys) in [(2, 1501, 1499), (40, 300, 301)] {
        let extent = Extent { outer: heads * queries, channels: keys, inner: 1 };
        let (x, mask) = (extent.len().unwrap() as usize, (queries * keys) as usize);
        let (x, mask) = (Noise(7).vec(x, 8.0), Noise(8).vec(mask, 8.0));
        let f = MASKED_SOFTMAX.function().mask(&mask);
        let (error, at) =
            row_error(&f.clone().along(extent), &x, &[], &gpu.forward(f.clone().along(extent), &x).unwrap()).unwrap();
        assert!(error <= MASKED_SOFTMAX.bounds.forward, "{extent:?}: {error} ULP at {at:e}");
    }
}

/// 140 MB of rows as long as a vocabulary, in one bound call on a device with the limits that every device has.
#[test]
fn rows_past_the_binding_limit() {
    let limits = |adapter: Limits| Limits { max_buffer_size: adapter.max_buffer_size, ..Limits::downlevel_defaults() };
    let Some(rig) = Rig::new(limits) else { return };
    let (outer, channels) = (701, 50_257);
    let (x, y) = (rig.room(outer * channels), rig.room(outer * channels));
    // Rows of a pattern that begins elsewhere in each.
    let pattern = Noise(9).vec(channels + outer, 8.0);
    for o in 0..outer {
        rig.write(&x, o * channels, &pattern[o..o + channels]);
        if (o * channels * 4) as u64 % PIECE < channels as u64 * 4 {
            rig.queue.submit([]);
            rig.wait();
        }
    }
    let extent = Extent { outer: outer as u64, channels: channels as u64, inner: 1 };
    let bound = rig.kernels.get(Spec::forward(&SOFTMAX)).unwrap();
    let bound = bound.bind(Buffers::forward(x.slice(..), y.slice(..)), extent).unwrap();
    assert!(bound.dispatches() > 1);
    rig.run(&[&bound]);
    for o in 0..outer {
        let row = &pattern[o..o + channels];
        let got = rig.words_of(&y, o * channels, channels).into_iter().map(f32::from_bits);
        let m = row.iter().fold(f32::MIN, |m, v| m.max(*v));
        let exp = |v: f32| f64::from(v - m).exp();
        let sum: f64 = row.iter().map(|v| exp(*v)).sum();
        let wrong = row.iter().zip(got).find(|(v, y)| (f64::from(*y) * sum / exp(**v) - 1.0).abs() > 3e-6);
        assert_eq!(wrong, None, "row {o}");
    }
}
