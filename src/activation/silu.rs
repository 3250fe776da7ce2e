//! The sigmoid-weighted linear unit: swish with beta = 1.
use crate::function::prelude::*;

/// SiLU: x sigmoid(x).
pub static SILU: Activation = Activation {
    aliases: &["swish_1"],
    kind: Kind::SelfGated,
    formula: "x sigmoid(x)",
    derivative: "sigmoid(x) (1 + x sigmoid(-x))",
    convention: "0 at -inf (PyTorch and JAX: NaN).",
    paper: "Elfwing et al. 2017, arXiv:1702.03118; Hendrycks and Gimpel 2016, arXiv:1606.08415",
    roots: Some(Roots { near: |_| vec![-1.278464542761074], largest: |x, _| gate_terms(x, x) }),
    bounds: Bounds::new(3.0, 5.5),
    ..Activation::new("silu", |x, _| gate(x, x), |x, _| gate_dx(x, x))
};
