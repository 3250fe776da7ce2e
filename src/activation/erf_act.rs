//! A gate by the error function of an exponential.
use crate::function::prelude::*;

/// ErfAct: x erf(alpha exp(beta x)).
pub static ERF_ACT: Activation = Activation {
    kind: Kind::SelfGated,
    formula: "x erf(alpha exp(beta x))",
    derivative: "erf(t) + beta x t erf'(t), t = alpha exp(beta x)",
    params: &[
        Param::new("alpha", 0.75, "steepness of the gate").within(Range::of(&[[-5.0, -1e-6], [1e-6, 5.0]]))
            .trained(4.0, |x, p| vanishing(x, vanishing((p[1] * x).exp(), slope(x, p)))),
        Param::new("beta", 0.75, "growth of its argument").within(Range::NOT_0).trained(4.0, |x, p| vanishing(x * x, vanishing(p[0] * (p[1] * x).exp(), slope(x, p)))),
    ],
    variants: &[&[1.5, 0.4], &[0.3, -2.0]],
    convention: "The defaults are the values that ports start at. 0 at -inf for beta > 0. The derivative's errors are in ULP of the larger term where beta x is in [-2.25, -0.25].",
    paper: "Biswas et al. 2021, arXiv:2109.04386",
    largest: |pass, x, p| match pass {
        Pass::Backward if (-2.25..-0.25).contains(&(p[1] * x)) => gated(x, p).abs().max(term(x, p).abs()),
        _ => 0.0,
    },
    bounds: Bounds::new(3.5, 5.75),
    ..Activation::new("erf_act", |x, p| vanishing(x, gated(x, p)), |x, p| gated(x, p) + term(x, p))
};

fn gated(x: f64, p: &[f64]) -> f64 {
    libm::erf(p[0] * (p[1] * x).exp())
}

/// erf'(t)
fn slope(x: f64, p: &[f64]) -> f64 {
    erf_dx(p[0] * (p[1] * x).exp())
}

/// beta x t erf'(t)
fn term(x: f64, p: &[f64]) -> f64 {
    vanishing(p[1] * x, vanishing(p[0] * (p[1] * x).exp(), slope(x, p)))
}
