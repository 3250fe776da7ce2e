//! Elementwise functions over .npy files.

use anyhow::{Context, Result, ensure};
use indicatif::ProgressBar;
use wgpu_activations::{Activation, Error, Gpu};

use super::RunArgs;
use crate::device::DeviceArgs;
use crate::npy::{self, Array};
use crate::output::Output;
use crate::params::Params;
use crate::text;

/// Elements per call of the library: the bar moves, and the GPU holds a piece of a large array at
/// a time.
const PIECE: usize = 16 << 20;

/// A result to compute and the file it goes to.
struct Job {
    output: Output,
    /// The index of a parameter, or none for y and dx.
    param: Option<usize>,
}

pub(super) fn run(args: &RunArgs, activation: &'static Activation, device: &DeviceArgs) -> Result<()> {
    ensure!(!args.interleaved, "{} has no halves", activation.name);
    ensure!(args.input.len() == 1, "{} takes 1 input, not {}", activation.name, args.input.len());
    ensure!(args.output.len() <= 1, "{} has 1 result, not {}", activation.name, args.output.len());
    let jobs = jobs(args, activation)?;
    let x = npy::read(&args.input[0])?;
    let dy = args.upstream(&x.shape)?.map(|dy| dy.data);
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
