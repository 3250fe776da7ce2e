//! Means over a normal distribution.

use std::num::NonZeroUsize;

use gauss_quad::GaussLegendre;

/// Beyond so many standard deviations there is less than 1e-300 of it.
const REACH: f64 = 37.0;
/// Nodes of a panel; panels are halved until both halves agree with the whole.
const NODES: usize = 20;
/// What is left of the error, relative to the mean of the magnitudes.
const TOLERANCE: f64 = 1e-13;
/// Halvings of a panel at most.
const HALVINGS: u32 = 40;

/// E[g(z)] for normally distributed z with mean 0 and this variance, where g is smooth between these points. Infinite if it
/// grows too fast, NaN where g has no value.
pub(crate) fn mean(variance: f64, breaks: &[f64], g: impl Fn(f64) -> f64) -> f64 {
    let deviation = variance.sqrt();
    if deviation == 0.0 {
        return g(0.0);
    }
    let Some(rule) = NonZeroUsize::new(NODES).and_then(|nodes| GaussLegendre::new(nodes.get()).ok()) else {
        return f64::NAN;
    };
    let density = |u: f64| (-0.5 * u * u).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let weighted = |u: f64| {
        let weight = density(u);
        if weight == 0.0 { 0.0 } else { weight * g(deviation * u) }
    };
    let mut edges: Vec<f64> =
        [-REACH, -12.0, REACH, 12.0].into_iter().chain((-16..=16).map(|k| f64::from(k) * 0.5)).collect();
    edges.extend(breaks.iter().map(|point| point / deviation).filter(|u| u.abs() < REACH));
    edges.sort_by(f64::total_cmp);
    edges.dedup();
    let panels: Vec<(f64, f64, f64)> =
        edges.windows(2).map(|edge| (edge[0], edge[1], rule.integrate(edge[0], edge[1], weighted))).collect();
    let size: f64 = panels.iter().map(|(.., whole)| whole.abs()).sum();
    if !size.is_finite() {
        return size;
    }
    let allowed = TOLERANCE * size;
    panels.into_iter().map(|(a, b, whole)| halved(&rule, &weighted, (a, b), whole, allowed, HALVINGS)).sum()
}

fn halved(
    rule: &GaussLegendre,
    g: &impl Fn(f64) -> f64,
    (a, b): (f64, f64),
    whole: f64,
    allowed: f64,
    left: u32,
) -> f64 {
    let middle = 0.5 * (a + b);
    let halves = [rule.integrate(a, middle, g), rule.integrate(middle, b, g)];
    let sum = halves[0] + halves[1];
    if (sum - whole).abs() <= allowed || left == 0 || !sum.is_finite() {
        return sum;
    }
    halved(rule, g, (a, middle), halves[0], allowed, left - 1)
        + halved(rule, g, (middle, b), halves[1], allowed, left - 1)
}
