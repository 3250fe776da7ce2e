//! `activations check`: the error of every pass on this adapter.

mod line;

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};
use wgpu_activations::activation::Kinks;
use wgpu_activations::check;
use wgpu_activations::{Gpu, Op, Pass, Storage};

use crate::catalogue::{functions, pass_name};
use crate::device::{self, DeviceArgs};
use crate::dtype::Dtype;
use crate::output::Claims;
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
    let gpu = device.open()?;
    let info = gpu.info();
    console.print(device::head(&info, storage))?;

    let bar = text::progress(functions.len());
    let mut lines: Vec<Line> = Vec::new();
    for function in functions {
        bar.set_message(function.name());
        lines.extend(measure(&gpu, function, storage)?);
        bar.inc(1);
    }
    bar.finish_and_clear();

    if let Some(output) = output {
        let results: Vec<Value> = lines.iter().map(|line| line.to_json(storage)).collect();
        let report = json!({ "adapter": device::to_json(&info), "results": results });
        output.write(format!("{report:#}\n").as_bytes())?;
    }
    console.print(table(&lines))?;
    verdict(&lines)
}

/// Every check of a function: its passes, with its default and other parameter values. A check that fails is a line of its
/// own, and others go on; without a device nothing does.
fn measure(gpu: &Gpu, function: Op, storage: Storage) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    match function {
        Op::Activation(activation) => {
            for (f, pass) in check::passes(activation) {
                let of = Of::new(function, f.params(), f.choice());
                let report = check::run_stored(gpu, &f, pass, storage).map(|r| Measured {
                    inputs: r.inputs,
                    max_ulp: r.max_ulp,
                    at: vec![r.at],
                    bound: r.bound,
                    ok: r.ok,
                });
                lines.push(of.line(pass_name(&function, pass), report)?);
            }
        }
        Op::Gate(g) => {
            for gated in check::gates(g) {
                let of = Of::new(function, gated.params(), Kinks::Torch);
                match check::run_gate_stored(gpu, &gated, storage) {
                    Ok(reports) => {
                        for r in reports {
                            lines.push(of.line(r.output.to_string(), Ok(r.into()))?);
                        }
                    }
                    Err(error) => lines.push(of.line("forward and backward".to_owned(), Err(error))?),
                }
            }
        }
        Op::RowFunction(row) => {
            for (f, pass) in check::row_passes(row) {
                let of = Of::new(function, f.params(), Kinks::Torch);
                let report = check::run_rows_stored(gpu, &f, pass, storage).map(|r| Measured {
                    inputs: r.inputs,
                    max_ulp: r.max_ulp,
                    at: vec![r.at],
                    bound: r.bound,
                    ok: r.ok,
                });
                lines.push(of.line(pass_name(&function, pass), report)?);
            }
        }
        _ => {
            let of = Of::new(function, &[], Kinks::Torch);
            match check::run_crelu_stored(gpu, storage) {
                Ok(reports) => {
                    for (r, pass) in reports.into_iter().zip([Pass::Forward, Pass::Backward]) {
                        lines.push(of.line(pass.to_string(), Ok(r.into()))?);
                    }
                }
                Err(error) => lines.push(of.line("forward and backward".to_owned(), Err(error))?),
            }
        }
    }
    Ok(lines)
}

impl From<check::GateReport> for Measured {
    fn from(r: check::GateReport) -> Self {
        Self { inputs: r.inputs, max_ulp: r.max_ulp, at: r.at.to_vec(), bound: r.bound, ok: r.ok }
    }
}
