//! What tanh takes away.
use crate::function::prelude::*;

/// Tanhshrink: x - tanh(x).
pub static TANHSHRINK: Activation = Activation {
    kind: Kind::Shrink,
    formula: "x - tanh(x)",
    derivative: "tanh(x)^2",
    paper: "unpublished: Torch's",
    bounds: Bounds::new(3.5, 8.0),
    ..Activation::new("tanhshrink", value, |x, _| x.tanh().powi(2))
};

fn value(x: f64, _: &[f64]) -> f64 {
    if x.abs() >= 0.3 {
        return x - x.tanh();
    }
    // Where the two cancel: x^3/3 - 2x^5/15 + ..., the series of tanh, whose terms fall by (2x/pi)^2 each.
    const SERIES: [f64; 12] = [
        1.0 / 3.0,
        -2.0 / 15.0,
        17.0 / 315.0,
        -62.0 / 2835.0,
        1382.0 / 155925.0,
        -21844.0 / 6081075.0,
        929569.0 / 638512875.0,
        -6404582.0 / 10854718875.0,
        443861162.0 / 1856156927625.0,
        -18888466084.0 / 194896477400625.0,
        113927491862.0 / 2900518163668125.0,
        -58870668456604.0 / 3698160658676859375.0,
    ];
    x * x * x * SERIES.iter().rev().fold(0.0, |sum, c| sum * x * x + c)
}
