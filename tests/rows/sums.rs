//! Rows that add up to 1 do so: hard rows of 1 to ten million elements, in the kernels for software and for GPUs.

use wgpu_activations::row::{ALL, RowFunction, SOFTMIN};
use wgpu_activations::{Buffers, Extent, Spec, With};

use crate::common::Noise;
use crate::common::kinds::row_of;
use crate::common::rig::Rig;
use crate::shapes::rigs;

type Kind = (&'static str, fn(usize, usize) -> f32);

/// The element `c` of a row of `n`.
const KINDS: &[Kind] = &[
    ("nearly uniform", |c, _| 1e-7 * (c as f32).cos()),
    ("nearly uniform, far from 0", |c, _| 1000.0 + 1e-1 * (c as f32).cos()),
    ("nearly uniform, below 0", |c, _| -1.0 + 1e-6 * (c as f32).sin()),
    ("ties", |_, _| 0.1),
    ("ties at the largest number", |_, _| f32::MAX),
    ("three levels", |c, _| [0.25, 0.25 - 1e-5, -3.0][c % 3]),
    ("a ramp", |c, n| c as f32 / n as f32),
    ("a falling ramp", |c, n| -20.0 * (c as f32 / n as f32)),
    ("a logarithm", |c, _| -(c as f32).ln_1p()),
    ("levels of twice as many", |c, n| -(c as f32 + 1.0).log2().floor() / (n as f32 + 1.0).log2()),
    ("small levels of twice as many", |c, n| -(c as f32 + 1.0).log2().exp2().floor() / n as f32 * 1e-4),
    ("nearing levels", |c, _| 0.7f32.powi((c as f32 + 1.0).log2() as i32) - 1.0),
    ("one dominant", |c, n| if c == n / 2 { 40.0 } else { (c as f32).sin() }),
    ("one that leaves little", |c, n| if c == n / 2 { 0.0 } else { -0.999 + 1e-6 * (c as f32).cos() }),
    ("one that leaves half", |c, n| if c == n / 2 { 0.0 } else { -0.5 + 1e-3 * (c as f32).cos() }),
    ("one and a million like it", |c, n| if c == n / 3 { 1.1 } else { -15.0 }),
    ("hidden but for a few", |c, n| if c % (1 + n / 3) == 0 { 0.3 } else { f32::NEG_INFINITY }),
    ("noise", |c, n| Noise((c + n) as u32).vec(1, 3.0)[0]),
];

fn element(kind: usize, c: usize, n: usize) -> f32 {
    KINDS[kind % KINDS.len()].1(c, n)
}

/// The sum of every row that a function makes of these.
fn sums(rig: &Rig, f: &With<'_>, extent: Extent, x: &[f32]) -> Vec<f64> {
    let sign = if f.op().name() == SOFTMIN.name { -1.0 } else { 1.0 };
    let (a, out) = (rig.upload(&x.iter().map(|v| sign * v).collect::<Vec<f32>>()), rig.room(x.len()));
    // Every fifth element is hidden, but not a row's first.
    let channels = (extent.channels * extent.inner) as usize;
    let inner = extent.inner as usize;
    let mask = (0..channels).map(|e| if e / inner % 5 == 4 { f32::NEG_INFINITY } else { 0.0 });
    let mask = rig.upload(&mask.collect::<Vec<f32>>());
    let buffers = match row_of(f).masked {
        true => Buffers::new().x(a.slice(..)).mask(mask.slice(..)).y(out.slice(..)),
        false => Buffers::forward(a.slice(..), out.slice(..)),
    };
    let bound = rig.kernels.get(Spec::forward(f.op())).unwrap().bind(buffers, extent).unwrap();
    bound.set_params(&rig.queue, f.params()).unwrap();
    rig.run(&[&bound]);
    let mut sums = vec![0.0; (extent.outer * extent.inner) as usize];
    for (e, y) in rig.download(&out).into_iter().enumerate() {
        assert!(y >= 0.0, "{}: {y} among probabilities", f.op().name());
        sums[e / channels * inner + e % inner] += f64::from(y);
    }
    sums
}

fn check(rig: &Rig, row: &'static RowFunction, extent: Extent, x: &[f32], what: &str) {
    let Some(bound) = row.bounds.sum else { return };
    for (k, sum) in sums(rig, &row.function(), extent, x).into_iter().enumerate() {
        let kind = KINDS[k % KINDS.len()].0;
        let apart = (sum - 1.0).abs();
        assert!(apart <= bound, "{} of {kind}, {extent:?}, {what}: the sum is {sum}", row.name);
    }
}

#[test]
fn probabilities_of_many_rows_add_up_to_1() {
    let Some(rigs) = rigs() else { return };
    for n in [1, 2, 3, 7, 16, 67, 257, 1000, 1024, 4099, 50_257] {
        let rows = 4 * KINDS.len();
        let straight = Extent { outer: rows as u64, channels: n as u64, inner: 1 };
        let strided = Extent { outer: 1, inner: rows as u64, ..straight };
        let x: Vec<f32> = (0..rows * n).map(|e| element(e / n, e % n, n)).collect();
        let columns: Vec<f32> = (0..rows * n).map(|e| x[e % rows * n + e / rows]).collect();
        for (row, (rig, what)) in ALL.iter().flat_map(|row| rigs.iter().map(move |rig| (row, rig))) {
            check(rig, row, straight, &x, what);
            check(rig, row, strided, &columns, what);
        }
    }
}

#[test]
fn probabilities_of_long_rows_add_up_to_1() {
    let Some(rigs) = rigs() else { return };
    for n in [65_536, 250_002] {
        for (k, (name, of)) in KINDS.iter().enumerate() {
            let x: Vec<f32> = (0..n).map(|c| of(c, n)).collect();
            let extent = Extent { outer: 1, channels: n as u64, inner: 1 };
            for (row, (rig, what)) in ALL.iter().flat_map(|row| rigs.iter().map(move |rig| (row, rig))) {
                check(rig, row, extent, &x, &format!("{what}, {name}, {k}"));
            }
        }
    }
}

#[test]
fn probabilities_of_rows_of_ten_million_add_up_to_1() {
    let Some(rigs) = rigs() else { return };
    let n = 10_000_000;
    for (k, (name, of)) in KINDS.iter().enumerate().step_by(4) {
        let x: Vec<f32> = (0..n).map(|c| of(c, n)).collect();
        let extent = Extent { outer: 1, channels: n as u64, inner: 1 };
        let (rig, what) = &rigs[k / 4 % 2];
        for row in ALL {
            check(rig, row, extent, &x, &format!("{what}, {name}"));
        }
    }
}
