//! Pieces of tensors of which some hold two halves.

use std::ops::Range;

use super::{Piece, capacity, range};
use crate::function::With;
use crate::tensor::{Extent, pieces, place};

/// Pieces of a gate on the halves of x, of `len` elements of some bytes, which take turns in blocks; with the values of
/// channels' parameters behind the inputs.
pub(super) fn of_pairs(f: &With<'_>, len: u64, block: u64, bytes: u64, backward: bool) -> Vec<Piece> {
    let halved: &[bool] = if backward { &[true, false, true] } else { &[true, false] };
    match f.channels() {
        Some(y) => by_outer(f, y, halved, bytes),
        None => by_block(len / 2, block, 2, halved, bytes),
    }
}

/// Pieces of what makes such halves of x.
pub(super) fn of_doubles(len: u64, block: u64, bytes: u64, backward: bool) -> Vec<Piece> {
    by_block(len, block, 1, if backward { &[false, true, false] } else { &[false, true] }, bytes)
}

/// A part of a half: whole blocks, or a part of one.
struct Part {
    first: u64,
    count: u64,
    block: u64,
}

impl Part {
    fn within_block(&self) -> bool {
        self.first % self.block + self.count <= self.block
    }

    /// The bytes of a tensor that belong to it.
    fn ranges(&self, halved: bool, bytes: u64) -> Vec<Range<usize>> {
        let range = |from, len| range(from, len, bytes);
        let at = place(self.first, self.block);
        match halved {
            false => vec![range(self.first, self.count)],
            true if self.within_block() => vec![range(at, self.count), range(at + self.block, self.count)],
            true => vec![range(at, 2 * self.count)],
        }
    }

    /// Its shape, with so many channels to a block.
    fn extent(&self, channels: u64) -> Extent {
        let inner = if self.within_block() { self.count } else { self.block };
        Extent { outer: self.count / inner, channels, inner }
    }
}

/// Elements of all tensors for one of a half.
fn elements(halved: &[bool]) -> u64 {
    halved.iter().map(|&halved| if halved { 2 } else { 1 }).sum()
}

/// Pieces of whole blocks, or of parts of one; x has so many channels to a block.
fn by_block(half: u64, block: u64, channels: u64, halved: &[bool], bytes: u64) -> Vec<Piece> {
    let most = capacity(elements(halved) * bytes);
    let piece = |(first, count): (u64, u64)| {
        let part = Part { first, count, block };
        let extent = part.extent(channels);
        let parts = halved.iter().map(|&halved| part.ranges(halved, bytes)).collect();
        Piece { extent, of: (0, extent.outer * extent.span()), parts }
    };
    pieces(0, half, block, most, most).map(piece).collect()
}

/// Pieces of whole outer indices, where y has this extent, with the values of all channels' parameters.
fn by_outer(f: &With<'_>, y: Extent, halved: &[bool], bytes: u64) -> Vec<Piece> {
    let span = y.span();
    let most = capacity(elements(halved) * bytes).checked_div(span).unwrap_or(0).max(1);
    let piece = |first: u64| {
        let outer = most.min(y.outer - first);
        let part = |&halved: &bool| {
            let times = if halved { 2 } else { 1 };
            vec![range(times * first * span, times * outer * span, bytes)]
        };
        let mut parts: Vec<_> = halved.iter().map(part).collect();
        parts.insert(halved.len() - 1, vec![range(0, f.params().len() as u64, 4)]);
        let whole = Extent { outer, channels: 2 * y.channels, inner: y.inner };
        Piece { extent: whole, of: (0, 2 * outer * span), parts }
    };
    let steps = if y.is_empty() { 0 } else { y.outer };
    (0..steps).step_by(most as usize).map(piece).collect()
}
