//! A power of a line.
use crate::function::prelude::*;

/// Power: (alpha + beta x)^gamma.
pub static POWER: Activation = Activation {
    kind: Kind::Elementary,
    formula: "(alpha + beta x)^gamma",
    derivative: "beta gamma (alpha + beta x)^(gamma - 1)",
    params: &[
        Param::new("alpha", 0.0, "shift of the base").within(Range::MODERATE),
        Param::new("beta", 1.0, "factor of x").within(Range::NOT_TINY),
        Param::new("gamma", 1.0, "exponent").within(Range::NOT_TINY),
    ],
    variants: &[
        &[0.3, 0.7, 2.0],
        &[0.0, 1.0, 0.3],
        &[-2.0, 1.0, 3.0],
        &[1.5, -0.5, -1.3],
        &[0.0, 2.5, -1.0],
        &[1.0, 0.001, 1000.0],
    ],
    convention: "MIOpen's names. As C's pow: a negative base has powers of whole numbers alone, else value and gradient are NaN; 1 for \
                 gamma = 0, whatever the base, and then no gradient; a base of 0 is +0, so negative powers of it are inf.",
    paper: "unpublished: elementary",
    kinks: |p| if p[1] == 0.0 { Vec::new() } else { vec![-p[0] / p[1]] },
    bounds: Bounds::new(1.25, 2.0),
    ..Activation::new(
        "power",
        |x, p| base(x, p).powf(p[2]),
        |x, p| match base(x, p) {
            b if b.powf(p[2]).is_nan() => f64::NAN,
            _ if p[1] * p[2] == 0.0 => 0.0,
            b => p[1] * p[2] * b.powf(p[2] - 1.0),
        },
    )
};

fn base(x: f64, p: &[f64]) -> f64 {
    p[0] + vanishing(x, p[1])
}
