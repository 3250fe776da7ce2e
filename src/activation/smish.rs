//! A gate by the hyperbolic tangent of the logarithm of one plus a sigmoid.
use crate::function::prelude::*;

/// Smish: alpha x tanh(ln(1 + sigmoid(beta x))).
pub static SMISH: Activation = Activation {
    kind: Kind::SelfGated,
    formula: "alpha x tanh(ln(1 + sigmoid(beta x)))",
    derivative: "alpha (T + beta x sigmoid'(beta x) 4 u / (u^2 + 1)^2), T = (u^2 - 1) / (u^2 + 1), u = 1 + sigmoid(beta x)",
    params: &[Param::new("alpha", 1.0, "scale").within(Range::MODERATE), Param::new("beta", 1.0, "sharpness").within(Range::NOT_TINY)],
    variants: &[&[2.3, 0.4], &[-0.7, -3.0]],
    convention: "0 at -inf for beta > 0.",
    paper: "Wang et al. 2022, Electronics 11(4):540",
    roots: Some(Roots {
        near: |p| vec![-1.394519301924504 / p[1]],
        largest: |x, p| p[0].abs() * gated(p[1] * x).max((p[1] * x * dgated(p[1] * x)).abs()),
    }),
    bounds: Bounds::new(4.0, 4.5),
    ..Activation::new(
        "smish",
        |x, p| p[0] * vanishing(x, gated(vanishing(x, p[1]))),
        |x, p| p[0] * (gated(vanishing(x, p[1])) + vanishing(vanishing(x, p[1]), dgated(vanishing(x, p[1])))),
    )
};

/// tanh(ln(1 + sigmoid(z)))
fn gated(z: f64) -> f64 {
    let s = sigmoid(z);
    s * (2.0 + s) / (2.0 + s * (2.0 + s))
}

/// Its derivative.
fn dgated(z: f64) -> f64 {
    let u = 1.0 + sigmoid(z);
    sigmoid_dx(z) * 4.0 * u / (u * u + 1.0).powi(2)
}
