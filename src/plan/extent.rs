//! The shape of a tensor as a kernel sees it.

use crate::error::{Error, Result};

/// A tensor as [outer, channels, inner], in row-major order: any tensor seen from one of its axes.
///
/// A length converts into an extent with one channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        let product = |sizes: &[usize]| sizes.iter().try_fold(1u64, |p, &s| p.checked_mul(s as u64));
        let (before, rest) = shape.split_at(index.min(axes));
        let extent = match (product(before), product(rest.get(1..).unwrap_or(&[]))) {
            (Some(outer), Some(inner)) => Some(Self { outer, channels: rest.first().map_or(1, |&s| s as u64), inner }),
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

    /// Whether the tensor has no element.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// Elements from one occurrence of a channel to its next.
    pub(crate) fn span(&self) -> u64 {
        self.channels.saturating_mul(self.inner)
    }

    /// Fails unless the extent describes `len` elements and kernels can count within it.
    pub(crate) fn check(&self, len: u64, function: &'static str) -> Result<()> {
        if self.len() != Some(len) {
            return Err(Error::Extent {
                reason: format!(
                    "{function}: the tensor has {len} elements, [{}, {}, {}] has another number",
                    self.outer, self.channels, self.inner
                ),
            });
        }
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
