//! Exponential linear unit.
use crate::function::prelude::*;

/// ELU: x for x > 0, otherwise alpha (exp(x) - 1).
pub static ELU: Activation = Activation {
    kind: Kind::Exponential,
    formula: "x > 0 ? x : alpha (exp(x) - 1)",
    derivative: "x > 0 ? 1 : alpha exp(x)",
    params: &[Param::new("alpha", 1.0, "minus the limit at -inf").within(Range::WIDE).output_within(Range::FROM_0).trained(1.0, |x, _| if x > 0.0 { 0.0 } else { x.exp_m1() })],
    variants: &[&[0.3], &[-2.0]],
    convention: "Gradient alpha at x = 0, as in PyTorch, JAX and TensorFlow. From the output only for alpha >= 0; loses digits as y \
                 nears -alpha.",
    paper: "Clevert et al. 2015, arXiv:1511.07289",
    kinks: |_| vec![0.0],
    dx_from_y: Some(|y, p| if y > 0.0 { 1.0 } else { y + p[0] }),
    bounds: Bounds::new(1.75, 1.75).output(0.5),
    ..Activation::new(
        "elu",
        |x, p| if x > 0.0 { x } else { p[0] * x.exp_m1() },
        |x, p| if x > 0.0 { 1.0 } else { p[0] * x.exp() },
    )
};
