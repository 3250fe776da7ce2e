//! Dispatches on tensors that hold two halves in alternating blocks: one binding reads all of a window's first half,
//! another its second, so that no window need hold both.

use crate::error::{Error, Result};
use crate::plan::{Block, Body, Dispatch, Key, PACK, Placement, Range, Slot, Spec, WORKGROUP, narrow};
use crate::tensor::{Extent, pieces, place};

/// The tensors of such a dispatch: which of the caller's hold halves, and which are plain.
#[derive(Clone, Copy, Debug)]
pub(in crate::plan) struct Roles {
    /// Read as two halves.
    pub(in crate::plan) pair: Option<Slot>,
    /// Read as it is.
    pub(in crate::plan) plain: Option<Slot>,
    /// Whether the output holds halves.
    pub(in crate::plan) splits: bool,
}

/// What one kernel counts in.
struct Grid<'a> {
    key: Key,
    /// Packs to a block.
    block: u64,
    roles: Roles,
    /// The shape of a half, whose channels have parameter values of their own.
    half: Extent,
    spec: &'a Spec,
    placement: &'a Placement<'a>,
}

/// The dispatches for `len` elements of a half of this shape in blocks of `block`.
pub(in crate::plan) fn halves(
    spec: &Spec,
    roles: Roles,
    len: u64,
    half: Extent,
    block: u64,
    placement: &Placement<'_>,
) -> Result<Vec<Dispatch>> {
    let layout = placement.layout(spec, &[Slot::A, Slot::B, Slot::C, Slot::Out]);
    let grid = |body, lanes, block| {
        let key = Key::new(body, lanes, layout);
        let key = Key { aliased: placement.aliased, place: spec.place(key, half, 0, placement), ..key };
        Grid { key, block, roles, half, spec, placement }
    };
    let (wide, interleaved) = (grid(Body::Elements, PACK, block / PACK), grid(Body::Interleaved, PACK, 1));
    let (grid_of_packs, packs) = match block {
        _ if block.is_multiple_of(PACK) => (wide, len / PACK),
        1 if roles.pair == Some(Slot::A) && interleaved.room() >= 2 => (interleaved, len / PACK),
        _ => (wide, 0),
    };
    let mut dispatches = grid_of_packs.dispatches(0, packs)?;
    dispatches.extend(grid(Body::Elements, 1, block).dispatches(packs * PACK, len)?);
    Ok(dispatches)
}

impl Grid<'_> {
    /// Bytes of the largest pack.
    fn bytes(&self) -> u64 {
        self.key.lanes * self.spec.input.bytes().max(self.spec.output.bytes())
    }

    /// Packs that a binding holds wherever they begin.
    fn room(&self) -> u64 {
        let least = self.spec.input.bytes().min(self.spec.output.bytes());
        let each = if self.key.binds_vectors() { self.key.lanes * least } else { least };
        let skip = self.placement.unit() - each.min(self.placement.unit());
        self.placement.binding().saturating_sub(skip) / self.bytes()
    }

    /// Packs of a tensor as a binding.
    fn view(&self, binding: Slot, from: Slot, at: u64, packs: u64) -> Range {
        let bytes = self.spec.bytes(from);
        let each = if self.key.binds_vectors() { self.key.lanes * bytes } else { bytes };
        self.placement.range(binding, from, at * self.key.lanes * bytes, packs * self.key.lanes * bytes, each)
    }

    fn dispatches(&self, start: u64, end: u64) -> Result<Vec<Dispatch>> {
        let reach = self.placement.limits.reach();
        if self.room() == 0 && start < end {
            let (size, limit) = (self.placement.unit() + self.bytes(), self.placement.binding());
            return Err(Error::TooLarge { what: "a binding", size, limit, unit: "bytes" });
        }
        let (whole, run) = ((self.room() / 2).min(reach), self.room().min(reach));
        let mut dispatches = Vec::new();
        for (first, count) in pieces(start, end, self.block, whole, run) {
            self.window(first, count, &mut dispatches)?;
        }
        Ok(dispatches)
    }

    /// The dispatch of one window, or two where no binding holds both halves of its output.
    fn window(&self, first: u64, count: u64, dispatches: &mut Vec<Dispatch>) -> Result<()> {
        let groups = self.placement.limits.fold(count.div_ceil(WORKGROUP))?;
        let within_block = count <= self.block - first % self.block;
        let at = place(first, self.block);
        let length = place(first + count - 1, self.block) + 1 - at;
        let interleaved = self.key.body == Body::Interleaved;
        // Interleaved halves lie in the same packs.
        let half = |binding, from, k: u64| match interleaved {
            true => self.view(binding, from, at, 2 * count),
            false => self.view(binding, from, at + k * self.block, length),
        };
        let mut inputs = Vec::new();
        if let Some(from) = self.roles.pair {
            inputs.push(half(Slot::A, from, 0));
            if !interleaved {
                inputs.push(half(Slot::B, from, 1));
            }
        }
        inputs.extend(self.roles.plain.map(|from| self.view(Slot::C, from, first, count)));
        let out = |k| half(Slot::Out, Slot::Out, k);
        let both = if interleaved { out(0) } else { self.view(Slot::Out, Slot::Out, at, length + self.block) };
        let outputs = match self.roles.splits {
            false => vec![(self.view(Slot::Out, Slot::Out, first, count), 0, 1)],
            true if both.size <= self.placement.binding() => vec![(both, self.block, 3)],
            true => vec![(out(0), 0, 1), (out(1), 0, 2)],
        };
        let block = if within_block { count } else { self.block };
        for (output, second, parts) in outputs {
            let mut args = Block::default();
            let Extent { channels, inner, .. } = self.half;
            let start = first * self.key.lanes % self.half.span().max(1);
            let values = [count, u64::from(groups[0]), block, second, parts, start, channels, inner];
            for (arg, value) in args.iter_mut().zip(values) {
                *arg = narrow(value)?;
            }
            let (base, len) = (first * self.key.lanes, count * self.key.lanes);
            let beside = |slot| self.spec.beside(slot, self.half, (self.key, base, len), self.placement);
            let ranges = inputs.iter().copied().chain([output]).chain(self.spec.slots_beside().filter_map(beside));
            let ranges = ranges.collect();
            dispatches.push(Dispatch { key: self.key, args, ranges, groups, share: None });
        }
        Ok(())
    }
}
