//! The natural logarithm of 1 + x.
use crate::function::prelude::*;

/// Logarithm of 1 + x: log(1 + x), to the base e.
pub static LOG1P: Activation = Activation {
    kind: Kind::Elementary,
    formula: "log(1 + x)",
    derivative: "1 / (1 + x)",
    convention: "Keeps its digits next to 0. -inf at -1; value and gradient NaN left of it, where PyTorch's gradient is still 1 / (1 + x).",
    paper: "unpublished: elementary",
    kinks: |_| vec![-1.0],
    bounds: Bounds::new(2.25, 2.25),
    ..Activation::new("log1p", |x, _| x.ln_1p(), |x, _| if x < -1.0 { f64::NAN } else { 1.0 / (1.0 + x) })
};
