//! A mask that is added to rows.

use std::borrow::Cow;

use half::{bf16, f16};

use crate::error::{Error, Result};
use crate::tensor::{Element, Extent, Storage, wide};

/// A mask's numbers, and what they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mask<'a> {
    storage: Storage,
    bytes: &'a [u8],
}

impl<'a> Mask<'a> {
    pub(super) fn new<T: Element>(mask: &'a [T]) -> Self {
        Self { storage: T::STORAGE, bytes: bytemuck::cast_slice(mask) }
    }

    pub(super) fn len(&self) -> u64 {
        self.bytes.len() as u64 / self.storage.bytes()
    }

    /// The numbers, if they are of this type.
    pub(super) fn values<T: Element>(&self) -> Option<&'a [T]> {
        bytemuck::try_cast_slice(self.bytes).ok().filter(|_| self.storage == T::STORAGE)
    }

    /// The numbers as `f32`.
    pub(super) fn wide(&self) -> Option<Cow<'a, [f32]>> {
        match self.storage {
            Storage::F32 => self.values().map(wide::<f32>),
            Storage::F16 => self.values().map(wide::<f16>),
            Storage::Bf16 => self.values().map(wide::<bf16>),
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
        "{function}: a mask of {len} elements does not repeat in a tensor {extent}: it needs all axes from the row's on \
         ({span} elements), or some more before"
    );
    Err(Error::Extent { reason })
}
