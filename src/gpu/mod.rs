//! What touches wgpu: compiled kernels, calls bound to buffers, and a GPU for people who have none.

mod adapter;
mod bound;
mod buffers;
mod counted;
mod device;
mod fault;
mod kernel;
mod many;
mod shrinks;
mod slices;
mod transfer;

pub use adapter::AdapterChoice;
pub use bound::Bound;
pub use buffers::Buffers;
pub use device::Gpu;
pub use kernel::{Kernel, Kernels};
