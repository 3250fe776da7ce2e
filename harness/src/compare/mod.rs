//! Results beside those of the reference, for each family of functions.

mod elements;
mod pairs;
mod rows;
mod stored;
mod ulp;

use std::ops::Range;

use rayon::prelude::*;

use crate::error::Result;

pub(crate) use elements::elements;
pub(crate) use pairs::{doubling, gate};
pub use rows::row_error;
pub(crate) use rows::rows;
pub(crate) use stored::{Stored, dispatch};
pub(crate) use ulp::stored_bound;
pub(crate) use ulp::{finer, flushed};
pub use ulp::{stored_ulps, ulps};

/// Why a function of the user's own may not be checked.
pub(crate) const NO_REFERENCE: &str = "it has no f64 reference";
/// Results that a core compares at a time.
const PIECE: usize = 4096;

/// The largest error among some results, and where it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Worst {
    pub(crate) ulp: f64,
    /// The input, or all three of them.
    pub(crate) at: [f32; 3],
    pub(crate) got: f32,
    pub(crate) expected: f64,
}

impl Worst {
    /// The one with the larger error; of two equal ones the first.
    pub(crate) fn max(self, other: Self) -> Self {
        if other.ulp > self.ulp { other } else { self }
    }

    /// The one with the smaller error; of two equal ones the first.
    pub(crate) fn min(self, other: Self) -> Self {
        if other.ulp < self.ulp { other } else { self }
    }
}

/// The largest errors of `N` results of `len` inputs, of which `of` compares a piece; on all cores.
fn largest<const N: usize>(len: usize, of: impl Fn(Range<usize>) -> Result<[Worst; N]> + Sync) -> Result<[Worst; N]> {
    let piece = |k: usize| of(k * PIECE..len.min((k + 1) * PIECE));
    let max = |a: [Worst; N], b: [Worst; N]| Ok(std::array::from_fn(|k| a[k].max(b[k])));
    (0..len.div_ceil(PIECE)).into_par_iter().map(piece).try_reduce(|| [Worst::default(); N], max)
}
