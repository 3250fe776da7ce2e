//! x times the distribution function of Gompertz.
use crate::function::prelude::*;

/// GoLU: x alpha exp(-beta exp(-gamma x)).
pub static GOLU: Activation = Activation {
    aliases: &["gompertz_linear_unit"],
    kind: Kind::SelfGated,
    formula: "x alpha exp(-u), u = beta exp(-gamma x)",
    derivative: "alpha exp(-u) (1 + gamma x u)",
    params: &[
        Param::new("alpha", 1.0, "the gate's limit at inf").within(Range::MODERATE).trained(2.25, |x, p| vanishing(x, (-u(x, p)).exp())),
        Param::new("beta", 1.0, "shift of the gate")
            .within(Range::POSITIVE)
            .trained(2.75, |x, p| -p[0] * vanishing(x, fall(x, p))),
        Param::new("gamma", 1.0, "growth rate of the gate").within(Range::NOT_0).trained(3.5, |x, p| p[0] * p[1] * vanishing(x * x, fall(x, p))),
    ],
    variants: &[&[2.0, 3.0, 0.7], &[-0.7, 20.0, -0.4]],
    convention: "Initial values 1 as in the paper. 0 at -inf for gamma > 0.",
    paper: "Das et al. 2025, arXiv:2502.03654",
    roots: Some(Roots {
        near: |p| vec![-lambert(1.0 / p[1]) / p[2]],
        largest: |x, p| p[0].abs() * (-u(x, p)).exp().max((p[2] * p[1] * vanishing(x, fall(x, p))).abs()),
    }),
    bounds: Bounds::new(2.75, 4.25),
    ..Activation::new(
        "golu",
        |x, p| p[0] * vanishing(x, (-u(x, p)).exp()),
        |x, p| p[0] * ((-u(x, p)).exp() + p[2] * p[1] * vanishing(x, fall(x, p))),
    )
};

fn u(x: f64, p: &[f64]) -> f64 {
    p[1] * (-p[2] * x).exp()
}

/// exp(-gamma x - u), u / beta times the gate
fn fall(x: f64, p: &[f64]) -> f64 {
    let u = u(x, p);
    if u.is_infinite() { 0.0 } else { (-p[2] * x - u).exp() }
}

/// The w > 0 with w exp(w) = v, by Newton's method.
fn lambert(v: f64) -> f64 {
    (0..40).fold(v.ln_1p(), |w, _| w - (w - v * (-w).exp()) / (1.0 + w))
}
