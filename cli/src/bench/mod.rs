//! `activations bench`: the GPU beside plain copies and beside the CPU.

mod args;
mod baseline;
mod break_even;
mod chart;
pub(crate) mod clocks;
mod collect;
mod compare;
mod further;
mod head;
mod line;
mod model;
mod network;
mod page;
mod report;
mod saved;
mod size;

use std::fmt;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use wgpu_activations::activation::RELU;
use wgpu_activations::{Gpu, Op, Pass};
use wgpu_activations_harness::cpu;
use wgpu_activations_harness::measure::{self, Caches, Job};

use crate::catalogue::functions;
use crate::device::DeviceArgs;
use crate::draw::Format;
use crate::output::{Claims, Output};
use crate::text::{Console, counted};
pub(crate) use args::BenchArgs;
use baseline::Baseline;
use collect::{Collected, Effort, Stage, collect};
use line::Line;
use model::Network;
use report::{CHAIN, Report};
use saved::Saved;
use size::Size;

const SIZES: [u64; 5] = [4 << 10, 32 << 10, 256 << 10, 1 << 20, 16 << 20];
const QUICK: [u64; 4] = [4 << 10, 32 << 10, 256 << 10, 1 << 20];
/// The size of functions that the CPU has no kernel for.
const MIDDLE: u64 = 1 << 20;
const ROWS: [u64; 2] = [1024, 50_257];
const QUICK_TIME: Duration = Duration::from_secs(15);

/// That rows are slower than those of a baseline.
#[derive(Debug)]
pub(crate) struct Slower {
    rows: usize,
    baseline: String,
}

impl fmt::Display for Slower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.rows == 1 { "is" } else { "are" };
        write!(f, "{} {verb} slower than in {}", counted(self.rows, "row"), self.baseline)
    }
}

impl std::error::Error for Slower {}

pub(crate) fn bench(args: &BenchArgs, device: &DeviceArgs) -> Result<()> {
    let storage = args.dtype.storage();
    let network = args.model.map(|model| Network::new(model, storage)).transpose()?;
    let functions = network.as_ref().map_or_else(|| functions(&args.names, storage), |net| Ok(net.functions()))?;
    let rows = functions.iter().any(|function| matches!(function, Op::RowFunction(_)));
    ensure!(rows || args.rows.is_empty(), "--rows is for functions of rows, and none is named");
    let stages = network.as_ref().map_or_else(|| stages(args, &functions), |net| Ok(net.stages()))?;
    let mut claims = Claims::new(args.force);
    let json = claims.claim_if(args.json.as_deref(), &["json"])?;
    let csv = claims.claim_if(args.csv.as_deref(), &["csv"])?;
    let page = claims.claim_if(args.report.as_deref(), &["html", "htm"])?;
    let plot = claims.claim_if(args.plot.as_deref(), &Format::ENDINGS)?;
    let save = claims.claim_if(args.save.as_deref(), &["json"])?;
    let console = Console::beside(&claims);
    let baseline = args.baseline.as_deref().map(Baseline::read).transpose()?;
    let gpu = if args.cpu_only { None } else { Some(device.open()?) };
    let info = gpu.as_ref().map(Gpu::info);
    if let Some(baseline) = &baseline {
        baseline.check(info.as_ref(), storage, &stages)?;
    }
    let clocks = || info.as_ref().map(clocks::clocks);
    let before = clocks();
    let head = head::head(info.as_ref(), before.as_deref(), storage, &stages);
    console.print(&head)?;

    let least = if args.save.is_some() || baseline.is_some() { compare::LEAST } else { 1 };
    let effort = match (args.repetitions, args.quick) {
        (Some(count), _) => Effort::Rounds(count.get()),
        (None, true) => Effort::Time(QUICK_TIME, least),
        (None, false) => Effort::Time(Duration::from_secs(args.seconds), least),
    };
    let Collected { mut lines, transfers } = collect(gpu.as_ref(), storage, &stages, effort)?;
    let place = |line: &Line| functions.iter().position(|function| function.name() == line.function);
    lines.sort_by_key(place);
    if let Some(gpu) = gpu.as_ref().filter(|_| args.save.is_some() || baseline.is_some()) {
        further::settle(gpu, storage, &mut lines)?;
    }
    let chain = gpu.as_ref().map(|gpu| measure::chain(gpu, &RELU, CHAIN.0, CHAIN.1, 41)).transpose()?;
    let compared = baseline.as_ref().zip(gpu.as_ref());
    let compared = compared.map(|(baseline, gpu)| baseline.compare(gpu, storage, &mut lines)).transpose()?;
    let clocks = before.zip(clocks()).map(|(before, after)| [before, after]);
    let report = Report { info, head, clocks, lines, transfers, chain, network, compared };

    let named = !args.names.is_empty();
    write(save, || Saved::new(&report.lines, report.info.as_ref()).to_bytes())?;
    write(json, || Ok(format!("{:#}\n", report.to_json()).into_bytes()))?;
    write(csv, || Ok(line::csv(&report.lines, report.info.as_ref()).into_bytes()))?;
    write(page, || Ok(page::page(&report, named)?.into_bytes()))?;
    write(plot, || {
        let figure = chart::throughput(&report, named);
        let figure = figure.context("--plot needs a function measured forward at two sizes")?;
        args.plot.as_deref().map_or(Format::Svg, Format::of).render(&figure)
    })?;
    report.print(console)?;
    match &report.compared {
        Some(compared) if compared.slower() > 0 => {
            Err(Slower { rows: compared.slower(), baseline: compared.path().to_owned() }.into())
        }
        _ => Ok(()),
    }
}

/// Jobs at each size, the smallest first.
fn stages(args: &BenchArgs, functions: &[Op]) -> Result<Vec<Stage>> {
    let lengths: Vec<u64> = match args.rows.is_empty() {
        true => ROWS.to_vec(),
        false => args.rows.iter().map(|&Size(length)| length).collect(),
    };
    let jobs: Vec<Job> = functions.iter().flat_map(|function| jobs(function, &lengths)).collect();
    let chosen = !args.sizes.is_empty();
    let caches = if args.cold { Caches::Cold } else { Caches::Hot };
    let mut sizes: Vec<u64> = match args.quick {
        _ if chosen => args.sizes.iter().map(|&Size(elements)| elements).collect(),
        true => QUICK.to_vec(),
        false => SIZES.to_vec(),
    };
    // Of what is usual, what no cache holds.
    sizes.retain(|elements| chosen || !args.cold || elements * args.dtype.storage().bytes() >= Caches::LEAST);
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
        (!jobs.is_empty()).then_some(Stage { elements, caches, jobs })
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

fn write(output: Option<Output>, content: impl FnOnce() -> Result<Vec<u8>>) -> Result<()> {
    let Some(output) = output else { return Ok(()) };
    output.write(&content()?)
}
