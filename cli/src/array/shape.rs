//! Shapes: the sizes of an array's axes.

use anyhow::{Context, Result, ensure};

/// NumPy's own limit.
pub(crate) const MAX_AXES: usize = 64;

/// The number of elements. Axes of length 0 are left out of the check, so that strides cannot overflow in an empty array either.
pub(crate) fn count(shape: &[usize]) -> Result<usize> {
    let mut count = 1_usize;
    ensure!(shape.len() <= MAX_AXES, "the shape has more than {MAX_AXES} axes");
    for &size in shape.iter().filter(|&&size| size > 0) {
        count = count
            .checked_mul(size)
            .filter(|&count| count <= isize::MAX as usize / 8)
            .with_context(|| format!("shape {:.100} is too large", tuple(shape)))?;
    }
    Ok(if shape.contains(&0) { 0 } else { count })
}

/// Resolves an axis, negative from the end. A scalar counts as one axis.
pub(crate) fn axis_of(shape: &[usize], axis: isize) -> Result<usize> {
    let axes = shape.len().max(1);
    let index = if axis < 0 { axis.checked_add_unsigned(axes) } else { Some(axis) };
    let index = index.and_then(|index| usize::try_from(index).ok()).filter(|&index| index < axes);
    index.with_context(|| format!("shape {} has no axis {axis}", tuple(shape)))
}

/// `shape` as Python writes it: `()`, `(3,)`, `(3, 4)`.
pub(crate) fn tuple(shape: &[usize]) -> String {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    match sizes.as_slice() {
        [size] => format!("({size},)"),
        sizes => format!("({})", sizes.join(", ")),
    }
}

/// The shape with another size along an axis; a scalar becomes a vector.
pub(crate) fn resized(shape: &[usize], axis: usize, size: usize) -> Vec<usize> {
    let mut shape = if shape.is_empty() { vec![1] } else { shape.to_vec() };
    shape[axis] = size;
    shape
}

/// For each element of an array of shape `whole`, the index of the element of an array of shape `part` that broadcasts to it.
pub(crate) fn broadcast(part: &[usize], whole: &[usize]) -> impl Iterator<Item = usize> {
    (0..whole.iter().product()).map(move |mut element| {
        let (mut index, mut stride) = (0, 1);
        for (&size, &all) in part.iter().zip(whole).rev() {
            index += element % all % size * stride;
            element /= all;
            stride *= size;
        }
        index
    })
}
