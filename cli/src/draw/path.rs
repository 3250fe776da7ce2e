//! From samples to the lines that are drawn.

use super::picture::Point;

/// How far a line may lie from its samples, in pixels.
const TOLERANCE: f64 = 0.04;

/// The lines through `points` where y lies within `top..=bottom`, in as few points as look the same.
///
/// Points that are not finite leave gaps, and so does a step from beyond one end to beyond the other: a pole.
pub(super) fn pieces(points: &[Point], [top, bottom]: [f64; 2]) -> Vec<Vec<Point>> {
    let mut pieces: Vec<Vec<Point>> = Vec::new();
    let mut open = false;
    for pair in points.windows(2) {
        let (p, q) = (pair[0], pair[1]);
        let Some((from, to)) = visible(p, q, [top, bottom]) else {
            open = false;
            continue;
        };
        let start = at(p, q, from);
        match pieces.last_mut() {
            Some(piece) if open && from == 0.0 => piece.push(at(p, q, to)),
            _ => pieces.push(vec![start, at(p, q, to)]),
        }
        open = to == 1.0;
    }
    pieces.iter().map(|piece| simplified(piece)).collect()
}

fn at(p: Point, q: Point, t: f64) -> Point {
    match t {
        0.0 => p,
        1.0 => q,
        t => [p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])],
    }
}

/// The part of a segment that can be seen, from 0 to 1.
fn visible(p: Point, q: Point, [top, bottom]: [f64; 2]) -> Option<(f64, f64)> {
    if p.iter().chain(&q).any(|v| !v.is_finite()) {
        return None;
    }
    let rise = q[1] - p[1];
    let inside = |y: f64| (top..=bottom).contains(&y);
    match (inside(p[1]), inside(q[1])) {
        (true, true) => Some((0.0, 1.0)),
        (false, false) => None,
        (within, _) => {
            let edge = if p[1].min(q[1]) < top { top } else { bottom };
            let t = (edge - p[1]) / rise;
            Some(if within { (0.0, t) } else { (t, 1.0) })
        }
    }
}

/// The line without the points that nearly lie on it (the Douglas-Peucker algorithm).
fn simplified(points: &[Point]) -> Vec<Point> {
    let mut kept = vec![false; points.len()];
    let mut spans = vec![(0, points.len() - 1)];
    while let Some((first, last)) = spans.pop() {
        (kept[first], kept[last]) = (true, true);
        let far = |i: &usize| distance(points[*i], points[first], points[last]);
        if let Some(worst) = (first + 1..last).max_by(|i, j| far(i).total_cmp(&far(j))) {
            if far(&worst) > TOLERANCE {
                spans.extend([(first, worst), (worst, last)]);
            }
        }
    }
    points.iter().zip(kept).filter(|(_, kept)| *kept).map(|(&point, _)| point).collect()
}

/// From a point to a segment.
fn distance(point: Point, from: Point, to: Point) -> f64 {
    let [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    let [px, py] = [point[0] - from[0], point[1] - from[1]];
    let length = dx * dx + dy * dy;
    let t = if length > 0.0 { ((px * dx + py * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (px - t * dx).hypot(py - t * dy)
}
