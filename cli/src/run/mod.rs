//! `activations run`: a function over arrays in files.

mod elementwise;
mod gated;
mod rows;

use anyhow::{Result, ensure};
use clap::Args;
use wgpu_activations::activation::Kinks;
use wgpu_activations::gate::RRELU_TRAIN;
use wgpu_activations::half::{bf16, f16};
use wgpu_activations::{Extent, Subject};

use crate::array::{self, Array, Number, Outputs, Pieces, Place, tuple};
use crate::device::DeviceArgs;
use crate::dtype::Dtype;
use crate::params::{Setting, Target};

/// Bytes of each array that are in memory at a time, where arrays go through in pieces.
const PIECE: usize = 8 << 20;

/// A FILE is a .npy file of f2, f4 or f8 in any byte and memory order, or a .safetensors file, where
/// FILE:NAME chooses one of several tensors of F16, BF16, F32 or F64. Results are little-endian and
/// in C order. Elementwise functions and gates of two inputs go through files in pieces, however
/// large these are.
#[derive(Args)]
pub(crate) struct RunArgs {
    /// Name or alias of the function
    name: String,
    /// The input x; a gate takes two, a and b, or one that holds both as its halves, and a masked
    /// softmax its mask
    #[arg(short, long, value_name = "FILE", required = true)]
    input: Vec<Place>,
    /// The result: y, or dx with --backward, where a gate of two inputs gives two, da and db. These
    /// are also the names in a .safetensors file, unless FILE:NAME gives another; one file may take
    /// several results
    #[arg(short, long, value_name = "FILE", required_unless_present = "param_grad")]
    output: Vec<Place>,
    /// What arrays hold on the GPU, and their results: inputs round to it, and results once from f32.
    /// Gradients of parameters are f32
    #[arg(long, value_enum, default_value_t)]
    dtype: Dtype,
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
    grad: Option<Place>,
    /// Write the gradient of a trainable parameter, in the shape of its file; repeatable
    #[arg(long, value_name = "NAME=FILE", requires = "backward")]
    param_grad: Vec<Target>,
    /// Replace existing .npy files, and tensors of existing .safetensors files, which keep the others
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &RunArgs, device: &DeviceArgs) -> Result<()> {
    match args.dtype {
        Dtype::F32 => run_on::<f32>(args, device),
        Dtype::F16 => run_on::<f16>(args, device),
        Dtype::Bf16 => run_on::<bf16>(args, device),
    }
}

fn run_on<T: Number>(args: &RunArgs, device: &DeviceArgs) -> Result<()> {
    match Subject::find(&args.name)? {
        // In training the slopes are a second input.
        Subject::Elementwise(a) if a.name == "rrelu" && args.input.len() == 2 => {
            gated::run::<T>(args, &RRELU_TRAIN, device)
        }
        Subject::Elementwise(activation) => elementwise::run::<T>(args, activation, device),
        Subject::Gated(gate) => gated::run::<T>(args, gate, device),
        Subject::Doubling(_) => gated::double::<T>(args, device),
        Subject::Rows(row) => rows::run::<T>(args, row, device),
        other => anyhow::bail!("{} cannot be run from here", other.name()),
    }
}

impl RunArgs {
    /// Reads the inputs, as many as `count` says.
    fn inputs<T: Number>(&self, count: std::ops::RangeInclusive<usize>) -> Result<Vec<Array<T>>> {
        let (given, least, most) = (self.input.len(), *count.start(), *count.end());
        let wanted = if least == most { most.to_string() } else { format!("{least} or {most}") };
        ensure!(count.contains(&given), "{} takes {wanted} inputs, not {given}", self.name);
        self.input.iter().map(array::read).collect()
    }

    /// The upstream gradient of a result of this shape, to be read.
    fn upstream<T: Number>(&self, shape: &[usize]) -> Result<Option<Pieces<T>>> {
        let dy = self.grad.as_ref().map(Pieces::open).transpose()?;
        if let Some(dy) = &dy {
            let (dy, shape) = (tuple(dy.shape()), tuple(shape));
            ensure!(dy == shape, "dy has shape {dy}, y has shape {shape}");
        }
        Ok(dy)
    }

    /// Reads the upstream gradient of a result of this shape.
    fn gradient<T: Number>(&self, shape: &[usize]) -> Result<Option<Array<T>>> {
        let dy = self.upstream::<T>(shape)?;
        dy.map(Pieces::array).transpose()
    }

    /// The outputs, which can be written: of y, or of gradients with these names.
    fn outputs<T: Number>(&self, gradients: &[&str]) -> Result<Outputs> {
        let names = if self.backward { gradients } else { &["y"] };
        let (given, most) = (self.output.len(), names.len());
        ensure!(given <= most, "there are {most} results for {given} outputs");
        let mut outputs = Outputs::new(self.force);
        for (place, name) in self.output.iter().zip(names) {
            outputs.add(place, name, T::DTYPE)?;
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

/// Writes as many results as there are outputs.
fn write<T: Number>(outputs: Outputs, results: &[(Vec<usize>, Vec<T>)]) -> Result<()> {
    let shapes: Vec<_> = results.iter().take(outputs.len()).map(|(shape, _)| shape.clone()).collect();
    let mut files = outputs.begin(&shapes)?;
    for (k, (_, data)) in results.iter().take(shapes.len()).enumerate() {
        files.write(k, data)?;
    }
    files.commit()
}
