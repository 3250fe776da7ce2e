//! Masks of attention's scores.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// A mask over scores of shape [batches, heads, queries, keys]: what it holds, and which axes it has.
///
/// ```
/// use wgpu_activations::{Mask, Spec, row::ATTENTION_SOFTMAX};
/// // Of shape [batches, 1, 1, keys], as PyTorch's bool: true where a key takes part.
/// let padding = Mask::bool().axes(true, false, false);
/// let spec = Spec::forward(&ATTENTION_SOFTMAX).heads(16).mask(padding);
/// assert_eq!(spec.to_string(), "attention_softmax forward heads:16 mask:bool:batches");
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mask {
    pub(crate) bool: bool,
    /// Whether it has batches, heads, queries; its length tells unless this does.
    pub(crate) axes: Option<[bool; 3]>,
    /// Whether one number holds for a whole row of keys.
    pub(crate) whole: bool,
}

const AXES: [&str; 3] = ["batches", "heads", "queries"];
/// What a mask of whole rows is called behind its axes.
const WHOLE: &str = "whole";

impl Mask {
    /// Numbers of the scores' storage, which are added to them; -inf hides a key. It has the last of the axes, as many as its
    /// length tells.
    pub fn added() -> Self {
        Self { bool: false, axes: None, whole: false }
    }

    /// A byte for each score: 0 hides a key.
    pub fn bool() -> Self {
        Self { bool: true, axes: None, whole: false }
    }

    /// The same with just these axes, and that of keys: along the others it repeats, wherever they stand.
    pub fn axes(self, batches: bool, heads: bool, queries: bool) -> Self {
        Self { axes: Some([batches, heads, queries]), ..self }
    }

    /// The same without the axis of keys: each number holds for a row of scores, as where queries beyond a sequence's end are hidden. Its
    /// axes are batches, heads and queries, unless [`Mask::axes`] chooses some of these.
    ///
    /// ```
    /// use wgpu_activations::Mask;
    /// // Of shape [batches, 1, queries, 1].
    /// assert_eq!(Mask::bool().axes(true, false, true).whole_rows().to_string(), "bool:batches,queries,whole");
    /// ```
    pub fn whole_rows(self) -> Self {
        Self { axes: self.axes.or(Some([true; 3])), whole: true, ..self }
    }

    /// Its numbers for a row of so many scores.
    pub(crate) fn keys(&self, keys: u64) -> u64 {
        if self.whole { 1 } else { keys }
    }

    /// How many rows of keys it has, for so many batches, heads and queries.
    pub(crate) fn rows(&self, sizes: [u64; 3]) -> Option<u64> {
        let axes = self.axes?;
        axes.into_iter().zip(sizes).filter(|(has, _)| *has).try_fold(1u64, |rows, (_, size)| rows.checked_mul(size))
    }
}

impl fmt::Display for Mask {
    /// What it holds and, where that is said, its axes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.bool { "bool" } else { "added" })?;
        let Some(axes) = self.axes else { return Ok(()) };
        let names = AXES.into_iter().zip(axes).filter(|(_, has)| *has).map(|(name, _)| name);
        let names: Vec<&str> = names.chain(self.whole.then_some(WHOLE)).collect();
        write!(f, ":{}", if names.is_empty() { "keys".to_owned() } else { names.join(",") })
    }
}

impl FromStr for Mask {
    type Err = Error;

    /// The mask that [`Display`](fmt::Display) writes so.
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::Unsupported {
            reason: format!(
                "{text:?} is no mask: added or bool, then :keys, or some of batches, heads, queries and whole"
            ),
        };
        let (kind, axes) = text.split_once(':').map_or((text, None), |(kind, axes)| (kind, Some(axes)));
        let mask = match kind {
            "added" => Self::added(),
            "bool" => Self::bool(),
            _ => return Err(wrong()),
        };
        let Some(axes) = axes else { return Ok(mask) };
        let mut has = [false; 3];
        let whole = axes.split(',').any(|name| name == WHOLE);
        for name in axes.split(',').filter(|name| !["keys", WHOLE].contains(name)) {
            *has.get_mut(AXES.iter().position(|axis| *axis == name).ok_or_else(wrong)?).ok_or_else(wrong)? = true;
        }
        Ok(Self { axes: Some(has), whole, ..mask })
    }
}
