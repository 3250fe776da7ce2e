//! GELU for quantised networks.
use crate::function::prelude::*;

/// Clipped GELU: GELU limited to [-10, 10].
pub static CLIPPED_GELU: Activation = Activation {
    aliases: &["gelu_10"],
    kind: Kind::SelfGated,
    formula: "min(max(gelu(x), -10), 10)",
    derivative: "x < 10 ? Phi(x) + x phi(x) : 0",
    convention: "The erf form of GELU. Gradient 0 from 10 on; the lower limit is never reached. 0 at -inf.",
    paper: "Wu et al. 2020, arXiv:2004.09602",
    kinks: |_| vec![10.0],
    roots: Some(Roots { near: |_| vec![-0.751791524693564], largest: |x, _| normal_cdf(x).max((x * normal_pdf(x)).abs()) }),
    bounds: Bounds::new(4.5, 5.5),
    ..Activation::new(
        "clipped_gelu",
        |x, _| vanishing(x, normal_cdf(x)).min(10.0),
        |x, _| if x < 10.0 { normal_cdf(x) + vanishing(x, normal_pdf(x)) } else { 0.0 },
    )
};
