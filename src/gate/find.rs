//! Looking gates up by name.

use super::{ALL, Gate};
use crate::activation;
use crate::error::{Error, Result};

/// The gate with this name or alias, or that of the activation NAME for `NAME_glu`; case, `-` and spaces do not matter.
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
/// [`Error::UnknownName`] with the nearest names.
pub fn find(name: &str) -> Result<&'static Gate> {
    let wanted = activation::plain(name);
    let names = |gate: &&'static Gate| std::iter::once(gate.name).chain(gate.aliases.iter().copied());
    if let Some(found) = ALL.iter().find(|gate| names(gate).any(|n| n == wanted)) {
        return Ok(found);
    }
    if let Some(Ok(f)) = wanted.strip_suffix("_glu").map(activation::find) {
        return Ok(Gate::of(f));
    }
    Err(Error::UnknownName { name: name.to_owned(), nearest: activation::nearest(&wanted, ALL.iter().flat_map(names)) })
}
