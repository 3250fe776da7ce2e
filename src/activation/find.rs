//! Looking activations up by name.

use super::Activation;
use crate::error::Result;
use crate::find;

/// The function with this name or alias, as any system spells it: case, blanks, `-` and `_` do not matter, nor do prefixes
/// such as `nn.` and `ai.onnx.`.
///
/// ```
/// use wgpu_activations::activation;
/// assert_eq!(activation::find("logistic")?.name, "sigmoid");
/// assert_eq!(activation::find("nn.LeakyReLU")?.name, "leaky_relu");
/// let error = activation::find("gelo").unwrap_err();
/// assert!(error.to_string().contains("gelu"));
/// let error = activation::find("swiglu").unwrap_err();
/// assert_eq!(error.to_string(), "\"swiglu\" is a gate, not an elementwise activation: see gate::find");
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
///
/// # Errors
/// [`Error::UnknownName`](crate::Error::UnknownName) with the nearest names, and [`Error::Elsewhere`](crate::Error::Elsewhere)
/// for a name of another catalogue.
pub fn find(name: &str) -> Result<&'static Activation> {
    find::among(name, "an elementwise activation", find::activation)
}
