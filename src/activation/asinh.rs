//! The inverse hyperbolic sine.
use crate::function::prelude::*;

/// Inverse hyperbolic sine: asinh(x).
pub static ASINH: Activation = Activation {
    aliases: &["arcsinh", "arsinh"],
    symbol: "asinh_act",
    kind: Kind::Elementary,
    formula: "asinh(x) = log(x + sqrt(1 + x^2))",
    derivative: "1 / sqrt(1 + x^2)",
    convention: "Keeps its digits next to 0 and where x^2 overflows. +-inf at +-inf.",
    paper: "unpublished: elementary",
    bounds: Bounds::new(2.75, 2.75),
    ..Activation::new("asinh", |x, _| x.asinh(), |x, _| 1.0 / x.hypot(1.0))
};
