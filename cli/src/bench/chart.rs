//! Throughput over size as curves, below the roof that copies of the same bytes are.

use wgpu_activations::Pass;
use wgpu_activations_harness::measure::{Measurement, median};

use super::line::Line;
use super::report::Report;
use crate::draw::{Axis, Figure, Panel, Point, Scale, Series};

/// Panels of a picture without names on the command line.
const SHOWN: [&str; 6] = ["relu", "gelu", "mish", "softplus", "softmax", "swiglu"];
const HEIGHT: f64 = 190.0;

/// Throughput over size of some functions, forward; None if nothing was measured at two sizes.
pub(super) fn throughput(report: &Report, named: bool) -> Option<Figure> {
    let forward = |line: &&Line| line.pass == Pass::Forward;
    let mut titles: Vec<(String, &str)> = Vec::new();
    for line in report.lines.iter().filter(forward) {
        let title = (line.title(), line.function);
        let wanted = named || SHOWN.contains(&line.function);
        if wanted && !titles.contains(&title) {
            titles.push(title);
        }
    }
    titles.truncate(8);
    let panels: Vec<Vec<&Line>> = titles
        .iter()
        .map(|(title, _)| report.lines.iter().filter(|line| line.title() == *title).collect())
        .filter(|lines: &Vec<&Line>| lines.len() > 1)
        .collect();
    let roof = roof(&report.lines);
    let all = || panels.iter().flatten();
    let rates = all().flat_map(|line| [line.gpu_rate(), line.cpu_rate(), copy_rate(line)]).flatten().chain(roof);
    let [low, high] = range(rates)?;
    let [from, to] = range(all().map(|line| line.elements as f64))?;
    let x = Axis::new(Scale::Log, from / 1.2, to * 1.2);
    let y = Axis::new(Scale::Log, low / 1.3, high * 1.6);
    let panels = panels.iter().map(|lines| Panel {
        title: format!("{}, GB/s over elements", lines[0].title()),
        x,
        y,
        series: series(report, lines),
        limit: roof.map(|rate| (rate, format!("copy of buffers: {rate:.1} GB/s"))),
        raster: None,
    });
    Some(Figure {
        title: "Throughput over size".to_owned(),
        description: format!("Billions of bytes read and written per second. {}", report.origin()),
        panels: panels.collect(),
        height: HEIGHT,
        legend: true,
    })
}

fn series(report: &Report, lines: &[&Line]) -> Vec<Series> {
    let curve = |label: String, rate: &dyn Fn(&Line) -> Option<f64>| {
        let points: Vec<Point> = lines.iter().filter_map(|l| Some([l.elements as f64, rate(l)?])).collect();
        Series { label, dots: points.clone(), points, filled: false }
    };
    let all = [
        curve(report.side(), &Line::gpu_rate),
        curve("CPU, vector instructions on all cores".to_owned(), &Line::cpu_rate),
        curve("kernel that only copies".to_owned(), &copy_rate),
    ];
    all.into_iter().filter(|series| !series.points.is_empty()).collect()
}

/// What a kernel that copies as many bytes reaches.
fn copy_rate(line: &Line) -> Option<f64> {
    line.gpu.as_ref().map(|m| m.gb_per_s * m.copy_kernel_ratio)
}

/// The rate of `copy_buffer_to_buffer` at the largest size: no kernel on tensors that fit no cache is faster.
pub(super) fn roof(lines: &[Line]) -> Option<f64> {
    let measured = || lines.iter().filter_map(|line| line.gpu.as_ref());
    let largest = measured().map(|m| m.elements).max()?;
    let rate = |m: &Measurement| m.gb_per_s * m.buffer_copy_ratio;
    Some(median(measured().filter(|m| m.elements == largest).map(rate).collect()))
}

fn range(values: impl Iterator<Item = f64>) -> Option<[f64; 2]> {
    values.filter(|v| v.is_finite() && *v > 0.0).fold(None, |range, v| match range {
        None => Some([v, v]),
        Some([low, high]) => Some([f64::min(low, v), f64::max(high, v)]),
    })
}
