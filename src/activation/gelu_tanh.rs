//! The tanh approximation of GELU.
use crate::function::prelude::*;

/// GELU, tanh form: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).
pub static GELU_TANH: Activation = Activation {
    aliases: &[
        "gelu_new", "gelu_fast", "fast_gelu", "gelu_approx", "gelu_approximate", "gelu_accurate", "gelu_pytorch_tanh",
        "gelu_python_tanh", "ggml_unary_op_gelu",
    ],
    kind: Kind::SelfGated,
    formula: "x sigmoid(2u), u = sqrt(2/pi) (x + 0.044715 x^3)",
    derivative: "sigmoid(2u) (1 + 2x u' sigmoid(-2u)), u' = sqrt(2/pi) (1 + 0.134145 x^2)",
    convention: "PyTorch's approximate='tanh', JAX's default. 0 at -inf. Differs from gelu by at most 4.7e-4.",
    paper: "Hendrycks and Gimpel 2016, arXiv:1606.08415",
    roots: Some(Roots { near: |_| vec![-0.7524614220710162], largest: |x, _| gate_terms(slope(x), z(x)) }),
    bounds: Bounds::new(3.25, 6.5),
    ..Activation::new("gelu_tanh", |x, _| gate(x, z(x)), |x, _| gate_dx(slope(x), z(x)))
};

/// 2 sqrt(2 / pi)
const C: f64 = 1.5957691216057308;

fn z(x: f64) -> f64 {
    C * (x + 0.044715 * x * x * x)
}

/// x dz/dx
fn slope(x: f64) -> f64 {
    C * (x + 3.0 * 0.044715 * x * x * x)
}
