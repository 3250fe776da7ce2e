//! What dispatches over rows have in common: parts of tensors, and arguments.

use super::{RowArgs, Rows};
use crate::error::Result;
use crate::plan::{Layout, PACK, Range, Slot, narrow};
use crate::tensor::{Extent, Pass};

/// A part of the tensor that one dispatch goes through, in elements.
pub(super) struct Window {
    pub(super) start: u64,
    pub(super) len: u64,
}

impl Rows<'_> {
    /// Elements of what positions count.
    pub(super) fn unit(&self) -> u64 {
        if self.key.layout == Layout::Vector { PACK } else { 1 }
    }

    /// Elements that a binding holds, wherever it starts.
    pub(super) fn room(&self) -> u64 {
        let bytes = self.spec.input.bytes().max(self.spec.output.bytes());
        let room = self.at.binding().saturating_sub(self.at.unit()) / bytes / PACK * PACK;
        if self.key.layout == Layout::Unaligned { room.saturating_sub(PACK) } else { room }
    }

    /// All of what heads have.
    pub(super) fn of_heads(&self, slot: Slot) -> Range {
        self.at.range(slot, slot, 0, 4 * u64::from(self.spec.attention.heads), 4)
    }

    /// Whether the mask is too large to be bound whole.
    pub(super) fn cuts_mask(&self) -> bool {
        self.mask > self.room()
    }

    /// The part of the mask that a window sees.
    pub(super) fn of_mask(&self, window: &Window) -> Window {
        match self.cuts_mask() {
            true => Window { start: window.start % self.mask, len: window.len },
            false => Window { start: 0, len: self.mask },
        }
    }

    /// Outer indices from this one on that a window may hold: a mask is bound whole, or ends with the window.
    pub(super) fn until_mask_ends(&self, outer: u64) -> u64 {
        let repeat = (self.mask / self.extent.span()).max(1);
        if self.cuts_mask() { repeat - outer % repeat } else { u64::MAX }
    }

    /// Where a mask's first element would lie, from the part that a window sees; it may wrap around.
    pub(super) fn mask_first(&self, window: &Window) -> Result<u32> {
        if self.mask == 0 {
            return Ok(0);
        }
        Ok(0u32.wrapping_sub(narrow(self.of_mask(window).start / self.unit())?))
    }

    /// The ranges of a dispatch over a window of the tensor; `results` elements of one a row begin at `from`.
    pub(super) fn ranges(&self, window: &Window, results: (u64, u64)) -> Vec<Range> {
        let part = |slot, w: &Window, lanes: u64| {
            let bytes = self.spec.bytes(slot);
            self.at.range(slot, slot, w.start * bytes, w.len * bytes, lanes * bytes)
        };
        let forward = self.spec.pass == Pass::Forward;
        let result = Window { start: results.0, len: results.1 };
        let lanes = |slot| self.spec.row_lanes(self.row, self.key.layout, slot);
        let of = |&slot: &Slot| match slot {
            Slot::B | Slot::Out2 if self.row.targets => Some(part(slot, &result, 1)),
            Slot::States if self.row.targets => Some(self.of_loss()),
            Slot::B if forward => Some(part(slot, &self.of_mask(window), lanes(slot))),
            Slot::Out if self.spec.gives_one(self.row) => Some(part(slot, &result, 1)),
            Slot::B if self.row.reduces => Some(part(slot, &result, 1)),
            Slot::A | Slot::B | Slot::C | Slot::Out => Some(part(slot, window, lanes(slot))),
            Slot::Weights | Slot::Scale => Some(self.of_heads(slot)),
            _ => None,
        };
        self.slots.iter().filter_map(of).collect()
    }

    /// The arguments that all dispatches have; `threads` share a row of `packs` packs.
    pub(super) fn args(&self, threads: u64, packs: u64) -> Result<RowArgs> {
        let Extent { channels, inner, outer } = self.extent;
        let each = packs.div_ceil(threads).max(1);
        // Neighbouring threads read neighbouring elements.
        let next_row = if inner == 1 { threads } else { 1 };
        let repeat = if self.mask == 0 || self.spec.mask_axes().is_some() {
            outer.max(1)
        } else {
            self.mask / (channels * inner)
        };
        Ok(RowArgs {
            span: narrow(channels * inner / self.unit())?,
            inner: narrow(inner)?,
            length: narrow(channels)?,
            packs: narrow(self.packs())?,
            threads: narrow(threads)?,
            rounds: narrow(each)?,
            repeat: narrow(repeat)?,
            next_row: narrow(next_row)?,
            chunks: 1,
            ..RowArgs::default()
        })
    }
    /// The arguments of workgroups that go over what all rows have left, one for each result; and how many these are.
    pub(super) fn joining(&self, results: u64, rows: u64, rounds: u64) -> Result<(RowArgs, [u32; 2])> {
        let (groups, threads) = (self.at.limits.fold(results)?, self.key.threads);
        let args = RowArgs {
            rows: narrow(results)?,
            width: groups[0],
            span: 1,
            inner: 1,
            length: narrow(self.extent.channels)?,
            packs: narrow(rows)?,
            threads,
            rounds: narrow(rounds)?,
            repeat: 1,
            next_row: threads,
            chunks: 1,
            ..RowArgs::default()
        };
        Ok((args, groups))
    }
}
