//! What is computed with a function.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// What is computed.
///
/// ```
/// use wgpu_activations::Pass;
/// assert_eq!("backward".parse(), Ok(Pass::Backward));
/// assert_eq!(Pass::ParamGradient(1).to_string(), "param_gradient:1");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "String", try_from = "String"))]
#[non_exhaustive]
pub enum Pass {
    /// y = f(x)
    Forward,
    /// dx = dy f'(x)
    Backward,
    /// dx = dy f'(x), from y = f(x)
    BackwardFromOutput,
    /// The sum of dy df/dp for the parameter with this index, for each channel if it has a value for each.
    ParamGradient(usize),
}

impl fmt::Display for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pass::Forward => f.write_str("forward"),
            Pass::Backward => f.write_str("backward"),
            Pass::BackwardFromOutput => f.write_str("backward_from_output"),
            Pass::ParamGradient(index) => write!(f, "param_gradient:{index}"),
        }
    }
}

impl FromStr for Pass {
    type Err = Error;

    /// The pass that [`Display`](fmt::Display) writes so.
    fn from_str(text: &str) -> Result<Self> {
        let plain = [Pass::Forward, Pass::Backward, Pass::BackwardFromOutput];
        if let Some(pass) = plain.into_iter().find(|pass| pass.to_string() == text) {
            return Ok(pass);
        }
        let index = text.strip_prefix("param_gradient:").and_then(|index| index.parse().ok());
        index.map(Pass::ParamGradient).ok_or_else(|| {
            let reason = format!(
                "there is no pass {text:?}: choose of forward, backward, backward_from_output and param_gradient:INDEX"
            );
            Error::Unsupported { reason }
        })
    }
}

impl From<Pass> for String {
    fn from(pass: Pass) -> Self {
        pass.to_string()
    }
}

impl TryFrom<String> for Pass {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}
