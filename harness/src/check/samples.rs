//! The inputs that are tried.

use wgpu_activations::Extent;

/// Samples in each binade of either sign.
const PER_BINADE: u32 = 512;
/// Samples in [-20, 20], where activations live.
const DENSE: u32 = 1 << 20;

/// Kinds of rows.
const KINDS: u64 = 16;

/// The shapes that are tried: [outer, length, inner].
const SHAPES: &[[u64; 3]] = &[
    [5000, 1, 1],
    [4000, 2, 1],
    [3001, 3, 1],
    [2000, 7, 1],
    [1500, 16, 1],
    [300, 64, 1],
    [256, 67, 1],
    [64, 1000, 1],
    [48, 1024, 1],
    [9, 4099, 1],
    [6, 50_257, 1],
    [2, 131_072, 1],
    [1, 300_001, 1],
    [7, 5, 33],
    [3, 129, 16],
    [2, 1000, 5],
];

/// A sample of all `f32`.
pub(super) fn numbers(kinks: &[f64], params: &[f64], thin: u32) -> Vec<f32> {
    let (per_binade, dense) = ((PER_BINADE / thin).max(1), (DENSE / thin).max(1));
    let mut state = 1u32;
    // The constants of Numerical Recipes' 32-bit generator; the high bits are the better ones.
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 9
    };
    let mut x = vec![0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, f32::MAX, f32::MIN, f32::MIN_POSITIVE];
    let stride = (1 << 23) / per_binade;
    for exponent in 0..255u32 {
        for k in 0..per_binade {
            let bits = (exponent << 23) + k * stride + random() % stride;
            x.extend([f32::from_bits(bits), f32::from_bits(bits | 1 << 31)]);
        }
    }
    x.extend((0..dense).map(|_| (random() as f32 / (1 << 22) as f32 - 1.0) * 20.0));
    // log(f32::MAX) and its half and quarter are where naive formulas overflow.
    let special = [1.0, 44.36, 22.18, 88.72, 88.73, 103.97].into_iter().flat_map(|v| [v, -v]);
    for v in special.chain(kinks.iter().copied()).chain(params.iter().copied()) {
        let v = v as f32;
        x.extend([v, v.next_up(), v.next_down()]);
    }
    x
}

/// Samples of a, b and dy.
pub(super) fn triples(kinks: [Vec<f64>; 2], params: &[f64], thin: u32) -> [Vec<f32>; 3] {
    let inf = f32::INFINITY;
    let special = [0.0, 1.0, 0.37, 7.7, 90.0, 1e-20, 1e20, 1e-42, f32::MIN_POSITIVE, f32::MAX, inf, f32::NAN];
    let values = |kinks: &[f64]| -> Vec<f32> {
        let kinks = kinks.iter().map(|&k| k as f32).flat_map(|k| [k, k.next_up(), k.next_down()]);
        special.into_iter().chain(kinks).flat_map(|v| [v, -v]).collect()
    };
    let (first, second, third) = (values(&kinks[0]), values(&kinks[1]), values(&[]));
    let mut all = [Vec::new(), Vec::new(), Vec::new()];
    for &a in &first {
        for &b in &second {
            for &dy in &third {
                [a, b, dy].into_iter().zip(&mut all).for_each(|(v, all)| all.push(v));
            }
        }
    }
    // The others' sizes must not depend on that of a: they go through the sample in other orders.
    let sample = numbers(&kinks[0], params, thin);
    let size = sample.len();
    for (k, all) in all.iter_mut().enumerate() {
        let mut at = 13 * k;
        all.extend((0..size).map(|_| {
            let value = sample[at];
            at = (at + [1, 7919, 104_729][k]) % size;
            value
        }));
    }
    all
}

/// The shapes of all samples of rows.
pub(super) fn shapes(thin: u32) -> impl Iterator<Item = Extent> {
    let thinned = move |&[outer, channels, inner]: &[u64; 3]| {
        // Of each kind of row there is one.
        Extent { outer: (outer / u64::from(thin)).max(outer.min(KINDS)), channels, inner }
    };
    SHAPES.iter().filter(move |&&[_, length, _]| thin == 1 || length <= 1024).map(thinned)
}

/// Sample number `k` of rows, and a mask for it.
pub(super) fn rows(extent: Extent, k: u32, thin: u32) -> (Vec<f32>, Vec<f32>) {
    (mixed(extent, k + 1), masks(extent, k, thin == 1))
}

/// Its upstream gradients.
pub(super) fn upstream(len: usize, k: u32) -> Vec<f32> {
    Noise(7 + k).take(len)
}

/// A generator with Numerical Recipes' constants.
struct Noise(u32);

impl Noise {
    /// In [-1, 1).
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / (1 << 23) as f32 - 1.0
    }

    fn take(mut self, len: usize) -> Vec<f32> {
        (0..len).map(|_| self.next()).collect()
    }
}

/// Rows of every kind, by turns.
fn mixed(extent: Extent, seed: u32) -> Vec<f32> {
    let mut noise = Noise(seed);
    let (span, inner) = (extent.channels * extent.inner, extent.inner);
    let kind = |e: u64| (e / span * inner + e % inner) % KINDS;
    let len = extent.outer * span;
    let mut x: Vec<f32> = (0..len)
        .map(|e| {
            let (c, v) = (e % span / inner, noise.next());
            match kind(e) {
                0..4 => v * 4.0,
                4 => v * 60.0,
                5 => v * 1e-3,
                6 => v * 1000.0 + 5000.0,
                7 => 0.1,
                8 => c as f32 / extent.channels as f32 - 0.5,
                9 => (v * 4.0).round(),
                10 => -(c as f32).ln_1p(),
                11 if c == extent.channels / 2 => 30.0,
                12 if c % 3 == 1 => f32::NEG_INFINITY,
                13 => v * 1e30,
                14 => v * 1e-30,
                _ => v,
            }
        })
        .collect();
    // Now and then a row that cannot be saved.
    for (k, special) in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY].into_iter().enumerate() {
        let outer = extent.outer / 2 + k as u64;
        if extent.outer > 8 && outer < extent.outer {
            let place = (outer * span + extent.channels / 3 * inner) as usize;
            x[place] = special;
        }
    }
    if extent.outer > 16 {
        x[span as usize..2 * span as usize].fill(f32::NEG_INFINITY);
    }
    x
}

/// A mask over the last axes, or several: half of it hides.
fn masks(extent: Extent, seed: u32, several: bool) -> Vec<f32> {
    let mut noise = Noise(seed);
    let repeat = if several && extent.outer.is_multiple_of(2) { extent.outer / 2 } else { 1 };
    let value = |v: f32| if v > 0.0 { f32::NEG_INFINITY } else { v };
    (0..repeat * extent.channels * extent.inner).map(|_| value(noise.next())).collect()
}
