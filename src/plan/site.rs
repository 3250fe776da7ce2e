//! Where a call's tensors lie, and what its device allows.

use super::steps::PACK;
use super::{Limits, Range, Slot, Spec};
use crate::tensor::Storage;

/// No binding is larger, whatever the device says: element counts and byte addresses then stay far below 2^32.
const MAX_BINDING: u64 = (1 << 31) - 256;
/// Bytes that a vector begins at a multiple of.
const VECTOR: u64 = 16;

/// Where tensors begin in their buffers, in bytes, and what the device allows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) offsets: [u64; Slot::COUNT],
    /// Whether tensors share a buffer, so that all must be bound in the same way.
    pub(crate) shared: bool,
}

/// How tensors are bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Form {
    /// As words, wherever they begin; else as vectors, which begin at a multiple of their size.
    pub(crate) loose: bool,
    /// All to be written, as a buffer must be of which any part is.
    pub(crate) shared: bool,
    /// All begin where their bindings do: on software devices, which load places in their bindings anew at every use. Of
    /// elementwise kernels an invocation takes two packs then.
    pub(crate) first: bool,
}

impl<'a> Site<'a> {
    /// Each tensor at the beginning of a buffer of its own.
    pub(crate) fn new(limits: &'a Limits) -> Self {
        Self { limits, offsets: [0; Slot::COUNT], shared: false }
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
    pub(super) fn form(&self, spec: &Spec, slots: &[Slot]) -> Form {
        Form { loose: self.head(&spec.stored_in(slots)) != Some(0), shared: self.shared, first: false }
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

    /// Bytes of a tensor as a binding; its places count units of `each` bytes.
    pub(super) fn range(&self, binding: Slot, from: Slot, byte: u64, bytes: u64, each: u64) -> Range {
        let skip = self.skip(from, byte);
        let offset = self.offsets[from as usize] + byte - skip;
        Range { binding, from, offset, size: (skip + bytes).next_multiple_of(each.max(4)), at: skip / each }
    }
}
