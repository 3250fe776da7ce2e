//! `activations bench`: the GPU beside plain copies and beside the CPU.

mod break_even;
mod chart;
mod collect;
mod line;
mod page;
mod size;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::{Value, json};
use wgpu_activations::activation::RELU;
use wgpu_activations::wgpu::AdapterInfo;
use wgpu_activations::{Gpu, Op, Pass, Storage};
use wgpu_activations_harness::cpu;
use wgpu_activations_harness::measure::{self, Chain, Job};

use crate::catalogue::functions;
use crate::device::{self, DeviceArgs};
use crate::draw::Format;
use crate::dtype::Dtype;
use crate::machine;
use crate::number;
use crate::output::{Claims, Output};
use crate::text::{Console, Table};
use break_even::BreakEven;
use collect::{Collected, Effort, Stage, Transfers, collect};
use line::{Line, milliseconds};
use size::Size;

/// A fair race: the same numbers for the GPU and for all cores of the CPU, in turn, after a warm-up. Medians are printed, and half the
/// distance of the quartiles; wrong answers fail.
#[derive(Args)]
pub(crate) struct BenchArgs {
    /// Names of functions [default: all]
    names: Vec<String>,
    /// What tensors hold; the CPU takes part in f32 only
    #[arg(long, value_enum, default_value_t)]
    dtype: Dtype,
    /// Numbers of elements; k, M and G are powers of 1024 [default: 1M; functions that the CPU
    /// computes as well also 4k, 32k, 256k and 16M]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    sizes: Vec<Size>,
    /// Lengths of rows, for functions of rows [default: of 1024 and 50257 those that fit]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    rows: Vec<Size>,
    /// Repetitions that the medians are taken of [default: 3 to 15, as time allows]
    #[arg(long, value_name = "N")]
    repetitions: Option<NonZeroUsize>,
    /// About how long it may take
    #[arg(long, value_name = "N", default_value = "140", conflicts_with = "repetitions")]
    seconds: u64,
    /// Only functions that the CPU computes as well, up to 1M elements, in less than 30 seconds
    #[arg(long, conflicts_with_all = ["sizes", "seconds"])]
    quick: bool,
    /// Measure the CPU alone
    #[arg(long, conflicts_with = "dtype")]
    cpu_only: bool,
    /// Also write the results to a JSON file; one FILE may be -, standard output, and then tables go
    /// to standard error
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Also write the results to a CSV file
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Also write a page with pictures and all figures
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Also draw throughput over size, as .svg or .png
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Replace existing files
    #[arg(long)]
    force: bool,
}

const SIZES: [u64; 5] = [4 << 10, 32 << 10, 256 << 10, 1 << 20, 16 << 20];
const QUICK: [u64; 4] = [4 << 10, 32 << 10, 256 << 10, 1 << 20];
/// The size of functions that the CPU has no kernel for.
const MIDDLE: u64 = 1 << 20;
const ROWS: [u64; 2] = [1024, 50_257];
const QUICK_TIME: Duration = Duration::from_secs(15);

/// Everything that was measured, and on what.
struct Report {
    info: Option<AdapterInfo>,
    head: String,
    lines: Vec<Line>,
    transfers: Vec<Transfers>,
    chain: Option<Chain>,
}

/// A chain of small calls: elements, and calls in a pass.
const CHAIN: (u64, u32) = (4096, 100);

pub(crate) fn bench(args: &BenchArgs, device: &DeviceArgs) -> Result<()> {
    let storage = args.dtype.storage();
    let functions = functions(&args.names, storage)?;
    let rows = functions.iter().any(|function| matches!(function, Op::RowFunction(_)));
    ensure!(rows || args.rows.is_empty(), "--rows is for functions of rows, and none is named");
    let stages = stages(args, &functions)?;
    let mut claims = Claims::new(args.force);
    let json = claims.claim_if(args.json.as_deref(), &["json"])?;
    let csv = claims.claim_if(args.csv.as_deref(), &["csv"])?;
    let page = claims.claim_if(args.report.as_deref(), &["html", "htm"])?;
    let plot = claims.claim_if(args.plot.as_deref(), &Format::ENDINGS)?;
    let console = Console::beside(&claims);
    let gpu = if args.cpu_only { None } else { Some(device.open()?) };
    let info = gpu.as_ref().map(Gpu::info);
    let head = head(info.as_ref(), storage);
    console.print(&head)?;

    let effort = match (args.repetitions, args.quick) {
        (Some(count), _) => Effort::Rounds(count.get()),
        (None, true) => Effort::Time(QUICK_TIME),
        (None, false) => Effort::Time(Duration::from_secs(args.seconds)),
    };
    let Collected { mut lines, transfers } = collect(gpu.as_ref(), storage, &stages, effort)?;
    let place = |line: &Line| functions.iter().position(|function| function.name() == line.function);
    lines.sort_by_key(place);
    let chain = gpu.as_ref().map(|gpu| measure::chain(gpu, &RELU, CHAIN.0, CHAIN.1, 41)).transpose()?;
    let report = Report { info, head, lines, transfers, chain };

    write(json, || Ok(format!("{:#}\n", report.to_json()).into_bytes()))?;
    write(csv, || Ok(line::csv(&report.lines, report.info.as_ref()).into_bytes()))?;
    write(page, || Ok(page::page(&report, !args.names.is_empty())?.into_bytes()))?;
    write(plot, || {
        let figure = chart::throughput(&report, !args.names.is_empty());
        let figure = figure.context("--plot needs a function measured forward at two sizes")?;
        args.plot.as_deref().map_or(Format::Svg, Format::of).render(&figure)
    })?;
    report.print(console)
}

/// Jobs at each size, the smallest first.
fn stages(args: &BenchArgs, functions: &[Op]) -> Result<Vec<Stage>> {
    let lengths: Vec<u64> = match args.rows.is_empty() {
        true => ROWS.to_vec(),
        false => args.rows.iter().map(|&Size(length)| length).collect(),
    };
    let jobs: Vec<Job> = functions.iter().flat_map(|function| jobs(function, &lengths)).collect();
    let chosen = !args.sizes.is_empty();
    let mut sizes: Vec<u64> = match args.quick {
        _ if chosen => args.sizes.iter().map(|&Size(elements)| elements).collect(),
        true => QUICK.to_vec(),
        false => SIZES.to_vec(),
    };
    sizes.sort_unstable();
    sizes.dedup();
    let wanted = |job: &Job, elements: u64| {
        let asked_for = chosen && !args.rows.is_empty();
        let for_cpu = cpu::tensors(&job.of, job.pass).is_some();
        let for_gpu = !args.cpu_only && (chosen || !args.quick && elements == MIDDLE);
        (for_cpu || for_gpu) && (asked_for || job.length <= elements)
    };
    let stage = |&elements: &u64| {
        let jobs: Vec<Job> = jobs.iter().copied().filter(|job| wanted(job, elements)).collect();
        (!jobs.is_empty()).then_some(Stage { elements, jobs })
    };
    let stages: Vec<Stage> = sizes.iter().filter_map(stage).collect();
    ensure!(
        !stages.is_empty(),
        "there is nothing to measure: no row fits, or the CPU has no kernel for these functions"
    );
    Ok(stages)
}

/// Forward and backward of a function; for rows of each length, if it takes rows.
fn jobs(function: &Op, lengths: &[u64]) -> Vec<Job> {
    let passes = function.passes().into_iter().filter(|pass| matches!(pass, Pass::Forward | Pass::Backward));
    let rows = matches!(function, Op::RowFunction(_));
    let of = |pass| match rows {
        true => lengths.iter().map(|&length| Job::rows(*function, pass, length)).collect(),
        false => vec![Job::new(*function, pass)],
    };
    passes.flat_map(of).collect()
}

/// The lines above all results.
fn head(info: Option<&AdapterInfo>, storage: Storage) -> String {
    let adapter = info.map(|info| device::head(info, storage)).unwrap_or_default();
    let note = "note: this is no GPU, and its figures say nothing of one\n";
    let note = if info.is_some_and(device::is_software) { note } else { "" };
    let cpu = if storage == Storage::F32 { format!("CPU: {}\n", machine::cpu()) } else { String::new() };
    adapter + note + &cpu
}

fn write(output: Option<Output>, content: impl FnOnce() -> Result<Vec<u8>>) -> Result<()> {
    let Some(output) = output else { return Ok(()) };
    output.write(&content()?)
}

impl Report {
    /// What is not the CPU, in words.
    fn side(&self) -> String {
        match &self.info {
            Some(info) if device::is_software(info) => "software driver".to_owned(),
            Some(_) => "GPU".to_owned(),
            None => "CPU".to_owned(),
        }
    }

    /// Where the figures come from.
    fn origin(&self) -> String {
        let adapter = self.info.as_ref().map(|info| format!("{} ({}), ", info.name, device::driver(info)));
        let adapter = adapter.unwrap_or_default();
        format!("{adapter}{}; {}; {}", machine::cpu(), machine::date(), machine::command())
    }

    fn print(&self, console: Console) -> Result<()> {
        console.print(line::table(&self.lines))?;
        if let Some(clock) = self.clock() {
            console.print(format_args!("{clock}\n\ntransfers of one tensor:\n{}", self.transfer_table()))?;
        }
        let found = BreakEven::all(&self.lines);
        if !found.is_empty() {
            let side = self.side();
            console.print(format_args!("\nwhere the {side} is faster than the CPU:\n{}", break_even::table(&found)))?;
        }
        self.small_calls().map_or(Ok(()), |calls| console.print(format_args!("\n{calls}\n")))
    }

    /// By which clock times are.
    fn clock(&self) -> Option<&'static str> {
        self.info.as_ref()?;
        let stamped = self.lines.iter().filter_map(|line| line.gpu.as_ref()).filter(|m| m.by_device).count();
        Some(match stamped {
            0 => "times: wall clock over many calls in a submission; the device has no timestamps that are valid",
            n if n == self.lines.len() => "times: the device's timestamps; CPU and buffer copies by the wall clock",
            _ => "times: the device's timestamps where these are valid, else the wall clock",
        })
    }

    fn small_calls(&self) -> Option<String> {
        let Chain { seconds, empty_seconds, ratio, .. } = self.chain?;
        let [own, empty] = [seconds, empty_seconds].map(|seconds| format!("{:.1} us", seconds * 1e6));
        let (elements, calls) = CHAIN;
        let what = format!("small calls: relu of {elements} elements, {calls} in a pass");
        Some(format!("{what}: {own} each, an empty dispatch {empty}: {ratio:.2} of these"))
    }

    fn transfer_table(&self) -> Table<5> {
        let mut table = Table::new([">elements", ">upload ms", ">GB/s", ">download ms", ">GB/s"]);
        for Transfers { elements, bytes, seconds } in &self.transfers {
            let [up, down] = seconds.map(|s| [milliseconds(s), format!("{:.1}", 1e-9 * bytes / s)]);
            let ([up, up_rate], [down, down_rate]) = (up, down);
            table.row([Size(*elements).to_string(), up, up_rate, down, down_rate]);
        }
        table
    }

    fn to_json(&self) -> Value {
        let transfers = |t: &Transfers| {
            let [upload, download] = t.seconds.map(number::json);
            json!({ "elements": t.elements, "upload_seconds": upload, "download_seconds": download })
        };
        let chain = |chain: &Chain| {
            json!({
                "elements": CHAIN.0,
                "calls": CHAIN.1,
                "seconds": number::json(chain.seconds),
                "empty_seconds": number::json(chain.empty_seconds),
                "ratio": number::json(chain.ratio),
            })
        };
        json!({
            "adapter": self.info.as_ref().map(device::to_json),
            "cpu": machine::cpu(),
            "date": machine::date(),
            "command": machine::command(),
            "results": self.lines.iter().map(Line::to_json).collect::<Vec<_>>(),
            "transfers": self.transfers.iter().map(transfers).collect::<Vec<_>>(),
            "break_even": BreakEven::all(&self.lines).iter().map(BreakEven::to_json).collect::<Vec<_>>(),
            "small_calls": self.chain.as_ref().map(chain),
        })
    }
}
