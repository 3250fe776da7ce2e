//! LeCun's tanh, which maps +-1 to +-1.
use crate::function::prelude::*;

/// Scaled tanh: alpha tanh(beta x).
pub static SCALED_TANH: Activation = Activation {
    aliases: &["lecun_tanh"],
    kind: Kind::Sigmoid,
    formula: "alpha tanh(beta x)",
    derivative: "alpha beta / cosh(beta x)^2",
    params: &[Param::new("alpha", 1.7159, "the limit at inf").within(Range::MODERATE).output_within(Range::NOT_0), Param::new("beta", 2.0 / 3.0, "sharpness").within(Range::NOT_0)],
    variants: &[&[-0.3, 5.0], &[2.0, -0.1]],
    convention: "The default beta is the f32 nearest to 2/3. From the output as beta/alpha (alpha - y)(alpha + y), which loses digits \
                 as y nears +-alpha.",
    paper: "LeCun et al. 1998, Efficient BackProp",
    dx_from_y: Some(|y, p| p[1] / p[0] * (p[0] - y) * (p[0] + y)),
    bounds: Bounds::new(4.25, 4.5).output(3.25),
    ..Activation::new("scaled_tanh", |x, p| p[0] * vanishing(x, p[1]).tanh(), |x, p| 4.0 * p[0] * p[1] * sigmoid_dx(2.0 * vanishing(x, p[1])))
};
