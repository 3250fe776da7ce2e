//! The shape of a tensor as a kernel sees it.

use std::ops::Range;

use crate::error::{Error, Result};

/// A tensor as [outer, channels, inner], in row-major order: any tensor seen from one of its axes.
///
/// A length converts into an extent with one channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Extent {
    /// The product of the sizes before the channel axis.
    pub outer: u64,
    /// The size of the channel axis.
    pub channels: u64,
    /// The product of the sizes after it.
    pub inner: u64,
}

/// The most elements that may lie between a channel and its next occurrence, so that kernels count in `u32`.
pub(crate) const MAX_SPAN: u64 = 1 << 30;

impl std::fmt::Display for Extent {
    /// As `[outer, channels, inner]`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{}, {}, {}]", self.outer, self.channels, self.inner)
    }
}

impl From<usize> for Extent {
    fn from(len: usize) -> Self {
        Self { outer: len as u64, channels: 1, inner: 1 }
    }
}

impl Extent {
    /// The extent of a tensor of this shape along an axis; negative axes count from the end. A scalar has one channel.
    ///
    /// ```
    /// use wgpu_activations::Extent;
    /// let extent = Extent::along(&[2, 3, 4, 5], 1)?;
    /// assert_eq!((extent.outer, extent.channels, extent.inner), (2, 3, 20));
    /// assert_eq!(Extent::along(&[2, 3], -1)?.channels, 3);
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Extent`] if there is no such axis, or if the tensor has more than 2^64 elements.
    pub fn along(shape: &[usize], axis: isize) -> Result<Self> {
        let axes = shape.len();
        let index = if axis < 0 { axis.checked_add_unsigned(axes) } else { Some(axis) };
        let index = index.and_then(|i| usize::try_from(i).ok()).filter(|&i| i < axes.max(1));
        let Some(index) = index else {
            return Err(Error::Extent { reason: format!("axis {axis} does not exist in the shape {shape:?}") });
        };
        Self::around(shape, index.min(axes)..(index + 1).min(axes))
    }

    /// The extent under which weights of one shape broadcast to a tensor of another as in ONNX's PRelu: axes are
    /// aligned at the end, and each of the weights' is as long as the tensor's, or 1. Every weight is a channel.
    ///
    /// ```
    /// use wgpu_activations::Extent;
    /// assert_eq!(Extent::broadcast(&[3, 1, 1], &[2, 3, 4, 5])?, Extent { outer: 2, channels: 3, inner: 20 });
    /// assert_eq!(Extent::broadcast(&[4, 5], &[2, 3, 4, 5])?, Extent { outer: 6, channels: 20, inner: 1 });
    /// assert_eq!(Extent::broadcast(&[], &[2, 3])?, Extent::from(6));
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Extent`] if the shapes do not broadcast, if the weights are constant along an axis between two others
    /// (expand them along it first), or if the tensor has more than 2^64 elements.
    pub fn broadcast(weight_shape: &[usize], x_shape: &[usize]) -> Result<Self> {
        let misfit = |why: &str| {
            let reason = format!("weights of shape {weight_shape:?} do not broadcast to {x_shape:?}: {why}");
            Error::Extent { reason }
        };
        let added = x_shape.len().checked_sub(weight_shape.len()).ok_or_else(|| misfit("they have more axes"))?;
        let pairs = || (added..).zip(weight_shape.iter().zip(x_shape.iter().skip(added)));
        if let Some((axis, (w, x))) = pairs().find(|(_, (w, x))| w != x && **w != 1) {
            return Err(misfit(&format!("axis {axis} has {w} of them for {x} elements")));
        }
        let varying = || pairs().filter(|(_, (w, _))| **w != 1).map(|(axis, _)| axis);
        let (Some(first), Some(last)) = (varying().min(), varying().max()) else {
            return Self::around(x_shape, x_shape.len()..x_shape.len());
        };
        let inside = first..last + 1;
        match pairs().find(|(axis, (w, x))| inside.contains(axis) && w != x) {
            None => Self::around(x_shape, inside),
            Some((gap, _)) => {
                let shape: Vec<_> = pairs().map(|(axis, (w, x))| if inside.contains(&axis) { x } else { w }).collect();
                let reason = format!(
                    "weights of shape {weight_shape:?} vary on both sides of axis {gap} of {x_shape:?}, and not along it: \
                     expand them to {shape:?}"
                );
                Err(Error::Extent { reason })
            }
        }
    }

    /// The extent whose channels are some neighbouring axes.
    fn around(shape: &[usize], channels: Range<usize>) -> Result<Self> {
        let (before, rest) = shape.split_at(channels.start);
        let (inside, after) = rest.split_at(channels.len());
        let product = |sizes: &[usize]| sizes.iter().try_fold(1u64, |p, &s| p.checked_mul(s as u64));
        let extent = match (product(before), product(inside), product(after)) {
            (Some(outer), Some(channels), Some(inner)) => Some(Self { outer, channels, inner }),
            _ => None,
        };
        extent
            .filter(|e| e.len().is_some())
            .ok_or_else(|| Error::Extent { reason: format!("the shape {shape:?} has more than 2^64 elements") })
    }

    /// The extent of groups of `size` neighbours along an axis, as maxout takes them; negative axes count from the end.
    ///
    /// ```
    /// use wgpu_activations::Extent;
    /// let extent = Extent::groups(&[2, 6, 5], 1, 3)?;
    /// assert_eq!((extent.outer, extent.channels, extent.inner), (4, 3, 5));
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Extent::along`], and if the axis is no multiple of the size.
    pub fn groups(shape: &[usize], axis: isize, size: usize) -> Result<Self> {
        let whole = Self::along(shape, axis)?;
        let size = size as u64;
        if size == 0 || whole.channels % size != 0 {
            let reason = format!("axis {axis} of the shape {shape:?} does not fall into groups of {size}");
            return Err(Error::Extent { reason });
        }
        Ok(Self { outer: whole.outer * (whole.channels / size), channels: size, inner: whole.inner })
    }

    /// The number of elements, unless it exceeds 2^64.
    pub fn len(&self) -> Option<u64> {
        self.outer.checked_mul(self.channels)?.checked_mul(self.inner)
    }

    /// The error of a tensor that has no length.
    pub(crate) fn too_long(&self, function: &'static str) -> Error {
        Error::Extent { reason: format!("{function}: the tensor has more than 2^64 elements") }
    }

    /// Whether the tensor has no element.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// Elements from one occurrence of a channel to its next.
    pub(crate) fn span(&self) -> u64 {
        self.channels.saturating_mul(self.inner)
    }

    /// Fails unless the extent describes `len` elements.
    pub(crate) fn describes(&self, len: u64, function: &'static str) -> Result<()> {
        if self.len() == Some(len) {
            return Ok(());
        }
        let reason = format!("{function}: the tensor has {len} elements, {self} has another number");
        Err(Error::Extent { reason })
    }

    /// Fails unless the extent describes `len` elements and kernels can count within it.
    pub(crate) fn check(&self, len: u64, function: &'static str) -> Result<()> {
        self.describes(len, function)?;
        if self.span() > MAX_SPAN {
            return Err(Error::TooLarge {
                what: "the tensor's channel axis with all after it",
                size: self.span(),
                limit: MAX_SPAN,
                unit: "elements",
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_broadcast_as_in_onnx() {
        let x = [3, 4, 5];
        let cases: [(&[usize], &[usize], [u64; 3]); 14] = [
            (&[5], &x, [12, 5, 1]),
            (&[4, 5], &x, [3, 20, 1]),
            (&[3, 4, 5], &x, [1, 60, 1]),
            (&[4, 1], &x, [3, 4, 5]),
            (&[1, 4, 1], &x, [3, 4, 5]),
            (&[3, 4, 1], &x, [1, 12, 5]),
            (&[3, 1, 1], &x, [1, 3, 20]),
            (&[], &x, [60, 1, 1]),
            (&[1], &x, [60, 1, 1]),
            (&[1, 1, 1], &x, [60, 1, 1]),
            // Along an axis of one element nothing can vary.
            (&[3, 1, 5], &[2, 3, 1, 5], [2, 15, 1]),
            (&[1, 3], &[1, 3], [1, 3, 1]),
            (&[0, 1], &[2, 0, 4], [2, 0, 4]),
            (&[], &[], [1, 1, 1]),
        ];
        for (weights, x, [outer, channels, inner]) in cases {
            assert_eq!(Extent::broadcast(weights, x), Ok(Extent { outer, channels, inner }), "{weights:?} {x:?}");
        }
    }

    #[test]
    fn what_does_not_broadcast_is_told_why() {
        let cases: [(&[usize], &[usize], &str); 6] = [
            (&[4], &[3, 4, 5], "axis 2 has 4 of them for 5 elements"),
            (&[2, 1, 1], &[3, 4, 5], "axis 0 has 2 of them for 3 elements"),
            (&[1, 3], &[3], "they have more axes"),
            (&[0], &[3], "axis 0 has 0 of them for 3 elements"),
            (&[3, 1, 5], &[3, 4, 5], "not along it: expand them to [3, 4, 5]"),
            (
                &[3, 1, 5, 1],
                &[2, 3, 4, 5, 6],
                "axis 2 of [2, 3, 4, 5, 6], and not along it: expand them to [3, 4, 5, 1]",
            ),
        ];
        for (weights, x, why) in cases {
            match Extent::broadcast(weights, x) {
                Err(Error::Extent { reason }) => assert!(reason.contains(why), "{weights:?} {x:?}: {reason}"),
                other => panic!("{weights:?} {x:?}: {other:?}"),
            }
        }
        assert!(Extent::broadcast(&[1], &[usize::MAX, 3]).is_err());
    }
}
