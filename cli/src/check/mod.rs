//! `activations check`: the error of every pass on this adapter.

mod line;

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};
use wgpu_activations::{Gpu, Op, Storage};
use wgpu_activations_harness::Error;
use wgpu_activations_harness::check::{self, Case, Report};

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
    for case in Case::all(function) {
        let of = Of::new(function, &case.params, case.kinks);
        let pass = pass_name(&function, case.pass);
        match check::run(gpu, &case, storage) {
            Ok(reports) => {
                for report in reports {
                    let result = report.output.map_or_else(|| pass.clone(), |output| output.to_string());
                    lines.push(of.line(result, Ok(report.into())));
                }
            }
            Err(Error::Library(lost @ wgpu_activations::Error::DeviceLost { .. })) => return Err(lost.into()),
            Err(error) => lines.push(of.line(pass, Err(error.to_string()))),
        }
    }
    Ok(lines)
}

impl From<Report> for Measured {
    fn from(r: Report) -> Self {
        Self { inputs: r.inputs, max_ulp: r.max_ulp, at: r.at, bound: r.bound, ok: r.ok }
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
        let lost = measure(&gpu, Op::find("relu").unwrap(), Storage::F32).err().unwrap();
        assert!(lost.to_string().contains("lost"), "{lost}");
    }
}
