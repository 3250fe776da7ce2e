//! SwiGLU with limited inputs, as DeepSeek and gpt-oss have it.
use crate::activation::SWISH;
use crate::function::Range;
use crate::function::{Gate, Output, Own, Param, largest_of};

/// SwiGLU with limited inputs: a' sigmoid(alpha a') (b' + offset).
pub static SWIGLU_CLAMP: Gate = Gate {
    aliases: &["silu_and_mul_with_clamp"],
    params: &params(1.0, 10.0, 0.0),
    variants: &[&[1.0, f64::INFINITY, 0.0], &[2.5, 1.5, -0.25]],
    convention: "DeepSeek V4's defaults; the gate comes first and is limited above alone, before its sigmoid. Gradient 0 from the \
                 limits on, as PyTorch's clamp has it.",
    paper: "DeepSeek-AI 2026, DeepSeek-V4",
    ..CLAMPED
};

/// The same with the defaults of gpt-oss.
pub static SWIGLU_OAI: Gate = Gate {
    name: "swiglu_oai",
    aliases: &["gpt_oss_glu", "swiglu_gpt_oss", "swigluoai_and_mul", "clamped_swiglu"],
    params: &params(1.702, 7.0, 1.0),
    variants: &[&[1.0, f64::INFINITY, 1.0], &[2.5, 1.5, 1.0]],
    convention: "gpt-oss interleaves gate and value. Gradient 0 from the limits on, as PyTorch's clamp has it.",
    paper: "OpenAI 2025, arXiv:2508.10925",
    ..CLAMPED
};

const fn params(alpha: f64, limit: f64, offset: f64) -> [Param; 3] {
    [
        Param::new("alpha", alpha, "sharpness").within(Range::NOT_TINY),
        Param::new("limit", limit, "largest a and |b|").within(Range::of(&[[0.0, f64::INFINITY]])),
        Param::new("offset", offset, "what is added to the value").within(Range::MODERATE),
    ]
}

const CLAMPED: Gate = Gate {
    formula: "a' sigmoid(alpha a') (b' + offset), a' = min(a, limit), b' = min(max(b, -limit), limit)",
    derivatives: [
        "a < limit ? sigmoid(alpha a) (1 + alpha a sigmoid(-alpha a)) (b' + offset) : 0",
        "|b| < limit ? a' sigmoid(alpha a') : 0",
    ],
    bounds: [4.25, 7.75, 4.25],
    ..Gate::own(
        "swiglu_clamp",
        Own {
            factors: |output, a, b, p| {
                let (x, y) = (a.min(p[1]), b.min(p[1]).max(-p[1]) + p[2]);
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
