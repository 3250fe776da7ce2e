//! The inverse square root linear unit.
use crate::function::prelude::*;

/// ISRLU: x for x >= 0, otherwise x / sqrt(1 + alpha x^2).
pub static ISRLU: Activation = Activation {
    kind: Kind::Rectifier,
    formula: "x >= 0 ? x : x / sqrt(1 + alpha x^2)",
    derivative: "x >= 0 ? 1 : 1 / sqrt(1 + alpha x^2)^3",
    params: &[Param::new("alpha", 1.0, "1 / the square of the limit at -inf, above 0").within(Range::of(&[[1e-10, 1e10]]))],
    variants: &[&[0.3], &[3000.0]],
    convention: "Both slopes at 0 are 1.",
    paper: "Carlile et al. 2017, arXiv:1710.09967",
    bounds: Bounds::new(2.5, 8.0),
    ..Activation::new(
        "isrlu",
        |x, p| match x {
            x if x >= 0.0 => x,
            f64::NEG_INFINITY => -1.0 / p[0].sqrt(),
            x => x / (p[0] * x * x + 1.0).sqrt(),
        },
        |x, p| (p[0] * x.min(0.0).powi(2) + 1.0).powf(-1.5),
    )
};
