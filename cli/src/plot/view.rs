//! Which part of the y axis to show.

use crate::draw::{Axis, Scale, Series};

/// An axis that shows all curves, except where some rise far above the others.
///
/// No curve is cut below `plain`.
pub(super) fn axis(series: &[Series], plain: f64) -> Axis {
    let levels: Vec<f64> = series.iter().map(|s| level(&s.points, plain)).collect();
    let least = levels.iter().copied().fold(f64::INFINITY, f64::min);
    let limit = levels.iter().copied().filter(|&level| level <= 2.0 * least).fold(plain, f64::max);
    let values = series.iter().flat_map(|s| s.points.iter().chain(&s.dots)).map(|p| p[1]).filter(|y| y.is_finite());
    let (low, high) = values
        .map(|y| y.clamp(-limit, limit))
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(y), high.max(y)));
    // An axis that nearly reaches 0 includes it.
    let (low, high) = match high - low {
        span if low > span || high < -span => (low, high),
        _ => (low.min(0.0), high.max(0.0)),
    };
    match high - low {
        span if span > 1e-6 * low.abs().max(high.abs()) => {
            Axis::new(Scale::Linear, low - 0.04 * span, high + 0.04 * span)
        }
        // A constant, or nothing at all.
        span if span.is_finite() => Axis::new(Scale::Linear, low.min(0.0) - 1.0, high.max(0.0) + 1.0),
        _ => Axis::new(Scale::Linear, -1.0, 1.0),
    }
}

/// How far from 0 to show a curve: all of it, or without its steepest part.
pub(super) fn level(points: &[[f64; 2]], plain: f64) -> f64 {
    let mut sizes: Vec<f64> = points.iter().map(|p| p[1].abs()).filter(|size| size.is_finite()).collect();
    sizes.sort_by(f64::total_cmp);
    let at = |part: f64| sizes.get((part * sizes.len() as f64) as usize).or(sizes.last()).copied().unwrap_or(0.0);
    let (usual, most) = (at(0.8), at(1.0));
    if most <= 3.0 * usual.max(plain) { most.max(plain) } else { (1.25 * usual).max(plain) }
}
