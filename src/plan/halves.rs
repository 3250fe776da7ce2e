//! Dispatches on tensors that hold two halves in blocks which take turns: one binding reads all of a window's first half,
//! another its second, so that no window need hold both.

use super::steps::{ELEMENT, MAX_BINDING, PACK};
use super::{Block, Call, Extent, Limits, Range, Slot, Variant, WORKGROUP};
use crate::error::{Error, Result};

/// How the two halves of a tensor lie along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Halves {
    /// All of the first half, then all of the second, as PyTorch's `chunk` splits.
    Split,
    /// Elements of the first and the second half in turn, as in gpt-oss.
    Interleaved,
}

impl Halves {
    /// Elements of a block of one half, for a tensor that holds both.
    pub(crate) fn block(self, extent: Extent, function: &'static str) -> Result<u64> {
        let Extent { outer, channels, inner } = extent;
        if !channels.is_multiple_of(2) {
            let reason = format!(
                "{function}: an axis of {channels} elements has no halves, in [{outer}, {channels}, {inner}]: it must be even"
            );
            return Err(Error::Extent { reason });
        }
        Ok(match self {
            Self::Split => (channels / 2).saturating_mul(inner),
            Self::Interleaved if channels == 0 => 0,
            Self::Interleaved => inner,
        })
    }
}

/// Where element `i` of the first half lies in a tensor of both; the second half is one block further on.
pub(crate) fn place(i: u64, block: u64) -> u64 {
    i + i / block.max(1) * block
}

/// Cuts a half into (first, count): at most `whole` elements if these are whole blocks, at most `run` within a block.
pub(crate) fn pieces(start: u64, end: u64, block: u64, whole: u64, run: u64) -> impl Iterator<Item = (u64, u64)> {
    let block = block.max(1);
    let blocks = whole / block * block;
    let mut first = start;
    std::iter::from_fn(move || {
        let count = if blocks > 0 { blocks } else { run.max(1).min(block - first % block) }.min(end - first);
        first += count;
        (count > 0).then_some((first - count, count))
    })
}

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

/// Packs of a tensor, as a binding.
struct View {
    offset: u64,
    size: u64,
    /// Packs of the binding before them.
    skip: u64,
}

/// What one variant counts in.
struct Grid<'a> {
    variant: Variant,
    /// Elements to a pack, and packs to a block.
    lanes: u64,
    block: u64,
    roles: Roles,
    limits: &'a Limits,
}

/// The dispatches for `len` elements of a half in blocks of `block`.
pub(super) fn halves(roles: Roles, len: u64, block: u64, limits: &Limits) -> Result<Vec<Call>> {
    let grid = |variant, lanes, block| Grid { variant, lanes, block, roles, limits };
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
    fn bytes(&self) -> u64 {
        self.lanes * ELEMENT
    }

    /// What a binding's offset must be a multiple of.
    fn unit(&self) -> u64 {
        self.limits.alignment.max(self.bytes())
    }

    /// Packs that a binding holds wherever they begin.
    fn room(&self) -> u64 {
        let most = self.limits.binding.min(MAX_BINDING) / self.bytes();
        most.saturating_sub(self.unit() / self.bytes() - 1).max(1)
    }

    fn view(&self, at: u64, packs: u64) -> View {
        let skip = at % (self.unit() / self.bytes());
        View { offset: (at - skip) * self.bytes(), size: (skip + packs) * self.bytes(), skip }
    }

    fn calls(&self, start: u64, end: u64) -> Result<Vec<Call>> {
        let reach = self.limits.groups.saturating_mul(self.limits.groups).saturating_mul(WORKGROUP);
        let (whole, run) = ((self.room() / 2).min(reach), self.room().min(reach));
        let mut calls = Vec::new();
        for (first, count) in pieces(start, end, self.block, whole, run) {
            self.window(first, count, &mut calls)?;
        }
        Ok(calls)
    }

    /// The dispatch of one window, or two where no binding holds both halves of its output.
    fn window(&self, first: u64, count: u64, calls: &mut Vec<Call>) -> Result<()> {
        let groups = self.limits.fold(count.div_ceil(WORKGROUP))?;
        let within_block = count <= self.block - first % self.block;
        let at = place(first, self.block);
        let length = place(first + count - 1, self.block) + 1 - at;
        let pairs = self.variant == Variant::Pairs;
        // Of pairs, both halves lie in the same packs.
        let half = |k: u64| if pairs { self.view(at, 2 * count) } else { self.view(at + k * self.block, length) };
        let both = if pairs { half(0) } else { self.view(at, length + self.block) };
        let fits = both.size <= self.limits.binding.min(MAX_BINDING);

        let mut ranges = Vec::new();
        let mut skips = [0; 3];
        let mut bind = |binding, from, view: &View| {
            ranges.push(Range { binding, from, offset: view.offset, size: view.size });
            view.skip
        };
        if let Some(from) = self.roles.pair {
            skips[0] = bind(Slot::A, from, &half(0));
            skips[1] = if pairs { 0 } else { bind(Slot::B, from, &half(1)) };
        }
        if let Some(from) = self.roles.plain {
            skips[2] = bind(Slot::C, from, &self.view(first, count));
        }
        let outputs = match self.roles.splits {
            false => vec![(self.view(first, count), 0, 1)],
            true if fits => vec![(both, self.block, 3)],
            true => vec![(half(0), 0, 1), (half(1), 0, 2)],
        };
        let block = if within_block { count } else { self.block };
        for (view, second, parts) in outputs {
            let [a, b, c] = skips;
            let mut args = Block::default();
            let names = [count, u64::from(groups[0]), block, a, b, c, view.skip, view.skip + second, parts];
            for (arg, value) in args.iter_mut().zip(names) {
                *arg = super::steps::narrow(value)?;
            }
            let mut ranges = ranges.clone();
            ranges.push(Range { binding: Slot::Out, from: Slot::Out, offset: view.offset, size: view.size });
            calls.push(Call { variant: self.variant, args, ranges, groups });
        }
        Ok(())
    }
}
