//! The square root.
use crate::function::prelude::*;

/// Square root: sqrt(x).
pub static SQRT: Activation = Activation {
    aliases: &["square_root"],
    symbol: "sqrt_act",
    kind: Kind::Elementary,
    formula: "sqrt(x)",
    derivative: "1 / (2 sqrt(x))",
    convention: "-0 at -0; NaN left of it. Gradient inf at 0, -inf at -0, as in PyTorch.",
    paper: "unpublished: elementary",
    kinks: |_| vec![0.0],
    dx_from_y: Some(|y, _| if y < 0.0 { f64::NAN } else { 0.5 / y }),
    bounds: Bounds::new(1.0, 1.5).output(1.5),
    ..Activation::new("sqrt", |x, _| x.sqrt(), |x, _| 0.5 / x.sqrt())
};
