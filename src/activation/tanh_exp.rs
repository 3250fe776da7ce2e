//! A gate by the hyperbolic tangent of the exponential.
use crate::function::prelude::*;

/// TanhExp, also called TeLU: x tanh(exp(x)).
pub static TANH_EXP: Activation = Activation {
    aliases: &["telu"],
    kind: Kind::SelfGated,
    formula: "x tanh(exp(x))",
    derivative: "tanh(e) + x e / cosh(e)^2, e = exp(x)",
    convention: "0 at -inf.",
    paper: "Liu and Di 2020, arXiv:2003.09855",
    roots: Some(Roots { near: |_| vec![-1.078860058464625], largest: |x, _| x.exp().tanh().max((x * dgate(x)).abs()) }),
    bounds: Bounds::new(3.75, 4.75),
    ..Activation::new(
        "tanh_exp",
        |x, _| vanishing(x, x.exp().tanh()),
        |x, _| x.exp().tanh() + vanishing(x, dgate(x)),
    )
};

/// The derivative of tanh(exp(x)).
fn dgate(x: f64) -> f64 {
    vanishing(x.exp(), 4.0 * sigmoid_dx(2.0 * x.exp()))
}
