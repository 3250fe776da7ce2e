//! The growing cosine unit.
use crate::function::prelude::*;

/// GCU: x cos(x).
pub static GCU: Activation = Activation {
    kind: Kind::Periodic,
    formula: "x cos(x)",
    derivative: "cos(x) - x sin(x)",
    convention: "Digits hold next to every zero, for every finite x; the derivative's terms cancel about once in every half turn, \
                 and its errors are in ULP of the larger. NaN at +-inf, as in PyTorch.",
    paper: "Noel et al. 2021, arXiv:2108.12943",
    largest: |pass, x, _| if pass == Pass::Backward { libm::cos(x).abs().max((x * libm::sin(x)).abs()) } else { 0.0 },
    bounds: Bounds::new(2.75, 3.25),
    ..Activation::new("gcu", |x, _| x * libm::cos(x), |x, _| libm::cos(x) - x * libm::sin(x))
};
