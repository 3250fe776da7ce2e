//! The identity with a bend.
use crate::function::prelude::*;

/// Bent identity: (sqrt(x^2 + 1) - 1) / 2 + x.
pub static BENT_IDENTITY: Activation = Activation {
    kind: Kind::Linear,
    formula: "(sqrt(x^2 + 1) - 1) / 2 + x",
    derivative: "x / (2 sqrt(x^2 + 1)) + 1",
    convention: "Tends to 3/2 x on the right and to x/2 on the left.",
    paper: "unpublished: folklore",
    bounds: Bounds::new(3.75, 2.25),
    ..Activation::new("bent_identity", |x, _| x * (1.0 + 0.5 * bend(x)), |x, _| 1.0 + 0.5 * x.signum() / (1.0 / x).hypot(1.0))
};

/// (sqrt(x^2 + 1) - 1) / x
fn bend(x: f64) -> f64 {
    if x.is_infinite() { x.signum() } else { x / (1.0 + x.hypot(1.0)) }
}
