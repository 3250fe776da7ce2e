//! From logarithm to exponential by one parameter.
use super::prelude::*;

/// Soft exponential: (exp(alpha x) - 1) / alpha + alpha for alpha > 0, x for 0, -ln(1 - alpha (x + alpha)) / alpha for alpha < 0.
pub static SOFT_EXPONENTIAL: Activation = Activation {
    kind: Kind::Exponential,
    formula: "alpha > 0 ? (exp(alpha x) - 1) / alpha + alpha : alpha < 0 ? -ln(1 - alpha (x + alpha)) / alpha : x",
    derivative: "alpha >= 0 ? exp(alpha x) : 1 / (1 - alpha (x + alpha))",
    params: &[Param::new("alpha", 0.0, "from logarithm (-1) to exponential (1)").trained(6.25, dalpha)],
    variants: &[&[0.5], &[-0.4]],
    convention: "For alpha < 0 defined right of alpha's (1 - alpha^2) / alpha only, NaN left of it. Errors of the value are in ULP of \
                 the larger term for alpha > 0 and x < 0.",
    paper: "Godfrey and Gashler 2016, arXiv:1602.01321",
    largest: |pass, x, p| if pass == Pass::Forward && p[0] > 0.0 && x < 0.0 { p[0].max((p[0] * x).exp_m1().abs() / p[0]) } else { 0.0 },
    bounds: Bounds::new(3.25, 4.5),
    ..Activation::new("soft_exponential", value, |x, p| slope(x, p[0]))
};

/// 1 - alpha (x + alpha)
fn inner(x: f64, alpha: f64) -> f64 {
    1.0 - alpha * (x + alpha)
}

fn value(x: f64, p: &[f64]) -> f64 {
    match p[0] {
        0.0 => x,
        a if a > 0.0 => (a * x).exp_m1() / a + a,
        a => -(-a * (x + a)).ln_1p() / a,
    }
}

fn dalpha(x: f64, p: &[f64]) -> f64 {
    match p[0] {
        0.0 => 1.0 + 0.5 * x * x,
        a if a > 0.0 => 1.0 + (vanishing(a * x - 1.0, (a * x).exp()) + 1.0) / (a * a),
        a => (inner(x, a).ln() - 1.0 + 1.0 / inner(x, a)) / (a * a) + 1.0 / inner(x, a),
    }
}

fn slope(x: f64, alpha: f64) -> f64 {
    match alpha {
        0.0 => 1.0,
        a if a > 0.0 => (a * x).exp(),
        a => 1.0 / inner(x, a),
    }
}
