//! What shares a scale.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// What shares a scale of quantized results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Groups {
    /// A row: the channels of an extent.
    Rows,
    /// 32 neighbours, as in ggml's Q8_0.
    Of32,
}

impl fmt::Display for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rows => "rows",
            Self::Of32 => "32",
        })
    }
}

impl FromStr for Groups {
    type Err = Error;

    /// The groups that [`Display`](fmt::Display) writes so.
    fn from_str(text: &str) -> Result<Self> {
        [Self::Rows, Self::Of32].into_iter().find(|groups| groups.to_string() == text).ok_or_else(|| {
            Error::Unsupported { reason: format!("no groups of quantized numbers are {text:?}: choose of rows and 32") }
        })
    }
}
