//! From logarithm to exponential by one parameter.
use crate::function::prelude::*;

/// Soft exponential: (exp(alpha x) - 1) / alpha + alpha for alpha > 0, x for 0, -ln(1 - alpha (x + alpha)) / alpha for
/// alpha < 0.
pub static SOFT_EXPONENTIAL: Activation = Activation {
    kind: Kind::Exponential,
    formula: "alpha > 0 ? (exp(alpha x) - 1) / alpha + alpha : alpha < 0 ? -ln(1 - alpha (x + alpha)) / alpha : x",
    derivative: "alpha >= 0 ? exp(alpha x) : 1 / (1 - alpha (x + alpha))",
    params: &[Param::new("alpha", 0.0, "from logarithm (-1) over identity (0) to exponential (1)").within(Range::of(&[[-1e3, -1e-6], [0.0, 0.0], [1e-6, 1e3]])).trained(5.5, dalpha)],
    variants: &[&[0.5], &[-0.4], &[-0.5], &[1.25], &[-2.5]],
    convention: "For alpha < 0 undefined left of x = (1 - alpha^2) / alpha: value and gradients are NaN there, and infinite at that \
                 point. Values below alpha / 4096, at the root that 0 < alpha < 1 has, count in ULP of alpha. The gradient along \
                 alpha at 0 is its limit, 1 + x^2/2.",
    paper: "Godfrey and Gashler 2016, arXiv:1602.01321",
    kinks: |p| if p[0] < 0.0 { vec![1.0 / p[0] - p[0]] } else { Vec::new() },
    largest: |pass, x, p| match pass {
        Pass::Forward if x < 0.0 && p[0] > 0.0 && value(x, p).abs() < p[0] / 4096.0 => p[0],
        _ => 0.0,
    },
    bounds: Bounds::new(3.75, 3.5),
    ..Activation::new("soft_exponential", value, slope)
};

/// 1 - alpha (x + alpha) for alpha < 0, in products that are exact; NaN where its logarithm is.
fn inner(x: f64, alpha: f64) -> f64 {
    let v = (1.0 - alpha * alpha) - alpha * x;
    if v < 0.0 { f64::NAN } else { v }
}

fn value(x: f64, p: &[f64]) -> f64 {
    match p[0] {
        0.0 => x,
        a if a > 0.0 => (a * x).exp_m1() / a + a,
        a if inner(x, a) < 0.5 => inner(x, a).ln() / -a,
        a => (-a * (x + a)).ln_1p() / -a,
    }
}

fn slope(x: f64, p: &[f64]) -> f64 {
    if p[0] < 0.0 { 1.0 / inner(x, p[0]) } else { vanishing(x, p[0]).exp() }
}

/// 1 or 1/v, and a bracket over alpha^2 that vanishes as fast at 0, where a series stands for it.
fn dalpha(x: f64, p: &[f64]) -> f64 {
    let (a, d) = (p[0], x + p[0]);
    if a < 0.0 {
        let (w, v) = (-a * d, inner(x, a));
        let series = (2..14).rev().fold(0.0, |sum, k| f64::from(k - 1) / f64::from(k) - w * sum);
        return match v {
            0.0 | f64::INFINITY => f64::INFINITY,
            _ if w.abs() < 0.03 => d * d * series + 1.0 / v,
            _ => ((v.ln() - 1.0) + 1.0 / v) / (a * a) + 1.0 / v,
        };
    }
    let u = vanishing(x, a);
    let series = (0..16).rev().fold(0.0, |sum, k| 1.0 / f64::from(k + 2) + u * sum / f64::from(k + 1));
    1.0 + if u.abs() < 0.5 { x * x * series } else { (vanishing(u - 1.0, u.exp()) + 1.0) / (a * a) }
}
