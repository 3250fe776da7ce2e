//! ELU with trained height and width, smooth at 0.
use crate::function::prelude::*;

/// PELU: a/b x for x >= 0, otherwise a (exp(x/b) - 1).
pub static PELU: Activation = Activation {
    aliases: &["parametric_elu"],
    kind: Kind::Exponential,
    formula: "x >= 0 ? a/b x : a (exp(x/b) - 1)",
    derivative: "x >= 0 ? a/b : a/b exp(x/b)",
    params: &[
        Param::new("a", 1.0, "minus the limit at -inf").within(Range::MODERATE).trained(1.75, |x, p| if x >= 0.0 { x / p[1] } else { (x / p[1]).exp_m1() }),
        Param::new("b", 1.0, "width, above 0").within(Range::POSITIVE).trained(7.0, |x, p| {
            -p[0] / p[1] * if x >= 0.0 { x / p[1] } else { vanishing(x / p[1], (x / p[1]).exp()) }
        }),
    ],
    variants: &[&[0.3, 7.0], &[-2.0, 0.4]],
    convention: "Starts as ELU, as in keras-contrib (another port: a = b = sqrt(0.1)). Both slopes at 0 are a/b.",
    paper: "Trottier et al. 2016, arXiv:1605.09332",
    bounds: Bounds::new(2.0, 3.25),
    ..Activation::new(
        "pelu",
        |x, p| if x >= 0.0 { p[0] / p[1] * x } else { p[0] * (x / p[1]).exp_m1() },
        |x, p| p[0] / p[1] * (x / p[1]).min(0.0).exp(),
    )
};
