//! The binary step with a straight-through gradient near 0 only.
use crate::function::prelude::*;

/// Binary step with the clipped straight-through estimator.
pub static BINARY_STEP_CLIPPED_STE: Activation = Activation {
    kind: Kind::Step,
    formula: "x > 0 ? 1 : 0",
    derivative: "|x| <= 1 ? 1 : 0 (clipped straight-through estimator)",
    surrogate: Some("the derivative of hard tanh, its bounds included, stands in for that of the step"),
    paper: "Hubara et al. 2016, arXiv:1602.02830",
    kinks: |_| vec![-1.0, 0.0, 1.0],
    bounds: Bounds::new(0.0, 0.0),
    ..Activation::new(
        "binary_step_clipped_ste",
        |x, _| if x > 0.0 { 1.0 } else { 0.0 },
        |x, _| if x.abs() <= 1.0 { 1.0 } else { 0.0 },
    )
};
