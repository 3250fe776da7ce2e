//! Mish and SiLU without their exponentials of exponentials.
use super::prelude::*;

/// APTx: (alpha + tanh(beta x)) gamma x.
pub static APTX: Activation = Activation {
    kind: Kind::SelfGated,
    formula: "(alpha + tanh(beta x)) gamma x",
    derivative: "gamma (alpha + tanh(beta x) + beta x / cosh(beta x)^2)",
    params: &[
        Param::new("alpha", 1.0, "what keeps the gate open"),
        Param::new("beta", 1.0, "sharpness"),
        Param::new("gamma", 0.5, "scale"),
    ],
    variants: &[&[1.0, 0.5, 0.5], &[0.3, -2.0, 1.5]],
    convention: "The paper's values for Mish; (1, 1/2, 1/2) is silu. Keeps its digits at all roots. 0 at -inf.",
    paper: "Kumar 2022, arXiv:2209.06119",
    bounds: Bounds::new(3.75, 3.25),
    ..Activation::new("aptx", |x, p| vanishing(p[2] * x, tanh_line(p[0], 1.0, p[1] * x)), |x, p| {
        let z = p[1] * x;
        p[2] * (tanh_line(p[0], 1.0, z) + vanishing(z, 4.0 * sigmoid_dx(2.0 * z)))
    })
};
