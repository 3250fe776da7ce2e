//! A SiLU that grows like a power.
use crate::function::prelude::*;

/// PowSiLU: x^(m / (sqrt(x) + 1)) sigmoid(x) for x > 0, otherwise x sigmoid(x).
pub static POW_SILU: Activation = Activation {
    aliases: &["powlu"],
    kind: Kind::SelfGated,
    formula: "x > 0 ? x^(m / (sqrt(x) + 1)) sigmoid(x) : x sigmoid(x)",
    derivative: "x > 0 ? f (g' + sigmoid(-x)), f = exp(g) sigmoid(x), g = m ln(x) / (sqrt(x) + 1) : sigmoid(x) (1 + x sigmoid(-x))",
    params: &[Param::new("m", 3.0, "power next to 0").within(Range::of(&[[1.5, 10.0]]))],
    variants: &[&[2.0], &[5.5]],
    convention: "Gradient 0 at x = 0, the right one. Rises to its largest value, 5.2 for m = 3, and falls to 1 at inf. Where terms of the \
                 derivative cancel, errors are in ULP of the largest.",
    paper: "flash-linear-attention 2026, PowGLU",
    kinks: |_| vec![0.0],
    roots: Some(Roots { near: |_| vec![-1.278464542761074], largest: |x, _| gate_terms(x, x) }),
    largest: |pass, x, p| match pass {
        Pass::Backward if x > 1.0 => value(x, p) * (exponent(x, p) / (2.0 * (x + x.sqrt()))).max(sigmoid(-x)),
        _ => 0.0,
    },
    bounds: Bounds::new(3.75, 10.0),
    ..Activation::new("pow_silu", value, |x, p| match x {
        x if x < 0.0 => silu_slope(x),
        0.0 | f64::INFINITY => 0.0,
        x => {
            let inner = (p[0] / x - exponent(x, p) / (2.0 * x.sqrt())) / (x.sqrt() + 1.0) + sigmoid(-x);
            vanishing(inner, value(x, p))
        }
    })
};

/// m ln(x) / (sqrt(x) + 1); 0 at infinity.
fn exponent(x: f64, p: &[f64]) -> f64 {
    if x.is_infinite() { 0.0 } else { p[0] * x.ln() / (x.sqrt() + 1.0) }
}

fn value(x: f64, p: &[f64]) -> f64 {
    if x > 0.0 { exponent(x, p).exp() * sigmoid(x) } else { gate(x, x) }
}
