//! A gate by the error function of softplus, both scaled.
use crate::function::prelude::*;

/// Pserf: x erf(gamma softplus(delta x)).
pub static PSERF: Activation = Activation {
    kind: Kind::SelfGated,
    formula: "x erf(gamma softplus(delta x))",
    derivative: "erf(s) + gamma delta x sigmoid(delta x) erf'(s), s = gamma softplus(delta x)",
    params: &[
        Param::new("gamma", 1.25, "steepness of the gate").within(Range::of(&[[-1.25, -1e-3], [1e-3, 1.25]])).trained(4.25, |x, p| vanishing(x, vanishing(softplus(p[1] * x), slope(x, p)))),
        Param::new("delta", 0.85, "sharpness of softplus").within(Range::NOT_0)
            .trained(6.0, |x, p| p[0] * vanishing(x * x, slope(x, p) * sigmoid(p[1] * x))),
    ],
    variants: &[&[0.6, 1.7], &[1.0, -0.7]],
    convention: "Ports start at gamma = 1.25 and delta = 0.85, as here, or elsewhere. 0 at -inf for delta > 0. The derivative's errors are in ULP of the larger term where delta x is in [-2.25, -0.25]; \
                 those of the parameters' gradients grow as gamma^2 beyond gamma = 1.25.",
    paper: "Biswas et al. 2021, arXiv:2109.04386",
    largest: |pass, x, p| match pass {
        Pass::Backward if (-2.25..-0.25).contains(&(p[1] * x)) => gated(x, p).abs().max(term(x, p).abs()),
        _ => 0.0,
    },
    bounds: Bounds::new(3.75, 6.25),
    ..Activation::new("pserf", |x, p| vanishing(x, gated(x, p)), |x, p| gated(x, p) + term(x, p))
};

fn gated(x: f64, p: &[f64]) -> f64 {
    libm::erf(p[0] * softplus(p[1] * x))
}

/// erf'(gamma softplus(delta x)); 0 at infinity.
fn slope(x: f64, p: &[f64]) -> f64 {
    erf_dx(p[0] * softplus(p[1] * x))
}

fn term(x: f64, p: &[f64]) -> f64 {
    vanishing(p[0] * p[1] * x, slope(x, p) * sigmoid(p[1] * x))
}
