//! Leaky ReLU with a random slope, as it evaluates after training.
use crate::function::prelude::*;

/// RReLU: x for x > 0, otherwise (lower + upper) / 2 x.
pub static RRELU: Activation = Activation {
    aliases: &["randomized_leaky_relu"],
    kind: Kind::Rectifier,
    formula: "x > 0 ? x : (lower + upper) / 2 x",
    derivative: "x > 0 ? 1 : (lower + upper) / 2",
    params: &[
        Param::new("lower", 1.0 / 8.0, "least slope of the training").within(Range::WIDE),
        Param::new("upper", 1.0 / 3.0, "greatest slope of the training").within(Range::WIDE),
    ],
    variants: &[&[-2.0, 0.5], &[0.3, 1.1]],
    convention: "PyTorch's defaults and evaluation mode. Gradient (lower + upper) / 2 at x = 0, as in PyTorch.",
    paper: "Xu et al. 2015, arXiv:1505.00853",
    kinks: |_| vec![0.0],
    bounds: Bounds::new(1.25, 0.5),
    ..Activation::new(
        "rrelu",
        |x, p| if x > 0.0 { x } else { (p[0] + p[1]) / 2.0 * x },
        |x, p| if x > 0.0 { 1.0 } else { (p[0] + p[1]) / 2.0 },
    )
};

/// Slopes for RReLU in training: `len` numbers, uniform in [lower, upper), which `seed` alone determines on every platform.
///
/// The generator is SplitMix64; 53 of its bits make a number. Where `upper` is not above `lower` all are `lower`.
///
/// ```
/// let noise = wgpu_activations::activation::rrelu_noise(0.125, 0.375, 7, 3);
/// assert_eq!(noise, [0.22245744, 0.12919708, 0.35019016]);
/// ```
pub fn rrelu_noise(lower: f32, upper: f32, seed: u64, len: usize) -> Vec<f32> {
    let bits = |k: u64| {
        let z = seed.wrapping_add(k.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    };
    let (low, high) = (f64::from(lower), f64::from(upper));
    let slope = |k| {
        let v = (low + (high - low) * ((bits(k) >> 11) as f64 / (1u64 << 53) as f64)) as f32;
        // Rounding must not reach the upper end.
        if v < upper { v } else { upper.next_down() }
    };
    if lower < upper { (1..=len as u64).map(slope).collect() } else { vec![lower; len] }
}
