//! The identity, for pipelines in which the activation is a setting.
use crate::function::prelude::*;

/// Identity: x.
pub static IDENTITY: Activation = Activation {
    aliases: &["none"],
    kind: Kind::Linear,
    formula: "x",
    derivative: "1",
    paper: "unpublished: elementary",
    dx_from_y: Some(|_, _| 1.0),
    bounds: Bounds::new(0.0, 0.0).output(0.0),
    ..Activation::new("identity", |x, _| x, |_, _| 1.0)
};
