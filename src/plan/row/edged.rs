//! Rows of any length, one after the other, that are read as aligned vectors: those at a row's ends hold elements of its neighbours,
//! too, which kernels pass over. Where such a vector may lie beyond a tensor's end, the last rows are read otherwise.

use super::{ELEMENT, Form, PACK, Result, Rows, Shape, Slot, narrow};

/// The fewest rows beside which others may be read otherwise.
const MOST: u64 = 128;

impl Rows<'_> {
    /// The same in this shape, and how many rows are to be read so.
    pub(super) fn edged(&self) -> Option<(Self, u64)> {
        let shape = Shape { edged: true, ..self.shape };
        // Numbers of 16 bits are written two by two where they are a word.
        let result = self.spec.gives_one(self.row);
        let tight = |slot: &Slot| match slot {
            Slot::Out => self.spec.output.bytes() < ELEMENT && !result,
            _ => self.spec.row_lanes(self.row, shape, *slot) == PACK,
        };
        let tensors: Vec<Slot> = self.slots.iter().copied().filter(tight).collect();
        let head = self.site.head(&self.spec.stored_in(&tensors))?;
        let edged =
            Self { shape, form: Form { loose: false, ..self.form }, before: (PACK - head) % PACK, ..self.clone() };
        let length = self.extent.channels;
        // A vector that is read may not be what something else is written to.
        if self.shape.wide || self.form.shared || self.extent.inner != 1 || length > edged.room() {
            return None;
        }
        let end = (edged.before + self.extent.len()?) / PACK * PACK;
        let count = end.saturating_sub(edged.before) / length;
        // The others are a dispatch of their own.
        (count == self.extent.outer || self.site.limits.software && count >= MOST).then_some((edged, count))
    }

    /// The packs of a row, at most.
    pub(super) fn packs(&self) -> u64 {
        let others = if self.shape.edged { PACK - 1 } else { 0 };
        (self.extent.channels + others).div_ceil(PACK)
    }

    /// Elements before this row in the vector that it begins in, if that matters.
    pub(super) fn first(&self, row: u64) -> Result<u32> {
        narrow(if self.shape.edged { (self.before + row * self.extent.channels) % PACK } else { 0 })
    }
}
