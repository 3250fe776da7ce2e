//! A power of a line.
use super::prelude::*;

/// Power: (alpha + beta x)^gamma.
pub static POWER: Activation = Activation {
    kind: Kind::Elementary,
    formula: "(alpha + beta x)^gamma",
    derivative: "beta gamma (alpha + beta x)^(gamma - 1)",
    params: &[
        Param::new("alpha", 0.0, "shift of the base"),
        Param::new("beta", 1.0, "factor of x").within(Range::of(&[[-1e10, -1e-10], [0.0, 0.0], [1e-10, 1e10]])),
        Param::new("gamma", 1.0, "exponent").within(Range::of(&[[-1e6, 1e6]])),
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
    kinks: |p| if p[1] == 0.0 { Vec::new() } else { vec![-p[0] / p[1]] },
    bounds: Bounds::new(0.75, 1.5),
    ..Activation::new(
        "power",
        |x, p| (p[0] + p[1] * x).powf(p[2]),
        |x, p| if p[1] * p[2] == 0.0 { 0.0 } else { p[1] * p[2] * (p[0] + p[1] * x).powf(p[2] - 1.0) },
    )
};
