//! Softplus whose height and sharpness are trained.
use crate::function::prelude::*;

/// Parametric softplus: alpha log(1 + exp(beta x)).
pub static PARAMETRIC_SOFTPLUS: Activation = Activation {
    kind: Kind::Sigmoid,
    formula: "alpha log(1 + exp(beta x))",
    derivative: "alpha beta sigmoid(beta x)",
    params: &[
        Param::new("alpha", 1.0, "height, one or one per channel").within(Range::MODERATE).trained(2.5, |x, p| softplus(vanishing(x, p[1]))),
        Param::new("beta", 1.0, "sharpness, one or one per channel").within(Range::NOT_TINY).trained(4.25, |x, p| p[0] * gate(x, vanishing(x, p[1]))),
    ],
    variants: &[&[0.3, 2.5], &[-1.7, 0.4], &[1e6, -3.0]],
    convention: "As in DirectML and Core ML, which has both for each channel; softplus is the case alpha = 1 / beta.",
    paper: "Dugas et al. 2001, NIPS",
    bounds: Bounds::new(3.25, 4.25),
    ..Activation::new("parametric_softplus", |x, p| p[0] * softplus(vanishing(x, p[1])), |x, p| p[0] * p[1] * sigmoid(vanishing(x, p[1])))
};
