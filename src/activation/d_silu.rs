//! The derivative of SiLU as an activation.
use crate::function::prelude::*;

/// dSiLU: sigmoid(x) (1 + x sigmoid(-x)).
pub static D_SILU: Activation = Activation {
    kind: Kind::Sigmoid,
    formula: "sigmoid(x) (1 + x sigmoid(-x))",
    derivative: "sigmoid(x) sigmoid(-x) (2 - x tanh(x/2))",
    convention: "0 at -inf, 1 at inf. Keeps its digits next to its root at -1.278 and the derivative next to its roots at +-2.399.",
    paper: "Elfwing et al. 2017, arXiv:1702.03118",
    bounds: Bounds::new(3.25, 4.5),
    ..Activation::new("d_silu", |x, _| silu_slope(x), |x, _| {
        let (a, e) = (x.abs().min(1e30), (-x.abs()).exp());
        e * (2.0 - a + e * (2.0 + a)) / (1.0 + e).powi(3)
    })
};
