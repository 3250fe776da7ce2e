//! Looking row-wise functions up by name.

use super::Row;
use crate::error::Result;
use crate::find;
use crate::plan::Subject;

/// The row-wise function with this name or alias; spelled as in [`activation::find`](crate::activation::find).
///
/// ```
/// use wgpu_activations::row;
/// assert_eq!(row::find("LogSoftmax")?.name, "log_softmax");
/// assert_eq!(row::find("softmax_1")?.name, "quiet_softmax");
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
///
/// # Errors
/// [`Error::UnknownName`](crate::Error::UnknownName) with the nearest names, and [`Error::Elsewhere`](crate::Error::Elsewhere)
/// for a name of another catalogue.
pub fn find(name: &str) -> Result<&'static Row> {
    find::among(name, "a row-wise function", |found| if let Subject::Rows(row) = found { Some(row) } else { None })
}
