//! Gradients where derivatives jump, as different systems choose them.

use crate::error::{Error, Result};

/// Whose choice of a gradient holds where a derivative jumps.
///
/// | gradient of | PyTorch | JAX | TensorFlow |
/// |---|---|---|---|
/// | `leaky_relu`, `prelu` at 0 | slope | **1** | slope |
/// | `hardtanh` at its bounds | 0 | **1** | **1** |
/// | `clip` at its bounds | 0 | **1/2** | **1** |
/// | `sparse_sigmoid` at -1 and 1 | 0 | **1/4** | 0 |
/// | `abs` at 0 | 0 | **1** | 0 |
/// | `selu` at 0 | scale alpha | scale alpha | **scale** |
/// | `celu` at 0 | 1 | 1 | **2** |
///
/// All three agree on every other function here, or have none like it. PyTorch's column is its choice for bounds that
/// are numbers, and for a function that it lacks the one-sided slope of least magnitude.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Kinks {
    /// PyTorch 2.15.
    #[default]
    Torch,
    /// JAX 0.10.
    Jax,
    /// TensorFlow 2.21 and Keras 3.15.
    Tf,
}

impl Kinks {
    /// All of them.
    pub const ALL: [Kinks; 3] = [Kinks::Torch, Kinks::Jax, Kinks::Tf];
}

impl std::str::FromStr for Kinks {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|k| k.to_string() == name).ok_or_else(|| Error::Unsupported {
            reason: format!("no gradients at kinks are called {name:?}: choose of torch, jax and tf"),
        })
    }
}

impl std::fmt::Display for Kinks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Kinks::Torch => "torch",
            Kinks::Jax => "jax",
            Kinks::Tf => "tf",
        })
    }
}
