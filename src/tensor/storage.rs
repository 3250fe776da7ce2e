//! How numbers lie in tensors.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// How the numbers of a tensor are stored. Kernels compute in `f32` and round a result once, to the nearest and of two to
/// the even one. They do so with whole numbers, need no feature of the device, and round alike on every backend.
///
/// Overflow gives infinity, a NaN stays NaN, and subnormal numbers are read and written exactly. In between, a device may
/// flush subnormal `f32`: no `f16` is one, every subnormal `bf16` is.
///
/// ```
/// use wgpu_activations::{Spec, Storage, activation::SILU};
/// let spec = Spec::backward(&SILU).storages(Storage::F16, Storage::F32);
/// assert!(spec.wgsl()?.contains("fn widen"));
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Storage {
    /// 32 bits, IEEE's single precision.
    #[default]
    F32,
    /// 16 bits, IEEE's half precision: 11 digits, up to 65504.
    F16,
    /// 16 bits, the first half of an `f32`: 8 digits and its range.
    Bf16,
}

impl Storage {
    /// All of them.
    pub const ALL: [Storage; 3] = [Storage::F32, Storage::F16, Storage::Bf16];

    /// Bytes of a number.
    pub const fn bytes(self) -> u64 {
        match self {
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
        }
    }
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
        })
    }
}

impl FromStr for Storage {
    type Err = Error;

    /// The storage that [`Display`](fmt::Display) writes so.
    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|storage| storage.to_string() == text).ok_or_else(|| {
            let reason = format!("there is no storage {text:?}: choose of f32, f16 and bf16");
            Error::Unsupported { reason }
        })
    }
}
