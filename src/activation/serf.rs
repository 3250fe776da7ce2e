//! A gate by the error function of softplus.
use crate::function::prelude::*;

/// Serf: x erf(softplus(x)).
pub static SERF: Activation = Activation {
    kind: Kind::SelfGated,
    formula: "x erf(softplus(x))",
    derivative: "erf(s) + x erf'(s) sigmoid(x), s = softplus(x)",
    convention: "0 at -inf.",
    paper: "Nag et al. 2021, arXiv:2108.09598",
    roots: Some(Roots {
        near: |_| vec![-1.193059968928188],
        largest: |x, _| libm::erf(softplus(x)).max((x * erf_dx(softplus(x)) * sigmoid(x)).abs()),
    }),
    bounds: Bounds::new(4.75, 5.75),
    ..Activation::new(
        "serf",
        |x, _| vanishing(x, libm::erf(softplus(x))),
        |x, _| libm::erf(softplus(x)) + vanishing(x, erf_dx(softplus(x)) * sigmoid(x)),
    )
};
