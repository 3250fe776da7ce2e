//! Mish and SiLU without their exponentials of exponentials.
use crate::function::prelude::*;

/// APTx: (alpha + tanh(beta x)) gamma x.
pub static APTX: Activation = Activation {
    kind: Kind::SelfGated,
    formula: "(alpha + tanh(beta x)) gamma x",
    derivative: "gamma (alpha + tanh(beta x) + beta x / cosh(beta x)^2)",
    params: &[
        Param::new("alpha", 1.0, "what keeps the gate open").within(Range::MODERATE),
        Param::new("beta", 1.0, "sharpness").within(Range::NOT_TINY),
        Param::new("gamma", 0.5, "scale").within(Range::MODERATE),
    ],
    variants: &[&[1.0, 0.5, 0.5], &[0.3, -2.0, 1.5]],
    convention: "The paper's values for Mish; (1, 1/2, 1/2) is silu. 0 at -inf. Errors are in ULP of the largest term where terms cancel: for \
                 |alpha| < 1, and in the derivative.",
    paper: "Kumar 2022, arXiv:2209.06119",
    largest: |pass, x, p| {
        let inner = if p[0].abs() < 1.0 { p[0].abs().max((p[1] * x).tanh().abs()) } else { 0.0 };
        match pass {
            Pass::Forward => vanishing(p[2] * x, inner).abs(),
            _ => p[2].abs() * inner.max(tanh_line(p[0], 1.0, p[1] * x).abs()).max(swing(p[1] * x).abs()),
        }
    },
    bounds: Bounds::new(3.75, 5.75),
    ..Activation::new("aptx", |x, p| vanishing(p[2] * x, tanh_line(p[0], 1.0, vanishing(x, p[1]))), |x, p| {
        p[2] * (tanh_line(p[0], 1.0, vanishing(x, p[1])) + swing(vanishing(x, p[1])))
    })
};

/// z / cosh(z)^2
fn swing(z: f64) -> f64 {
    vanishing(z, 4.0 * sigmoid_dx(2.0 * z))
}
