//! A smooth maximum of two lines.
use crate::function::prelude::*;

/// ACON-C: (p1 - p2) x sigmoid(beta (p1 - p2) x) + p2 x.
pub static ACON_C: Activation = Activation {
    kind: Kind::SelfGated,
    formula: "(p1 - p2) x sigmoid(beta (p1 - p2) x) + p2 x",
    derivative: "p1 s(z) + p2 s(-z), z = beta (p1 - p2) x, s(z) = sigmoid(z) (1 + z sigmoid(-z))",
    params: &[
        Param::new("p1", 1.0, "slope at inf for beta > 0").within(Range::NOT_TINY).trained(3.75, |x, p| vanishing(x, silu_slope(z(x, p)))),
        Param::new("p2", 0.0, "slope at -inf for beta > 0").within(Range::NOT_TINY).trained(4.0, |x, p| vanishing(x, silu_slope(-z(x, p)))),
        Param::new("beta", 1.0, "sharpness of the change").within(Range::NOT_TINY).trained(5.0, |x, p| {
            vanishing(vanishing(x, p[0] - p[1]).powi(2), sigmoid_dx(z(x, p)))
        }),
    ],
    variants: &[&[1.3, -0.2, 0.7], &[-0.6, 0.9, -2.0]],
    convention: "Starts as silu: p1 = 1, p2 = 0, beta = 1 (the authors' code draws p1 and p2 at random). Where terms \
                 cancel, in the derivative and for p1 p2 < 0, errors are in ULP of the largest.",
    paper: "Ma et al. 2020, arXiv:2009.04759",
    largest: |pass, x, p| {
        let gates = (p[0] * sigmoid(z(x, p))).abs().max((p[1] * sigmoid(-z(x, p))).abs());
        match pass {
            Pass::Forward if p[0] * p[1] < 0.0 => vanishing(x, gates).abs(),
            Pass::Backward => gates.max(vanishing((p[0] - p[1]) * z(x, p), sigmoid_dx(z(x, p))).abs()),
            _ => 0.0,
        }
    },
    bounds: Bounds::new(4.0, 4.5),
    ..Activation::new(
        "acon_c",
        |x, p| vanishing(x, p[0] * sigmoid(z(x, p)) + p[1] * sigmoid(-z(x, p))),
        |x, p| p[0] * silu_slope(z(x, p)) + p[1] * silu_slope(-z(x, p)),
    )
};

fn z(x: f64, p: &[f64]) -> f64 {
    vanishing(x, p[2] * (p[0] - p[1]))
}
