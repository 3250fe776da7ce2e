//! SwiGLU with limited factors, as Step 3.5 has it.
use crate::activation::SILU;
use crate::function::Range;
use crate::function::{Gate, Output, Own, Param, largest_of};

/// SwiGLU with limited factors: min(silu(a), limit) b'.
pub static SWIGLU_STEP: Gate = Gate {
    aliases: &["swiglustep_and_mul"],
    formula: "min(silu(a), limit) b', b' = min(max(b, -limit), limit)",
    derivatives: ["silu(a) < limit ? silu'(a) b' : 0", "|b| < limit ? min(silu(a), limit) : 0"],
    params: &[Param::new("limit", 7.0, "largest silu(a) and |b|").within(Range::of(&[[1.0, 1e6]]))],
    variants: &[&[2.5]],
    convention: "The gate comes first. Its limit holds behind silu (swiglu_clamp: before). Gradient 0 from the limits on, as PyTorch's \
                 clamp has it.",
    paper: "StepFun 2026, Step 3.5",
    bounds: [3.5, 6.75, 3.75],
    ..Gate::own(
        "swiglu_step",
        Own {
            factors: |output, a, b, p| {
                let (x, y) = ((SILU.value)(a, &[]), b.min(p[0]).max(-p[0]));
                match output {
                    Output::Y => [x.min(p[0]), y],
                    Output::Da => [if x < p[0] { (SILU.dx)(a, &[]) } else { 0.0 }, y],
                    Output::Db => [x.min(p[0]), if b.abs() < p[0] { 1.0 } else { 0.0 }],
                }
            },
            largest: |output, a, _| largest_of(&SILU, output, a, &[]),
            kinks: |p| [vec![root(p[0])], vec![-p[0], p[0]]],
            curved: [true, true],
        },
    )
};

/// Where silu reaches the limit: a = limit (1 + exp(-a)), by iteration.
fn root(limit: f64) -> f64 {
    (0..200).fold(limit, |a, _| 0.5 * (a + limit * (1.0 + (-a).exp())))
}
