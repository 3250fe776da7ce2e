//! A smooth ReLU that is exactly 0 on the left and exactly x on the right.
use crate::function::prelude::*;

/// Sparse plus: (x + 1)^2 / 4 between 0 and x.
pub static SPARSE_PLUS: Activation = Activation {
    kind: Kind::Rectifier,
    formula: "x <= -1 ? 0 : x >= 1 ? x : (x + 1)^2 / 4",
    derivative: "min(max((x + 1) / 2, 0), 1)",
    paper: "Blondel et al. 2019, arXiv:1901.02324",
    bounds: Bounds::new(2.0, 0.5),
    ..Activation::new(
        "sparse_plus",
        |x, _| if x <= -1.0 { 0.0 } else if x >= 1.0 { x } else { (x + 1.0).powi(2) / 4.0 },
        |x, _| ((x + 1.0) / 2.0).clamp(0.0, 1.0),
    )
};
