//! Rows that are hard to do: where large elements hide, ties, ramps, supports of half a row, scales of every size; enough rows
//! for a thread to each.

use wgpu_activations::row::{CAUSAL_SOFTMAX, ENTMAX15, HARDMAX, MASKED_SOFTMAX, MAXOUT, SCALED_SOFTMAX, SPARSEMAX};
use wgpu_activations::wgpu::Limits;
use wgpu_activations::{Buffers, Extent, Kernels, Spec, Tuning, With};
use wgpu_activations_harness::check;

use crate::common::Noise;
use crate::common::kinds::row_of;
use crate::common::rig::Rig;
use crate::common::roles::of_rows;

const KINDS: usize = 17;

/// A row of so many elements.
fn row(kind: usize, n: usize) -> Vec<f32> {
    let noise = Noise((kind + n) as u32).vec(n, 1.0);
    let at = |c: usize| {
        let (part, v) = (c as f32 / n as f32, noise[c]);
        match kind {
            0 => 0.1,
            1 => part,
            2 => -part,
            3 => -10.0 * part.sqrt(),
            4 => -(c as f32).ln_1p(),
            // Half of the row in the support, by turns and all at its end.
            5 => [0.25, v - 3.0][c % 2],
            6 => 1e-3 * v - if c < n / 2 { 4.0 } else { 0.0 },
            // The large ones are where few of them are kept apart.
            7 => {
                if c % 16 == 3 {
                    0.05 * v
                } else {
                    v - 2.0
                }
            }
            8 => {
                if c.is_multiple_of(64) {
                    -part
                } else {
                    -5.0
                }
            }
            // Newton's method loses a level at a time.
            9 => 0.7f32.powi((c as f32 + 1.0).log2() as i32) - 1.0,
            10 => -(0.9f32.powi(12 - (c as f32 + 1.0).log2().min(12.0) as i32)),
            11 => {
                if c == n / 3 {
                    1e30
                } else {
                    v
                }
            }
            12 => {
                if c + 1 == n {
                    3.0
                } else {
                    f32::NEG_INFINITY
                }
            }
            13 => {
                if c == n / 2 {
                    f32::NAN
                } else {
                    v
                }
            }
            14 => {
                if c == n - 1 {
                    f32::INFINITY
                } else {
                    v
                }
            }
            15 => [-0.0, 0.0, -1.0][(c + 2) % 3],
            _ => (3.0 * v).round(),
        }
    };
    (0..n).map(at).collect()
}

/// Kernels for software, whatever the device.
fn software() -> Option<Rig> {
    let mut rig = Rig::new(|_| Limits::default())?;
    rig.kernels = Kernels::tuned(&rig.device, Tuning::SOFTWARE).expect("the limits suffice");
    Some(rig)
}

/// The largest error of a call, as bounds count.
fn error(rig: &Rig, f: &With<'_>, extent: Extent, x: &[f32], dy: &[f32]) -> (f64, f32) {
    let forward = dy.is_empty();
    let out = rig.room(x.len());
    let (first, second) = (rig.upload(x), rig.upload(if forward { x } else { dy }));
    let (a, b, y) = (first.slice(..), second.slice(..), out.slice(..));
    let (spec, buffers) = match forward {
        true => (Spec::forward(f.op()), Buffers::forward(a, y)),
        false => (Spec::backward(f.op()), of_rows(row_of(f), a, b, y)),
    };
    let bound = rig.kernels.get(spec).unwrap().bind(buffers, extent).unwrap();
    bound.set_params(&rig.queue, f.params()).unwrap();
    rig.run(&[&bound]);
    check::row_error(&f.clone().along(extent), x, dy, &rig.download(&out)).unwrap()
}

#[test]
fn hard_rows_of_every_length() {
    let Some(rig) = software() else { return };
    for n in (1..=70).chain([255, 256, 257, 260, 1000, 1024, 4099, 50_257]) {
        // Four times, since a few rows are done otherwise.
        let rows: Vec<Vec<f32>> = (0..4 * KINDS).map(|k| row(k % KINDS, n)).collect();
        let straight = Extent { outer: rows.len() as u64, channels: n as u64, inner: 1 };
        let strided = Extent { outer: 1, inner: rows.len() as u64, ..straight };
        let columns: Vec<f32> = (0..n).flat_map(|c| rows.iter().map(move |row| row[c])).collect();
        let dy = Noise(3).vec(rows.len(), 1.0);
        for (extent, x) in [(straight, rows.concat()), (strided, columns)] {
            for f in [&SPARSEMAX, &ENTMAX15, &HARDMAX] {
                let (error, at) = error(&rig, &f.function(), extent, &x, &[]);
                assert!(error <= f.bounds.forward, "{} {extent:?}: {error} ULP at {at:e}", f.name);
            }
            let (error, at) = error(&rig, &MAXOUT.function(), extent, &x, &dy);
            assert!(error <= MAXOUT.bounds.backward, "maxout's gradient {extent:?}: {error} at {at:e}");
        }
    }
}

/// Also where no product with the scale is finite, and none is left of it.
#[test]
fn scales_of_every_size() {
    let Some(rig) = software() else { return };
    let extent = Extent { outer: 70, channels: 24, inner: 1 };
    let noise = Noise(5).vec(70 * 24, 1.0);
    for scale in [1.0, -1.0, 0.3, -7.7, 0.0, -0.0, 1e-3, 1e-30, 1e-38, -2e-38, 1e5, 1e30, -3e38] {
        for size in [1.0, 300.0, 1e-30, 3e38, 1e9] {
            let mut x: Vec<f32> = noise.iter().map(|v| v * size).collect();
            // Three rows with what is not finite.
            (x[30], x[60], x[90]) = (f32::NEG_INFINITY, f32::INFINITY, f32::NAN);
            for f in [SCALED_SOFTMAX.with([scale]), CAUSAL_SOFTMAX.with([scale, 24.0])] {
                let (error, at) = error(&rig, &f, extent, &x, &[]);
                let name = f.op().name();
                assert!(
                    error <= row_of(&f).bounds.forward,
                    "{name} of {size:e}, scale {scale:e}: {error} ULP at {at:e}"
                );
            }
        }
    }
}

/// Rows that rise, so that ever larger elements take the place of the largest so far, slowly and fast; and rows that fall.
#[test]
fn ramps_of_every_slope() {
    let Some(rig) = software() else { return };
    for channels in [31, 256, 1000, 4099] {
        let slopes = [1e-3, 0.01, 0.1, 0.3, 1.0, 4.0, 7.0, 100.0, -0.01, -1.0];
        let extent = Extent { outer: 70, channels, inner: 1 };
        let x = (0..70 * channels).map(|e| (e % channels) as f32 * slopes[(e / channels) as usize % 10]);
        let x: Vec<f32> = x.collect();
        for f in [SCALED_SOFTMAX.with([1.0]), SCALED_SOFTMAX.with([-0.3]), CAUSAL_SOFTMAX.with([0.7, 0.0])] {
            let (error, at) = error(&rig, &f, extent, &x, &[]);
            assert!(error <= row_of(&f).bounds.forward, "{} {extent:?}: {error} ULP at {at:e}", f.op().name());
        }
    }
}

/// Masks that cancel what they are added to, or are far above or below it.
#[test]
fn masks_of_every_size() {
    let Some(rig) = software() else { return };
    let extent = Extent { outer: 70, channels: 24, inner: 1 };
    let noise = [6, 7].map(|seed| Noise(seed).vec(70 * 24, 1.0));
    for scale in [1.0, -0.3, 7.7] {
        for (size, base, of_mask) in [
            (1.0f32, 0.0f32, 1.0f32),
            (4.0, 1000.0, 1.0),
            (4.0, 1000.0, 1000.0),
            (100.0, 500.0, 100.0),
            (1e9, 0.0, 10.0),
            (1e8, 0.0, 1e8),
            (1e-3, 0.0, 1e9),
            (1.0, 0.0, 3e38),
        ] {
            let x: Vec<f32> = noise[0].iter().map(|v| v * size + base).collect();
            let mask =
                noise[1].iter().zip(&x).map(|(v, x)| if base == 500.0 { v * of_mask - scale * x } else { v * of_mask });
            let mut mask: Vec<f32> = mask.collect();
            mask.iter_mut().step_by(5).for_each(|v| *v = f32::NEG_INFINITY);
            let f = MASKED_SOFTMAX.with([scale]).mask(&mask);
            let (a, b, y) = (rig.upload(&x), rig.upload(&mask), rig.room(x.len()));
            let buffers = Buffers::new().x(a.slice(..)).mask(b.slice(..)).y(y.slice(..));
            let bound = rig.kernels.get(Spec::forward(&MASKED_SOFTMAX)).unwrap().bind(buffers, extent).unwrap();
            bound.set_params(&rig.queue, f.params()).unwrap();
            rig.run(&[&bound]);
            let (error, at) = check::row_error(&f.clone().along(extent), &x, &[], &rig.download(&y)).unwrap();
            let bound = MASKED_SOFTMAX.bounds.forward;
            assert!(error <= bound, "x {size:e} + {base:e}, mask {of_mask:e}, scale {scale}: {error} ULP at {at:e}");
        }
    }
}
