//! Rows of any length, one after the other, that are read as aligned vectors: those at a row's ends hold elements of its neighbours,
//! too, which kernels pass over. Where such a vector may lie beyond a tensor's end, the last rows are read otherwise.

use super::Rows;
use crate::error::Result;
use crate::plan::{Key, Layout, PACK, Slot, WORD, narrow};

impl Rows<'_> {
    /// The same in this layout, and how many rows are to be read so.
    pub(super) fn unaligned(&self) -> Option<(Self, u64)> {
        let key = Key { layout: Layout::Unaligned, ..self.key };
        // Numbers of 16 bits are written two by two where they are a word.
        let result = self.spec.gives_one(self.row);
        let tight = |slot: &Slot| match slot {
            Slot::Out => self.spec.output.bytes() < WORD && !result,
            _ => self.spec.row_lanes(self.row, key.layout, *slot) == PACK,
        };
        let tensors: Vec<Slot> = self.slots.iter().copied().filter(tight).collect();
        let head = self.at.head(&self.spec.stored_in(&tensors))?;
        let rows = Self { key, before: (PACK - head) % PACK, ..self.clone() };
        let length = self.extent.channels;
        // A vector that is read may not be what something else is written to.
        if self.key.layout == Layout::Vector || self.key.aliased || self.extent.inner != 1 || length > rows.room() {
            return None;
        }
        let end = (rows.before + self.extent.len()?) / PACK * PACK;
        let count = end.saturating_sub(rows.before) / length;
        // The others are a dispatch of their own.
        let pays = self.at.limits.tuning.unaligned_rows.is_some_and(|rows| count >= rows);
        (count == self.extent.outer || pays).then_some((rows, count))
    }

    /// The packs of a row, at most.
    pub(super) fn packs(&self) -> u64 {
        let others = if self.key.layout == Layout::Unaligned { PACK - 1 } else { 0 };
        (self.extent.channels + others).div_ceil(PACK)
    }

    /// Elements before this row in the vector that it begins in, where that matters.
    pub(super) fn first(&self, row: u64) -> Result<u32> {
        narrow(if self.key.layout == Layout::Unaligned { (self.before + row * self.extent.channels) % PACK } else { 0 })
    }
}
