//! Dispatches: what they bind, and their arguments.

use super::{Key, Limits, Slot, WORKGROUP};
use crate::error::Result;

/// The numbers that a dispatch finds in its uniform behind its offsets; each kind of kernel has its own names for them.
pub(crate) type Block = [u32; 16];

/// A dispatch's uniform: the offsets of its tensors, and its block.
pub(crate) type Uniform = [u32; 24];

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
