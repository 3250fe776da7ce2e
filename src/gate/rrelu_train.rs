//! Leaky ReLU with a random slope for each element, as it trains.

use crate::function::{Gate, Output, Own};

/// RReLU in training: x for x > 0, otherwise noise x, with a = x and b = noise (see
/// [`rrelu_noise`](crate::activation::rrelu_noise)).
pub static RRELU_TRAIN: Gate = Gate {
    aliases: &["rrelu_with_noise"],
    formula: "a > 0 ? a : a b",
    derivatives: ["a > 0 ? 1 : b", "a > 0 ? 0 : a"],
    value_first: true,
    convention: "a is the input and b the noise. Gradient b at a = 0, as in PyTorch.",
    paper: "Xu et al. 2015, arXiv:1505.00853",
    bounds: [0.5, 0.5, 0.5],
    ..Gate::own(
        "rrelu_train",
        Own {
            factors: |output, a, b, _| match output {
                Output::Y => [a, if a > 0.0 { 1.0 } else { b }],
                Output::Da => [1.0, if a > 0.0 { 1.0 } else { b }],
                Output::Db => [if a > 0.0 { 0.0 } else { a }, 1.0],
            },
            largest: |_, _, _| 0.0,
            kinks: |_| [vec![0.0], Vec::new()],
            curved: [true, false],
        },
    )
};
