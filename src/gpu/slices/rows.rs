//! Pieces of tensors of rows.

use super::{Piece, capacity, range};
use crate::function::RowFunction;
use crate::tensor::Extent;

/// Pieces of whole outer indices, as many as a piece holds, at least one: of x (or y), of dy or of a mask of so many
/// elements, and of the result, of some bytes each.
pub(super) fn pieces(row: &RowFunction, extent: Extent, bytes: u64, dy: bool, mask: Option<usize>) -> Vec<Piece> {
    if extent.is_empty() {
        return Vec::new();
    }
    let (outer, span) = (extent.outer, extent.span());
    let most = (capacity(3 * bytes) / span).max(1);
    // A mask repeats: a piece holds some repetitions, or lies within one.
    let unit = mask.map_or(1, |mask| mask as u64 / span);
    let steps = |end: u64, most: u64| (0..end).step_by(most as usize).map(move |at| (at, most.min(end - at)));
    let steps: Vec<(u64, u64)> = match most / unit {
        0 => steps(outer, unit).flat_map(|(at, _)| steps(unit, most).map(move |(k, n)| (at + k, n))).collect(),
        repetitions => steps(outer, repetitions * unit).collect(),
    };
    // What an outer index has of y.
    let of_y = if row.reduces { extent.inner } else { span };
    let piece = |(first, count): (u64, u64)| {
        let part = |first: u64, count: u64, each: u64| vec![range(first * each, count * each, bytes)];
        let x = part(first, count, span);
        let second = match mask {
            Some(_) => Some(part(first % unit, count.min(unit), span)),
            None => dy.then(|| part(first, count, of_y)),
        };
        let result = part(first, count, if dy { span } else { of_y });
        let parts = [Some(x), second, Some(result)].into_iter().flatten().collect();
        // Masks begin with the piece; rows may count from the tensor's first.
        let base = if mask.is_some() { 0 } else { first };
        Piece { extent: Extent { outer: count, ..extent }, of: (base, count * span), parts }
    };
    steps.into_iter().map(piece).collect()
}
