//! The natural logarithm.
use crate::function::prelude::*;

/// Logarithm: log(x), to the base e.
pub static LOG: Activation = Activation {
    aliases: &["ln"],
    symbol: "log_act",
    kind: Kind::Elementary,
    formula: "log(x)",
    derivative: "1 / x",
    convention: "-inf at 0; value and gradient NaN left of it, where PyTorch's gradient is still 1 / x.",
    paper: "unpublished: elementary",
    kinks: |_| vec![0.0],
    bounds: Bounds::new(1.9, 2.75),
    ..Activation::new("log", |x, _| x.ln(), |x, _| if x < 0.0 { f64::NAN } else { 1.0 / x })
};
