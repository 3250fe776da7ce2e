//! A ReLU that grows like a logarithm.
use crate::function::prelude::*;

/// NLReLU, the natural-logarithm ReLU: ln(1 + beta max(0, x)).
pub static NL_RELU: Activation = Activation {
    kind: Kind::Rectifier,
    formula: "ln(1 + beta max(0, x))",
    derivative: "x > 0 ? beta / (1 + beta x) : 0",
    params: &[Param::new("beta", 1.0, "slope right of 0").within(Range::POSITIVE)],
    variants: &[&[0.02], &[7.0]],
    convention: "Gradient 0 at x = 0. From the output its relative error stays small, though y rounds: beta exp(-y).",
    paper: "Liu et al. 2019, arXiv:1908.03682",
    kinks: |_| vec![0.0],
    dx_from_y: Some(|y, p| if y > 0.0 { p[0] * (-y).exp() } else { 0.0 }),
    bounds: Bounds::new(2.75, 2.75).output(1.75),
    ..Activation::new(
        "nl_relu",
        |x, p| vanishing(x.max(0.0), p[0]).ln_1p(),
        |x, p| if x > 0.0 { p[0] / (1.0 + vanishing(x, p[0])) } else { 0.0 },
    )
};
