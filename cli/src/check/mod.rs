//! `activations check`: the error of every pass on this adapter.

mod line;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use indicatif::ProgressBar;
use serde_json::{Value, json};
use wgpu_activations::{Gpu, Op, Pass, Storage};
use wgpu_activations_harness::Error;
use wgpu_activations_harness::check::{self, Case, Report};
use wgpu_activations_harness::model::Driver;
use wgpu_activations_harness::outside::{Language, Outside};

use crate::catalogue::{functions, pass_name};
use crate::device::{self, DeviceArgs};
use crate::dtype::Dtype;
use crate::output::{Claims, Output};
use crate::text::{self, Console};
use line::{Line, Measured, Of, table, verdict};

#[derive(Args)]
pub(crate) struct CheckArgs {
    /// Names of functions [default: all]
    names: Vec<String>,
    /// What tensors hold. Functions of one number are tried with every number of 16 bits; errors
    /// count in units of the dtype
    #[arg(long, value_enum, default_value_t)]
    dtype: Dtype,
    /// Check under the model of a driver, or of all, without a GPU: the kernels' texts evaluated with the
    /// liberties that drivers may take
    #[arg(long, value_name = "DRIVER", num_args = 0..=1, default_missing_value = "all")]
    model: Option<String>,
    /// Check another program that runs kernels: its path and arguments, as scripts/outside has them
    #[arg(long, value_name = "COMMAND", conflicts_with = "model")]
    outside: Option<String>,
    /// Give that program kernels in Metal's language, as naga translates them
    #[arg(long, requires = "outside")]
    msl: bool,
    /// Check every adapter of this machine, or of the backend, one after the other
    #[arg(long, conflicts_with_all = ["model", "outside", "adapter"])]
    all_adapters: bool,
    /// Try one of so many inputs
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=4096))]
    thin: u32,
    /// Try all 2^32 inputs of functions of one number, forward and backward, with their defaults. Minutes for each
    #[arg(long, conflicts_with_all = ["thin", "dtype"])]
    exhaustive: bool,
    /// Also write the results to a JSON file; with - to standard output, and the table to standard error
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long)]
    force: bool,
}

pub(crate) fn check(args: &CheckArgs, device: &DeviceArgs) -> Result<()> {
    let storage = args.dtype.storage();
    let functions = functions(&args.names, storage)?;
    let mut claims = Claims::new(args.force);
    let output = claims.claim_if(args.json.as_deref(), &["json"])?;
    let console = Console::beside(&claims);
    if args.all_adapters {
        return every_adapter(args, device, &functions, &console, output);
    }
    let opened;
    let (head, adapter, judge) = match (&args.model, &args.outside) {
        (_, Some(command)) => {
            let language = if args.msl { Language::Msl } else { Language::Wgsl };
            let head = format!("outside: {command}, tensors: {storage}\n");
            (head, json!({ "outside": command }), Judge::Outside(Outside::start(command, language)?))
        }
        (Some(name), None) => {
            let drivers = drivers(name)?;
            let names: Vec<&str> = drivers.iter().map(|driver| driver.name).collect();
            let head = format!("model of drivers: {}, tensors: {storage}\n", names.join(", "));
            (head, json!({ "model": names }), Judge::Model(drivers))
        }
        (None, None) => {
            opened = device.open()?;
            on(&opened, storage)
        }
    };
    console.print(head)?;
    let lines = checked(args, &judge, &functions)?;
    if let Some(output) = output {
        output.write(format!("{:#}\n", report(&adapter, &lines, storage)).as_bytes())?;
    }
    console.print(table(&lines))?;
    verdict(&lines)
}

/// What runs functions.
pub(crate) enum Source<'a> {
    Adapter(Box<Gpu>),
    Outside(&'a str, Language),
}

/// Every check of these functions: what it ran on, and the lines of `--json`.
pub(crate) fn lines(source: &Source<'_>, functions: &[Op], storage: Storage, thin: u32) -> Result<(Value, Vec<Value>)> {
    let (adapter, judge) = match source {
        Source::Adapter(gpu) => (device::to_json(&gpu.info()), Judge::Gpu(gpu)),
        Source::Outside(command, language) => {
            (json!({ "outside": command }), Judge::Outside(Outside::start(command, *language)?))
        }
    };
    let bar = text::progress(functions.len());
    let mut all = Vec::new();
    for &function in functions {
        bar.set_message(function.name());
        let lines = measure(&judge, function, storage, thin)?;
        all.extend(lines.iter().map(|line| {
            let mut line = line.to_json(storage);
            line["thin"] = thin.into();
            line
        }));
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok((adapter, all))
}

/// A GPU as what functions are checked on, with the line above its table and its description.
fn on(gpu: &Gpu, storage: Storage) -> (String, Value, Judge<'_>) {
    (device::head(&gpu.info(), storage), device::to_json(&gpu.info()), Judge::Gpu(gpu))
}

/// A table for each adapter. One that opens no device is told, and the others go on.
fn every_adapter(
    args: &CheckArgs,
    device: &DeviceArgs,
    functions: &[Op],
    console: &Console,
    output: Option<Output>,
) -> Result<()> {
    let storage = args.dtype.storage();
    let count = Gpu::adapters(&device.choice())?.len();
    if count == 0 {
        // The library's error says what is missing and how to get it.
        device.open()?;
    }
    let (mut reports, mut failures) = (Vec::new(), Vec::new());
    for index in 0..count {
        let outcome =
            Gpu::with(&device.choice().name(index.to_string())).map_err(anyhow::Error::from).and_then(|gpu| {
                let (head, adapter, judge) = on(&gpu, storage);
                console.print(head)?;
                let lines = checked(args, &judge, functions)?;
                console.print(table(&lines))?;
                reports.push(report(&adapter, &lines, storage));
                verdict(&lines)
            });
        if let Err(error) = outcome {
            let error = text::one_line(&error.to_string());
            console.print(format!("adapter {index}: {error}\n"))?;
            failures.push(format!("adapter {index}: {error}"));
        }
    }
    if let Some(output) = output {
        output.write(format!("{:#}\n", json!({ "adapters": reports })).as_bytes())?;
    }
    ensure!(failures.is_empty(), "{} of {count} adapters: {}", failures.len(), failures.join("; "));
    Ok(())
}

fn report(adapter: &Value, lines: &[Line], storage: Storage) -> Value {
    let results: Vec<Value> = lines.iter().map(|line| line.to_json(storage)).collect();
    json!({ "adapter": adapter, "results": results })
}

/// Every check of these functions.
fn checked(args: &CheckArgs, judge: &Judge<'_>, functions: &[Op]) -> Result<Vec<Line>> {
    let bar = text::progress(functions.len());
    let mut lines: Vec<Line> = Vec::new();
    for &function in functions {
        bar.set_message(function.name());
        lines.extend(match args.exhaustive {
            true => walk(judge, function, &bar)?,
            false => measure(judge, function, args.dtype.storage(), args.thin)?,
        });
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(lines)
}

/// What functions are checked on.
enum Judge<'a> {
    Gpu(&'a Gpu),
    Model(Vec<Driver>),
    Outside(Outside),
}

/// The drivers of a name, or all.
fn drivers(name: &str) -> Result<Vec<Driver>> {
    if name == "all" {
        return Ok(Driver::ALL.to_vec());
    }
    let names = || Driver::ALL.iter().map(|driver| driver.name).collect::<Vec<_>>().join(", ");
    let driver = Driver::ALL.iter().find(|driver| driver.name == name);
    Ok(vec![*driver.with_context(|| format!("no driver {name:?} is modelled; there are: all, {}", names()))?])
}

/// Every check of a function: its passes, with its default and other parameter values. A check that fails is a line of its
/// own, and others go on; without a device nothing does.
fn measure(judge: &Judge<'_>, function: Op, storage: Storage, thin: u32) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for case in Case::all(function) {
        let case = case.thinned(thin);
        let of = Of::new(function, &case.params, case.kinks);
        let pass = pass_name(&function, case.pass);
        let named = |driver: Driver, report: Report| (Some(driver.name), report);
        let unnamed = |reports: Vec<Report>| reports.into_iter().map(|report| (None, report)).collect::<Vec<_>>();
        let reports = match judge {
            Judge::Gpu(gpu) => check::run(*gpu, &case, storage).map(unnamed),
            Judge::Outside(program) => check::run(program, &case, storage).map(unnamed),
            Judge::Model(drivers) => check::modelled(&case, storage, drivers)
                .map(|worst| worst.into_iter().map(|(driver, report)| named(driver, report)).collect()),
        };
        match reports {
            Ok(reports) => {
                for (driver, report) in reports {
                    let result = report.output.map_or_else(|| pass.clone(), |output| output.to_string());
                    lines.push(of.line(result, Ok(Measured { driver, ..report.into() })));
                }
            }
            Err(Error::Library(lost @ wgpu_activations::Error::DeviceLost { .. })) => return Err(lost.into()),
            Err(error) => lines.push(of.line(pass, Err(error.to_string()))),
        }
    }
    Ok(lines)
}

/// Every input of a function's values and derivatives, with the time that is left.
fn walk(judge: &Judge<'_>, function: Op, bar: &ProgressBar) -> Result<Vec<Line>> {
    let Judge::Gpu(gpu) = judge else { bail!("only adapters are fast enough for all inputs: leave --exhaustive out") };
    let mut lines = Vec::new();
    for pass in [Pass::Forward, Pass::Backward] {
        let case = Case::new(function, pass);
        let of = Of::new(function, &case.params, case.kinks);
        let (name, begun) = (pass_name(&function, pass), Instant::now());
        let progress = |done: u64| {
            let share = done as f64 / (1u64 << 32) as f64;
            let left = begun.elapsed().as_secs_f64() * (1.0 - share) / share;
            bar.set_message(format!("{} {name}: {:.0} %, {left:.0} s left", function.name(), 100.0 * share));
        };
        match check::exhaustive(*gpu, &case, progress) {
            Ok(report) => lines.push(of.line(name, Ok(report.into()))),
            Err(Error::Library(lost @ wgpu_activations::Error::DeviceLost { .. })) => return Err(lost.into()),
            Err(error) => lines.push(of.line(name, Err(error.to_string()))),
        }
    }
    Ok(lines)
}

impl From<Report> for Measured {
    fn from(r: Report) -> Self {
        Self { inputs: r.inputs, max_ulp: r.max_ulp, at: r.at, bound: r.bound, ok: r.ok, driver: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_device_ends_everything() {
        let gpu = match Gpu::new() {
            Ok(gpu) => gpu,
            Err(error) if std::env::var("REQUIRE_GPU").is_ok_and(|v| v == "1") => panic!("REQUIRE_GPU=1, but {error}"),
            Err(error) => return eprintln!("NO GPU: this is not tested: {error}"),
        };
        gpu.device().destroy();
        let lost = measure(&Judge::Gpu(&gpu), Op::find("relu").unwrap(), Storage::F32, 64).err().unwrap();
        assert!(lost.to_string().contains("lost"), "{lost}");
    }
}
