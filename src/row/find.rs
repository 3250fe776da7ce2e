//! Looking row-wise functions up by name.

use super::{ALL, Row};
use crate::activation;
use crate::error::Result;

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
    activation::nearest(name, ALL, |row| (row.name, row.aliases)).copied()
}
