//! Squared ReLU with a trained scale and shift.
use crate::function::prelude::*;

/// StarReLU: scale max(0, x)^2 + bias.
pub static STAR_RELU: Activation = Activation {
    kind: Kind::Rectifier,
    formula: "scale max(0, x)^2 + bias",
    derivative: "2 scale max(0, x)",
    params: &[
        Param::new("scale", 0.8944, "factor").within(Range::MODERATE).trained(0.5, |x, _| x.max(0.0).powi(2)),
        Param::new("bias", -0.4472, "shift").within(Range::MODERATE).trained(0.0, |_, _| 1.0),
    ],
    variants: &[&[1.0, 0.0], &[-0.3, 7.0]],
    convention: "The paper's constants, which give a normal variable mean 0 and variance 1; timm starts to train at \
                 scale 1 and bias 0. Keeps its digits next to its root.",
    paper: "Yu et al. 2022, arXiv:2210.13452",
    bounds: Bounds::new(1.5, 0.5),
    ..Activation::new("star_relu", |x, p| p[0] * x.max(0.0).powi(2) + p[1], |x, p| 2.0 * p[0] * x.max(0.0))
};
