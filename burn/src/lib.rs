//! The activation functions of [`wgpu_activations`] as [burn](https://burn.dev)'s: the same names and shapes, forward and backward,
//! on tensors where they lie.
//!
//! ```no_run
//! use burn::tensor::{Device, Tensor};
//! use wgpu_activations_burn::{activation, nn::Gelu};
//!
//! let device = Device::default().autodiff();
//! let x = Tensor::<2>::from_data([[-1.0, 0.5], [2.0, 3.0]], &device).require_grad();
//! let y = activation::softmax(Gelu::new().forward(x.clone()), 1);
//! let gradients = y.sum().backward();
//! println!("{}", x.grad(&gradients).unwrap());
//! ```
//!
//! * [`activation`] has drop-ins for functions of `burn::tensor::activation`, [`nn`] for modules of `burn::nn`, whose records they load.
//! * [`elementwise`], [`weighted`], [`gate`] and [`rows`] take every function of the catalogue of [`wgpu_activations`].
//!
//! Kernels run through burn's own queue, on its buffers, with its autodiff and, where the feature `fusion` is on, among its fused
//! operations. A contiguous tensor is not copied, nor is a transposed one by functions of elements; where nobody else holds the input,
//! the result takes its place.
//!
//! They are WGSL: on a runtime of burn that takes other texts (its features `vulkan` and `metal`, CUDA, ROCm, CPU), and for tensors of
//! `f64`, drop-ins call burn's own functions, and the general ones say so.
#![warn(missing_docs)]

pub mod activation;
mod backend;
mod call;
mod error;
mod general;
pub mod nn;
mod plans;

pub use error::{Error, Result};
pub use general::{elementwise, gate, rows, weighted};
pub use wgpu_activations;
