//! The inverse square root unit.
use crate::function::prelude::*;

/// ISRU: x / sqrt(1 + alpha x^2).
pub static ISRU: Activation = Activation {
    kind: Kind::Sigmoid,
    formula: "x / sqrt(1 + alpha x^2)",
    derivative: "1 / sqrt(1 + alpha x^2)^3",
    params: &[Param::new("alpha", 1.0, "1 / the square of the limit at inf, above 0").within(Range::of(&[[1e-10, 1e10]]))],
    variants: &[&[0.3], &[3000.0]],
    convention: "Default alpha 1 is our choice.",
    paper: "Carlile et al. 2017, arXiv:1710.09967",
    bounds: Bounds::new(2.5, 8.0),
    ..Activation::new(
        "isru",
        |x, p| if x.is_infinite() { x.signum() / p[0].sqrt() } else { x / (p[0] * x * x + 1.0).sqrt() },
        |x, p| (p[0] * x * x + 1.0).powf(-1.5),
    )
};
