//! `activations run`: a function over arrays in files.

mod elementwise;
mod gated;
mod rows;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use wgpu_activations::activation::Kinks;
use wgpu_activations::gate::RRELU_TRAIN;
use wgpu_activations::half::{bf16, f16};
use wgpu_activations::{Halves, Op};

use crate::array::{self, Array, Number, Outputs, Pieces, Place, tuple};
use crate::device::DeviceArgs;
use crate::dtype::Dtype;
use crate::params::{Setting, Target, once};

/// Bytes of each array that are in memory at a time, where arrays go through in pieces.
const PIECE: usize = 8 << 20;

const FILES: &str = "\
A FILE is a .npy file of floats, integers or bool in any byte and memory order, or a .safetensors file, where FILE:NAME
chooses one of several tensors; - is standard input or output and, as any pipe, holds a .npy file. Numbers round to the
nearest of --dtype (an f32 holds every integer up to 2^24), and true is 1; in a mask, true adds 0 and false -inf. Results
are little-endian and in C order. Elementwise functions and gates of two inputs go through files in pieces, however
large these are.";

/// What to compute, of what, and where results go.
#[derive(Args)]
#[command(after_help = FILES)]
pub(crate) struct RunArgs {
    /// Name or alias of the function, in any system's spelling
    name: String,
    /// The input x; a gate takes two, a and b, or one that holds both as its halves, and a masked
    /// softmax its mask: numbers are added, and of bool what is true takes part
    #[arg(short, long, value_name = "FILE", required = true)]
    input: Vec<Place>,
    /// The result: y, or dx with --backward, where a gate of two inputs gives two, da and db. These
    /// are also the names in a .safetensors file, unless FILE:NAME gives another; one file may take
    /// several results
    #[arg(short, long, value_name = "FILE", required_unless_present = "param_grad")]
    output: Vec<Place>,
    /// What arrays hold on the GPU, and their results: inputs round to it, and results once from f32.
    /// Gradients of parameters are f32. With bf16, .npy files of V2 are read as bf16
    #[arg(long, value_enum, default_value_t)]
    dtype: Dtype,
    /// Parameter as a number, or as @FILE with one value per channel, or else in a shape that
    /// broadcasts to the input's as in ONNX, of halves along their axis; repeatable
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
    /// The first half of a gate's input is the value, and the second its gate, which in f(a) b is
    /// the other way round
    #[arg(long)]
    value_first: bool,
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
    /// Compute only these gradients of a gate of two inputs, in this order: da or db
    #[arg(long, value_name = "NAME", value_delimiter = ',', requires = "backward")]
    only: Vec<String>,
    /// Replace existing .npy files, and tensors of existing .safetensors files, which keep the others
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &RunArgs, device: &DeviceArgs) -> Result<()> {
    once("parameter", args.params.iter().map(Setting::name))?;
    once("the gradient of", args.param_grad.iter().map(|target| &*target.name))?;
    once("gradient", args.only.iter().map(|name| &**name))?;
    let inputs = args.input.iter().chain(&args.grad).chain(args.params.iter().filter_map(Setting::place));
    ensure!(inputs.filter(|place| place.is_stdio()).count() < 2, "standard input (-) holds one array, not several");
    match args.dtype {
        Dtype::F32 => run_on::<f32>(args, device),
        Dtype::F16 => run_on::<f16>(args, device),
        Dtype::Bf16 => run_on::<bf16>(args, device),
    }
}

fn run_on<T: Number>(args: &RunArgs, device: &DeviceArgs) -> Result<()> {
    match Op::find(&args.name)? {
        // In training the slopes are a second input.
        Op::Activation(a) if a.name == "rrelu" && args.input.len() == 2 => gated::run::<T>(args, &RRELU_TRAIN, device),
        Op::Activation(activation) => elementwise::run::<T>(args, activation, device),
        Op::Gate(gate) => gated::run::<T>(args, gate, device),
        Op::Doubling(_) => gated::double::<T>(args, device),
        Op::RowFunction(row) => rows::run::<T>(args, row, device),
        other => anyhow::bail!("{} cannot be run from here", other.name()),
    }
}

impl RunArgs {
    /// Reads the inputs, as many as `count` says.
    fn inputs<T: Number>(&self, count: std::ops::RangeInclusive<usize>) -> Result<Vec<Array<T>>> {
        self.counts(count)?;
        self.input.iter().map(|place| array::read(place, T::DTYPE)).collect()
    }

    /// Fails unless there are as many inputs as `count` says.
    fn counts(&self, count: std::ops::RangeInclusive<usize>) -> Result<()> {
        let (given, least, most) = (self.input.len(), *count.start(), *count.end());
        let wanted = if least == most { most.to_string() } else { format!("{least} or {most}") };
        ensure!(count.contains(&given), "{} takes {wanted} inputs, not {given}", self.name);
        Ok(())
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

    /// The outputs, which can be written: of y, or of the gradient dx.
    fn outputs<T: Number>(&self) -> Result<Outputs> {
        ensure!(self.only.is_empty(), "{} has no gradients to choose from with this input", self.name);
        Ok(self.outputs_of::<T>(&["dx"])?.0)
    }

    /// The outputs, which can be written: of y, or of the gradients wanted of those with these names; and which these are.
    fn outputs_of<T: Number>(&self, gradients: &[&str]) -> Result<(Outputs, Vec<usize>)> {
        let names = if self.backward { gradients } else { &["y"] };
        let place = |only: &String| {
            let known = names.iter().position(|name| name == only);
            known.with_context(|| format!("{} has no gradient {only:?}, only {}", self.name, names.join(" and ")))
        };
        let wanted = match self.only.is_empty() {
            true => (0..names.len()).collect(),
            false => self.only.iter().map(place).collect::<Result<Vec<_>>>()?,
        };
        let (given, most) = (self.output.len(), wanted.len());
        ensure!(given <= most, "there are {most} results for {given} outputs");
        if let Some(&lost) = wanted.get(given) {
            let (all, kept) = (names.join(" and "), names[0]);
            bail!(
                "{} has the gradients {all}, and there is no output for {}: give a -o for each, or --only {kept}",
                self.name,
                names[lost]
            );
        }
        let mut outputs = Outputs::new(self.force);
        for (place, &which) in self.output.iter().zip(&wanted) {
            outputs.add(place, names[which], T::DTYPE)?;
        }
        Ok((outputs, wanted))
    }

    /// How a gate's input holds its halves.
    fn halves(&self) -> Halves {
        let halves = if self.interleaved { Halves::Interleaved } else { Halves::Split };
        if self.value_first { halves.value_first() } else { halves }
    }

    /// Fails for options of halves.
    fn no_halves(&self, what: &str) -> Result<()> {
        for (given, option) in [(self.interleaved, "--interleaved"), (self.value_first, "--value-first")] {
            ensure!(!given, "{what} has no halves, which {option} is for");
        }
        Ok(())
    }

    /// Fails for options that only elementwise functions have.
    fn only_plain(&self) -> Result<()> {
        ensure!(self.param_grad.is_empty(), "{} has no gradients of parameters", self.name);
        ensure!(self.kinks == Kinks::Torch, "{} has no other gradients at kinks", self.name);
        Ok(())
    }
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
