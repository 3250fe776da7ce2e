//! Elementwise functions, in pieces.

use anyhow::Result;
use wgpu_activations::{Activation, Gpu};

use super::request::{Gradient, Request};
use crate::array::Number;

pub(super) fn compute<T: Number>(gpu: &Gpu, activation: &'static Activation, request: &mut Request<T>) -> Result<()> {
    let kinks = request.kinks;
    let mut sums = vec![request.params.zeros(); request.gradients.len()];
    request.in_pieces(|step| {
        let (function, x) = (step.piece.function(activation).kinks(kinks), &step.inputs[0]);
        let Some(dy) = &step.dy else { return step.files.write(0, &gpu.forward(&function, x)?) };
        for (k, gradient) in step.gradients.iter().enumerate() {
            match *gradient {
                Gradient::Input(_) => step.files.write(k, &gpu.backward(&function, x, dy)?)?,
                Gradient::Param(index) => {
                    let part = gpu.param_gradient(&function, activation.params[index].name, x, dy)?;
                    let sums = sums[k][step.piece.channels.clone()].iter_mut();
                    sums.zip(part).for_each(|(sum, part)| *sum += f64::from(part));
                }
            }
        }
        Ok(())
    })?;
    for (k, (gradient, sums)) in request.gradients.iter().zip(&sums).enumerate() {
        if let Gradient::Param(index) = *gradient {
            request.files.write(k, &request.params.gradient(index, sums))?;
        }
    }
    Ok(())
}
