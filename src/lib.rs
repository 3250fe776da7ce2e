//! Neural-network activation functions as WGSL compute shaders: forward and backward, with stated error bounds.
//!
//! # Three doors
//!
//! * [`Kernels`] is for pipelines that own a [`wgpu::Device`]: [`Kernels::get`] compiles what a [`Spec`] names,
//!   [`Kernel::bind`] joins it to [`Buffers`] and checks everything, [`Bound::record`] records it in a compute pass of
//!   yours. The last step cannot fail, and neither submits nor allocates.
//! * [`Gpu`] is for slices of `f32`, `f16` and `bf16`: `gpu.forward(&GELU, &x)`, with transfers and a device of its own.
//! * [`wgsl::snippet`] is for kernels of your own: the functions as text.
//!
//! ```no_run
//! use wgpu_activations::{Gpu, activation::GELU};
//!
//! let gpu = Gpu::new()?;
//! let x = [-13.0, -1.0, 0.0, 1.0];
//! let y = gpu.forward(&GELU, &x)?;
//! let dx = gpu.backward(&GELU, &x, &[1.0; 4])?;
//! # Ok::<(), wgpu_activations::Error>(())
//! ```
//!
//! # The catalogue
//!
//! [`activation::ALL`] lists every function; [`Activation::find`] looks one up by name. An [`Activation`] holds its formula,
//! its conventions (where frameworks disagree, PyTorch's choice is taken and the others are named), its paper, its
//! [bounds](activation::Bounds) and its `f64` reference. A function with parameter values is a [`With`]: made by
//! [`Activation::with`], [`With::set`] or, with values for each channel, [`With::per_channel`].
//!
//! What can be computed is a [`Pass`]: the value; the gradient from the input; the gradient from the output, where the
//! output determines it; the gradient along a trainable parameter.
//!
//! # Functions of your own
//!
//! [`Activation::custom`] makes one from a WGSL text, at run time. It is checked first, and then works wherever a function of
//! the catalogue does.
//!
//! # Gates
//!
//! [`gate::ALL`] lists the gated functions of two values, such as [`gate::SWIGLU`], and [`Gate::of`] makes one of any
//! activation; their values lie in two tensors or in the [`Halves`] of one. [`gate::CRELU`] is the inverse shape:
//! one tensor in, both halves out.
//!
//! # Row-wise functions
//!
//! [`row::ALL`] lists the functions of whole rows, such as [`row::SOFTMAX`], [`row::MASKED_SOFTMAX`] and [`row::SPARSEMAX`]: of a
//! tensor along any axis, given as an [`Extent`]: `gpu.forward(SOFTMAX.along(extent), &x)`. [`Spec`] and [`Kernel::bind`] take
//! them as they take activations.
//!
//! Attention's softmax ([`row::ATTENTION_SOFTMAX`]) takes masks, slopes and sinks of heads besides; a [`loss`] takes targets, and a
//! [`router`] gives the indices of experts.
//!
//! # Without a GPU
//!
//! [`reference`](mod@reference) computes every pass on the CPU in `f64`. The catalogue, the texts and the planner need no
//! GPU either.
//!
//! # On your adapter
//!
//! The crate `wgpu-activations-harness` measures the error of every pass against the reference, and its speed beside plain
//! copies and beside the CPU. The command line tool `activations` prints both.
//!
//! # Why not write it yourself?
//!
//! `0.5 * x * (1.0 + tanh(u))` has no correct digit below -5, WGSL's `tanh` may return NaN from 44 on, `exp` may be wrong by 170
//! ULP, `max(x, 0.0)` loses NaN, and a tensor beyond 128 MiB or 65,535 workgroups does not run at all. The files under
//! `shaders/` say how each of these is avoided, one screen per function.

pub mod activation;
#[cfg(feature = "custom")]
mod custom;
mod error;
mod find;
mod function;
pub mod gate;
#[cfg(feature = "gpu")]
mod gpu;
pub mod loss;
mod plan;
mod range;
pub mod reference;
pub mod router;
pub mod row;
mod tensor;
pub mod wgsl;

#[cfg(feature = "custom")]
pub use custom::{Mixed, Reference};
pub use error::{Error, Result};
pub use function::{Activation, Gate, Op, RowFunction, With};
#[cfg(feature = "gpu")]
pub use gpu::{AdapterChoice, Bound, Buffers, Gpu, Kernel, Kernels};
pub use half;
#[cfg(fuzzing)]
#[doc(hidden)]
pub use plan::promises;
pub use plan::{
    Contents, Launch, LaunchAccess, LaunchBinding, LaunchBuffer, LaunchPlan, Limits, Reduction, Scale, Spec, Tuning,
};
pub use tensor::{Element, Extent, Groups, Halves, Inputs, Mask, Pass, Storage, Tensor};
#[cfg(feature = "gpu")]
pub use wgpu;

/// The documents' examples, compiled with the documentation tests.
#[cfg(all(doctest, feature = "gpu", feature = "custom"))]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../docs/embedding.md")]
#[doc = include_str!("../docs/guide.md")]
struct Documents;
