//! Looking row-wise functions up by name.

use super::{ALL, Row};
use crate::activation;
use crate::error::{Error, Result};

/// The row-wise function with this name or alias; case, `-` and spaces do not matter.
///
/// ```
/// use wgpu_activations::row;
/// assert_eq!(row::find("softmax_1")?.name, "quiet_softmax");
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
///
/// # Errors
/// [`Error::UnknownName`](crate::Error::UnknownName) with the nearest names.
pub fn find(name: &str) -> Result<&'static Row> {
    let wanted = activation::plain(name);
    let names = |row: &&'static Row| std::iter::once(row.name).chain(row.aliases.iter().copied());
    if let Some(found) = ALL.iter().find(|row| names(row).any(|n| n == wanted)) {
        return Ok(found);
    }
    let nearest = activation::nearest(&wanted, ALL.iter().flat_map(names));
    Err(Error::UnknownName { name: name.to_owned(), nearest })
}
