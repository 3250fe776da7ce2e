//! `activations`: the functions of `wgpu-activations` from the command line.

mod adapters;
mod array;
mod bench;
mod catalogue;
mod check;
mod device;
mod draw;
mod dtype;
mod environment;
mod evidence;
mod isa;
mod kernel;
mod list;
mod machine;
mod number;
mod output;
mod page;
mod params;
mod plan;
mod plot;
mod run;
mod show;
mod study;
mod text;

use std::io::Write;
use std::process::ExitCode;

use bench::Slower;
use clap::{Parser, Subcommand};

/// The exit status of a comparison that found something slower; 1 is an error's, 2 clap's.
const SLOWER: u8 = 3;

/// Activation functions on the GPU: list them, show their WGSL, run them on files of arrays, check and
/// benchmark them on this machine's adapters.
#[derive(Parser)]
#[command(name = "activations", version, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    device: device::DeviceArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List every function with its parameters, passes and error bounds.
    List(list::ListArgs),
    /// Show one function: formulas, conventions, bounds, or its WGSL.
    Show(show::ShowArgs),
    /// Print what a launcher of any kind needs to run a function: texts, bindings, arguments, dispatches.
    Plan(plan::PlanArgs),
    /// Apply a function, or its derivative, to arrays in .npy and .safetensors files.
    Run(run::RunArgs),
    /// Draw functions and their derivatives, or their errors.
    Plot(plot::PlotArgs),
    /// Check functions on this adapter against the f64 reference.
    Check(check::CheckArgs),
    /// Benchmark functions on this adapter against plain copies and the CPU.
    Bench(bench::BenchArgs),
    /// Keep errors and times of an adapter in one file, or make tables of many such files.
    Evidence(evidence::EvidenceArgs),
    /// Show what GPUs' compilers make of kernels: instructions, registers, busy cycles. No GPU is needed.
    Isa(isa::IsaArgs),
    /// Study functions: how signals and gradients grow, and how well nets learn.
    Study(study::StudyArgs),
    /// List the adapters and their relevant limits.
    Adapters,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if !matches!(cli.command, Command::List(_) | Command::Show(_) | Command::Plan(_) | Command::Isa(_)) {
        environment::complete();
    }
    let done = match &cli.command {
        Command::List(args) => list::list(args),
        Command::Show(args) => show::show(args),
        Command::Plan(args) => plan::plan(args),
        Command::Run(args) => run::run(args, &cli.device),
        Command::Plot(args) => plot::plot(args, &cli.device),
        Command::Check(args) => check::check(args, &cli.device),
        Command::Bench(args) => bench::bench(args, &cli.device),
        Command::Evidence(args) => evidence::evidence(args, &cli.device),
        Command::Isa(args) => isa::isa(args),
        Command::Study(args) => study::study(args, &cli.device),
        Command::Adapters => adapters::adapters(&cli.device),
    };
    let Err(error) = done else {
        return ExitCode::SUCCESS;
    };
    // If stderr is closed, there is nobody to tell, and `eprintln!` would panic.
    let _ = writeln!(std::io::stderr(), "error: {}", text::one_line(&format!("{error:#}")));
    if error.is::<Slower>() { ExitCode::from(SLOWER) } else { ExitCode::FAILURE }
}
