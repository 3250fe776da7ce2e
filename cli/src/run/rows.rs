//! Functions of rows over arrays in files.

use anyhow::{Context, Result, ensure};
use wgpu_activations::row::{Gradient, MAXOUT, RowFunction};
use wgpu_activations::{Error, Extent};

use super::{RunArgs, resized, write};
use crate::array::{self, Array, Number, axis_of, tuple};
use crate::device::DeviceArgs;
use crate::number;
use crate::params::broadcast;

pub(super) fn run<T: Number>(args: &RunArgs, row: &'static RowFunction, device: &DeviceArgs) -> Result<()> {
    args.only_plain()?;
    args.no_halves(row.name)?;
    if args.backward && row.gradient == Gradient::None {
        return Err(Error::NoGradient { function: row.name }.into());
    }
    let outputs = args.outputs::<T>()?;
    let count = if row.masked { 2 } else { 1 };
    args.counts(count..=count)?;
    let x: &Array<T> = &array::read(&args.input[0], T::DTYPE)?;
    let mask: Option<Array<T>> = args.input.get(1).map(array::read_mask).transpose()?;
    let axis = axis_of(&x.shape, args.axis.unwrap_or(row.axis))?;
    let mut function = row.function();
    let mut extent = Extent::along(&x.shape, axis as isize)?;
    for setting in &args.params {
        match setting.number(T::DTYPE)? {
            // Not a parameter of the function, but which rows it takes.
            ("k", k) if row.name == MAXOUT.name => {
                ensure!(k >= 1.0 && k.fract() == 0.0, "k is the size of a group: 1, 2, 3, ...");
                let (size, given) = (extent.channels, tuple(&x.shape));
                let groups = format!("axis {axis} of shape {given} has {size} elements, which are no groups of");
                ensure!((size as usize).is_multiple_of(k as usize), "{groups} {}", number::short(k));
                extent = Extent::groups(&x.shape, axis as isize, k as usize)?;
            }
            (name, value) => function = function.set(name, value)?,
        }
    }
    let named = |name: &str| args.params.iter().any(|setting| setting.name() == name);
    if row.params.iter().any(|p| p.name == "queries") && !named("queries") && axis > 0 {
        function = function.set("queries", x.shape[axis - 1] as f32)?;
    }
    let mask = mask.map(|mask| expand(&mask, &x.shape, axis)).transpose()?;
    let y_shape = match row.reduces {
        true => {
            let groups = x.shape.get(axis).copied().unwrap_or(1).checked_div(extent.channels as usize);
            resized(&x.shape, axis, groups.unwrap_or(0))
        }
        false => x.shape.clone(),
    };
    let dy = args.gradient(&y_shape)?;
    let gpu = device.open()?;
    let plain = function.clone();
    let function = match &mask {
        Some(mask) => function.mask(mask),
        None => function,
    };
    let result = match dy {
        None => (y_shape, gpu.rows(&function, extent, &x.data)?),
        Some(dy) if row.gradient == Gradient::Output => {
            let y = gpu.rows(&function, extent, &x.data)?;
            (x.shape.clone(), gpu.rows_backward(&plain, extent, &y, &dy.data)?)
        }
        Some(dy) => (x.shape.clone(), gpu.rows_backward(&plain, extent, &x.data, &dy.data)?),
    };
    write(outputs, &[result])
}

/// The mask with all axes of x from the first that it has, or from the rows' axis, on.
fn expand<T: Number>(mask: &Array<T>, shape: &[usize], axis: usize) -> Result<Vec<T>> {
    let (given, wanted) = (tuple(&mask.shape), tuple(shape));
    let misfit = || format!("the mask's shape {given} does not broadcast to {wanted}");
    let added = shape.len().checked_sub(mask.shape.len()).with_context(misfit)?;
    let span = [vec![1; added], mask.shape.clone()].concat();
    ensure!(span.iter().zip(shape).all(|(&m, &x)| m == 1 || m == x), misfit());
    let first = span.iter().position(|&m| m != 1).unwrap_or(axis).min(axis);
    Ok(broadcast(&span[first..], &shape[first..]).map(|place| mask.data[place]).collect())
}
