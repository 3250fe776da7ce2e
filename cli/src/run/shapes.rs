//! The shapes of a call's arrays.

use anyhow::{Context, Result, ensure};
use wgpu_activations::Extent;
use wgpu_activations::row::RowFunction;

use crate::array::{axis_of, resized, tuple};
use crate::number;

/// The shape of the result, and how the input is seen along an axis.
pub(super) struct Shapes {
    pub(super) x: Vec<usize>,
    pub(super) y: Vec<usize>,
    /// The axis of rows or halves; no matter for elementwise functions.
    pub(super) axis: usize,
    pub(super) extent: Extent,
}

impl Shapes {
    /// A result of the input's shape, element by element.
    pub(super) fn elementwise(x: &[usize]) -> Self {
        let count = x.iter().product::<usize>() as u64;
        Self { x: x.to_vec(), y: x.to_vec(), axis: 0, extent: Extent { outer: 1, channels: count, inner: 1 } }
    }

    /// Two inputs of one shape.
    pub(super) fn two(a: &[usize], b: &[usize]) -> Result<Self> {
        ensure!(a == b, "a has shape {}, b has shape {}", tuple(a), tuple(b));
        Ok(Self::elementwise(a))
    }

    /// A result of half the input's size along an axis.
    pub(super) fn halves(name: &str, x: &[usize], axis: Option<isize>) -> Result<Self> {
        let (axis, extent) = along(x, axis.unwrap_or(-1))?;
        let (size, shape) = (extent.channels as usize, tuple(x));
        ensure!(
            size.is_multiple_of(2),
            "{name}: axis {axis} of shape {shape} has {size} elements, and halves need an even number"
        );
        Ok(Self { x: x.to_vec(), y: resized(x, axis, size / 2), axis, extent })
    }

    /// A result of twice the input's size along an axis.
    pub(super) fn doubled(x: &[usize], axis: Option<isize>) -> Result<Self> {
        let (axis, extent) = along(x, axis.unwrap_or(-1))?;
        Ok(Self { x: x.to_vec(), y: resized(x, axis, extent.channels as usize * 2), axis, extent })
    }

    /// A function of rows along an axis or, with `group`, of groups of so many of its elements.
    pub(super) fn rows(row: &RowFunction, x: &[usize], axis: Option<isize>, group: Option<f32>) -> Result<Self> {
        let (axis, mut extent) = along(x, axis.unwrap_or(row.axis))?;
        let size = extent.channels as usize;
        if let Some(k) = group {
            ensure!(k >= 1.0 && k.fract() == 0.0, "k is the size of a group: 1, 2, 3, ...");
            let misfit = || format!("axis {axis} of shape {} has {size} elements", tuple(x));
            ensure!(
                size.is_multiple_of(k as usize),
                "{}, which do not divide into groups of {}",
                misfit(),
                number::short(k)
            );
            extent = Extent::groups(x, axis as isize, k as usize)?;
        }
        let groups = size.checked_div(extent.channels as usize).unwrap_or(0);
        let y = if row.reduces { resized(x, axis, groups) } else { x.to_vec() };
        Ok(Self { x: x.to_vec(), y, axis, extent })
    }

    /// The shape of a mask, from the first axis along which it varies, or from the rows' axis, and the input's shape from there.
    pub(super) fn mask(&self, mask: &[usize]) -> Result<[Vec<usize>; 2]> {
        let misfit = || format!("the mask's shape {} does not broadcast to {}", tuple(mask), tuple(&self.x));
        let added = self.x.len().checked_sub(mask.len()).with_context(misfit)?;
        let aligned = [vec![1; added], mask.to_vec()].concat();
        ensure!(aligned.iter().zip(&self.x).all(|(&m, &x)| m == 1 || m == x), misfit());
        let first = aligned.iter().position(|&m| m != 1).unwrap_or(self.axis).min(self.axis);
        Ok([&aligned, &self.x].map(|shape| shape[first..].to_vec()))
    }
}

fn along(shape: &[usize], axis: isize) -> Result<(usize, Extent)> {
    let axis = axis_of(shape, axis)?;
    Ok((axis, Extent::along(shape, axis as isize)?))
}
