//! `activations evidence`: what was found on an adapter in one file, and many such files as tables.

mod bench;
mod file;
mod page;
mod report;
mod tables;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::{Value, json};
use wgpu_activations_harness::outside::Language;

use crate::bench::clocks::clocks;
use crate::catalogue::functions;
use crate::check::{self, Source};
use crate::device::DeviceArgs;
use crate::dtype::Dtype;
use crate::isa;
use crate::machine;
use crate::output::Claims;
use crate::text::Console;
use file::{Evidence, SCHEMA};

/// Errors beside their bounds and times beside copies, of one adapter, in a JSON file that says all that they belong to. With
/// --render, a folder of such files becomes README.md and index.html in it: every function on every driver. The page of the web
/// package downloads the same files.
#[derive(Args)]
pub(crate) struct EvidenceArgs {
    /// Names of functions [default: all]
    names: Vec<String>,
    /// Where it goes
    #[arg(short, long, value_name = "FILE.json")]
    output: Option<PathBuf>,
    /// What tensors hold
    #[arg(long, value_enum, default_value_t)]
    dtype: Dtype,
    /// Try one of so many inputs; 1 for all that `check` tries
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=4096))]
    thin: u32,
    /// Time a few common functions so often, beside copies; 0 for none
    #[arg(long, value_name = "N", default_value_t = 9)]
    repetitions: usize,
    /// Check another program that runs kernels, as `check --outside`; nothing is timed
    #[arg(long, value_name = "COMMAND")]
    outside: Option<String>,
    /// Give that program kernels in Metal's language
    #[arg(long, requires = "outside")]
    msl: bool,
    /// What to call it in tables, where the driver's name does not tell [default: the file's name]
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    /// Keep what `isa --json` wrote with it, instead of asking the adapter's driver, and RADV if it is installed
    #[arg(long, value_name = "FILE.json")]
    isa: Option<PathBuf>,
    /// Ask for no machine code
    #[arg(long, conflicts_with = "isa")]
    no_isa: bool,
    /// Make tables of the evidence in this folder instead
    #[arg(long, value_name = "DIR", conflicts_with_all = ["output", "names", "outside", "isa", "label"])]
    render: Option<PathBuf>,
    /// Replace existing files
    #[arg(long)]
    force: bool,
}

pub(crate) fn evidence(args: &EvidenceArgs, device: &DeviceArgs) -> Result<()> {
    let mut claims = Claims::new(args.force);
    if let Some(folder) = &args.render {
        let tables = tables::tables(&Evidence::all(folder)?);
        let readme = claims.claim(&folder.join("README.md"), &["md"])?;
        let index = claims.claim(&folder.join("index.html"), &["html"])?;
        readme.write(report::report(&tables).as_bytes())?;
        index.write(page::page(&tables)?.as_bytes())?;
        return Console::beside(&claims).print(format_args!("{} and {}\n", readme.shown(), index.shown()));
    }
    let storage = args.dtype.storage();
    let functions = functions(&args.names, storage)?;
    let path = args.output.as_deref().context("say where it goes: -o FILE.json")?;
    let output = claims.claim(path, &["json"])?;
    let isa = args.isa.as_deref().map(isa::report_of).transpose()?;
    let source = match &args.outside {
        Some(command) => Source::Outside(command, if args.msl { Language::Msl } else { Language::Wgsl }),
        None => Source::Adapter(Box::new(device.open()?)),
    };
    let (adapter, check) = check::lines(&source, &functions, storage, args.thin)?;
    let bench = match &source {
        Source::Adapter(gpu) if args.repetitions > 0 => bench::bench(gpu, storage, &functions, args.repetitions)?,
        _ => Vec::new(),
    };
    let clocks = match &source {
        Source::Adapter(gpu) => clocks(&gpu.info()),
        Source::Outside(..) => "unknown".to_owned(),
    };
    let console = Console::beside(&claims);
    let isa = match (isa, &source) {
        (None, Source::Adapter(gpu)) if !args.no_isa => isa::found(&functions, &gpu.info().name).or_else(|error| {
            console.print(format_args!("no machine code: {error:#}\n"))?;
            anyhow::Ok(None)
        })?,
        (file, _) => file,
    };
    let beyond = check.iter().filter(|line| line["ok"] != true).count();
    let mut whole = json!({
        "schema": SCHEMA,
        "version": env!("CARGO_PKG_VERSION"),
        "date": machine::date(),
        "command": machine::command(),
        "cpu": machine::cpu(),
        "clocks": clocks,
        "adapter": adapter,
        "check": check,
        "bench": bench,
    });
    if let Some(label) = &args.label {
        whole["label"] = label.as_str().into();
    }
    if let Some(isa) = isa {
        whole["isa"] = isa;
    }
    output.write(lines_of(&whole).as_bytes())?;
    console.print(format_args!("{}: {} checks, {beyond} beyond their bounds\n", output.shown(), check.len()))?;
    ensure!(beyond == 0, "{beyond} of {} checks are beyond their bounds, or could not be made", check.len());
    Ok(())
}

/// JSON with a line for each entry of its lists: short, and changes can be seen.
fn lines_of(whole: &Value) -> String {
    let members = whole.as_object().into_iter().flatten().map(|(key, value)| {
        let value = match value.as_array() {
            Some(list) if !list.is_empty() => {
                let lines: Vec<String> = list.iter().map(Value::to_string).collect();
                format!("[\n{}\n]", lines.join(",\n"))
            }
            _ => value.to_string(),
        };
        format!("{}: {value}", Value::from(key.as_str()))
    });
    format!("{{\n{}\n}}\n", members.collect::<Vec<_>>().join(",\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_each_entry() {
        let whole = json!({ "schema": SCHEMA, "check": [{ "ok": true }, { "ok": false }], "bench": [] });
        let text = lines_of(&whole);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), whole);
        assert_eq!(text.lines().count(), 8, "{text}");
    }
}
