//! Snake with a frequency and an amplitude of their own.
use crate::function::prelude::*;

/// SnakeBeta: x + sin(alpha x)^2 / beta.
pub static SNAKE_BETA: Activation = Activation {
    kind: Kind::Periodic,
    formula: "x + sin(alpha x)^2 / beta",
    derivative: "1 + alpha / beta sin(2 alpha x)",
    params: &[
        Param::new("alpha", 1.0, "frequency").within(Range::MODERATE).trained(3.75, |x, p| x * libm::sin(2.0 * p[0] * x) / p[1]),
        Param::new("beta", 1.0, "inverse height of the waves, not 0").within(Range::of(&[[-1e6, -1e-3], [1e-3, 1e6]])).trained(6.25, |x, p| -square(x, p) / p[1]),
    ],
    variants: &[&[0.4, 0.5], &[-0.3, -1.7], &[2.0, 0.5], &[5.0, 0.02]],
    convention: "Models often keep logarithms of both parameters and add 1e-9 to beta; that is left to the caller. Unless \
                 0 <= alpha / beta <= 1 terms cancel, and errors are in ULP of the largest. Gradients NaN at +-inf.",
    paper: "Lee et al. 2022 (BigVGAN), arXiv:2206.04658",
    largest: |pass, x, p| match pass {
        Pass::Forward if !monotone(p) => square(x, p).abs(),
        Pass::Backward if !monotone(p) => (p[0] / p[1]).abs().max(1.0),
        _ => 0.0,
    },
    bounds: Bounds::new(6.25, 5.5),
    ..Activation::new(
        "snake_beta",
        |x, p| if x.is_infinite() { x } else { x + square(x, p) },
        |x, p| (1.0 - p[0] / p[1]) + p[0] / p[1] * one_plus_sine(p[0] * x),
    )
};

/// sin(alpha x)^2 / beta
fn square(x: f64, p: &[f64]) -> f64 {
    libm::sin(p[0] * x).powi(2) / p[1]
}

/// Whether the function never falls.
fn monotone(p: &[f64]) -> bool {
    (0.0..=1.0).contains(&(p[0] / p[1]))
}
