//! The gated linear unit.
use crate::activation::SIGMOID;
use crate::function::{Gate, Output, Own};

/// GLU: a sigmoid(b).
pub static GLU: Gate = Gate {
    aliases: &["gated_linear_unit"],
    formula: "a sigmoid(b)",
    derivatives: ["sigmoid(b)", "a sigmoid(b) sigmoid(-b)"],
    value_first: true,
    convention: "The value comes first, as in PyTorch, Keras and JAX; in all gates f(a) b the gate comes first.",
    paper: "Dauphin et al. 2016, arXiv:1612.08083",
    bounds: [3.0, 3.25, 4.5],
    ..Gate::own(
        "glu",
        Own {
            factors: |output, a, b, _| match output {
                Output::Y => [(SIGMOID.value)(b, &[]), a],
                Output::Da => [(SIGMOID.value)(b, &[]), 1.0],
                Output::Db => [(SIGMOID.dx)(b, &[]), a],
            },
            largest: |_, _, _| 0.0,
            kinks: |_| [Vec::new(), Vec::new()],
            curved: [false, true],
        },
    )
};
