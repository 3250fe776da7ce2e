//! Tensors that hold two halves.

use std::fmt;
use std::str::FromStr;

use super::Extent;
use crate::error::{Error, Result};

/// How the two halves of a tensor lie along an axis: a first, unless [`Halves::value_first`] says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Halves {
    /// All of the first half, then all of the second, as PyTorch's `chunk` splits.
    Split,
    /// Elements of the first and the second half in turn, as in gpt-oss.
    Interleaved,
    /// As `Split`, all of the value and then all of its gate.
    SplitValueFirst,
    /// As `Interleaved`, the value before its gate.
    InterleavedValueFirst,
}

impl fmt::Display for Halves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Split => "split",
            Self::Interleaved => "interleaved",
            Self::SplitValueFirst => "split_value_first",
            Self::InterleavedValueFirst => "interleaved_value_first",
        })
    }
}

impl FromStr for Halves {
    type Err = Error;

    /// The order that [`Display`](fmt::Display) writes so.
    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|halves| halves.to_string() == text).ok_or_else(|| {
            let reason = format!(
                "halves are not {text:?}: choose of split, interleaved, split_value_first and interleaved_value_first"
            );
            Error::Unsupported { reason }
        })
    }
}

impl Halves {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Split, Self::Interleaved, Self::SplitValueFirst, Self::InterleavedValueFirst];

    /// The same with the value in the first half and its gate in the second, as in vLLM's `mul_and_silu` and diffusers' GEGLU.
    /// Gates f(a) b have their gate first; of [`GLU`](crate::gate::GLU) the value is first anyway
    /// ([`Gate::value_first`](crate::Gate::value_first)).
    ///
    /// ```
    /// use wgpu_activations::{Extent, Halves, gate::REGLU, reference::forward};
    /// let (x, row) = ([1.0, 2.0, 3.0, -4.0], Extent::along(&[1, 4], -1)?);
    /// assert_eq!(forward(REGLU.halves(row, Halves::Split), &x)?, [3.0, -8.0]);
    /// assert_eq!(forward(REGLU.halves(row, Halves::Split.value_first()), &x)?, [3.0, 0.0]);
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn value_first(self) -> Self {
        match self {
            Self::Split | Self::SplitValueFirst => Self::SplitValueFirst,
            Self::Interleaved | Self::InterleavedValueFirst => Self::InterleavedValueFirst,
        }
    }

    /// Whether elements of both halves take turns.
    pub(crate) fn alternate(self) -> bool {
        matches!(self, Self::Interleaved | Self::InterleavedValueFirst)
    }

    /// The same order in whole blocks.
    #[cfg(feature = "gpu")]
    pub(crate) fn split(self) -> Self {
        match self {
            Self::Split | Self::Interleaved => Self::Split,
            Self::SplitValueFirst | Self::InterleavedValueFirst => Self::SplitValueFirst,
        }
    }

    /// Whether the first half is b, for a gate whose value comes first of itself or not.
    pub(crate) fn swaps(self, value_first: bool) -> bool {
        !value_first && matches!(self, Self::SplitValueFirst | Self::InterleavedValueFirst)
    }

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
            Self::Split | Self::SplitValueFirst => (channels / 2).saturating_mul(inner),
            Self::Interleaved | Self::InterleavedValueFirst => {
                if channels == 0 {
                    0
                } else {
                    inner
                }
            }
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
