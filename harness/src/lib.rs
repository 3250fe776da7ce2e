//! How accurate and how fast [`wgpu_activations`] is on the adapter at hand.
//!
//! * [`check`] compares every pass of every function with the `f64` reference, and its error with the bound stated.
//! * [`measure`] times passes beside kernels that only copy the same data.
//! * [`model`] runs kernels as any conformant driver may.
//! * [`outside`] has another program run them: another WebGPU, another compiler.
//! * `isa`, with the feature of that name, asks drivers for the machine code of kernels.
//! * [`cpu`] times some of them on all cores of the CPU: a fair rival for the GPU.
//!
//! ```no_run
//! use wgpu_activations::{Gpu, Pass, Storage, activation::GELU};
//! use wgpu_activations_harness::check::{self, Case};
//! use wgpu_activations_harness::measure::{self, Job};
//!
//! let gpu = Gpu::new()?;
//! for case in Case::all(&GELU) {
//!     for report in check::run(&gpu, &case, Storage::F32)? {
//!         println!("{report}");
//!     }
//! }
//! for m in measure::run(&gpu, Storage::F32, &[Job::new(&GELU, Pass::Forward)], 1 << 20, 9)? {
//!     println!("{} {}: {:.2} times a copy", m.function, m.pass, m.copy_kernel_ratio);
//! }
//! # Ok::<(), wgpu_activations_harness::Error>(())
//! ```
//!
//! The command line tool `activations` prints all of this; the library's tests and benches use it as well.

pub mod check;
mod compare;
#[cfg(feature = "gpu")]
pub mod cpu;
mod device;
mod error;
#[cfg(feature = "isa")]
pub mod isa;
#[cfg(feature = "gpu")]
pub mod measure;
#[cfg(feature = "gpu")]
pub mod model;
pub mod naive;
#[cfg(feature = "gpu")]
pub mod outside;
#[cfg(feature = "gpu")]
mod transfer;

pub use error::{Error, Result};
