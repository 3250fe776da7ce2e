//! ELU that is smooth for every alpha.
use crate::function::prelude::*;

/// CELU: x for x > 0, otherwise alpha (exp(x / alpha) - 1).
pub static CELU: Activation = Activation {
    kind: Kind::Exponential,
    formula: "x > 0 ? x : alpha (exp(x / alpha) - 1)",
    derivative: "x > 0 ? 1 : exp(x / alpha)",
    params: &[Param::new("alpha", 1.0, "minus the limit at -inf, not 0").within(Range::of(&[[-1e6, -1.0], [1e-6, 1e6]]))],
    variants: &[&[0.3], &[7.0], &[-1.5]],
    convention: "TensorFlow adds both one-sided slopes at 0. The gradient from the output loses digits as y nears -alpha.",
    paper: "Barron 2017, arXiv:1704.07483",
    kinks_of: &[(Kinks::Tf, |x, p| if x == 0.0 { 2.0 } else { f64::from(x > 0.0) + f64::from(x < 0.0) * (x.min(0.0) / p[0]).exp() })],
    dx_from_y: Some(|y, p| if y > 0.0 { 1.0 } else { (y + p[0]) / p[0] }),
    bounds: Bounds::new(2.5, 1.25).output(2.25),
    ..Activation::new(
        "celu",
        |x, p| if x > 0.0 { x } else { p[0] * (x / p[0]).exp_m1() },
        |x, p| if x > 0.0 { 1.0 } else { (x / p[0]).exp() },
    )
};
