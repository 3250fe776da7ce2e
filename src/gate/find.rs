//! Looking gates up by name.

use super::Gate;
use crate::error::Result;
use crate::find;
use crate::plan::Subject;

/// The gate with this name or alias, or that of the activation NAME for `NAME_glu` and `NAME_and_mul`; spelled as in
/// [`activation::find`](crate::activation::find).
///
/// ```
/// use wgpu_activations::gate;
/// assert_eq!(gate::find("SwiGLU")?.name, "swiglu");
/// assert_eq!(gate::find("mish_glu")?.formula, "mish(a) b");
/// assert!(gate::find("swigul").unwrap_err().to_string().contains("swiglu"));
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
///
/// # Errors
/// [`Error::UnknownName`](crate::Error::UnknownName) with the nearest names, and [`Error::Elsewhere`](crate::Error::Elsewhere)
/// for a name of another catalogue.
pub fn find(name: &str) -> Result<&'static Gate> {
    find::among(name, "a gate", |found| if let Subject::Gated(gate) = found { Some(gate) } else { None })
}
