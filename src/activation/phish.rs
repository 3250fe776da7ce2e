//! A gate by the hyperbolic tangent of GELU.
use crate::function::prelude::*;

/// Phish: x tanh(gelu(x)), with GELU's exact form.
pub static PHISH: Activation = Activation {
    kind: Kind::SelfGated,
    formula: "x tanh(g), g = x Phi(x)",
    derivative: "tanh(g) + x (Phi(x) + x phi(x)) / cosh(g)^2",
    convention: "With the erf form of GELU, as in PyTorch's default. 0 at -inf.",
    paper: "Naveen 2022, TechRxiv",
    roots: Some(Roots { near: |_| vec![-1.195431201387912], largest: |x, _| inner(x).tanh().abs().max((x * dinner(x)).abs()) }),
    bounds: Bounds::new(5.25, 6.0),
    ..Activation::new(
        "phish",
        |x, _| vanishing(x, inner(x).tanh()),
        |x, _| inner(x).tanh() + vanishing(x, dinner(x)),
    )
};

fn inner(x: f64) -> f64 {
    vanishing(x, normal_cdf(x))
}

/// The derivative of tanh(gelu(x)).
fn dinner(x: f64) -> f64 {
    4.0 * sigmoid_dx(2.0 * inner(x)) * (normal_cdf(x) + vanishing(x, normal_pdf(x)))
}
