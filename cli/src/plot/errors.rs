//! Errors in ULP over x, with their bounds.

use anyhow::{Result, ensure};
use wgpu_activations::{Gpu, Pass};
use wgpu_activations_harness::check::ulps;

use super::interval::Interval;
use super::request::Request;
use crate::draw::{Axis, Figure, Panel, Scale, Series};

/// The axis is divided into this many pieces, each of which shows the largest error of its samples.
const PIECES: u32 = 320;
const SAMPLES: u32 = 2048;

pub(super) fn figure(gpu: &Gpu, requests: &[Request], range: Option<Interval>) -> Result<Figure> {
    let linear = |low, high| Axis::new(Scale::Linear, low, high);
    let axes = match range.map(|range| (f64::from(range.low), f64::from(range.high))) {
        None => vec![Axis::new(Scale::Floats, f32::MIN.into(), f32::MAX.into()), linear(-20.0, 20.0)],
        Some((low, high)) if low > 0.0 => vec![Axis::new(Scale::Log, low, high)],
        Some((low, high)) => vec![linear(low, high)],
    };
    let mut panels = Vec::new();
    for request in requests {
        let activation = request.activation;
        ensure!(activation.has_reference(), "{} has no reference", activation.name);
        for &axis in &axes {
            for pass in [Pass::Forward, Pass::Backward] {
                panels.push(panel(gpu, request, pass, axis)?);
            }
        }
    }
    let names: Vec<&str> = requests.iter().map(|request| request.label.as_str()).collect();
    let adapter = gpu.info().name;
    Ok(Figure {
        title: format!("Errors of {}", names.join(", ")),
        description: format!("The largest errors in ULP along x on {adapter}: left of f(x), right of its derivative."),
        panels,
        height: 150.0,
        legend: false,
    })
}

fn panel(gpu: &Gpu, request: &Request, pass: Pass, x: Axis) -> Result<Panel> {
    let errors = errors(gpu, request, pass, &x)?;
    let bound = request.activation.bound(pass);
    let worst = errors.iter().copied().filter(|error| error.is_finite()).fold(0.0, f64::max);
    // Far beyond the bound, the exact error does not matter.
    let top = 1.25 * worst.min(4.0 * bound).max(bound).max(0.4);
    let points = (0..PIECES).zip(errors).flat_map(|(piece, error)| {
        let ends = [piece, piece + 1].map(|end| x.value(f64::from(end) / f64::from(PIECES)));
        ends.map(|end| [end, error.min(top)])
    });
    let of = if pass == Pass::Forward { "f(x)" } else { "f′(x)" };
    Ok(Panel {
        title: format!("{}: error of {of} in ULP", request.label),
        x,
        y: Axis::new(Scale::Linear, 0.0, top),
        series: vec![Series { label: request.label.clone(), points: points.collect(), dots: Vec::new(), filled: true }],
        limit: Some((bound, format!("bound {bound}"))),
        raster: None,
    })
}

/// The largest error of each piece of the axis.
fn errors(gpu: &Gpu, request: &Request, pass: Pass, axis: &Axis) -> Result<Vec<f64>> {
    let count = PIECES * SAMPLES;
    let x: Vec<f32> = (0..count).map(|i| axis.value((f64::from(i) + 0.5) / f64::from(count)) as f32).collect();
    let got = match pass {
        Pass::Forward => gpu.forward(&request.function, &x)?,
        _ => gpu.backward(&request.function, &x, &vec![1.0; x.len()])?,
    };
    let (activation, params) = (request.activation, request.values());
    let exact = if pass == Pass::Forward { activation.value } else { activation.dx };
    let error = |(&x, &got): (&f32, &f32)| {
        let x = f64::from(x);
        ulps(got, exact(x, &params), activation.largest_term(pass, x, &params))
    };
    let pieces = x.chunks(SAMPLES as usize).zip(got.chunks(SAMPLES as usize));
    Ok(pieces.map(|(x, got)| x.iter().zip(got).map(error).fold(0.0, f64::max)).collect())
}
