//! Dispatches on tensors that hold two halves in blocks which take turns: one binding reads all of a window's first half,
//! another its second, so that no window need hold both.

use super::steps::PACK;
use super::{Block, Call, Form, Range, Site, Slot, Spec, Variant, WORKGROUP};
use crate::error::{Error, Result};
use crate::tensor::Extent;
use crate::tensor::{pieces, place};

/// The tensors of such a dispatch: which of the caller's hold halves, and which are plain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Roles {
    /// Read as two halves.
    pub(super) pair: Option<Slot>,
    /// Read as it is.
    pub(super) plain: Option<Slot>,
    /// Whether the output holds halves.
    pub(super) splits: bool,
}

/// What one variant counts in.
struct Grid<'a> {
    variant: Variant,
    form: Form,
    /// Elements to a pack, and packs to a block.
    lanes: u64,
    block: u64,
    roles: Roles,
    /// The shape of a half, whose channels have parameter values of their own.
    half: Extent,
    spec: &'a Spec,
    site: &'a Site<'a>,
}

/// The dispatches for `len` elements of a half of this shape in blocks of `block`.
pub(super) fn halves(
    spec: &Spec,
    roles: Roles,
    len: u64,
    half: Extent,
    block: u64,
    site: &Site<'_>,
) -> Result<Vec<Call>> {
    let form = site.form(spec, &[Slot::A, Slot::B, Slot::Out]);
    let grid = |variant, lanes, block| Grid { variant, form, lanes, block, roles, half, spec, site };
    let (wide, pairs) = (grid(Variant::Wide, PACK, block / PACK), grid(Variant::Pairs, PACK, 1));
    let (grid_of_packs, packs) = match block {
        _ if block.is_multiple_of(PACK) => (wide, len / PACK),
        1 if roles.pair.is_some() && (roles.splits || roles.plain.is_none()) && pairs.room() >= 2 => {
            (pairs, len / PACK)
        }
        _ => (wide, 0),
    };
    let mut calls = grid_of_packs.calls(0, packs)?;
    calls.extend(grid(Variant::Narrow, 1, block).calls(packs * PACK, len)?);
    Ok(calls)
}

impl Grid<'_> {
    /// Bytes of the largest pack.
    fn bytes(&self) -> u64 {
        self.lanes * self.spec.input.bytes().max(self.spec.output.bytes())
    }

    /// Packs that a binding holds wherever they begin.
    fn room(&self) -> u64 {
        let least = self.spec.input.bytes().min(self.spec.output.bytes());
        let skip = self.site.unit() - if self.form.loose { least } else { self.lanes * least }.min(self.site.unit());
        self.site.binding().saturating_sub(skip) / self.bytes()
    }

    /// Packs of a tensor as a binding.
    fn view(&self, binding: Slot, from: Slot, at: u64, packs: u64) -> Range {
        let bytes = self.spec.stored(from).bytes();
        let each = if self.form.loose { bytes } else { self.lanes * bytes };
        self.site.range(binding, from, at * self.lanes * bytes, packs * self.lanes * bytes, each)
    }

    fn calls(&self, start: u64, end: u64) -> Result<Vec<Call>> {
        let reach = self.site.limits.reach();
        if self.room() == 0 && start < end {
            let (size, limit) = (self.site.unit() + self.bytes(), self.site.binding());
            return Err(Error::TooLarge { what: "a binding", size, limit, unit: "bytes" });
        }
        let (whole, run) = ((self.room() / 2).min(reach), self.room().min(reach));
        let mut calls = Vec::new();
        for (first, count) in pieces(start, end, self.block, whole, run) {
            self.window(first, count, &mut calls)?;
        }
        Ok(calls)
    }

    /// The dispatch of one window, or two where no binding holds both halves of its output.
    fn window(&self, first: u64, count: u64, calls: &mut Vec<Call>) -> Result<()> {
        let groups = self.site.limits.fold(count.div_ceil(WORKGROUP))?;
        let within_block = count <= self.block - first % self.block;
        let at = place(first, self.block);
        let length = place(first + count - 1, self.block) + 1 - at;
        let pairs = self.variant == Variant::Pairs;
        // Of pairs, both halves lie in the same packs.
        let half = |binding, from, k: u64| match pairs {
            true => self.view(binding, from, at, 2 * count),
            false => self.view(binding, from, at + k * self.block, length),
        };
        let mut inputs = Vec::new();
        if let Some(from) = self.roles.pair {
            inputs.push(half(Slot::A, from, 0));
            if !pairs {
                inputs.push(half(Slot::B, from, 1));
            }
        }
        inputs.extend(self.roles.plain.map(|from| self.view(Slot::C, from, first, count)));
        let out = |k| half(Slot::Out, Slot::Out, k);
        let both = if pairs { out(0) } else { self.view(Slot::Out, Slot::Out, at, length + self.block) };
        let outputs = match self.roles.splits {
            false => vec![(self.view(Slot::Out, Slot::Out, first, count), 0, 1)],
            true if both.size <= self.site.binding() => vec![(both, self.block, 3)],
            true => vec![(out(0), 0, 1), (out(1), 0, 2)],
        };
        let block = if within_block { count } else { self.block };
        for (output, second, parts) in outputs {
            let mut args = Block::default();
            let Extent { channels, inner, .. } = self.half;
            let start = first * self.lanes % self.half.span().max(1);
            let values = [count, u64::from(groups[0]), block, second, parts, start, channels, inner];
            for (arg, value) in args.iter_mut().zip(values) {
                *arg = super::steps::narrow(value)?;
            }
            let weights = self.spec.per_channel.then(|| self.spec.weights(channels, self.site));
            let ranges = inputs.iter().copied().chain([output]).chain(weights).collect();
            calls.push(Call { variant: self.variant, form: self.form, args, ranges, groups });
        }
        Ok(())
    }
}
