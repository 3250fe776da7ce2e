//! `activations run`: a function over .npy files.

mod elementwise;
mod gated;
mod rows;

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Args;
use wgpu_activations::activation::Kinks;
use wgpu_activations::gate::RRELU_TRAIN;
use wgpu_activations::{Extent, Subject};

use crate::device::DeviceArgs;
use crate::npy::{self, Array};
use crate::output::Output;
use crate::params::{Setting, Target};

/// Arrays are .npy files of f2, f4 or f8 in any byte and memory order; results are little-endian
/// f4 in C order.
#[derive(Args)]
pub(crate) struct RunArgs {
    /// Name or alias of the function
    name: String,
    /// The input x; a gate takes two, a and b, or one that holds both as its halves, and a masked
    /// softmax its mask
    #[arg(short, long, value_name = "FILE", required = true)]
    input: Vec<PathBuf>,
    /// The result: y, or dx with --backward, where a gate of two inputs gives two, da and db
    #[arg(short, long, value_name = "FILE", required_unless_present = "param_grad")]
    output: Vec<PathBuf>,
    /// Parameter as a number, or as @FILE with one value per channel, or else in a shape that
    /// broadcasts to the input's as in ONNX; repeatable
    #[arg(short, long = "param", value_name = "NAME=VALUE|NAME=@FILE")]
    params: Vec<Setting>,
    /// Axis, negative from the end: of rows (default: the function's own, mostly the last), of the
    /// halves of a gate's input (default: the last), or the channel axis of parameters from files,
    /// instead of broadcasting (default: 1, or 0 of one axis, for files with one axis of that size)
    #[arg(long, allow_negative_numbers = true)]
    axis: Option<isize>,
    /// The halves of a gate's input lie in turn along the axis: a, b, a, b, ...
    #[arg(long)]
    interleaved: bool,
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

pub(crate) fn run(args: &RunArgs, device: &DeviceArgs) -> Result<()> {
    match Subject::find(&args.name)? {
        // In training the slopes are a second input.
        Subject::Elementwise(a) if a.name == "rrelu" && args.input.len() == 2 => gated::run(args, &RRELU_TRAIN, device),
        Subject::Elementwise(activation) => elementwise::run(args, activation, device),
        Subject::Gated(gate) => gated::run(args, gate, device),
        Subject::Doubling(_) => gated::double(args, device),
        Subject::Rows(row) => rows::run(args, row, device),
        other => anyhow::bail!("{} cannot be run from here", other.name()),
    }
}

impl RunArgs {
    /// Reads the inputs, as many as `count` says.
    fn inputs(&self, count: std::ops::RangeInclusive<usize>) -> Result<Vec<Array>> {
        let (given, least, most) = (self.input.len(), *count.start(), *count.end());
        let wanted = if least == most { most.to_string() } else { format!("{least} or {most}") };
        ensure!(count.contains(&given), "{} takes {wanted} inputs, not {given}", self.name);
        self.input.iter().map(|path| npy::read(path)).collect()
    }

    /// Reads the upstream gradient of a result of this shape.
    fn upstream(&self, shape: &[usize]) -> Result<Option<Array>> {
        let dy = self.grad.as_deref().map(npy::read).transpose()?;
        if let Some(dy) = &dy {
            let (dy, shape) = (npy::tuple(&dy.shape), npy::tuple(shape));
            ensure!(dy == shape, "dy has shape {dy}, y has shape {shape}");
        }
        Ok(dy)
    }

    /// The outputs, as many as `count` says at most, which can be written.
    fn outputs(&self, most: usize) -> Result<Vec<Output>> {
        let given = self.output.len();
        ensure!(given <= most, "there are {most} results for {given} outputs");
        let mut outputs: Vec<Output> = Vec::new();
        for path in &self.output {
            let output = Output::new(path, self.force)?;
            ensure!(!outputs.iter().any(|o| o.is_same_file(&output)), "two results would go to {}", path.display());
            outputs.push(output);
        }
        Ok(outputs)
    }

    /// Fails for options that only elementwise functions have.
    fn only_plain(&self) -> Result<()> {
        ensure!(self.param_grad.is_empty(), "{} has no gradients of parameters", self.name);
        ensure!(self.kinks == Kinks::Torch, "{} has no other gradients at kinks", self.name);
        Ok(())
    }
}

/// An axis of a shape, counted from the front.
fn axis_of(shape: &[usize], axis: isize) -> Result<usize> {
    Extent::along(shape, axis)?;
    Ok(if axis < 0 { shape.len().saturating_sub(axis.unsigned_abs()) } else { axis.unsigned_abs() })
}

/// The shape with another size along an axis; a scalar becomes a vector.
fn resized(shape: &[usize], axis: usize, size: usize) -> Vec<usize> {
    let mut shape = if shape.is_empty() { vec![1] } else { shape.to_vec() };
    shape[axis] = size;
    shape
}

/// Writes all results; no file takes its name before all of them are complete.
fn write(outputs: Vec<Output>, results: &[(Vec<usize>, Vec<f32>)]) -> Result<()> {
    let stage =
        |(output, (shape, data)): (Output, &(Vec<usize>, Vec<f32>))| output.stage(|file| npy::write(file, shape, data));
    let staged = outputs.into_iter().zip(results).map(stage).collect::<Result<Vec<_>>>()?;
    staged.into_iter().try_for_each(|file| file.commit())
}
