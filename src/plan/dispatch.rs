//! Dispatches: what they bind, and their arguments.

use super::{Key, Limits, Slot, WORKGROUP};
use crate::error::Result;

/// The numbers that a dispatch finds in its uniform behind its offsets; each kind of kernel has its own names for them.
pub(crate) type Block = [u32; 16];

/// A dispatch's uniform: the offsets of its tensors, and its block.
pub(crate) type Uniform = [u32; 24];

/// A `Call` of `kernel/counts.wgsl`.
pub(crate) type Call = [u32; 20];

/// A range of bytes of the tensor `from`, bound as `binding`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) binding: Slot,
    pub(crate) from: Slot,
    pub(crate) offset: u64,
    pub(crate) size: u64,
    /// Where the dispatch's part begins in the binding, in the units of its kernel.
    pub(crate) at: u64,
}

/// The part of a tensor that a dispatch goes through, so that it can stop earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    /// Its first element, and how many there are.
    pub(crate) start: u64,
    pub(crate) len: u64,
    /// Elements of what the dispatch counts: of packs, or of rows.
    pub(crate) unit: u64,
    /// Elements of the larger packs that another dispatch takes of the same part, so that this one begins behind them; or 0.
    pub(crate) larger: u64,
    /// How many a workgroup takes of what is counted.
    pub(crate) group: u64,
}

/// One dispatch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dispatch {
    pub(crate) key: Key,
    pub(crate) args: Block,
    pub(crate) ranges: Vec<Range>,
    /// Workgroups along x and y.
    pub(crate) groups: [u32; 2],
    /// What part of its tensor it goes through, if it may stop earlier.
    pub(crate) share: Option<Share>,
}

/// Where the arguments of elements have the first one's place among the channels, how many channels there are, and what lies
/// inside these.
const START: usize = 2;
const CHANNELS: usize = 3;
const INNER: usize = 4;

impl Dispatch {
    /// The same with two packs to an invocation, where tuning has it and all tensors begin with their bindings.
    pub(super) fn doubled(mut self, limits: &Limits) -> Result<Self> {
        let packs = u64::from(self.args[0]);
        let pays = limits.tuning.doubled_from.is_some_and(|from| packs >= from);
        if pays && self.ranges.iter().all(|range| range.at == 0) {
            self.share = self.share.map(|share| Share { group: 2 * WORKGROUP, ..share });
            self.groups = limits.fold(packs.div_ceil(2 * WORKGROUP))?;
            (self.key.doubled, self.args[1]) = (true, self.groups[0]);
        }
        Ok(self)
    }

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

    /// Its uniform.
    pub(crate) fn uniform(&self) -> Uniform {
        let mut uniform = Uniform::default();
        for range in &self.ranges {
            if let Some(index) = range.binding.offset() {
                // Offsets lie within a binding, which holds less than 2^32 of whatever they count.
                uniform[index] = range.at as u32;
            }
        }
        uniform[8..].copy_from_slice(&self.args);
        uniform
    }
}

/// What computes a spec on tensors of some length: dispatches in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) dispatches: Vec<Dispatch>,
    /// Bytes of memory between the dispatches.
    pub(crate) scratch: u64,
    /// Bytes of the states of rows.
    pub(crate) states: u64,
}
