//! Dispatches that stop earlier than at the end of their tensors.

use super::{Dispatch, Limits, Range, Slot};

/// A `Call` of `kernel/counts.wgsl`.
pub(crate) type Call = [u32; 20];

/// Where the arguments of elements have the first one's place among the channels, how many channels there are, and what lies
/// inside these.
const START: usize = 2;
const CHANNELS: usize = 3;
const INNER: usize = 4;

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
            // A channel's values lie where they do; all else lies behind what is done.
            let of_elements = |range: &&mut Range| range.binding != Slot::Weights;
            less.ranges.iter_mut().filter(of_elements).for_each(|range| range.at += done / share.unit);
            let span = (u64::from(self.args[CHANNELS]) * u64::from(self.args[INNER])).max(1);
            less.args[START] = ((u64::from(self.args[START]) + done) % span) as u32;
        }
        Some(less)
    }

    /// What `kernel/counts.wgsl` makes its arguments of, which begin at this word: of up to `most` times `per` elements. None if it
    /// cannot stop earlier.
    pub(crate) fn call(&self, args: u32, [most, per]: [u32; 2], limits: &Limits) -> Option<Call> {
        let share = self.share?;
        let part = [share.start, share.len, share.unit, share.larger];
        let mut call = [0; 20];
        // All of these are parts of a tensor of less than 2^32 elements.
        call.iter_mut().zip(part).for_each(|(word, value)| *word = value as u32);
        let span = (u64::from(self.args[CHANNELS]) * u64::from(self.args[INNER])).max(1) as u32;
        call[4..8].copy_from_slice(&[share.group as u32, limits.groups as u32, self.args[START], span]);
        for range in &self.ranges {
            if let Some(index) = range.binding.offset() {
                call[8 + index] = range.at as u32;
                call[14] |= u32::from(range.binding != Slot::Weights) << index;
            }
        }
        call[15..18].copy_from_slice(&[args, most, per]);
        Some(call)
    }
}
