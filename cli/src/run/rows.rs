//! Functions of rows.

use anyhow::Result;
use wgpu_activations::Gpu;
use wgpu_activations::row::{Gradient, RowFunction};

use super::request::Request;
use crate::array::{Number, Reader, broadcast};

pub(super) fn compute<T: Number>(gpu: &Gpu, row: &'static RowFunction, request: &mut Request<T>) -> Result<()> {
    let (shapes, extent) = (&request.shapes, request.shapes.extent);
    let mask = request.inputs.get_mut(1).map(|mask: &mut Reader<T>| -> Result<Vec<T>> {
        let [from, to] = shapes.mask(mask.shape())?;
        let mask = mask.mask()?;
        Ok(broadcast(&from, &to).map(|index| mask[index]).collect())
    });
    let mask = mask.transpose()?;
    let plain = row.with(request.params.values()).along(extent);
    let function = match &mask {
        Some(mask) => plain.clone().mask(mask),
        None => plain.clone(),
    };
    let x = request.inputs[0].data()?;
    let result = match &mut request.dy {
        None => gpu.forward(&function, &x)?,
        Some(dy) if row.gradient == Gradient::Output => {
            gpu.backward(&plain, &gpu.forward(&function, &x)?, &dy.data()?)?
        }
        Some(dy) => gpu.backward(&plain, &x, &dy.data()?)?,
    };
    request.files.write(0, &result)
}
