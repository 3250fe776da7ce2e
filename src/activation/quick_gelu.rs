//! The sigmoid approximation of GELU.
use crate::function::prelude::*;

/// Quick GELU: x sigmoid(1.702 x).
pub static QUICK_GELU: Activation = Activation {
    aliases: &["gelu_quick", "gelu_sigmoid", "gelu_fast_approx", "qgelu"],
    kind: Kind::SelfGated,
    formula: "x sigmoid(1.702 x)",
    derivative: "sigmoid(1.702 x) (1 + 1.702 x sigmoid(-1.702 x))",
    convention: "0 at -inf. Differs from gelu by at most 0.0203.",
    paper: "Hendrycks and Gimpel 2016, arXiv:1606.08415",
    roots: Some(Roots { near: |_| vec![-0.7511542554], largest: |x, _| gate_terms(1.702 * x, 1.702 * x) }),
    bounds: Bounds::new(4.25, 7.0),
    ..Activation::new("quick_gelu", |x, _| gate(x, 1.702 * x), |x, _| gate_dx(1.702 * x, 1.702 * x))
};
