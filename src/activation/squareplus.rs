//! A smooth ReLU without exponentials.
use crate::function::prelude::*;

/// Squareplus: (x + sqrt(x^2 + b)) / 2.
pub static SQUAREPLUS: Activation = Activation {
    kind: Kind::Rectifier,
    formula: "(x + sqrt(x^2 + b)) / 2",
    derivative: "(1 + x / sqrt(x^2 + b)) / 2",
    params: &[Param::new("b", 4.0, "roundness; none for 0").within(Range::of(&[[0.0, 0.0], [1e-6, 1e6]]))],
    variants: &[&[0.01], &[300.0], &[0.0]],
    convention: "Default b as in JAX and Keras. No x^2 that overflows (JAX: inf from 1.8e19 on). 0 at -inf. relu for b = 0, as to its \
                 gradient of 0 at 0.",
    paper: "Barron 2021, arXiv:2112.11687",
    kinks: |p| if p[0] == 0.0 { vec![0.0] } else { Vec::new() },
    bounds: Bounds::new(3.5, 3.75),
    ..Activation::new(
        "squareplus",
        |x, p| match x {
            _ if p[0] == 0.0 => x.max(0.0),
            x if x < 0.0 => p[0] / (2.0 * (x.hypot(p[0].sqrt()) - x)),
            x => (x + x.hypot(p[0].sqrt())) / 2.0,
        },
        |x, p| {
            if p[0] == 0.0 {
                return if x > 0.0 { 1.0 } else { 0.0 };
            }
            let (a, s) = (x.abs(), x.hypot(p[0].sqrt()));
            let left = p[0] / (s + a) / s / 2.0;
            if x < 0.0 { left } else { 1.0 - left }
        },
    )
};
