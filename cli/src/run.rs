//! `activations run`: a function over .npy files.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Args;
use indicatif::ProgressBar;
use wgpu_activations::activation::{Kinks, find};
use wgpu_activations::{Activation, Error, Gpu};

use crate::device::DeviceArgs;
use crate::npy::{self, Array};
use crate::output::Output;
use crate::params::{Params, Setting, Target};
use crate::text;

/// Elements per call of the library: the bar moves, and the GPU holds a piece of a large array at
/// a time.
const PIECE: usize = 16 << 20;

/// Arrays are .npy files of f2, f4 or f8 in any byte and memory order; results are little-endian
/// f4 in C order, in the shape of the input.
#[derive(Args)]
pub(crate) struct RunArgs {
    /// Name or alias of the function
    name: String,
    /// The input x
    #[arg(short, long, value_name = "FILE")]
    input: PathBuf,
    /// The result: y, or dx with --backward
    #[arg(short, long, value_name = "FILE", required_unless_present = "param_grad")]
    output: Option<PathBuf>,
    /// Parameter as a number, or as @FILE with one value per channel, or else in a shape that
    /// broadcasts to the input's as in ONNX; repeatable
    #[arg(short, long = "param", value_name = "NAME=VALUE|NAME=@FILE")]
    params: Vec<Setting>,
    /// Channel axis of parameters from files, negative from the end, instead of broadcasting
    /// [default: 1, or 0 of one axis, for files with one axis of that size]
    #[arg(long, allow_negative_numbers = true)]
    axis: Option<isize>,
    /// Compute the gradient of x from --grad
    #[arg(long, requires = "grad")]
    backward: bool,
    /// Whose gradients hold where a derivative jumps: torch, jax or tf
    #[arg(long, value_name = "SYSTEM", default_value = "torch", requires = "backward")]
    kinks: Kinks,
    /// The gradient dy of the result
    #[arg(short, long, value_name = "FILE", requires = "backward")]
    grad: Option<PathBuf>,
    /// Write the gradient of a trainable parameter, in the shape of its file; repeatable
    #[arg(long, value_name = "NAME=FILE", requires = "backward")]
    param_grad: Vec<Target>,
    /// Replace existing output files
    #[arg(long)]
    force: bool,
}

/// A result to compute and the file it goes to.
struct Job {
    output: Output,
    /// The index of a parameter, or none for y and dx.
    param: Option<usize>,
}

pub(crate) fn run(args: &RunArgs, device: &DeviceArgs) -> Result<()> {
    let activation = find(&args.name)?;
    let jobs = jobs(args, activation)?;
    let x = npy::read(&args.input)?;
    let dy = args.grad.as_deref().map(npy::read).transpose()?;
    if let Some(dy) = &dy {
        let (dy, x) = (npy::tuple(&dy.shape), npy::tuple(&x.shape));
        ensure!(dy == x, "dy has shape {dy}, x has shape {x}");
    }
    let dy = dy.map(|dy| dy.data);
    let params = Params::resolve(activation, &args.params, &x.shape, args.axis)?.kinks(args.kinks);
    let gpu = device.open()?;

    let bar = text::progress(jobs.len() * x.data.len());
    bar.set_message("elements");
    let mut staged = Vec::new();
    for Job { output, param } in jobs {
        let result = match param {
            None => {
                let data = elementwise(&gpu, &params, &x.data, dy.as_deref(), &bar)?;
                Array { shape: x.shape.clone(), data }
            }
            Some(index) => {
                let dy = dy.as_deref().context("a parameter's gradient needs --grad")?;
                let name = activation.params[index].name;
                let data = gpu.param_gradient(params.function(x.data.len()), name, &x.data, dy)?;
                bar.inc(x.data.len() as u64);
                params.gradient(index, data)
            }
        };
        staged.push(output.stage(|file| npy::write(file, &result.shape, &result.data))?);
    }
    bar.finish_and_clear();
    // No file takes its name before all of them are complete.
    staged.into_iter().try_for_each(|file| file.commit())
}

/// What is asked for, each with an output that can be written.
fn jobs(args: &RunArgs, activation: &'static Activation) -> Result<Vec<Job>> {
    let mut jobs: Vec<Job> = Vec::new();
    let main = args.output.iter().map(|path| (path, None));
    let gradients = args.param_grad.iter().map(|target| (&target.path, Some(&target.name)));
    for (path, name) in main.chain(gradients) {
        let param = name.map(|name| trainable(activation, name)).transpose()?;
        let output = Output::new(path, args.force)?;
        let taken = jobs.iter().any(|job| job.output.is_same_file(&output));
        ensure!(!taken, "two results would go to {}", path.display());
        jobs.push(Job { output, param });
    }
    Ok(jobs)
}

fn trainable(activation: &'static Activation, name: &str) -> Result<usize, Error> {
    let index = activation.param_index(name)?;
    let param = &activation.params[index];
    if param.trainable() { Ok(index) } else { Err(Error::NotTrainable { function: activation.name, name: param.name }) }
}

/// y, or dx where there is a dy.
fn elementwise(gpu: &Gpu, params: &Params, x: &[f32], dy: Option<&[f32]>, bar: &ProgressBar) -> Result<Vec<f32>> {
    let row = params.row().max(1);
    let piece = row * (PIECE / row).max(1);
    let mut result = Vec::with_capacity(x.len());
    for start in (0..x.len()).step_by(piece) {
        let range = start..x.len().min(start + piece);
        let function = params.function(range.len());
        let part = match dy {
            None => gpu.forward(function, &x[range])?,
            Some(dy) => gpu.backward(function, &x[range.clone()], &dy[range])?,
        };
        bar.inc(part.len() as u64);
        result.extend(part);
    }
    Ok(result)
}
