//! Hardtanh with slopes outside.
use super::SRELU;
use crate::function::prelude::*;

/// Leaky hardtanh: x between min_val and max_val, and lines with slopes of their own outside.
pub static LEAKY_HARDTANH: Activation = Activation {
    kind: Kind::Rectifier,
    formula: "x > max_val ? max_val + max_slope (x - max_val) : x < min_val ? min_val + min_slope (x - min_val) : x",
    derivative: "x > max_val ? max_slope : x < min_val ? min_slope : 1",
    params: &[
        Param::new("min_val", -1.0, "lower bound, at most max_val").within(Range::MODERATE),
        Param::new("max_val", 1.0, "upper bound").within(Range::MODERATE),
        Param::new("min_slope", 0.01, "slope below min_val").within(Range::MODERATE),
        Param::new("max_slope", 0.01, "slope above max_val").within(Range::MODERATE),
    ],
    variants: &[&[-0.4, 2.5, 0.3, -0.2], &[0.0, 1.0, 0.1, 0.0]],
    convention: "Names and defaults as in NeuralAmpModelerCore; anemoi's negative_slope and positive_slope. At a bound the gradient is \
                 the smaller of both slopes, as in hardtanh, not 1. srelu with other defaults.",
    paper: "unpublished: from ECMWF's anemoi and NeuralAmpModelerCore",
    kinks: |p| vec![p[0], p[1]],
    bounds: Bounds::new(1.25, 0.0),
    ..Activation::new(
        "leaky_hardtanh",
        |x, p| (SRELU.value)(x, &as_srelu(p)),
        |x, p| (SRELU.dx)(x, &as_srelu(p)),
    )
};

fn as_srelu(p: &[f64]) -> [f64; 4] {
    [p[0], p[2], p[1], p[3]]
}
