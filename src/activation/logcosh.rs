//! A smooth absolute value.
use crate::function::prelude::*;

/// Logarithm of the hyperbolic cosine: ln(cosh(x)).
pub static LOGCOSH: Activation = Activation {
    kind: Kind::Sigmoid,
    formula: "ln(cosh(x))",
    derivative: "tanh(x)",
    convention: "As in NNlib. x^2/2 next to 0, with all digits; |x| - ln 2 far out. Gradient +-1 at +-inf.",
    paper: "unpublished: elementary, as a loss older than networks",
    bounds: Bounds::new(4.25, 4.25),
    ..Activation::new("logcosh", value, |x, _| x.tanh())
};

fn value(x: f64, _: &[f64]) -> f64 {
    let a = x.abs();
    if a < 1.0 { a.sinh().powi(2).ln_1p() / 2.0 } else { a + (-2.0 * a).exp().ln_1p() - std::f64::consts::LN_2 }
}
