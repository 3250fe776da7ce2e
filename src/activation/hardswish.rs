//! Swish with a hard sigmoid.
use crate::function::prelude::*;

/// Hard swish: x relu6(x + 3) / 6.
pub static HARDSWISH: Activation = Activation {
    aliases: &["hard_silu"],
    kind: Kind::SelfGated,
    formula: "x min(max(x + 3, 0), 6) / 6",
    derivative: "x <= -3 ? 0 : x >= 3 ? 1 : (2x + 3) / 6",
    convention: "0 at -inf (PyTorch and JAX: NaN). Gradient 0 at -3 and 1 at 3, as in PyTorch since 2.7 and in JAX.",
    paper: "Howard et al. 2019, arXiv:1905.02244",
    kinks: |_| vec![-3.0, 3.0],
    roots: Some(Roots { near: |_| vec![-1.5], largest: |_, _| 0.5 }),
    bounds: Bounds::new(2.5, 1.5),
    ..Activation::new(
        "hardswish",
        |x, _| if x <= -3.0 { 0.0 } else if x >= 3.0 { x } else { x * (x + 3.0) / 6.0 },
        |x, _| if x <= -3.0 { 0.0 } else if x >= 3.0 { 1.0 } else { (2.0 * x + 3.0) / 6.0 },
    )
};
