//! A gate by the logarithm of one plus a sigmoid.
use crate::function::prelude::*;

/// Logish: alpha x ln(1 + sigmoid(beta x)).
pub static LOGISH: Activation = Activation {
    kind: Kind::SelfGated,
    formula: "alpha x ln(1 + sigmoid(beta x))",
    derivative: "alpha (ln(1 + s) + beta x s (1 - s) / (1 + s)), s = sigmoid(beta x)",
    params: &[Param::new("alpha", 1.0, "scale").within(Range::MODERATE), Param::new("beta", 1.0, "sharpness").within(Range::NOT_TINY)],
    variants: &[&[2.3, 0.4], &[-0.7, -3.0]],
    convention: "0 at -inf for beta > 0.",
    paper: "Zhu et al. 2021, Neurocomputing 458",
    roots: Some(Roots {
        near: |p| vec![-1.372454137025692 / p[1]],
        largest: |x, p| p[0].abs() * sigmoid(p[1] * x).ln_1p().max((p[1] * x * dgated(p[1] * x)).abs()),
    }),
    bounds: Bounds::new(4.0, 5.75),
    ..Activation::new(
        "logish",
        |x, p| p[0] * vanishing(x, sigmoid(vanishing(x, p[1])).ln_1p()),
        |x, p| p[0] * (sigmoid(vanishing(x, p[1])).ln_1p() + vanishing(vanishing(x, p[1]), dgated(vanishing(x, p[1])))),
    )
};

/// The derivative of ln(1 + sigmoid(z)).
fn dgated(z: f64) -> f64 {
    sigmoid_dx(z) / (1.0 + sigmoid(z))
}
