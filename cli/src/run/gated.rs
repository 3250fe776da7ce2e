//! Gates and CReLU over arrays in files.

use anyhow::{Result, ensure};
use wgpu_activations::{Extent, Gate, Halves};

use super::{RunArgs, axis_of, resized, write};
use crate::array::{Number, tuple};
use crate::device::DeviceArgs;

pub(super) fn run<T: Number>(args: &RunArgs, gate: &'static Gate, device: &DeviceArgs) -> Result<()> {
    args.only_plain()?;
    let two = args.input.len() == 2;
    let outputs = args.outputs::<T>(if two { &["da", "db"] } else { &["dx"] })?;
    let inputs = args.inputs::<T>(1..=2)?;
    let mut gated = gate.function();
    for setting in &args.params {
        let (name, value) = setting.number()?;
        gated = gated.set(name, value)?;
    }
    if let [a, b] = &inputs[..] {
        let (shape_a, shape_b) = (tuple(&a.shape), tuple(&b.shape));
        ensure!(shape_a == shape_b, "a has shape {shape_a}, b has shape {shape_b}");
        ensure!(args.axis.is_none() && !args.interleaved, "two inputs have no halves along an axis");
        let dy = args.gradient(&a.shape)?;
        let gpu = device.open()?;
        let results = match dy {
            None => vec![gpu.gate_forward(&gated, &a.data, &b.data)?],
            Some(dy) => {
                let (da, db) = gpu.gate_backward(&gated, &a.data, &b.data, &dy.data)?;
                vec![da, db]
            }
        };
        let results: Vec<_> = results.into_iter().map(|data| (a.shape.clone(), data)).collect();
        return write(outputs, &results);
    }
    let x = &inputs[0];
    let axis = axis_of(&x.shape, args.axis.unwrap_or(-1))?;
    let extent = Extent::along(&x.shape, axis as isize)?;
    let half = resized(&x.shape, axis, extent.channels as usize / 2);
    let halves = if args.interleaved { Halves::Interleaved } else { Halves::Split };
    let dy = args.gradient(&half)?;
    let gpu = device.open()?;
    let result = match dy {
        None => (half, gpu.halves_forward(&gated, &x.data, extent, halves)?),
        Some(dy) => (x.shape.clone(), gpu.halves_backward(&gated, &x.data, &dy.data, extent, halves)?),
    };
    write(outputs, &[result])
}

/// CReLU, which makes two halves of its input.
pub(super) fn double<T: Number>(args: &RunArgs, device: &DeviceArgs) -> Result<()> {
    args.only_plain()?;
    ensure!(args.params.is_empty() && !args.interleaved, "{} has neither parameters nor interleaved halves", args.name);
    let outputs = args.outputs::<T>(&["dx"])?;
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
