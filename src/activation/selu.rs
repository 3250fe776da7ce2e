//! ELU scaled to keep mean 0 and variance 1.
use crate::function::prelude::*;

/// SELU: scale x for x > 0, otherwise scale alpha (exp(x) - 1).
pub static SELU: Activation = Activation {
    kind: Kind::Exponential,
    formula: "scale (x > 0 ? x : alpha (exp(x) - 1))",
    derivative: "scale (x > 0 ? 1 : alpha exp(x))",
    params: &[
        Param::new("alpha", 1.6732632423543772, "minus the limit at -inf, before scaling").within(Range::MODERATE).output_within(FROM_OUTPUT),
        Param::new("scale", 1.0507009873554805, "slope for x > 0").within(Range::MODERATE).output_within(FROM_OUTPUT),
    ],
    variants: &[&[1.0, 2.0]],
    convention: "Gradient scale alpha at x = 0, as in PyTorch, JAX and TensorFlow. From the output only for alpha and scale >= 0; \
                 loses digits as y nears -scale alpha.",
    paper: "Klambauer et al. 2017, arXiv:1706.02515",
    kinks: |_| vec![0.0],
    kinks_of: &[(Kinks::Tf, |x, p| p[1] * if x >= 0.0 { 1.0 } else { p[0] * x.exp() })],
    dx_from_y: Some(|y, p| if y > 0.0 { p[1] } else { y + p[1] * p[0] }),
    bounds: Bounds::new(2.5, 2.25).output(2.0),
    ..Activation::new(
        "selu",
        |x, p| p[1] * if x > 0.0 { x } else { p[0] * x.exp_m1() },
        |x, p| p[1] * if x > 0.0 { 1.0 } else { p[0] * x.exp() },
    )
};

/// Where y tells the sides apart, and its digits suffice.
const FROM_OUTPUT: Range = Range::of(&[[0.0, 0.0], [1e-6, 1e6]]);
