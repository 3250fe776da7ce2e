//! The Gaussian error linear unit.
use crate::function::prelude::*;

/// GELU: x Phi(x), with the normal distribution function Phi (the erf form).
pub static GELU: Activation = Activation {
    aliases: &["gelu_erf", "gelu_exact", "gelu_none", "gelu_python"],
    kind: Kind::SelfGated,
    formula: "x Phi(x)",
    derivative: "Phi(x) + x phi(x)",
    convention: "The exact form, PyTorch's default (JAX's default is gelu_tanh). 0 at -inf (PyTorch and JAX: NaN).",
    paper: "Hendrycks and Gimpel 2016, arXiv:1606.08415",
    roots: Some(Roots { near: |_| vec![-0.751791524693564], largest: |x, _| normal_cdf(x).max((x * normal_pdf(x)).abs()) }),
    bounds: Bounds::new(4.5, 5.5),
    ..Activation::new("gelu", |x, _| vanishing(x, normal_cdf(x)), |x, _| normal_cdf(x) + vanishing(x, normal_pdf(x)))
};
