//! The arguments of `activations run`.

use clap::Args;
use wgpu_activations::Halves;
use wgpu_activations::activation::Kinks;

use crate::array::ArrayPath;
use crate::dtype::Dtype;
use crate::params::{Setting, Target};

const FILES: &str = "\
A FILE is a .npy file of floats, integers or bool, in either byte order and either memory order, or a .safetensors file, or
for inputs a .npz file, in which FILE:NAME selects a tensor. - is standard input or output; like any pipe, it carries a .npy
file. Values are rounded to the nearest of --dtype (f32 holds every integer up to 2^24), and true is 1; in a mask, true adds 0 and false -inf.
Results are little-endian and in C order. Elementwise functions and gates of two inputs process files of any size in pieces;
all others hold whole arrays in memory.";

/// What to compute, from which files, and where results go.
#[derive(Args)]
#[command(after_help = FILES)]
pub(crate) struct RunArgs {
    /// Name or alias of the function, as any framework spells it
    pub(super) name: String,
    /// The input x. A gate takes two, a and b, or one that holds both as its halves. A masked softmax
    /// takes x and its mask: numbers are added to x, and of bool, true takes part
    #[arg(short, long, value_name = "FILE", required = true)]
    pub(super) input: Vec<ArrayPath>,
    /// The result: y, or dx with --backward; a gate of two inputs has two gradients, da and db. In a
    /// .safetensors file, which may take several results, tensors have these names, unless FILE:NAME
    /// gives another
    #[arg(short, long, value_name = "FILE", required_unless_present = "param_grad")]
    pub(super) output: Vec<ArrayPath>,
    /// Storage type on the GPU and of results: inputs are rounded to it, and results once from f32.
    /// Gradients of parameters are f32. With bf16, .npy files of V2 are read as bf16
    #[arg(long, value_enum, default_value_t)]
    pub(super) dtype: Dtype,
    /// Parameter, repeatable: a number, or @FILE with one value per channel, or else of a shape that
    /// broadcasts to the input's as in ONNX. Channels of a gate's halves lie along the axis of the
    /// halves. For maxout and logsumexp, k is the size of the groups that the axis is split into
    #[arg(short, long = "param", value_name = "NAME=VALUE|NAME=@FILE")]
    pub(super) params: Vec<Setting>,
    /// Axis of rows (default: the function's own, mostly the last) or of the halves of a gate's input
    /// (default: the last); negative axes count from the end. For parameters from files, the channel
    /// axis, instead of broadcasting (default for files with one axis of that size: 1, or 0 of one)
    #[arg(long, allow_negative_numbers = true)]
    pub(super) axis: Option<isize>,
    /// The halves of a gate's input alternate along the axis: a, b, a, b, ...
    #[arg(long)]
    pub(super) interleaved: bool,
    /// The first half of a gate's input is the value and the second the gate: the reverse of f(a) b
    #[arg(long)]
    pub(super) value_first: bool,
    /// Compute the gradient of x from --grad
    #[arg(long, requires = "grad")]
    pub(super) backward: bool,
    /// Which framework's gradients to use at kinks: torch, jax or tf
    #[arg(long, value_name = "SYSTEM", default_value = "torch", requires = "backward")]
    pub(super) kinks: Kinks,
    /// The upstream gradient dy
    #[arg(short, long, value_name = "FILE", requires = "backward")]
    pub(super) grad: Option<ArrayPath>,
    /// Write the gradient of a trainable parameter, in the shape of the parameter's file; repeatable
    #[arg(long, value_name = "NAME=FILE", requires = "backward")]
    pub(super) param_grad: Vec<Target>,
    /// Compute only these gradients of a gate of two inputs, in this order: da, db
    #[arg(long, value_name = "NAME", value_delimiter = ',', requires = "backward")]
    pub(super) only: Vec<String>,
    /// Replace existing .npy files, and tensors of existing .safetensors files, which keep all others
    #[arg(long)]
    pub(super) force: bool,
}

impl RunArgs {
    /// How a gate's input holds its halves.
    pub(super) fn halves(&self) -> Halves {
        let halves = if self.interleaved { Halves::Interleaved } else { Halves::Split };
        if self.value_first { halves.value_first() } else { halves }
    }
}
