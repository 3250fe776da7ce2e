//! What people ask of activation functions, answered for any function of [`wgpu_activations`] and any values of its parameters.
//!
//! * [`gain`](mod@gain): how signals and gradients grow from layer to layer, and how to initialise for that.
//! * [`flow`](mod@flow): what becomes of signals and gradients in a deep net, measured on the GPU.
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
mod init;
mod net;
mod quadrature;
mod shape;
pub mod train;

pub use data::Table;
pub use error::{Error, Result};
pub use init::Init;
pub use shape::Shape;
