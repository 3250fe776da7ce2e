//! Arrays in .npy, .npz and .safetensors files: what a file says of them, their data, and results that become such files.

mod layout;
mod npy;
mod npz;
mod outputs;
mod path;
#[cfg(any(test, fuzzing))]
pub(crate) mod property;
mod safetensors;
mod scalar;
mod shape;
mod source;

pub(crate) use outputs::{Outputs, Writing};
pub(crate) use path::ArrayPath;
pub(crate) use scalar::{Number, Scalar};
pub(crate) use shape::{axis_of, broadcast, resized, tuple};
pub(crate) use source::{Array, Reader, read};
