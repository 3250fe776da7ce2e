//! Looking functions of all catalogues up by name, as any system spells it.

use crate::activation::Activation;
use crate::error::{Error, Result};
use crate::gate::Gate;
use crate::plan::Subject;

/// What systems write before their names, and the names that mean something else there.
const PREFIXES: [(&str, &[&str]); 9] = [
    ("torch.nn.functional.", LAYERS),
    ("torch.nn.", LAYERS),
    ("nn.functional.", LAYERS),
    ("nn.", LAYERS),
    ("f.", LAYERS),
    ("ai.onnx.", &[]),
    ("com.microsoft.", &["swiglu"]), // its attributes say which
    ("ggmlunaryop", &[]),
    ("ggmlgluop", &[]),
];

/// These multiply by matrices.
const LAYERS: &[&str] = &["linear", "bilinear"];

/// What all spellings of a name share: neither case nor blanks, `-` and `_` matter.
fn key(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| !c.is_whitespace() && !['-', '_'].contains(c)).collect()
}

/// The function with this name in any catalogue.
pub(crate) fn find(name: &str) -> Result<Subject> {
    lookup(name).ok_or_else(|| unknown(name, |_| true))
}

/// The function with this name in the catalogue of what is sought.
pub(crate) fn among<T>(name: &str, sought: &'static str, pick: fn(Subject) -> Option<T>) -> Result<T> {
    let found = lookup(name).ok_or_else(|| unknown(name, |s| pick(s).is_some()))?;
    pick(found).ok_or_else(|| {
        let found = match found {
            Subject::Elementwise(_) => ["an elementwise activation", "activation::find"],
            Subject::Gated(_) => ["a gate", "gate::find"],
            Subject::Doubling(_) => ["a function that doubles", "Subject::find"],
            Subject::Rows(_) => ["a row-wise function", "row::find"],
        };
        Error::Elsewhere { name: name.to_owned(), sought, found }
    })
}

fn lookup(name: &str) -> Option<Subject> {
    let key = key(name);
    let bare = |(prefix, others): &(&str, &[&str])| key.strip_prefix(prefix).filter(|rest| !others.contains(rest));
    // A name with its prefix may be an alias: what it means without is another system's.
    plain(&key).or_else(|| plain(PREFIXES.iter().find_map(bare)?))
}

/// The function with this key, or the gate of the activation NAME for `NAME_glu` and `NAME_and_mul`.
fn plain(key: &str) -> Option<Subject> {
    let gated = || key.strip_suffix("glu").or_else(|| key.strip_suffix("andmul"));
    exact(key).or_else(|| Some(Subject::Gated(Gate::of(exact(gated()?).and_then(activation)?))))
}

fn exact(wanted: &str) -> Option<Subject> {
    Subject::all().into_iter().find(|s| names(s).any(|name| key(name) == wanted))
}

pub(crate) fn activation(found: Subject) -> Option<&'static Activation> {
    if let Subject::Elementwise(activation) = found { Some(activation) } else { None }
}

fn names(s: &Subject) -> impl Iterator<Item = &'static str> + use<> {
    std::iter::once(s.name()).chain(s.aliases().iter().copied())
}

/// The error that names the three most similar names there are.
fn unknown(name: &str, among: impl Fn(Subject) -> bool) -> Error {
    let wanted = key(name);
    let names = Subject::all().into_iter().filter(|&s| among(s)).flat_map(|s| names(&s));
    let mut near: Vec<(usize, &str)> = names.map(|known| (distance(&wanted, &key(known)), known)).collect();
    near.sort();
    Error::UnknownName { name: name.to_owned(), nearest: near.iter().take(3).map(|n| n.1).collect() }
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
