//! f and f' side by side.

use anyhow::Result;
use wgpu_activations::Gpu;

use super::interval::Interval;
use super::request::Request;
use super::view;
use crate::draw::{Axis, Figure, Panel, Point, Scale, Series};
use crate::number;

/// Several for each pixel.
const SAMPLES: u32 = 2048;

/// The y axis of derivatives is not cut below this.
const PLAIN_SLOPE: f64 = 2.0;

pub(super) fn figure(gpu: &Gpu, requests: &[Request], range: Interval) -> Result<Figure> {
    let axis = Axis::new(Scale::Linear, range.low.into(), range.high.into());
    let (mut values, mut slopes) = (Vec::new(), Vec::new());
    for request in requests {
        let kinks: Vec<f32> = (request.activation.kinks)(&request.values()).iter().map(|&k| k as f32).collect();
        let x = samples(&axis, &kinks);
        let label = &request.label;
        values.push(series(label, &x, &gpu.forward(&request.function, &x)?, &kinks));
        slopes.push(series(label, &x, &gpu.backward(&request.function, &x, &vec![1.0; x.len()])?, &kinks));
    }
    let plain = f64::from(range.low.abs().max(range.high.abs()));
    let panel = |title: &str, series: Vec<Series>, plain| Panel {
        title: title.into(),
        x: axis,
        y: view::axis(&series, plain),
        series,
        limit: None,
        raster: None,
    };
    let names: Vec<&str> = requests.iter().map(|request| request.label.as_str()).collect();
    let formulas: Vec<String> = requests.iter().map(formula).collect();
    let [low, high] = [range.low, range.high].map(number::signed);
    Ok(Figure {
        title: format!("{} and derivative", names.join(", ")),
        description: format!("Left f(x), right its derivative, for x from {low} to {high}. {}", formulas.join(" ")),
        panels: vec![panel("f(x)", values, plain), panel("f′(x)", slopes, PLAIN_SLOPE)],
        height: 270.0,
        legend: true,
    })
}

fn formula(request: &Request) -> String {
    let a = request.activation;
    format!("{}: f(x) = {}, f'(x) = {}.", request.label, a.formula, a.derivative)
}

/// Evenly spaced values, and every kink with its neighbours.
fn samples(axis: &Axis, kinks: &[f32]) -> Vec<f32> {
    let even = (0..=SAMPLES).map(|i| axis.value(f64::from(i) / f64::from(SAMPLES)) as f32);
    let around = kinks.iter().flat_map(|&k| [k.next_down(), k, k.next_up()]);
    let around = around.filter(|&x| (0.0..=1.0).contains(&axis.fraction(x.into())));
    let mut x: Vec<f32> = even.chain(around).collect();
    x.sort_by(f32::total_cmp);
    x.dedup();
    x
}

/// A curve with gaps at jumps, where a dot is the value.
fn series(label: &str, x: &[f32], y: &[f32], kinks: &[f32]) -> Series {
    let point = |i: usize| [f64::from(x[i]), f64::from(y[i])];
    let all: Vec<Point> = (0..x.len()).map(point).collect();
    let noise = 1e-5 * view::level(&all, 0.0);
    let differ = |i: usize, j: usize| (all[i][1] - all[j][1]).abs() > noise;
    let (mut points, mut dots) = (Vec::new(), Vec::new());
    for (i, &here) in all.iter().enumerate() {
        let sides: Vec<usize> = i.checked_sub(1).into_iter().chain(Some(i + 1).filter(|&j| j < all.len())).collect();
        if !kinks.contains(&x[i]) || !sides.iter().any(|&side| differ(i, side)) {
            points.push(here);
            continue;
        }
        dots.push(here);
        if sides.len() < 2 || differ(sides[0], sides[1]) {
            points.push([here[0], f64::NAN]);
        }
    }
    Series { label: label.to_owned(), points, dots, filled: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wgpu_activations::activation::{ABS, RELU, SIGN};
    use wgpu_activations::reference;

    fn drawn(y: impl Fn(&[f32]) -> Vec<f64>) -> Series {
        drawn_from(-1.0, y)
    }

    fn drawn_from(low: f64, y: impl Fn(&[f32]) -> Vec<f64>) -> Series {
        let x = samples(&Axis::new(Scale::Linear, low, 1.0), &[0.0]);
        let y: Vec<f32> = y(&x).iter().map(|&y| y as f32).collect();
        series("", &x, &y, &[0.0])
    }

    fn gaps(series: &Series) -> usize {
        series.points.iter().filter(|p| p[1].is_nan()).count()
    }

    #[test]
    fn jumps_are_gaps_with_a_dot() {
        let step = drawn(|x| reference::forward(&SIGN, x).unwrap());
        assert_eq!((gaps(&step), &step.dots[..]), (1, &[[0.0, 0.0]][..]));
        let slope = drawn(|x| reference::backward(&RELU, x, &vec![1.0; x.len()]).unwrap());
        assert_eq!((gaps(&slope), &slope.dots[..]), (1, &[[0.0, 0.0]][..]));
        let hole = drawn(|x| x.iter().map(|&x| if x == 0.0 { 1.0 } else { 0.0 }).collect());
        assert_eq!((gaps(&hole), &hole.dots[..]), (0, &[[0.0, 1.0]][..]));
    }

    #[test]
    fn jumps_at_the_edge() {
        let slope = drawn_from(0.0, |x| reference::backward(&RELU, x, &vec![1.0; x.len()]).unwrap());
        assert_eq!((gaps(&slope), &slope.dots[..]), (1, &[[0.0, 0.0]][..]));
        assert!(slope.points[1..].iter().all(|p| p[1] == 1.0));
    }

    #[test]
    fn kinks_are_points_of_the_curve() {
        let abs = drawn(|x| reference::forward(&ABS, x).unwrap());
        assert_eq!((gaps(&abs), abs.dots.len()), (0, 0));
        assert!(abs.points.contains(&[0.0, 0.0]));
    }
}
