//! ELU gated by a sigmoid.
use crate::function::prelude::*;

/// ELiSH: x sigmoid(x) for x >= 0, otherwise (exp(x) - 1) sigmoid(x).
pub static ELISH: Activation = Activation {
    kind: Kind::SelfGated,
    formula: "(x >= 0 ? x : exp(x) - 1) sigmoid(x)",
    derivative: "x >= 0 ? sigmoid(x) (1 + x sigmoid(-x)) : e (e^2 + 2e - 1) / (1 + e)^2, e = exp(x)",
    convention: "The paper's formula. Both slopes at 0 are 1/2. 0 at -inf.",
    paper: "Basirat and Roth 2018, arXiv:1808.00783",
    roots: Some(Roots { near: |_| vec![-0.881373587019543], largest: |x, _| if x < 0.0 { terms(x) } else { gate_terms(x, x) } }),
    bounds: Bounds::new(3.5, 5.0),
    ..Activation::new(
        "elish",
        |x, _| if x < 0.0 { x.exp_m1() * sigmoid(x) } else { gate(x, x) },
        |x, _| if x < 0.0 { x.exp() * ((x.exp() + 2.0) * x.exp() - 1.0) / (1.0 + x.exp()).powi(2) } else { gate_dx(x, x) },
    )
};

/// The largest term of the derivative below 0.
fn terms(x: f64) -> f64 {
    let e = x.exp();
    e * f64::max(1.0, (e + 2.0) * e) / (1.0 + e).powi(2)
}
