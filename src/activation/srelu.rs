//! Three lines joined at two trained thresholds, with trained slopes outside.
use crate::function::prelude::*;

/// SReLU: t_right + a_right (x - t_right) for x >= t_right, t_left + a_left (x - t_left) for x <= t_left, x between.
pub static SRELU: Activation = Activation {
    aliases: &["s_shaped_relu"],
    kind: Kind::Rectifier,
    formula: "x >= t_right ? t_right + a_right (x - t_right) : x <= t_left ? t_left + a_left (x - t_left) : x",
    derivative: "x > t_right ? a_right : x < t_left ? a_left : 1",
    params: &[
        Param::new("t_left", 0.0, "left threshold, at most t_right").within(Range::MODERATE).trained(0.5, |x, p| below(x, p, 1.0 - p[1])),
        Param::new("a_left", 0.2, "slope on the left").within(Range::MODERATE).trained(0.5, |x, p| below(x, p, x - p[0])),
        Param::new("t_right", 1.0, "right threshold").within(Range::MODERATE).trained(0.5, |x, p| above(x, p, 1.0 - p[3])),
        Param::new("a_right", 1.0, "slope on the right").within(Range::MODERATE).trained(0.5, |x, p| above(x, p, x - p[2])),
    ],
    variants: &[&[-0.4, 0.2, 0.4, 0.3], &[-2.5, 1.7, -1.2, 0.03]],
    convention: "Starts as a leaky ReLU of slope 0.2: t_left 0 and a_right 1 as in keras-contrib, t_right 1 and a_left 0.2 our \
                 choice. At a threshold the gradient is the smaller of both slopes, and that of its parameters 0.",
    paper: "Jin et al. 2015, arXiv:1512.07030",
    kinks: |p| vec![p[0], p[2]],
    bounds: Bounds::new(1.25, 0.0),
    ..Activation::new(
        "srelu",
        |x, p| if x >= p[2] { line(x, p[2], p[3]) } else if x <= p[0] { line(x, p[0], p[1]) } else { x },
        |x, p| match x {
            x if x >= p[2] => smaller(p[3], x == p[2]),
            x if x <= p[0] => smaller(p[1], x == p[0]),
            _ => 1.0,
        },
    )
};

fn below(x: f64, p: &[f64], gradient: f64) -> f64 {
    if x < p[0].min(p[2]) { gradient } else { 0.0 }
}

fn above(x: f64, p: &[f64], gradient: f64) -> f64 {
    if x > p[2] { gradient } else { 0.0 }
}

fn line(x: f64, t: f64, a: f64) -> f64 {
    if a == 0.0 { t } else { a.mul_add(x, (1.0 - a) * t) }
}

/// The slope a, or at the threshold the smaller of a and 1.
fn smaller(a: f64, at_threshold: bool) -> f64 {
    if at_threshold && a.abs() > 1.0 { 1.0 } else { a }
}
