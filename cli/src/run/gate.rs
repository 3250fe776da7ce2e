//! Gates, and CReLU.

use anyhow::Result;
use wgpu_activations::gate::CRELU;
use wgpu_activations::{Gate, Gpu};

use super::request::{Gradient, Request};
use crate::array::Number;

/// A gate of two inputs, in pieces.
pub(super) fn of_two<T: Number>(gpu: &Gpu, gate: &'static Gate, request: &mut Request<T>) -> Result<()> {
    request.in_pieces(|step| {
        let gated = step.piece.function(gate);
        let [a, b] = [&step.inputs[0], &step.inputs[1]];
        let Some(dy) = &step.dy else { return step.files.write(0, &gpu.forward(&gated, (a, b))?) };
        let (da, db) = gpu.backward(&gated, (a, b), dy)?;
        for (k, gradient) in step.gradients.iter().enumerate() {
            let along_b = matches!(gradient, Gradient::Input(1));
            step.files.write(k, if along_b { &db } else { &da })?;
        }
        Ok(())
    })
}

/// A gate of the halves of its input.
pub(super) fn of_halves<T: Number>(gpu: &Gpu, gate: &'static Gate, request: &mut Request<T>) -> Result<()> {
    let gated = request.params.function(gate).halves(request.shapes.extent, request.halves);
    let x = request.inputs[0].data()?;
    let result = match &mut request.dy {
        None => gpu.forward(&gated, &x)?,
        Some(dy) => gpu.backward(&gated, &x, &dy.data()?)?,
    };
    request.files.write(0, &result)
}

/// CReLU, whose result has two halves.
pub(super) fn crelu<T: Number>(gpu: &Gpu, request: &mut Request<T>) -> Result<()> {
    let crelu = CRELU.along(request.shapes.extent);
    let x = request.inputs[0].data()?;
    let result = match &mut request.dy {
        None => gpu.forward(crelu, &x)?,
        Some(dy) => gpu.backward(crelu, &x, &dy.data()?)?,
    };
    request.files.write(0, &result)
}
