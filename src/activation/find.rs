//! Looking functions up by name.

use super::{ALL, Activation};
use crate::error::{Error, Result};

/// The function with this name or alias; case, `-` and spaces do not matter.
///
/// ```
/// use wgpu_activations::activation;
/// assert_eq!(activation::find("logistic")?.name, "sigmoid");
/// let error = activation::find("gelo").unwrap_err();
/// assert!(error.to_string().contains("gelu"));
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
///
/// # Errors
/// [`Error::UnknownName`] with the nearest names.
pub fn find(name: &str) -> Result<&'static Activation> {
    nearest(name, ALL, |a| (a.name, a.aliases)).copied()
}

/// The entry of a catalogue with this name or alias.
pub(crate) fn nearest<'a, T>(
    name: &str,
    catalogue: &'a [T],
    names: impl Fn(&T) -> (&'static str, &'static [&'static str]),
) -> Result<&'a T> {
    let wanted = name.trim().to_lowercase().replace(['-', ' '], "_");
    let names = |entry: &T| {
        let (name, aliases) = names(entry);
        std::iter::once(name).chain(aliases.iter().copied())
    };
    if let Some(found) = catalogue.iter().find(|entry| names(entry).any(|n| n == wanted)) {
        return Ok(found);
    }
    let mut near: Vec<(usize, &str)> = catalogue.iter().flat_map(names).map(|n| (distance(&wanted, n), n)).collect();
    near.sort();
    Err(Error::UnknownName { name: name.to_owned(), nearest: near.iter().take(3).map(|n| n.1).collect() })
}

/// Levenshtein's distance, with a discount where one name begins with the other.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate().take(64) {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.chars().enumerate() {
            let cost = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(diagonal + 1).min(row[j] + 1);
        }
    }
    let prefix = !a.is_empty() && (b.starts_with(a) || a.starts_with(b));
    row[row.len() - 1].saturating_sub(if prefix { 3 } else { 0 })
}
