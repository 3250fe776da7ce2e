//! What people ask of activation functions, answered for any function of [`wgpu_activations`] and any values of its parameters.
//!
//! * [`gain`](mod@gain): how signals and gradients grow from layer to layer, and how to initialise for that.
//! * [`flow`](mod@flow): what becomes of signals and gradients in a deep net, measured on the GPU.
//! * [`learning`](mod@learning): the same while the net learns, step by step.
//! * [`landscape`](mod@landscape): what a random net makes of a plane of inputs.
//! * [`gated`](mod@gated): what self-gated functions and their derivatives are made of.
//! * [`stats`](mod@stats): what a function makes of real pre-activations.
//! * [`train`](mod@train): how well and how fast nets learn, trained on the GPU.
//!
//! ```
//! use wgpu_activations::activation::RELU;
//! use wgpu_activations_studies::gain::Gain;
//! let relu = Gain::of(&RELU, &[], 1.0, 0.0)?;
//! assert!((relu.second_moment - 0.5).abs() < 1e-9); // He's initialisation
//! # Ok::<(), wgpu_activations_studies::Error>(())
//! ```

mod data;
mod error;
pub mod flow;
pub mod gain;
pub mod gated;
mod init;
pub mod landscape;
pub mod learning;
mod net;
mod quadrature;
mod shape;
pub mod stats;
pub mod train;

pub use data::Table;
pub use error::{Error, Result};
pub use init::Init;
pub use shape::Shape;
