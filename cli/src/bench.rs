//! `activations bench`: seconds and bytes per second beside plain copies.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};
use wgpu_activations::measure::{self, Job, Measurement};
use wgpu_activations::{Pass, Subject};

use crate::check::functions;
use crate::device::{self, DeviceArgs};
use crate::dtype::Dtype;
use crate::number;
use crate::output;
use crate::text::{self, Table};

const SOFTWARE: &str = "note: this adapter is software on the CPU; its absolute figures say \
                        nothing of a GPU\n";

#[derive(Args)]
pub(crate) struct BenchArgs {
    /// Names of functions [default: all]
    names: Vec<String>,
    /// What tensors hold
    #[arg(long, value_enum, default_value_t)]
    dtype: Dtype,
    /// Numbers of elements; k, M and G are powers of 1024
    #[arg(long, value_name = "A,B", value_delimiter = ',', default_value = "1M,16M")]
    sizes: Vec<Size>,
    /// Lengths of rows, for functions of rows
    #[arg(long, value_name = "A,B", value_delimiter = ',', default_value = "1024,50257")]
    rows: Vec<Size>,
    /// Repetitions that the medians are taken of
    #[arg(long, value_name = "N", default_value = "5")]
    repetitions: NonZeroUsize,
    /// Also write the results to a JSON file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Size(u64);

impl FromStr for Size {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unit = match text.chars().last() {
            Some('k' | 'K') => 1 << 10,
            Some('m' | 'M') => 1 << 20,
            Some('g' | 'G') => 1 << 30,
            _ => 1,
        };
        let digits = if unit == 1 { text } else { &text[..text.len() - 1] };
        let count: Option<u64> = digits.replace('_', "").parse().ok();
        count
            .and_then(|count| count.checked_mul(unit))
            .filter(|&count| count > 0)
            .map(Self)
            .ok_or("a number such as 1_000_000, 64k or 16M belongs here")
    }
}

pub(crate) fn bench(args: &BenchArgs, device: &DeviceArgs) -> Result<()> {
    let storage = args.dtype.storage();
    let functions = functions(&args.names, storage)?;
    let output = output::json_output(args.json.as_deref())?;
    let gpu = device.open()?;
    let info = gpu.info();
    text::print(device::head(&info, storage))?;
    if device::is_software(&info) {
        text::print(SOFTWARE)?;
    }

    let lengths: Vec<u64> = args.rows.iter().map(|&Size(length)| length).collect();
    let jobs: Vec<Job> = functions.iter().flat_map(|function| jobs(function, &lengths)).collect();
    let bar = text::progress(0);
    let mut measured = Vec::new();
    for Size(elements) in args.sizes.iter().copied() {
        bar.set_message(format!("at {elements} elements"));
        let mut progress = |done: usize, total: usize| {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        };
        let repetitions = args.repetitions.get();
        measured.extend(measure::run_stored(&gpu, storage, &jobs, elements, repetitions, &mut progress)?);
    }
    bar.finish_and_clear();

    let results: Vec<Value> = measured.iter().map(to_json).collect();
    output::write_json(output, &json!({ "adapter": device::to_json(&info), "results": results }))?;
    text::print(table(&measured))
}

/// Forward and backward of a function; for rows of each length, if it takes rows.
fn jobs(function: &Subject, lengths: &[u64]) -> Vec<Job> {
    let passes = function.passes().into_iter().filter(|pass| matches!(pass, Pass::Forward | Pass::Backward));
    let rows = matches!(function, Subject::Rows(_));
    let of = |pass| match rows {
        true => lengths.iter().map(|&length| Job::rows(*function, pass, length)).collect(),
        false => vec![Job::new(*function, pass)],
    };
    passes.flat_map(of).collect()
}

fn table(measured: &[Measurement]) -> Table<8> {
    let mut table = Table::new([
        "function",
        "pass",
        ">row",
        ">elements",
        ">ms",
        ">GB/s",
        ">time / copy kernel",
        ">time / buffer copy",
    ]);
    for m in measured {
        table.row([
            m.function.into(),
            m.pass.to_string(),
            if m.length > 1 { m.length.to_string() } else { String::new() },
            m.elements.to_string(),
            format!("{:.3}", m.seconds * 1e3),
            format!("{:.1}", m.gb_per_s),
            format!("{:.2}", m.copy_kernel_ratio),
            format!("{:.2}", m.buffer_copy_ratio),
        ]);
    }
    table
}

fn to_json(m: &Measurement) -> Value {
    json!({
        "function": m.function,
        "pass": m.pass.to_string(),
        "dtype": m.storage.to_string(),
        "elements": m.elements,
        "row": m.length,
        "gpu_seconds": number::json(m.seconds),
        "gpu_gb_per_s": number::json(m.gb_per_s),
        "copy_kernel_ratio": number::json(m.copy_kernel_ratio),
        "buffer_copy_ratio": number::json(m.buffer_copy_ratio),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let cases = [
            ("1", Some(1)),
            ("1_000_000", Some(1_000_000)),
            ("64k", Some(65_536)),
            ("1M", Some(1 << 20)),
            ("2G", Some(2 << 30)),
            ("0", None),
            ("", None),
            ("M", None),
            ("-1", None),
            ("1.5M", None),
            ("99999999999999999999", None),
            ("99999999999999999G", None),
            ("1é", None),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse().ok(), expected.map(Size), "{text:?}");
        }
    }
}
