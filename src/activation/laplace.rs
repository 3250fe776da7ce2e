//! A shifted normal distribution function.
use crate::function::prelude::*;

/// Laplace, MEGA's attention function: (1 + erf((x - mu) / (sigma sqrt(2)))) / 2.
#[expect(clippy::approx_constant)] // the published values, short as they are
pub static LAPLACE: Activation = Activation {
    kind: Kind::Sigmoid,
    formula: "(1 + erf((x - mu) / (sigma sqrt(2)))) / 2",
    derivative: "exp(-(x - mu)^2 / (2 sigma^2)) / (sigma sqrt(2 pi))",
    params: &[
        Param::new("mu", 0.707107, "where it is 1/2").within(Range::MODERATE),
        Param::new("sigma", 0.282095, "width, positive").within(Range::POSITIVE),
    ],
    variants: &[&[-3.0, 2.5], &[0.0, 0.1]],
    convention: "Defaults as in Hugging Face's transformers: about sqrt(1/2) and sqrt(1 / (4 pi)). 0 at -inf, 1 at inf.",
    paper: "Ma et al. 2022, arXiv:2209.10655",
    bounds: Bounds::new(5.5, 4.0),
    ..Activation::new(
        "laplace",
        |x, p| normal_cdf((x - p[0]) / p[1]),
        |x, p| normal_pdf((x - p[0]) / p[1]) / p[1],
    )
};
