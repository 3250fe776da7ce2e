//! Gates and CReLU over arrays in files.

use anyhow::{Result, ensure};
use wgpu_activations::{Extent, Gate};

use super::{PIECE, RunArgs, resized, write};
use crate::array::{Number, Pieces, axis_of, tuple};
use crate::device::DeviceArgs;
use crate::params::Params;
use crate::text;

pub(super) fn run<T: Number>(args: &RunArgs, gate: &'static Gate, device: &DeviceArgs) -> Result<()> {
    args.only_plain()?;
    if args.input.len() == 2 {
        return run_two::<T>(args, gate, device);
    }
    let outputs = args.outputs::<T>()?;
    let inputs = args.inputs::<T>(1..=2)?;
    let x = &inputs[0];
    let axis = axis_of(&x.shape, args.axis.unwrap_or(-1))?;
    let extent = Extent::along(&x.shape, axis as isize)?;
    let (size, shape) = (extent.channels, tuple(&x.shape));
    ensure!(
        size % 2 == 0,
        "{}: axis {axis} of shape {shape} has {size} elements, and halves need an even number",
        gate.name
    );
    let half = resized(&x.shape, axis, size as usize / 2);
    let halves = args.halves();
    // Values of channels lie along the axis of the halves.
    let of_files = args.params.iter().any(|setting| setting.place().is_some()).then_some(axis as isize);
    let params = Params::resolve(gate.into(), &args.params, &half, of_files, T::DTYPE)?;
    let gated = params.gate(gate);
    let dy = args.gradient(&half)?;
    let gpu = device.open()?;
    let result = match dy {
        None => (half, gpu.halves_forward(&gated, &x.data, extent, halves)?),
        Some(dy) => (x.shape.clone(), gpu.halves_backward(&gated, &x.data, &dy.data, extent, halves)?),
    };
    write(outputs, &[result])
}

/// A gate of two arrays, a piece at a time.
fn run_two<T: Number>(args: &RunArgs, gate: &'static Gate, device: &DeviceArgs) -> Result<()> {
    let (outputs, wanted) = args.outputs_of::<T>(&["da", "db"])?;
    let (mut a, mut b) = (Pieces::<T>::open(&args.input[0])?, Pieces::<T>::open(&args.input[1])?);
    let (shape_a, shape_b) = (tuple(a.shape()), tuple(b.shape()));
    ensure!(shape_a == shape_b, "a has shape {shape_a}, b has shape {shape_b}");
    args.no_halves("a gate of two inputs")?;
    let params = Params::resolve(gate.into(), &args.params, a.shape(), args.axis, T::DTYPE)?;
    let mut dy = args.upstream::<T>(a.shape())?;
    let gpu = device.open()?;
    let results = outputs.len();
    let mut files = outputs.begin(&vec![a.shape().to_vec(); results])?;
    let (count, piece) = (a.count(), PIECE / T::DTYPE.size());
    let bar = text::progress(count);
    bar.set_message("elements");
    for piece in params.pieces(count, piece) {
        let (gated, range) = (&piece.gate(gate), piece.range.clone());
        let (a, b) = (a.read(range.clone())?, b.read(range.clone())?);
        match &mut dy {
            None => files.write(0, &gpu.gate_forward(gated, &a, &b)?)?,
            Some(dy) => {
                let (da, db) = gpu.gate_backward(gated, &a, &b, &dy.read(range)?)?;
                let gradients = [da, db];
                for (k, &which) in wanted.iter().enumerate() {
                    files.write(k, &gradients[which])?;
                }
            }
        }
        bar.inc(a.len() as u64);
    }
    bar.finish_and_clear();
    drop((a, b, dy)); // an open file may not be replaced everywhere
    files.commit()
}

/// CReLU, which makes two halves of its input.
pub(super) fn double<T: Number>(args: &RunArgs, device: &DeviceArgs) -> Result<()> {
    args.only_plain()?;
    ensure!(args.params.is_empty(), "{} has no parameters", args.name);
    args.no_halves(&args.name)?;
    let outputs = args.outputs::<T>()?;
    let inputs = args.inputs::<T>(1..=1)?;
    let x = &inputs[0];
    let axis = axis_of(&x.shape, args.axis.unwrap_or(-1))?;
    let extent = Extent::along(&x.shape, axis as isize)?;
    let doubled = resized(&x.shape, axis, extent.channels as usize * 2);
    let dy = args.gradient(&doubled)?;
    let gpu = device.open()?;
    let result = match dy {
        None => (doubled, gpu.crelu(&x.data, extent)?),
        Some(dy) => (x.shape.clone(), gpu.crelu_backward(&x.data, &dy.data, extent)?),
    };
    write(outputs, &[result])
}
