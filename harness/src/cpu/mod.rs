//! A fair rival for the GPU: some functions on the CPU, with vector instructions on all cores.
//!
//! Parameters have their default values.

mod functions;
mod loops;
mod math;
mod rival;
#[cfg(test)]
mod tests;

use rayon::prelude::*;
use wgpu_activations::{Op, Pass};

pub use rival::{Ready, Rival, WARM_UP};

use loops::{elu, gelu, gelu_tanh, leaky_relu, mish, relu, selu, sigmoid, silu, softmax, softplus, swiglu, tanh};

/// Elements that a core takes at a time: its cache holds them.
const CHUNK: usize = 16 << 10;
/// Waking the other cores does not pay up to here.
const ALONE: usize = 64 << 10;

type Map = fn(&[f32], &mut [f32]);
type Zip = fn(&[f32], &[f32], &mut [f32]);
type Split = fn(&[f32], &[f32], &[f32], &mut [f32], &mut [f32]);

/// One pass of a function.
#[derive(Clone, Copy, Debug)]
enum Kernel {
    /// y from x.
    Forward(Map),
    /// dx from x and dy.
    Backward(Zip),
    /// A gate's y from a and b, which are x and y.
    Gate(Zip),
    /// A gate's da and db from a, b and dy.
    GateBack(Split),
    /// y from x, row by row.
    Rows(Map),
    /// dx from y and dy, row by row.
    RowsBack(Zip),
}

/// What kernels read and write; each uses what it needs.
struct Tensors<'a> {
    x: &'a [f32],
    y: &'a [f32],
    dy: &'a [f32],
    out: &'a mut [f32],
    out2: &'a mut [f32],
}

/// How many tensors a pass of a function reads and writes on the CPU; none where that has no kernel.
///
/// ```
/// use wgpu_activations::{Op, Pass};
/// use wgpu_activations_harness::cpu;
/// assert_eq!(cpu::tensors(&Op::find("swiglu")?, Pass::Backward), Some([3.0, 2.0]));
/// assert_eq!(cpu::tensors(&Op::find("hardmax")?, Pass::Forward), None);
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
pub fn tensors(of: &Op, pass: Pass) -> Option<[f64; 2]> {
    Kernel::find(of, pass).map(Kernel::tensors)
}

const ELEMENTWISE: [(&str, Map, Zip); 11] = [
    ("relu", relu::forward, relu::backward),
    ("leaky_relu", leaky_relu::forward, leaky_relu::backward),
    ("elu", elu::forward, elu::backward),
    ("selu", selu::forward, selu::backward),
    ("sigmoid", sigmoid::forward, sigmoid::backward),
    ("tanh", tanh::forward, tanh::backward),
    ("silu", silu::forward, silu::backward),
    ("gelu", gelu::forward, gelu::backward),
    ("gelu_tanh", gelu_tanh::forward, gelu_tanh::backward),
    ("softplus", softplus::forward, softplus::backward),
    ("mish", mish::forward, mish::backward),
];

impl Kernel {
    /// The kernel for a pass of a function, if there is one.
    fn find(of: &Op, pass: Pass) -> Option<Self> {
        let elementwise = ELEMENTWISE.iter().find(|(name, ..)| *name == of.name());
        match (of.name(), pass) {
            ("swiglu", Pass::Forward) => Some(Self::Gate(swiglu::forward)),
            ("swiglu", Pass::Backward) => Some(Self::GateBack(swiglu::backward)),
            ("softmax", Pass::Forward) => Some(Self::Rows(softmax::forward)),
            ("softmax", Pass::Backward) => Some(Self::RowsBack(softmax::backward)),
            (_, Pass::Forward) => elementwise.map(|&(_, forward, _)| Self::Forward(forward)),
            (_, Pass::Backward) => elementwise.map(|&(.., backward)| Self::Backward(backward)),
            _ => None,
        }
    }

    /// How many tensors it reads and writes.
    fn tensors(self) -> [f64; 2] {
        match self {
            Self::Forward(_) | Self::Rows(_) => [1.0, 1.0],
            Self::Backward(_) | Self::Gate(_) | Self::RowsBack(_) => [2.0, 1.0],
            Self::GateBack(_) => [3.0, 2.0],
        }
    }

    /// Runs on all cores. Rows have this length; what is left over after the last whole row is left alone.
    fn run(self, length: usize, tensors: &mut Tensors<'_>) {
        let Tensors { x, y, dy, out, out2 } = tensors;
        match self {
            Self::Forward(kernel) => map(kernel, CHUNK, x, out),
            Self::Backward(kernel) => zip(kernel, CHUNK, [x, dy], out),
            Self::Gate(kernel) => zip(kernel, CHUNK, [x, y], out),
            Self::GateBack(kernel) => split(kernel, [x, y, dy], out, out2),
            Self::Rows(kernel) => {
                let rows = |x: &[f32], y: &mut [f32]| {
                    x.chunks_exact(length).zip(y.chunks_exact_mut(length)).for_each(|(x, y)| kernel(x, y));
                };
                map(rows, whole_rows(length), x, out);
            }
            Self::RowsBack(kernel) => {
                let rows = |y: &[f32], dy: &[f32], dx: &mut [f32]| {
                    let inputs = y.chunks_exact(length).zip(dy.chunks_exact(length));
                    inputs.zip(dx.chunks_exact_mut(length)).for_each(|((y, dy), dx)| kernel(y, dy, dx));
                };
                zip(rows, whole_rows(length), [y, dy], out);
            }
        }
    }
}

/// About a chunk.
fn whole_rows(length: usize) -> usize {
    (CHUNK / length).max(1) * length
}

fn map(kernel: impl Fn(&[f32], &mut [f32]) + Sync, chunk: usize, x: &[f32], y: &mut [f32]) {
    if x.len() <= ALONE {
        return kernel(x, y);
    }
    x.par_chunks(chunk).zip(y.par_chunks_mut(chunk)).for_each(|(x, y)| kernel(x, y));
}

fn zip(kernel: impl Fn(&[f32], &[f32], &mut [f32]) + Sync, chunk: usize, [a, b]: [&[f32]; 2], y: &mut [f32]) {
    if a.len() <= ALONE {
        return kernel(a, b, y);
    }
    let inputs = a.par_chunks(chunk).zip(b.par_chunks(chunk));
    inputs.zip(y.par_chunks_mut(chunk)).for_each(|((a, b), y)| kernel(a, b, y));
}

fn split(kernel: Split, [a, b, dy]: [&[f32]; 3], da: &mut [f32], db: &mut [f32]) {
    if a.len() <= ALONE {
        return kernel(a, b, dy, da, db);
    }
    let inputs = a.par_chunks(CHUNK).zip(b.par_chunks(CHUNK)).zip(dy.par_chunks(CHUNK));
    let outputs = da.par_chunks_mut(CHUNK).zip(db.par_chunks_mut(CHUNK));
    inputs.zip(outputs).for_each(|(((a, b), dy), (da, db))| kernel(a, b, dy, da, db));
}
