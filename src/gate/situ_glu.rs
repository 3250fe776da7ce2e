//! The gate of Kimi K3.
use crate::activation::{SIGMOID, SOFTCAP};
use crate::function::Range;
use crate::function::{Gate, Output, Own, Param};

/// SiTU-GLU, gated by a sigmoid tanh unit: beta tanh(a / beta) sigmoid(a) beta2 tanh(b / beta2).
pub static SITU_GLU: Gate = Gate {
    aliases: &["situ_and_mul"],
    formula: "a' sigmoid(a) b', a' = beta tanh(a / beta), b' = beta2 tanh(b / beta2), or b for an infinite beta2",
    derivatives: ["sigmoid(a) (1 / cosh(a / beta)^2 + a' sigmoid(-a)) b'", "a' sigmoid(a) / cosh(b / beta2)^2"],
    params: &[
        Param::new("beta", 4.0, "limit of the gate").within(Range::of(&[[1e-2, 1e6]])),
        Param::new("beta2", 25.0, "limit of the value; inf for none")
            .within(Range::of(&[[1e-2, 1e6], [f64::INFINITY; 2]])),
    ],
    variants: &[&[4.0, f64::INFINITY], &[0.7, 2.0]],
    convention: "The gate comes first. Where the terms of its derivative cancel, errors are in ULP of the larger.",
    paper: "Moonshot AI 2026, Kimi K3",
    bounds: [7.25, 8.25, 7.25],
    ..Gate::own(
        "situ_glu",
        Own {
            factors: |output, a, b, p| {
                let (value, slope) = ((SOFTCAP.value)(b, &p[1..]), (SOFTCAP.dx)(b, &p[1..]));
                match output {
                    Output::Y => [gate(a, p), value],
                    Output::Da => [terms(a, p)[0] + terms(a, p)[1], value],
                    Output::Db => [gate(a, p), slope],
                }
            },
            largest: |output, a, p| match output {
                Output::Da if a < 0.0 => terms(a, p)[0].max(-terms(a, p)[1]),
                _ => 0.0,
            },
            kinks: |_| [Vec::new(), Vec::new()],
            curved: [true, true],
        },
    )
};

fn gate(a: f64, p: &[f64]) -> f64 {
    (SOFTCAP.value)(a, p) * (SIGMOID.value)(a, &[])
}

/// The terms of the gate's derivative.
fn terms(a: f64, p: &[f64]) -> [f64; 2] {
    [(SOFTCAP.dx)(a, p) * (SIGMOID.value)(a, &[]), (SOFTCAP.value)(a, p) * (SIGMOID.dx)(a, &[])]
}
