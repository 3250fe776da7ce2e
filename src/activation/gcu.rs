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
    largest: |pass, x, _| if pass == Pass::Backward { x.cos().abs().max((x * x.sin()).abs()) } else { 0.0 },
    bounds: Bounds::new(2.75, 3.25),
    ..Activation::new("gcu", |x, _| x * x.cos(), |x, _| x.cos() - x * x.sin())
};
