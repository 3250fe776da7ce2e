//! What is measured: functions under both names, their inputs, and what should come out.

use burn::{Tensor, activation};
use wgpu_activations::activation::{GELU, GELU_TANH, MISH, RELU, SIGMOID, SILU, SOFTPLUS, TANH};
use wgpu_activations::row::SOFTMAX;
use wgpu_activations::{Extent, Result, Op, reference};

/// The length of rows: the last axis of all tensors.
pub const ROW: usize = 1024;

/// Inputs repeat after so many elements.
pub const PERIOD: usize = 65_536;

/// A function on both sides.
pub struct Function {
    pub ours: Op,
    pub theirs: fn(Tensor<2>) -> Tensor<2>,
}

pub static ALL: [Function; 9] = [
    Function { ours: Op::Activation(&RELU), theirs: activation::relu },
    Function { ours: Op::Activation(&SIGMOID), theirs: activation::sigmoid },
    Function { ours: Op::Activation(&TANH), theirs: activation::tanh },
    Function { ours: Op::Activation(&SILU), theirs: activation::silu },
    Function { ours: Op::Activation(&GELU), theirs: activation::gelu },
    Function { ours: Op::Activation(&GELU_TANH), theirs: activation::gelu_approximate },
    Function { ours: Op::Activation(&SOFTPLUS), theirs: |x| activation::softplus(x, 1.0) },
    Function { ours: Op::Activation(&MISH), theirs: activation::mish },
    Function { ours: Op::RowFunction(&SOFTMAX), theirs: |x| activation::softmax(x, 1) },
];

/// x in [-10, 10) and dy in [-1, 1) of so many elements; neighbours differ.
pub fn inputs(elements: usize) -> [Vec<f32>; 2] {
    let phase = |i: usize, factor: usize| (i % PERIOD * factor % PERIOD) as f32 / 32_768.0 - 1.0;
    [(40_503, 10.0), (10_007, 1.0)].map(|(factor, scale)| (0..elements).map(|i| scale * phase(i, factor)).collect())
}

/// y and dx in `f64`, for whole rows of inputs.
pub fn expected(function: &Function, x: &[f32], dy: &[f32]) -> Result<[Vec<f64>; 2]> {
    match function.ours {
        Op::Activation(a) => Ok([reference::forward(a, x)?, reference::backward(a, x, dy)?]),
        Op::RowFunction(row) => {
            let extent = Extent::along(&[x.len() / ROW, ROW], -1)?;
            let y = reference::forward(row.along(extent), x)?;
            let rounded: Vec<f32> = y.iter().map(|&y| y as f32).collect();
            let dx = reference::backward(row.along(extent), &rounded, dy)?;
            Ok([y, dx])
        }
        _ => unreachable!("ALL lists functions of elements and of rows"),
    }
}
