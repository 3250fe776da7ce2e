//! The sine of a scaled input.
use crate::function::prelude::*;

/// Sine: sin(omega x).
pub static SINE: Activation = Activation {
    aliases: &["siren"],
    kind: Kind::Periodic,
    formula: "sin(omega x)",
    derivative: "omega cos(omega x)",
    params: &[Param::new("omega", 30.0, "frequency").within(Range::WIDE).trained(3.0, |x, p| x * libm::cos(p[0] * x))],
    variants: &[&[1.0], &[-0.7]],
    convention: "omega = 30 is SIREN's; a bare sine is omega = 1. The product omega x is exact and reduced exactly, so \
                 digits hold next to every zero, for every finite x. NaN at +-inf, as in PyTorch.",
    paper: "Sitzmann et al. 2020, arXiv:2006.09661",
    bounds: Bounds::new(2.25, 3.0),
    ..Activation::new("sine", |x, p| libm::sin(p[0] * x), |x, p| p[0] * libm::cos(p[0] * x))
};
