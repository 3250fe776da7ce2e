//! `activations run`: a function over arrays in files.

mod args;
mod elementwise;
mod gate;
mod request;
mod rows;
mod shapes;

use anyhow::{Result, bail};
use wgpu_activations::Op;
use wgpu_activations::half::{bf16, f16};

use crate::array::Number;
use crate::catalogue;
use crate::device::DeviceArgs;
use crate::dtype::Dtype;
pub(crate) use args::RunArgs;
use request::Request;

pub(crate) fn run(args: &RunArgs, device: &DeviceArgs) -> Result<()> {
    match args.dtype {
        Dtype::F32 => run_in::<f32>(args, device),
        Dtype::F16 => run_in::<f16>(args, device),
        Dtype::Bf16 => run_in::<bf16>(args, device),
    }
}

fn run_in<T: Number>(args: &RunArgs, device: &DeviceArgs) -> Result<()> {
    let function = catalogue::function(&args.name, args.input.len())?;
    let mut request = Request::<T>::resolve(args, function)?;
    let gpu = device.open()?;
    match function {
        Op::Activation(activation) => elementwise::compute(&gpu, activation, &mut request)?,
        Op::Gate(gate) if request.inputs.len() == 2 => gate::of_two(&gpu, gate, &mut request)?,
        Op::Gate(gate) => gate::of_halves(&gpu, gate, &mut request)?,
        Op::Doubling(_) => gate::crelu(&gpu, &mut request)?,
        Op::RowFunction(row) => rows::compute(&gpu, row, &mut request)?,
        other => bail!("`run` does not support {}", other.name()),
    }
    request.finish()
}
