//! A row-wise function together with its parameter values and its mask.

use std::borrow::Cow;

use half::{bf16, f16};

use super::{RowFunction, Values, check_values};
use crate::error::{Error, Result};
use crate::tensor::{Element, Extent, Pass, Storage};

/// A row-wise function with the values of its parameters and, where it takes one, its mask.
///
/// ```
/// use wgpu_activations::row::{MASKED_SOFTMAX, SOFTMAX};
/// use wgpu_activations::{Extent, reference};
///
/// let rows = Extent::along(&[2, 2], -1)?;
/// let y = reference::rows(&SOFTMAX, rows, &[0.0, 0.0, 1.0, 1.0])?;
/// assert_eq!(y, [0.5; 4]);
/// // The mask repeats after its end, here for every row.
/// let mask = [0.0, f32::NEG_INFINITY];
/// let y = reference::rows(MASKED_SOFTMAX.function().mask(&mask), rows, &[0.0, 5.0, 1.0, 2.0])?;
/// assert_eq!(y, [1.0, 0.0, 1.0, 0.0]);
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rowwise<'a> {
    row: &'static RowFunction,
    values: Cow<'a, [f32]>,
    mask: Option<Mask<'a>>,
}

/// A mask's numbers, and what they are.
#[derive(Clone, Copy, Debug)]
struct Mask<'a> {
    storage: Storage,
    bytes: &'a [u8],
}

impl<'a> Mask<'a> {
    fn len(&self) -> u64 {
        self.bytes.len() as u64 / self.storage.bytes()
    }

    /// The numbers, if they are of this type.
    fn values<T: Element>(&self) -> Option<&'a [T]> {
        bytemuck::try_cast_slice(self.bytes).ok().filter(|_| self.storage == T::STORAGE)
    }

    fn wide<T: Element>(&self) -> Option<Cow<'a, [f32]>> {
        self.values::<T>().map(|values| values.iter().map(|&v| v.into()).collect())
    }
}

impl From<&'static RowFunction> for Rowwise<'_> {
    fn from(row: &'static RowFunction) -> Self {
        Self { row, values: row.params.iter().map(|p| p.default as f32).collect(), mask: None }
    }
}

impl<'a> From<&Rowwise<'a>> for Rowwise<'a> {
    fn from(function: &Rowwise<'a>) -> Self {
        function.clone()
    }
}

impl<'a> Rowwise<'a> {
    pub(crate) fn with_values(row: &'static RowFunction, values: Values) -> Self {
        Self { row, values: Cow::Owned(values.into()), mask: None }
    }

    /// The function with one parameter changed.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`].
    pub fn set(mut self, name: &str, value: f32) -> Result<Self> {
        let index = self.row.params.iter().position(|p| p.name == name);
        let index = index.ok_or_else(|| Error::UnknownParameter {
            function: self.row.name,
            name: name.to_owned(),
            known: self.row.params.iter().map(|p| p.name).collect(),
        })?;
        if let Some(v) = self.values.to_mut().get_mut(index) {
            *v = value;
        }
        Ok(self)
    }

    /// With a mask, which is added to the rows. It has the tensor's last axes, all from the row's axis on, and repeats over
    /// the axes before. [`Gpu::rows`](crate::Gpu::rows) takes one of the tensor's type.
    pub fn mask<T: Element>(self, mask: &[T]) -> Rowwise<'_>
    where
        'a: 'static,
    {
        let mask = Mask { storage: T::STORAGE, bytes: bytemuck::cast_slice(mask) };
        Rowwise { row: self.row, values: self.values, mask: Some(mask) }
    }

    /// The function.
    pub fn row(&self) -> &'static RowFunction {
        self.row
    }

    /// The parameter values.
    pub fn params(&self) -> &[f32] {
        &self.values
    }

    /// The mask, if there is one, as `f32`.
    pub fn added(&self) -> Option<Cow<'a, [f32]>> {
        let mask = self.mask?;
        mask.values().map(Cow::Borrowed).or_else(|| mask.wide::<f16>()).or_else(|| mask.wide::<bf16>())
    }

    /// The mask, which must be of the tensor's type.
    #[cfg(feature = "gpu")]
    pub(crate) fn mask_of<T: Element>(&self) -> Result<Option<&'a [T]>> {
        let expected = match T::STORAGE {
            Storage::F32 => "a mask of f32, as the tensor is",
            Storage::F16 => "a mask of f16, as the tensor is",
            Storage::Bf16 => "a mask of bf16, as the tensor is",
        };
        let function = self.row.name;
        self.mask.map(|mask| mask.values().ok_or(Error::Mask { function, expected })).transpose()
    }

    /// Fails unless the parameter values and the tensor fit; a mask is asked for where `forward`.
    pub(crate) fn check(&self, extent: Extent, len: u64, forward: bool) -> Result<()> {
        let function = self.row.name;
        if extent.len() != Some(len) {
            let Extent { outer, channels, inner } = extent;
            let reason =
                format!("{function}: the tensor has {len} elements, [{outer}, {channels}, {inner}] has another number");
            return Err(Error::Extent { reason });
        }
        self.row.check_length(extent)?;
        let (expected, got) = (self.row.params.len() as u64, self.values.len() as u64);
        if expected != got {
            return Err(Error::ParameterCount { function, expected, got });
        }
        check_values(function, self.row.params, &self.values, Pass::Forward)?;
        match (self.mask, self.row.masked) {
            (Some(mask), true) => check_mask(function, extent, mask.len()),
            (None, true) if forward => Err(Error::Mask { function, expected: "a mask" }),
            (Some(_), false) => Err(Error::Mask { function, expected: "no mask" }),
            _ => Ok(()),
        }
    }
}

/// Fails unless a mask of `len` elements repeats in the tensor.
pub(crate) fn check_mask(function: &'static str, extent: Extent, len: u64) -> Result<()> {
    let span = extent.span();
    let whole = if span == 0 || extent.outer == 0 { 0 } else { len / span };
    let fits = extent.is_empty() || (whole > 0 && len.is_multiple_of(span) && extent.outer.is_multiple_of(whole));
    if fits {
        return Ok(());
    }
    let reason = format!(
        "{function}: a mask of {len} elements does not repeat in a tensor [{}, {}, {}]: it needs all axes from the row's \
         on ({span} elements), or some more before",
        extent.outer, extent.channels, extent.inner
    );
    Err(Error::Extent { reason })
}
