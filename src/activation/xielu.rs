//! A parabola on the right, an integrated exponential on the left.
use crate::function::prelude::*;

/// xIELU: alpha_p x^2 + beta x for x > 0, otherwise alpha_n (exp(min(x, eps)) - 1 - x) + beta x.
pub static XIELU: Activation = Activation {
    kind: Kind::Exponential,
    formula: "x > 0 ? alpha_p x^2 + beta x : alpha_n (exp(min(x, eps)) - 1 - x) + beta x",
    derivative: "x > 0 ? 2 alpha_p x + beta : x < eps ? alpha_n (exp(x) - 1) + beta : beta - alpha_n",
    params: &[
        Param::new("alpha_p", 0.8, "softplus of what is trained").within(Range::MODERATE).trained(0.5, |x, _| x.max(0.0).powi(2)),
        Param::new("alpha_n", 0.8, "beta + softplus of what is trained").within(Range::MODERATE).trained(4.0, |x, p| if x > 0.0 { 0.0 } else { excess(x, p[3]) }),
        Param::new("beta", 0.5, "slope at 0").within(Range::MODERATE),
        Param::new("eps", -1e-6, "where the exponential stops, from -0.001 to 0").within(Range::of(&[[-1e-3, 0.0]])),
    ],
    variants: &[&[1.5, 0.3, 0.2, -1e-6], &[-0.3, 2.0, 0.5, -1e-3]],
    convention: "The authors' values. alpha_p and alpha_n are the factors themselves, as in ggml (transformers trains what \
                 softplus makes them of). Gradient beta - alpha_n from eps to 0, both included. Left of 0 terms \
                 cancel next to a root, and errors are in ULP of the larger: alpha_n (exp(x) - 1 - x) and beta x, or from -1.5 \
                 down alpha_n (exp(x) - 1) and (beta - alpha_n) x; for alpha_n's gradient exp(eps) - 1 - eps from eps on.",
    paper: "Huang and Schlag 2024, arXiv:2411.13010",
    kinks: |p| vec![0.0, p[3]],
    roots: Some(Roots {
        near: |p| vec![(-p[2] / p[1]).ln_1p()],
        largest: |x, p| if x > 0.0 { 0.0 } else { p[2].abs().max((p[1] * x.exp_m1()).abs()) },
    }),
    largest: |pass, x, p| match pass {
        Pass::Forward if x <= -1.5 => (p[1] * x.exp_m1()).abs().max(vanishing(x, p[2] - p[1]).abs()),
        Pass::Forward if x < 0.0 => (p[1] * excess(x, p[3])).abs().max((p[2] * x).abs()),
        Pass::ParamGradient(1) if x > p[3] => excess(p[3], p[3]),
        _ => 0.0,
    },
    bounds: Bounds::new(5.0, 2.5),
    ..Activation::new("xielu", value, |x, p| match x {
        x if x > 0.0 => 2.0 * p[0] * x + p[2],
        x if x < -1.0 => p[1] * x.exp() + (p[2] - p[1]),
        x if x < p[3] => p[1] * x.exp_m1() + p[2],
        _ => p[2] - p[1],
    })
};

fn value(x: f64, p: &[f64]) -> f64 {
    match x {
        x if x > 0.0 => x * (p[0] * x + p[2]),
        f64::NEG_INFINITY if p[1] == p[2] => -p[1],
        f64::NEG_INFINITY => (p[2] - p[1]) * x,
        x if x < -1.0 => p[1] * x.exp_m1() + (p[2] - p[1]) * x,
        x => p[1] * excess(x, p[3]) + p[2] * x,
    }
}

/// exp(min(x, eps)) - 1 - x
fn excess(x: f64, eps: f64) -> f64 {
    let m = x.min(eps);
    // The series where the difference cancels; its terms fall by m/n each.
    let series = || m * m * (3..16).rev().fold(1.0, |sum, n| 1.0 + sum * m / f64::from(n)) / 2.0;
    (if m > -0.5 { series() } else { m.exp_m1() - m }) + if x > eps { m - x } else { 0.0 }
}
