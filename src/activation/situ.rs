//! The gate of Kimi K3.
use super::prelude::*;
use super::SOFTCAP;

/// SiTU, the sigmoid tanh unit: beta tanh(x / beta) sigmoid(x).
pub static SITU: Activation = Activation {
    kind: Kind::SelfGated,
    formula: "beta tanh(x / beta) sigmoid(x)",
    derivative: "sigmoid(x) (1 / cosh(x / beta)^2 + beta tanh(x / beta) sigmoid(-x))",
    params: &[Param::new("beta", 4.0, "the limit at inf").within(Range::of(&[[1e-2, 1e6]]))],
    variants: &[&[0.7], &[25.0]],
    convention: "A SiLU that saturates at beta. 0 at -inf. Where the derivative's terms cancel, errors are in ULP of the larger.",
    paper: "Moonshot AI 2026, Kimi K3",
    largest: |pass, x, p| match pass {
        Pass::Backward if x < 0.0 => sigmoid(x) * (SOFTCAP.dx)(x, p).max(-(SOFTCAP.value)(x, p) * sigmoid(-x)),
        _ => 0.0,
    },
    bounds: Bounds::new(4.0, 6.0),
    ..Activation::new(
        "situ",
        |x, p| (SOFTCAP.value)(x, p) * sigmoid(x),
        |x, p| sigmoid(x) * (SOFTCAP.dx)(x, p) + (SOFTCAP.value)(x, p) * sigmoid_dx(x),
    )
};
