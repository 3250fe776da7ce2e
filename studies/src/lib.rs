//! What people ask of activation functions, answered for any function of [`wgpu_activations`] and any values of its parameters.
//!
//! * [`gain`](mod@gain): how signals and gradients grow from layer to layer, and how to initialise for that.
//!
//! ```
//! use wgpu_activations::activation::RELU;
//! use wgpu_activations_studies::gain::Gain;
//! let relu = Gain::of(&RELU, &[], 1.0, 0.0)?;
//! assert!((relu.second_moment - 0.5).abs() < 1e-9); // He's initialisation
//! # Ok::<(), wgpu_activations_studies::Error>(())
//! ```

mod error;
pub mod gain;
mod quadrature;
mod shape;

pub use error::{Error, Result};
pub use shape::Shape;
