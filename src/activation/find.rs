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
    let wanted = plain(name);
    let names = |a: &&'static Activation| std::iter::once(a.name).chain(a.aliases.iter().copied());
    if let Some(found) = ALL.iter().find(|a| names(a).any(|n| n == wanted)) {
        return Ok(found);
    }
    Err(Error::UnknownName { name: name.to_owned(), nearest: nearest(&wanted, ALL.iter().flat_map(names)) })
}

/// A name as the catalogue would write it.
pub(crate) fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace(['-', ' '], "_")
}

/// The three names that are most like this one.
pub(crate) fn nearest(wanted: &str, names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut near: Vec<(usize, &str)> = names.map(|n| (distance(wanted, n), n)).collect();
    near.sort();
    near.iter().take(3).map(|n| n.1).collect()
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
