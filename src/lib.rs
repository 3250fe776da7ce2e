#![doc = include_str!("../README.md")]

pub mod activation;
#[cfg(not(target_arch = "wasm32"))]
pub mod check;
mod error;
mod gpu;
#[cfg(not(target_arch = "wasm32"))]
pub mod measure;
mod plan;
pub mod reference;
pub mod wgsl;

pub use activation::{Activation, Function};
pub use error::{Error, Result};
pub use gpu::{AdapterChoice, Bound, Buffers, Gpu, Kernel, Kernels};
pub use plan::{Extent, Pass, Spec};
pub use wgpu;
