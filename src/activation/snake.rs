//! A line with a periodic part whose frequency may be trained.
use crate::function::prelude::*;

/// Snake: x + sin(alpha x)^2 / alpha.
pub static SNAKE: Activation = Activation {
    kind: Kind::Periodic,
    formula: "x + sin(alpha x)^2 / alpha",
    derivative: "1 + sin(2 alpha x)",
    params: &[Param::new("alpha", 1.0, "frequency").within(Range::NOT_TINY).trained(4.75, |x, p| x * x * dsquare(p[0] * x))],
    variants: &[&[0.3], &[-2.5]],
    convention: "x itself for alpha = 0. Digits hold for every finite x, next to the derivative's zeros too; the terms of alpha's \
                 gradient, x sin(2 alpha x) / alpha and (sin(alpha x) / alpha)^2, cancel about once in every half turn, and its \
                 errors are in ULP of the larger from |2 alpha x| = 1 on. Gradients NaN at +-inf.",
    paper: "Ziyin et al. 2020, arXiv:2006.08195",
    largest: |pass, x, p| match pass {
        Pass::ParamGradient(_) if (2.0 * p[0] * x).abs() > 1.0 => (x * libm::sin(2.0 * p[0] * x) / p[0]).abs(),
        _ => 0.0,
    },
    bounds: Bounds::new(4.0, 4.5),
    ..Activation::new(
        "snake",
        |x, p| if p[0] == 0.0 || x.is_infinite() { x } else { x + libm::sin(p[0] * x).powi(2) / p[0] },
        |x, p| one_plus_sine(p[0] * x),
    )
};

/// (u sin(2 u) - sin(u)^2) / u^2, the derivative of sin(u)^2 / u
fn dsquare(u: f64) -> f64 {
    let (s, z) = (libm::sin(u) / u, u * u);
    if u.abs() < 0.1 { 1.0 - z * (1.0 - z * (2.0 / 9.0 - z * (1.0 / 45.0 - z * (2.0 / 1575.0 - z * 2.0 / 42525.0)))) } else { s * (2.0 * libm::cos(u) - s) }
}
