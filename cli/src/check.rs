//! `activations check`: the error of every pass on this adapter.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Args;
use serde_json::{Map, Value, json};
use wgpu_activations::activation::Kinks;
use wgpu_activations::check;
use wgpu_activations::{Gpu, Pass, Spec, Storage, Subject};

use crate::device::{self, DeviceArgs};
use crate::dtype::Dtype;
use crate::list::pass_name;
use crate::number;
use crate::output;
use crate::text::{self, Table};

#[derive(Args)]
pub(crate) struct CheckArgs {
    /// Names of functions [default: all]
    names: Vec<String>,
    /// What tensors hold. Functions of one number are tried with every number of 16 bits; errors
    /// count in units of the dtype
    #[arg(long, value_enum, default_value_t)]
    dtype: Dtype,
    /// Also write the results to a JSON file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// One line of the table.
struct Line {
    function: Subject,
    params: Vec<(&'static str, f32)>,
    pass: String,
    kinks: Kinks,
    inputs: u64,
    max_ulp: f64,
    at: Vec<f32>,
    bound: f64,
    ok: bool,
}

pub(crate) fn check(args: &CheckArgs, device: &DeviceArgs) -> Result<()> {
    let storage = args.dtype.storage();
    let functions = functions(&args.names, storage)?;
    let output = output::json_output(args.json.as_deref())?;
    let gpu = device.open()?;
    let info = gpu.info();
    text::print(device::head(&info, storage))?;

    let bar = text::progress(functions.len());
    let mut lines = Vec::new();
    for function in functions {
        bar.set_message(function.name());
        lines.extend(measure(&gpu, function, storage)?);
        bar.inc(1);
    }
    bar.finish_and_clear();

    let results: Vec<Value> = lines.iter().map(|line| to_json(line, storage)).collect();
    output::write_json(output, &json!({ "adapter": device::to_json(&info), "results": results }))?;
    text::print(table(&lines))?;
    let excess = lines.iter().filter(|line| !line.ok).count();
    ensure!(excess == 0, "{excess} of {} checks exceed their bound", lines.len());
    Ok(())
}

/// The functions named, each once, or all that have kernels for a storage.
pub(crate) fn functions(names: &[String], storage: Storage) -> Result<Vec<Subject>> {
    if names.is_empty() {
        let stored = |&function: &Subject| Spec::forward(function).storage(storage).check().is_ok();
        return Ok(Subject::all().into_iter().filter(stored).collect());
    }
    let mut functions: Vec<Subject> = Vec::new();
    for name in names {
        let function = Subject::find(name)?;
        if !functions.iter().any(|known| known.name() == function.name()) {
            functions.push(function);
        }
    }
    Ok(functions)
}

/// Every check of a function: its passes, with its default and other parameter values.
fn measure(gpu: &Gpu, function: Subject, storage: Storage) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    let gate = |r: check::GateReport, pass: String| {
        let (params, kinks) = (r.params, Kinks::Torch);
        let at = r.at.to_vec();
        Line { function, params, pass, kinks, inputs: r.inputs, max_ulp: r.max_ulp, at, bound: r.bound, ok: r.ok }
    };
    match function {
        Subject::Elementwise(activation) => {
            for (f, pass) in check::passes(activation) {
                let r = check::run_stored(gpu, &f, pass, storage)?;
                let (params, kinks, pass, at) = (r.params, r.kinks, pass_name(&function, pass), vec![r.at]);
                let (inputs, max_ulp, bound, ok) = (r.inputs, r.max_ulp, r.bound, r.ok);
                lines.push(Line { function, params, pass, kinks, inputs, max_ulp, at, bound, ok });
            }
        }
        Subject::Gated(g) => {
            for gated in check::gates(g) {
                lines.extend(check::run_gate_stored(gpu, &gated, storage)?.map(|r| {
                    let pass = r.output.to_string();
                    gate(r, pass)
                }));
            }
        }
        Subject::Rows(row) => {
            for (f, pass) in check::row_passes(row) {
                let r = check::run_rows_stored(gpu, &f, pass, storage)?;
                let (params, kinks, pass, at) = (r.params, Kinks::Torch, pass_name(&function, pass), vec![r.at]);
                let (inputs, max_ulp, bound, ok) = (r.inputs, r.max_ulp, r.bound, r.ok);
                lines.push(Line { function, params, pass, kinks, inputs, max_ulp, at, bound, ok });
            }
        }
        _ => {
            let passes = [Pass::Forward, Pass::Backward].map(|pass| pass.to_string());
            lines.extend(check::run_crelu_stored(gpu, storage)?.into_iter().zip(passes).map(|(r, pass)| gate(r, pass)));
        }
    }
    Ok(lines)
}

fn table(lines: &[Line]) -> Table<8> {
    let mut table = Table::new(["function", "parameters", "pass", ">inputs", ">worst ULP", ">at", ">bound", "ok"]);
    for line in lines {
        table.row([
            line.function.name().into(),
            changed_params(line),
            match line.kinks {
                Kinks::Torch => line.pass.clone(),
                other => format!("{} ({other})", line.pass),
            },
            line.inputs.to_string(),
            format!("{:.3}", line.max_ulp),
            line.at.iter().map(|&at| number::short(at)).collect::<Vec<_>>().join(", "),
            line.bound.to_string(),
            if line.ok { "yes" } else { "NO" }.into(),
        ]);
    }
    table
}

/// The parameters that have not their defaults.
fn changed_params(line: &Line) -> String {
    let default = |name: &str, value: f32| {
        line.function.params().iter().any(|param| param.name == name && param.default as f32 == value)
    };
    let changed = line.params.iter().filter(|&&(name, value)| !default(name, value));
    let changed: Vec<_> = changed.map(|&(name, value)| format!("{name}={}", number::short(value))).collect();
    changed.join(", ")
}

fn to_json(line: &Line, storage: Storage) -> Value {
    let params = line.params.iter();
    let params: Map<_, _> = params.map(|&(name, value)| (name.to_string(), number::json_f32(value))).collect();
    let at: Vec<Value> = line.at.iter().map(|&at| number::json_f32(at)).collect();
    json!({
        "function": line.function.name(),
        "pass": line.pass,
        "dtype": storage.to_string(),
        "params": params,
        "kinks": line.kinks.to_string(),
        "inputs": line.inputs,
        "max_ulp": number::json(line.max_ulp),
        "at": if let [at] = &at[..] { at.clone() } else { Value::from(at) },
        "bound": number::json(line.bound),
        "ok": line.ok,
    })
}
