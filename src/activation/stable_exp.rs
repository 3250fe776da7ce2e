//! A decay between 0 and 1.
use crate::function::prelude::*;

/// exp(-exp(x)).
pub static STABLE_EXP: Activation = Activation {
    kind: Kind::Exponential,
    formula: "exp(-exp(x))",
    derivative: "-exp(x - exp(x))",
    convention: "The decay of RWKV 6 by its name in web-rwkv. 1 at -inf, 0 from 4.65 on.",
    paper: "Peng et al. 2024, arXiv:2404.05892",
    bounds: Bounds::new(1.25, 1.5),
    ..Activation::new(
        "stable_exp",
        |x, _| (-x.exp()).exp(),
        |x, _| if x.exp().is_infinite() { 0.0 } else { -(x - x.exp()).exp() },
    )
};
