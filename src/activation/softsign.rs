//! A sigmoid with polynomial tails.
use crate::function::prelude::*;

/// Softsign: x / (1 + |x|).
pub static SOFTSIGN: Activation = Activation {
    kind: Kind::Sigmoid,
    formula: "x / (1 + |x|)",
    derivative: "1 / (1 + |x|)^2",
    convention: "+-1 at +-inf (PyTorch and JAX: NaN). From the output as (1 - |y|)^2, which loses digits as |x| grows.",
    paper: "Bergstra et al. 2009, technical report 1337, Montreal",
    dx_from_y: Some(|y, _| (1.0 - y.abs()).powi(2)),
    bounds: Bounds::new(3.0, 3.25).output(2.0),
    ..Activation::new(
        "softsign",
        |x, _| if x.is_infinite() { x.signum() } else { x / (1.0 + x.abs()) },
        |x, _| (1.0 + x.abs()).powi(-2),
    )
};
