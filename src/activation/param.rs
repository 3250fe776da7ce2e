//! Parameters of functions.

use super::Scalar;

/// A parameter of an activation function.
#[derive(Debug)]
#[non_exhaustive]
pub struct Param {
    /// Its name, as in PyTorch.
    pub name: &'static str,
    /// The value that holds unless another is given.
    pub default: f64,
    /// What it does.
    pub doc: &'static str,
    /// The derivative of the function along this parameter, where it can be trained.
    pub gradient: Option<Scalar>,
    /// The largest error of that derivative in ULP, as in [`Bounds`](super::Bounds).
    pub bound: f64,
}

impl Param {
    pub(crate) const fn new(name: &'static str, default: f64, doc: &'static str) -> Self {
        Self { name, default, doc, gradient: None, bound: 0.0 }
    }

    pub(super) const fn trained(self, bound: f64, gradient: Scalar) -> Self {
        Self { gradient: Some(gradient), bound, ..self }
    }

    /// Whether a gradient along this parameter exists.
    pub fn trainable(&self) -> bool {
        self.gradient.is_some()
    }
}
