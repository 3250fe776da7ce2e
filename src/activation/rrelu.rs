//! Leaky ReLU with a random slope, as it evaluates after training.
use super::prelude::*;

/// RReLU: x for x > 0, otherwise (lower + upper) / 2 x.
pub static RRELU: Activation = Activation {
    aliases: &["randomized_leaky_relu"],
    kind: Kind::Rectifier,
    formula: "x > 0 ? x : (lower + upper) / 2 x",
    derivative: "x > 0 ? 1 : (lower + upper) / 2",
    params: &[
        Param::new("lower", 1.0 / 8.0, "least slope of the training"),
        Param::new("upper", 1.0 / 3.0, "greatest slope of the training"),
    ],
    variants: &[&[-2.0, 0.5], &[0.3, 1.1]],
    convention: "PyTorch's defaults and evaluation mode. Gradient (lower + upper) / 2 at x = 0, as in PyTorch.",
    paper: "Xu et al. 2015, arXiv:1505.00853",
    kinks: |_| vec![0.0],
    bounds: Bounds::new(1.5, 0.5),
    ..Activation::new(
        "rrelu",
        |x, p| if x > 0.0 { x } else { (p[0] + p[1]) / 2.0 * x },
        |x, p| if x > 0.0 { 1.0 } else { (p[0] + p[1]) / 2.0 },
    )
};
