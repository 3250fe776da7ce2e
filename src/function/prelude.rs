//! What the functions' files share: the types they fill in, and a few `f64` formulas in their evidently right form.

pub(crate) use crate::tensor::Pass;

pub(crate) use super::{Activation, Bounds, Kind, Kinks, Param, Range, Roots};

/// 1 / (1 + exp(-z)), without overflow or cancellation.
pub(crate) fn sigmoid(z: f64) -> f64 {
    let e = (-z.abs()).exp();
    if z < 0.0 { e / (1.0 + e) } else { 1.0 / (1.0 + e) }
}

/// sigmoid(z) sigmoid(-z)
pub(crate) fn sigmoid_dx(z: f64) -> f64 {
    sigmoid(z) * sigmoid(-z)
}

/// log(1 + exp(z))
pub(crate) fn softplus(z: f64) -> f64 {
    z.max(0.0) + (-z.abs()).exp().ln_1p()
}

/// x times a factor that vanishes faster than x grows: 0 rather than NaN at infinity.
pub(crate) fn vanishing(x: f64, factor: f64) -> f64 {
    if factor == 0.0 { 0.0 } else { x * factor }
}

/// x sigmoid(z)
pub(crate) fn gate(x: f64, z: f64) -> f64 {
    vanishing(x, sigmoid(z))
}

/// The derivative of x sigmoid(z) with t = x dz/dx.
pub(crate) fn gate_dx(t: f64, z: f64) -> f64 {
    sigmoid(z) + vanishing(t, sigmoid_dx(z))
}

/// The larger of the two terms of `gate_dx`.
pub(crate) fn gate_terms(t: f64, z: f64) -> f64 {
    sigmoid(z).max((t * sigmoid_dx(z)).abs())
}

/// The normal distribution function.
pub(crate) fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// The normal density.
pub(crate) fn normal_pdf(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

/// The derivative of x sigmoid(x), with the digits of 1 + x + exp(x) next to its root.
pub(crate) fn silu_slope(z: f64) -> f64 {
    const ROOT: (f64, f64) = (-1.2784645427610737, -1.0946994183093437e-16);
    let (d, e) = ((z - ROOT.0) - ROOT.1, z.exp());
    let near = (d - (1.0 + ROOT.0) * d.exp_m1()) * e / (1.0 + e).powi(2);
    if (-30.0..0.0).contains(&z) { near } else { gate_dx(z, z) }
}

/// b + w tanh(z), with the digits of its tails.
pub(crate) fn tanh_line(b: f64, w: f64, z: f64) -> f64 {
    let (v, e) = (w * z.signum(), (-2.0 * z.abs()).exp());
    if z.abs() < 0.5 { b + w * z.tanh() } else { ((b + v) + (b - v) * e) / (1.0 + e) }
}

/// 1 + sin(2 u), next to its zeros too
pub(crate) fn one_plus_sine(u: f64) -> f64 {
    (libm::sin(u) + libm::cos(u)).powi(2)
}

/// The derivative of erf.
pub(crate) fn erf_dx(x: f64) -> f64 {
    std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp()
}
