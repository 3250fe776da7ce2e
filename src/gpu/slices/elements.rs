//! Pieces of tensors that go element by element.

use std::ops::Range;

use super::{Piece, capacity, range};
use crate::function::With;
use crate::tensor::Extent;

/// Pieces of so many input and output tensors of `len` elements of some bytes, with their channels' parameter values
/// between them if there are any.
pub(super) fn pieces(f: &With<'_>, len: u64, bytes: u64, ins: usize, outs: usize) -> Vec<Piece> {
    let piece = |cut: &Cut| {
        let part = vec![range(cut.first, cut.len(), bytes)];
        let results = vec![part.clone(); outs];
        // In whole packs: the buffers have room, and a tail would cost a second dispatch.
        cut.piece(f, vec![part; ins], results, cut.len().next_multiple_of(4))
    };
    cuts(f, len, (ins + outs) as u64 * bytes).iter().map(piece).collect()
}

/// The same of x and dy and, as the result, of the channels' sums.
pub(super) fn sums(f: &With<'_>, len: u64, bytes: u64) -> Vec<Piece> {
    let piece = |cut: &Cut| {
        let part = vec![range(cut.first, cut.len(), bytes)];
        cut.piece(f, vec![part; 2], vec![vec![range(cut.channel, cut.extent.channels, 4)]], cut.len())
    };
    cuts(f, len, 2 * bytes).iter().map(piece).collect()
}

/// A part of a tensor in which channels repeat from its first element on.
struct Cut {
    first: u64,
    /// The channel of the first element.
    channel: u64,
    extent: Extent,
}

/// Cuts tensors, with so many bytes to an element of all of them, into whole outer indices, or whole channels of one, or
/// parts of a channel, whichever a piece holds.
fn cuts(f: &With<'_>, len: u64, bytes: u64) -> Vec<Cut> {
    let e = f.channels().unwrap_or(Extent { outer: len, channels: 1, inner: 1 });
    let weights = f.channels().map_or(0, |_| 4 * f.op().params().len() as u64);
    let most = capacity(bytes + weights);
    let steps = |end: u64, most: u64| (0..end).step_by(most as usize).map(move |at| (at, most.min(end - at)));
    if e.is_empty() {
        Vec::new()
    } else if e.span() <= most {
        let cut = |(o, outer)| Cut { first: o * e.span(), channel: 0, extent: Extent { outer, ..e } };
        steps(e.outer, most / e.span()).map(cut).collect()
    } else if e.inner <= most {
        let cut = |o, (channel, channels)| Cut {
            first: (o * e.channels + channel) * e.inner,
            channel,
            extent: Extent { outer: 1, channels, ..e },
        };
        (0..e.outer).flat_map(|o| steps(e.channels, most / e.inner).map(move |step| cut(o, step))).collect()
    } else {
        let cut = |row, (i, inner)| Cut {
            first: row * e.inner + i,
            channel: row % e.channels,
            extent: Extent { outer: 1, channels: 1, inner },
        };
        (0..e.outer * e.channels).flat_map(|row| steps(e.inner, most).map(move |step| cut(row, step))).collect()
    }
}

impl Cut {
    fn len(&self) -> u64 {
        self.extent.outer * self.extent.span()
    }

    /// As a piece of `count` elements, with the values of its channels' parameters behind the inputs.
    fn piece(
        &self,
        f: &With<'_>,
        inputs: Vec<Vec<Range<usize>>>,
        results: Vec<Vec<Range<usize>>>,
        count: u64,
    ) -> Piece {
        let of_param = |of: Extent, k: u64| range(k * of.channels + self.channel, self.extent.channels, 4);
        let weights = f.channels().map(|of| (0..f.op().params().len() as u64).map(|k| of_param(of, k)).collect());
        Piece { extent: self.extent, of: (0, count), parts: inputs.into_iter().chain(weights).chain(results).collect() }
    }
}
