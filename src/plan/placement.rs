//! Where tensors lie, and what its device allows.

use super::{Layout, Limits, PACK, Range, Slot, Spec};
use crate::tensor::Storage;

/// No binding is larger, whatever the device says: element counts and byte addresses then stay far below 2^32.
const MAX_BINDING: u64 = (1 << 31) - 256;
/// Bytes that a vector begins at a multiple of.
const VECTOR: u64 = 16;

/// Where tensors begin in their buffers, in bytes, and what the device allows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placement<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) offsets: [u64; Slot::COUNT],
    /// Whether tensors share a buffer, so that all must be bound in the same way.
    pub(crate) aliased: bool,
    /// Whether dispatches may be asked to stop earlier than at the end of their tensors.
    pub(crate) shrinks: bool,
}

impl<'a> Placement<'a> {
    /// Each tensor at the beginning of a buffer of its own.
    pub(crate) fn new(limits: &'a Limits) -> Self {
        Self { limits, offsets: [0; Slot::COUNT], aliased: false, shrinks: false }
    }

    /// Bytes that bindings begin at a multiple of.
    pub(crate) fn unit(&self) -> u64 {
        self.limits.alignment.max(VECTOR)
    }

    /// Bytes of the largest binding.
    pub(super) fn binding(&self) -> u64 {
        self.limits.binding.min(MAX_BINDING) / 4 * 4
    }

    /// Bytes of a binding that begins at or before this byte of a tensor, up to that.
    fn skip(&self, from: Slot, byte: u64) -> u64 {
        (self.offsets[from as usize] + byte) % self.unit()
    }

    /// How a spec's tensors can be bound that are packs from their first element on.
    pub(super) fn layout(&self, spec: &Spec, slots: &[Slot]) -> Layout {
        if self.head(&spec.stored_in(slots)) == Some(0) { Layout::Vector } else { Layout::Gathered }
    }

    /// How many elements go before the first pack that is a vector in each of these tensors, if there is one.
    pub(super) fn head(&self, tensors: &[(Slot, Storage)]) -> Option<u64> {
        let tight = |head: u64, &(slot, storage): &(Slot, Storage)| {
            let bytes = storage.bytes();
            (self.offsets[slot as usize] + head * bytes).is_multiple_of(PACK * bytes)
        };
        (0..PACK).find(|&head| tensors.iter().all(|tensor| tight(head, tensor)))
    }

    /// Elements of a window that begins at element `start` of these tensors, as many as a binding holds.
    pub(super) fn held(&self, tensors: &[(Slot, Storage)], start: u64) -> u64 {
        let held = |&(slot, storage): &(Slot, Storage)| {
            let skip = self.skip(slot, start * storage.bytes());
            self.binding().saturating_sub(skip) / storage.bytes()
        };
        tensors.iter().map(held).min().unwrap_or(u64::MAX)
    }

    /// Elements of what windows begin at a multiple of, so that each begins as the first does.
    pub(super) fn step(&self, tensors: &[(Slot, Storage)]) -> u64 {
        tensors.iter().map(|(_, storage)| self.unit() / storage.bytes()).max().unwrap_or(1)
    }

    /// Bytes of a tensor as a binding; offsets in it count units of `each` bytes.
    pub(super) fn range(&self, binding: Slot, from: Slot, byte: u64, bytes: u64, each: u64) -> Range {
        let skip = self.skip(from, byte);
        let offset = self.offsets[from as usize] + byte - skip;
        Range { binding, from, offset, size: (skip + bytes).next_multiple_of(each.max(4)), at: skip / each }
    }
}
