//! Elementwise functions over arrays in files, a piece at a time.

use anyhow::{Context, Result, ensure};
use wgpu_activations::{Activation, Error, Pass};

use super::{PIECE, RunArgs};
use crate::array::{Number, Outputs, Pieces, Scalar};
use crate::device::DeviceArgs;
use crate::params::Params;
use crate::text;

pub(super) fn run<T: Number>(args: &RunArgs, activation: &'static Activation, device: &DeviceArgs) -> Result<()> {
    args.no_halves(activation.name)?;
    ensure!(args.input.len() == 1, "{} takes 1 input, not {}", activation.name, args.input.len());
    ensure!(args.output.len() <= 1, "{} has 1 result, not {}", activation.name, args.output.len());
    ensure!(args.only.is_empty(), "{} has no gradients to choose from", activation.name);
    let (outputs, jobs) = jobs::<T>(args, activation)?;
    let mut x = Pieces::<T>::open(&args.input[0])?;
    let shape = x.shape().to_vec();
    let mut dy = args.upstream::<T>(&shape)?;
    let params = Params::resolve(activation.into(), &args.params, &shape, args.axis, T::DTYPE)?;
    let gpu = device.open()?;

    let shape_of =
        |job: &Pass| if let Pass::ParamGradient(k) = job { params.shape(*k).to_vec() } else { shape.clone() };
    let mut files = outputs.begin(&jobs.iter().map(shape_of).collect::<Vec<_>>())?;
    let mut sums: Vec<_> = jobs.iter().map(|_| params.zeros()).collect();
    let bar = text::progress(x.count());
    bar.set_message("elements");
    for piece in params.pieces(x.count(), PIECE / T::DTYPE.size()) {
        let x = x.read(piece.range.clone())?;
        let dy = dy.as_mut().map(|dy| dy.read(piece.range.clone())).transpose()?;
        let function = piece.function(activation).kinks(args.kinks);
        for (k, job) in jobs.iter().enumerate() {
            match (job, dy.as_deref()) {
                (Pass::Forward, _) => files.write(k, &gpu.forward(&function, &x)?)?,
                (Pass::ParamGradient(index), Some(dy)) => {
                    let name = activation.params[*index].name;
                    let part = gpu.param_gradient(&function, name, &x, dy)?;
                    let sums = sums[k][piece.channels.clone()].iter_mut();
                    sums.zip(part).for_each(|(sum, part)| *sum += f64::from(part));
                }
                (_, dy) => {
                    let dy = dy.context("a gradient needs --grad")?;
                    files.write(k, &gpu.backward(&function, &x, dy)?)?;
                }
            }
        }
        bar.inc(x.len() as u64);
    }
    for (k, job) in jobs.iter().enumerate() {
        if let Pass::ParamGradient(index) = job {
            files.write(k, &params.gradient(*index, &sums[k]))?;
        }
    }
    bar.finish_and_clear();
    drop((x, dy)); // an open file may not be replaced everywhere
    files.commit()
}

/// What is asked for, each with an output that can be written.
fn jobs<T: Number>(args: &RunArgs, activation: &'static Activation) -> Result<(Outputs, Vec<Pass>)> {
    let (mut outputs, mut jobs) = (Outputs::new(args.force), Vec::new());
    for place in &args.output {
        let (pass, name) = if args.backward { (Pass::Backward, "dx") } else { (Pass::Forward, "y") };
        outputs.add(place, name, T::DTYPE)?;
        jobs.push(pass);
    }
    for target in &args.param_grad {
        let index = activation.param_index(&target.name)?;
        let param = &activation.params[index];
        if !param.trainable() {
            return Err(Error::NotTrainable { function: activation.name, name: param.name }.into());
        }
        // Sums are f32, whatever they are sums of.
        outputs.add(&target.place, param.name, Scalar::F32)?;
        jobs.push(Pass::ParamGradient(index));
    }
    Ok((outputs, jobs))
}
