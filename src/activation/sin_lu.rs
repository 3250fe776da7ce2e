//! A sigmoid gate on a wavy line.
use crate::function::prelude::*;

/// SinLU: (x + alpha sin(beta x)) sigmoid(x).
pub static SIN_LU: Activation = Activation {
    kind: Kind::Periodic,
    formula: "(x + alpha sin(beta x)) sigmoid(x)",
    derivative: "(1 + alpha beta cos(beta x)) sigmoid(x) + (x + alpha sin(beta x)) sigmoid(x) sigmoid(-x)",
    params: &[
        Param::new("alpha", 1.0, "height of the waves").within(Range::of(&[[-20.0, 20.0]])).trained(4.0, |x, p| gate(libm::sin(p[1] * x), x)),
        Param::new("beta", 1.0, "their frequency").within(Range::of(&[[-20.0, 20.0]])).trained(5.25, |x, p| gate(p[0] * x * libm::cos(p[1] * x), x)),
    ],
    variants: &[&[0.4, 2.0], &[-0.7, 1.3]],
    convention: "0 at -inf, inf at inf with gradients NaN. Terms cancel for x < 0 in the derivative, and \
                 everywhere unless 0 <= alpha beta <= 1; there errors are in ULP of the largest.",
    paper: "Paul et al. 2022, Mathematics 10(3):337",
    largest: |pass, x, p| {
        let one = if (0.0..=1.0).contains(&(p[0] * p[1])) { 0.0 } else { sigmoid(x) };
        let slope = one * (1.0 + (p[0] * p[1]).abs());
        match pass {
            Pass::Forward => (x * one).abs().max((p[0] * one).abs()),
            Pass::Backward if x < 0.0 || one > 0.0 => terms(x, p).0.abs().max(terms(x, p).1.abs()).max(slope),
            _ => 0.0,
        }
    },
    bounds: Bounds::new(4.0, 4.75),
    ..Activation::new("sin_lu", |x, p| gate(wave(x, p), x), |x, p| terms(x, p).0 + terms(x, p).1)
};

fn wave(x: f64, p: &[f64]) -> f64 {
    if x.is_infinite() { x } else { x + p[0] * libm::sin(p[1] * x) }
}

/// The terms of the derivative.
fn terms(x: f64, p: &[f64]) -> (f64, f64) {
    let slope = (1.0 - p[0] * p[1]) + 2.0 * p[0] * p[1] * libm::cos(0.5 * p[1] * x).powi(2);
    (gate(slope, x), vanishing(wave(x, p), sigmoid_dx(x)))
}
