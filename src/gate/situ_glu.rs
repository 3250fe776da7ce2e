//! The gate of Kimi K3.
use super::form::largest_of;
use super::{Gate, Output, Own};
use crate::activation::{Param, Range, SITU, SOFTCAP};

/// SiTU-GLU: beta tanh(a / beta) sigmoid(a) beta2 tanh(b / beta2).
pub static SITU_GLU: Gate = Gate {
    aliases: &["situglu", "situ_and_mul"],
    formula: "situ(a) b', b' = beta2 tanh(b / beta2), or b for an infinite beta2",
    derivatives: ["situ'(a) b'", "situ(a) / cosh(b / beta2)^2"],
    params: &[
        Param::new("beta", 4.0, "limit of the gate").within(Range::of(&[[1e-2, 1e6]])),
        Param::new("beta2", 25.0, "limit of the value; inf for none")
            .within(Range::of(&[[1e-2, 1e6], [f64::INFINITY; 2]])),
    ],
    variants: &[&[4.0, f64::INFINITY], &[0.7, 2.0]],
    convention: "The gate comes first.",
    paper: "Moonshot AI 2026, Kimi K3",
    bounds: [6.0, 7.0, 6.0],
    ..Gate::own(
        "situ_glu",
        Own {
            factors: |output, a, b, p| {
                let (value, slope) = ((SOFTCAP.value)(b, &p[1..]), (SOFTCAP.dx)(b, &p[1..]));
                match output {
                    Output::Y => [(SITU.value)(a, &p[..1]), value],
                    Output::Da => [(SITU.dx)(a, &p[..1]), value],
                    Output::Db => [(SITU.value)(a, &p[..1]), slope],
                }
            },
            largest: |output, a, p| largest_of(&SITU, output, a, &p[..1]),
            kinks: |_| [Vec::new(), Vec::new()],
            curved: [true, true],
        },
    )
};
