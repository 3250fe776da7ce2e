//! Dispatches that stop earlier than at the end of their tensors.

use super::{Dispatch, Layout, Limits, PACK, Range, Slot};

/// A `Call` of `kernel/counts.wgsl`.
pub(crate) type Call = [u32; 24];

/// Where the arguments of elements have the first one's place among the channels, how many channels there are, and what lies
/// inside these.
const START: usize = 2;
const CHANNELS: usize = 3;
const INNER: usize = 4;

/// Where the arguments of rows have their length, the packs of that, the threads that share a row, and their packs.
const LENGTH: usize = 4;
const PACKS: usize = 5;
const THREADS: usize = 6;
const ROUNDS: usize = 7;

impl Dispatch {
    /// The same on the first `len` elements of the tensor alone; none if it cannot stop earlier.
    pub(crate) fn up_to(&self, len: u64, limits: &Limits) -> Option<Self> {
        let share = self.share?;
        let there = len.saturating_sub(share.start).min(share.len);
        let done = there.checked_div(share.larger).map_or(0, |packs| packs * share.larger);
        let count = (there - done) / share.unit;
        let mut less = self.clone();
        less.groups = limits.fold(count.div_ceil(share.group)).ok()?;
        less.args[..2].copy_from_slice(&[count as u32, less.groups[0]]);
        if done > 0 {
            less.ranges.iter_mut().filter(|range| moves(range)).for_each(|range| range.at += done / share.unit);
            less.args[START] = ((u64::from(self.args[START]) + done) % u64::from(self.turn())) as u32;
        }
        Some(less)
    }

    /// The same with rows of `length` elements, which lie as far apart as before; of kernels that ask each element's place.
    pub(crate) fn shortened(mut self, length: u64) -> Self {
        let others = if self.key.layout == Layout::Unaligned { PACK - 1 } else { 0 };
        let packs = (length + others).div_ceil(PACK);
        let threads = u64::from(self.args[THREADS]).max(1);
        // Less than they were.
        [self.args[LENGTH], self.args[PACKS], self.args[ROUNDS]] =
            [length, packs, packs.div_ceil(threads).max(1)].map(|n| n as u32);
        self
    }

    /// What `kernel/counts.wgsl` makes its arguments of, which begin at this word: of up to `most` times `per` elements. None if it
    /// cannot stop earlier.
    pub(crate) fn call(&self, args: u32, [most, per]: [u32; 2], limits: &Limits) -> Option<Call> {
        let share = self.share?;
        let part = [share.start, share.len, share.unit, share.larger];
        let mut call = [0; 24];
        // All of these are parts of a tensor of less than 2^32 elements.
        call.iter_mut().zip(part).for_each(|(word, value)| *word = value as u32);
        call[4..8].copy_from_slice(&[share.group as u32, limits.groups as u32, self.args[START], self.turn()]);
        for range in &self.ranges {
            if let Some(index) = range.binding.offset() {
                call[8 + index] = range.at as u32;
                call[16] |= u32::from(moves(range)) << index;
            }
        }
        call[17..20].copy_from_slice(&[args, most, per]);
        Some(call)
    }

    /// Elements after which places among the channels come again. Where rows have numbers of their own none do; a dispatch's
    /// elements and its first one's place are less than 2^32 together.
    fn turn(&self) -> u32 {
        let rows = self.ranges.iter().any(|range| range.binding == Slot::Scale);
        // A span is at most 2^30.
        if rows { u32::MAX } else { (self.args[CHANNELS] * self.args[INNER]).max(1) }
    }
}

/// Whether a tensor's part lies behind what is done; the values of channels and rows lie where they do.
fn moves(range: &Range) -> bool {
    !matches!(range.binding, Slot::Weights | Slot::Bias | Slot::Scale)
}
