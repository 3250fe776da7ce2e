//! `activations check`: the error of every pass on this adapter.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Args;
use serde_json::{Map, Value, json};
use wgpu_activations::Activation;
use wgpu_activations::activation::{ALL, Kinks, find};
use wgpu_activations::check::{self, Report};

use crate::device::{self, DeviceArgs};
use crate::list::pass_name;
use crate::number;
use crate::output;
use crate::text::{self, Table};

#[derive(Args)]
pub(crate) struct CheckArgs {
    /// Names of functions [default: all]
    names: Vec<String>,
    /// Also write the results to a JSON file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

pub(crate) fn check(args: &CheckArgs, device: &DeviceArgs) -> Result<()> {
    let functions = functions(&args.names)?;
    let output = output::json_output(args.json.as_deref())?;
    let gpu = device.open()?;
    let info = gpu.info();
    text::print(device::head(&info))?;

    let jobs: Vec<_> = functions.into_iter().flat_map(check::passes).collect();
    let bar = text::progress(jobs.len());
    let mut reports = Vec::with_capacity(jobs.len());
    for (function, pass) in &jobs {
        bar.set_message(format!("{} {pass}", function.activation().name));
        reports.push((function.activation(), check::run(&gpu, function, *pass)?));
        bar.inc(1);
    }
    bar.finish_and_clear();

    let results: Vec<Value> = reports.iter().map(|(activation, report)| to_json(activation, report)).collect();
    output::write_json(output, &json!({ "adapter": device::to_json(&info), "results": results }))?;
    text::print(table(&reports))?;
    let excess = reports.iter().filter(|(_, report)| !report.ok).count();
    ensure!(excess == 0, "{excess} of {} checks exceed their bound", reports.len());
    Ok(())
}

/// The functions named, each once, or all.
pub(crate) fn functions(names: &[String]) -> Result<Vec<&'static Activation>> {
    if names.is_empty() {
        return Ok(ALL.to_vec());
    }
    let mut functions: Vec<&'static Activation> = Vec::new();
    for name in names {
        let activation = find(name)?;
        if !functions.iter().any(|known| known.name == activation.name) {
            functions.push(activation);
        }
    }
    Ok(functions)
}

fn table(reports: &[(&'static Activation, Report)]) -> Table<8> {
    let mut table = Table::new(["function", "parameters", "pass", ">inputs", ">worst ULP", ">at", ">bound", "ok"]);
    for (activation, report) in reports {
        table.row([
            report.function.into(),
            changed_params(activation, report),
            match report.kinks {
                Kinks::Torch => pass_name(activation, report.pass),
                other => format!("{} ({other})", pass_name(activation, report.pass)),
            },
            report.inputs.to_string(),
            format!("{:.3}", report.max_ulp),
            number::short(report.at),
            report.bound.to_string(),
            if report.ok { "yes" } else { "NO" }.into(),
        ]);
    }
    table
}

/// The parameters that have not their defaults.
fn changed_params(activation: &Activation, report: &Report) -> String {
    let default = |name: &str, value: f32| {
        activation.params.iter().any(|param| param.name == name && param.default as f32 == value)
    };
    let changed = report.params.iter().filter(|&&(name, value)| !default(name, value));
    let changed: Vec<_> = changed.map(|&(name, value)| format!("{name}={}", number::short(value))).collect();
    changed.join(", ")
}

fn to_json(activation: &Activation, report: &Report) -> Value {
    let params = report.params.iter();
    let params: Map<_, _> = params.map(|&(name, value)| (name.to_string(), number::json_f32(value))).collect();
    json!({
        "function": report.function,
        "pass": pass_name(activation, report.pass),
        "dtype": "f32",
        "params": params,
        "kinks": report.kinks.to_string(),
        "inputs": report.inputs,
        "max_ulp": number::json(report.max_ulp),
        "at": number::json_f32(report.at),
        "bound": number::json(report.bound),
        "ok": report.ok,
    })
}
