//! This library beside burn, on one adapter, in turn: see README.md.

mod functions;
mod ours;
mod theirs;
mod work;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use burn::Device;
use clap::Parser;
use serde_json::{Value, json};
use wgpu_activations::{AdapterChoice, Gpu, wgpu};
use wgpu_activations_harness::measure::median;

use functions::{Function, PERIOD, ROW};
use ours::{Call, Ours};
use theirs::Theirs;
use work::Work;

/// Seconds of activation functions in burn beside those in wgpu-activations.
#[derive(Parser)]
struct Args {
    /// Names of functions [default: all]
    names: Vec<String>,
    /// Numbers of elements, multiples of 1024; k and M are powers of 1024
    #[arg(long, value_name = "A,B", value_delimiter = ',', default_value = "1M,4M,16M", value_parser = size)]
    sizes: Vec<usize>,
    /// Repetitions that the medians are taken of
    #[arg(long, value_name = "N", default_value = "7", value_parser = clap::value_parser!(u32).range(1..))]
    repetitions: u32,
    /// Also write the results to a JSON file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

fn size(text: &str) -> Result<usize> {
    let (digits, unit) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1 << 10),
        None => text.strip_suffix('M').map_or((text, 1), |digits| (digits, 1 << 20)),
    };
    let size = digits.parse::<usize>().ok().and_then(|n| n.checked_mul(unit));
    let size = size.filter(|&n| n > 0 && n % ROW == 0);
    size.context("a multiple of 1024 such as 64k, 1M or 16777216 belongs here")
}

/// A line of the table.
struct Line {
    function: &'static str,
    work: Work,
    elements: usize,
    theirs: f64,
    ours: f64,
    /// The median of the times' ratios.
    ratio: f64,
    /// The worst relative errors.
    errors: [f64; 2],
}

impl Line {
    fn json(&self) -> Value {
        json!({
            "function": self.function,
            "pass": self.work.to_string(),
            "elements": self.elements,
            "burn_seconds": self.theirs,
            "our_seconds": self.ours,
            "burn_over_ours": self.ratio,
            "burn_worst_relative_error": self.errors[0],
            "our_worst_relative_error": self.errors[1],
        })
    }

    fn print(&self) {
        let Self { function, work, elements, theirs, ours, ratio, errors } = self;
        let (theirs, ours) = (theirs * 1e3, ours * 1e3);
        println!(
            "| {function:9} | {work:8} | {elements:8} | {theirs:8.3} | {ours:8.3} | {ratio:5.2} | {:10.1e} | {:9.1e} |",
            errors[0], errors[1]
        );
    }
}

fn main() -> Result<()> {
    let args = Args::parse();
    let functions = chosen(&args.names)?;
    let (device, gpu, adapter) = open()?;
    let fusion = if cfg!(feature = "fusion") { "with fusion" } else { "without fusion" };
    println!("burn {fusion} beside wgpu-activations on {adapter}\n");
    println!("| function  | pass     | elements |  burn ms |   our ms | ratio | burn error | our error |");
    println!("|-----------|----------|---------:|---------:|---------:|------:|-----------:|----------:|");
    let (mut lines, mut idle) = (Vec::new(), Vec::new());
    for &elements in &args.sizes {
        let [x, dy] = functions::inputs(elements);
        let (theirs, ours) = (Theirs::new(device.clone(), &x, &dy), Ours::new(&gpu, &x, &dy));
        for function in &functions {
            let measured = measure(function, &theirs, &ours, [&x, &dy], args.repetitions)?;
            measured.iter().for_each(Line::print);
            lines.extend(measured);
        }
        for _ in 0..args.repetitions {
            idle.push([theirs.idle()?, ours.idle()?]);
        }
    }
    let [theirs, ours] = [0, 1].map(|side| median(idle.iter().map(|pair| pair[side]).collect()));
    println!("\nOf these times a call that does nothing takes {:.3} ms and {:.3} ms.", theirs * 1e3, ours * 1e3);
    if let Some(path) = &args.json {
        let results: Vec<Value> = lines.iter().map(Line::json).collect();
        let all = json!({
            "adapter": adapter,
            "fusion": cfg!(feature = "fusion"),
            "burn_idle_seconds": theirs,
            "our_idle_seconds": ours,
            "results": results,
        });
        std::fs::write(path, format!("{all:#}\n")).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn chosen(names: &[String]) -> Result<Vec<&'static Function>> {
    if names.is_empty() {
        return Ok(functions::ALL.iter().collect());
    }
    let known = || functions::ALL.iter().map(|f| f.ours.name()).collect::<Vec<_>>().join(", ");
    let find = |name: &String| functions::ALL.iter().find(|f| f.ours.name() == name);
    names.iter().map(|name| find(name).with_context(|| format!("{name:?} is none of {}", known()))).collect()
}

/// A device of either side, on the adapter that burn chooses.
fn open() -> Result<(Device, Gpu, String)> {
    let (device, name, backend, theirs) = theirs::open();
    let choice = AdapterChoice::default().name(&name).backend(&backend);
    let gpu = Gpu::with(&choice)?;
    let info = gpu.info();
    let ours = format!("{info:?}");
    ensure!(ours == theirs, "the two sides would run on different adapters:\n{theirs}\n{ours}");
    let software =
        if info.device_type == wgpu::DeviceType::Cpu { ": software, where only ratios say something" } else { "" };
    Ok((device, gpu, format!("{name} ({backend}){software}")))
}

/// All passes of a function: checked first, then timed in turn.
fn measure(
    function: &Function,
    theirs: &Theirs,
    ours: &Ours,
    [x, dy]: [&[f32]; 2],
    repetitions: u32,
) -> Result<Vec<Line>> {
    let call = ours.call(function)?;
    let name = function.ours.name();
    let probe = x.len().min(PERIOD);
    let expected = functions::expected(function, &x[..probe], &dy[..probe])?;
    let mut lines = Vec::new();
    for work in Work::ALL {
        let outputs = [theirs.outputs(function, work)?, ours.outputs(&call, work)?];
        work::compare(&format!("{name} {work}"), &outputs[0], &outputs[1])?;
        let errors = outputs.each_ref().map(|outputs| {
            let error = |(got, expected): (&Option<Vec<f32>>, &Vec<f64>)| Some(work::error(got.as_ref()?, expected));
            outputs.iter().zip(&expected).filter_map(error).fold(0.0, f64::max)
        });
        let times = times(function, &call, theirs, ours, work, repetitions)?;
        let of = |value: fn(&[f64; 2]) -> f64| median(times.iter().map(value).collect());
        let [theirs, ours, ratio] = [of(|t| t[0]), of(|t| t[1]), of(|t| t[0] / t[1])];
        lines.push(Line { function: name, work, elements: x.len(), theirs, ours, ratio, errors });
    }
    Ok(lines)
}

/// Seconds of both sides, which take turns at being first.
fn times(
    function: &Function,
    call: &Call,
    theirs: &Theirs,
    ours: &Ours,
    work: Work,
    repetitions: u32,
) -> Result<Vec<[f64; 2]>> {
    let time = |repetition: u32| {
        let early = if repetition.is_multiple_of(2) { Some(ours.run(call, work)?) } else { None };
        let (theirs, outputs) = theirs.run(function, work)?;
        drop(outputs);
        Ok([theirs, early.map_or_else(|| ours.run(call, work), Ok)?])
    };
    (0..repetitions).map(time).collect()
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn sizes_are_whole_rows() {
        for (text, expected) in [("1024", Some(1024)), ("64k", Some(65_536)), ("16M", Some(1 << 24))] {
            assert_eq!(size(text).ok(), expected, "{text}");
        }
        for text in ["", "0", "M", "1000", "-1k", "1.5M", "99999999999999999999"] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn functions_are_found_by_name() -> Result<()> {
        assert_eq!(chosen(&[])?.len(), functions::ALL.len());
        assert_eq!(chosen(&["mish".to_owned()])?[0].ours.name(), "mish");
        let Err(error) = chosen(&["mush".to_owned()]) else { bail!("mush was found") };
        assert!(error.to_string().contains("softmax"), "{error}");
        Ok(())
    }
}
