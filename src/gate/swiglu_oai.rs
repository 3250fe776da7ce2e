//! The gate of gpt-oss.
use super::form::largest_of;
use super::{Gate, Output, Own};
use crate::activation::{Param, SWISH};

/// SwiGLU with limited inputs and a shifted value: a' sigmoid(alpha a') (b' + 1).
pub static SWIGLU_OAI: Gate = Gate {
    aliases: &["gpt_oss_glu", "swiglu_gpt_oss"],
    formula: "a' sigmoid(alpha a') (b' + 1), a' = min(a, limit), b' = min(max(b, -limit), limit)",
    derivatives: [
        "a < limit ? sigmoid(alpha a) (1 + alpha a sigmoid(-alpha a)) (b' + 1) : 0",
        "|b| < limit ? a' sigmoid(alpha a') : 0",
    ],
    params: &[Param::new("alpha", 1.702, "sharpness"), Param::new("limit", 7.0, "largest a and |b|")],
    variants: &[&[1.0, f64::INFINITY], &[2.5, 1.5]],
    convention: "gpt-oss interleaves gate and value. Gradient 0 from the limits on, as PyTorch's clamp has it.",
    paper: "OpenAI 2025, arXiv:2508.10925",
    bounds: [3.75, 4.75, 3.5],
    ..Gate::own(
        "swiglu_oai",
        Own {
            factors: |output, a, b, p| {
                let (x, y) = (a.min(p[1]), b.min(p[1]).max(-p[1]) + 1.0);
                match output {
                    Output::Y => [(SWISH.value)(x, &p[..1]), y],
                    Output::Da => [if a < p[1] { (SWISH.dx)(a, &p[..1]) } else { 0.0 }, y],
                    Output::Db => [(SWISH.value)(x, &p[..1]), if b.abs() < p[1] { 1.0 } else { 0.0 }],
                }
            },
            largest: |output, a, p| largest_of(&SWISH, output, a, &p[..1]),
            kinks: |p| [vec![p[1]], vec![-p[1], p[1]]],
            curved: [true, true],
        },
    )
};
