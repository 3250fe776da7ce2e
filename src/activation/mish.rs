//! A self-regularised gate by softplus.
use crate::function::prelude::*;

/// Mish: x tanh(softplus(x)).
pub static MISH: Activation = Activation {
    kind: Kind::SelfGated,
    formula: "x tanh(softplus(x))",
    derivative: "tanh(s) + x sigmoid(x) / cosh(s)^2, s = softplus(x)",
    convention: "0 at -inf (PyTorch and JAX: NaN).",
    paper: "Misra 2019, arXiv:1908.08681",
    roots: Some(Roots { near: |_| vec![-1.1924312145], largest: |x, _| softplus(x).tanh().max((x * dgate(x)).abs()) }),
    bounds: Bounds::new(4.5, 5.75),
    ..Activation::new(
        "mish",
        |x, _| vanishing(x, softplus(x).tanh()),
        |x, _| softplus(x).tanh() + vanishing(x, dgate(x)),
    )
};

/// The derivative of tanh(softplus(x)).
fn dgate(x: f64) -> f64 {
    4.0 * sigmoid_dx(2.0 * softplus(x)) * sigmoid(x)
}
