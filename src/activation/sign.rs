//! The sign and its true derivative, which stops all learning.
use crate::function::prelude::*;

/// Sign: 1, 0 or -1; the gradient is 0.
pub static SIGN: Activation = Activation {
    symbol: "sign_act",
    aliases: &["sgn"],
    kind: Kind::Step,
    formula: "x > 0 ? 1 : x < 0 ? -1 : 0",
    derivative: "0",
    convention: "0 at x = 0. For training use sign_ste or sign_clipped_ste.",
    paper: "unpublished: elementary",
    kinks: |_| vec![0.0],
    dx_from_y: Some(|_, _| 0.0),
    bounds: Bounds::new(0.0, 0.0).output(0.0),
    ..Activation::new("sign", |x, _| if x > 0.0 { 1.0 } else if x < 0.0 { -1.0 } else { 0.0 }, |_, _| 0.0)
};
