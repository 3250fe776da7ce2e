//! Looking functions of all catalogues up by name, as any system spells it.

use crate::error::{Error, Result};
use crate::function::{Activation, Gate, Op, RowFunction};
use crate::{activation, gate, loss, router, row};

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

impl Op {
    /// Every function of elements, pairs and rows, in the order of the documentation; [losses](crate::loss) take targets besides.
    pub fn all() -> Vec<Self> {
        let elementwise = activation::ALL.iter().map(Self::from);
        let gates = gate::ALL.iter().map(Self::from).chain([Self::from(&gate::CRELU)]);
        elementwise.chain(gates).chain(row::ALL.iter().map(|&row| Self::from(row))).collect()
    }

    /// The function with this name or alias in any catalogue, as any system spells it: case, blanks, `-` and `_` do not
    /// matter, nor do prefixes such as `nn.`, `ai.onnx.` and `GGML_UNARY_OP_`. `NAME_glu` is the gate of an activation, `NAME~OTHER`
    /// an activation with the gradient of another, `mix:NAME+OTHER` a mixture (both with the feature `custom`).
    ///
    /// ```
    /// use wgpu_activations::Op;
    /// assert_eq!(Op::find("swish_1")?.name(), "silu");
    /// assert_eq!(Op::find("mish_glu")?.name(), "mish_glu");
    /// assert_eq!(Op::find("com.microsoft.QuickGelu")?.name(), "quick_gelu");
    /// assert_eq!(Op::find("log-softmax")?.name(), "log_softmax");
    /// assert!(Op::find("softmix").unwrap_err().to_string().contains("softmax"));
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownName`] with the nearest names.
    pub fn find(name: &str) -> Result<Self> {
        if let Some(pair) = pair(name) {
            return pair.map(Self::Activation);
        }
        lookup(name).ok_or_else(|| unknown(name, |_| true))
    }
}

impl Activation {
    /// The elementwise activation with this name or alias; spelled as in [`Op::find`].
    ///
    /// ```
    /// use wgpu_activations::Activation;
    /// assert_eq!(Activation::find("logistic")?.name, "sigmoid");
    /// assert_eq!(Activation::find("nn.LeakyReLU")?.name, "leaky_relu");
    /// let error = Activation::find("gelo").unwrap_err();
    /// assert!(error.to_string().contains("gelu"));
    /// let error = Activation::find("swiglu").unwrap_err();
    /// assert_eq!(error.to_string(), "\"swiglu\" is a gate, not an elementwise activation: see Gate::find");
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownName`](crate::Error::UnknownName) with the nearest names, and [`Error::Elsewhere`](crate::Error::Elsewhere)
    /// for a name of another catalogue.
    pub fn find(name: &str) -> Result<&'static Self> {
        pair(name).unwrap_or_else(|| among(name, "an elementwise activation", as_activation))
    }
}

impl Gate {
    /// The gate with this name or alias, or that of the activation NAME for `NAME_glu` and `NAME_and_mul`; spelled as in
    /// [`Op::find`].
    ///
    /// ```
    /// use wgpu_activations::Gate;
    /// assert_eq!(Gate::find("SwiGLU")?.name, "swiglu");
    /// assert_eq!(Gate::find("mish_glu")?.formula, "mish(a) b");
    /// assert!(Gate::find("swigul").unwrap_err().to_string().contains("swiglu"));
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownName`] with the nearest names, and [`Error::Elsewhere`] for a name of another catalogue.
    pub fn find(name: &str) -> Result<&'static Self> {
        among(name, "a gate", |found| if let Op::Gate(gate) = found { Some(gate) } else { None })
    }
}

impl RowFunction {
    /// The row-wise function with this name or alias; spelled as in [`Op::find`].
    ///
    /// ```
    /// use wgpu_activations::RowFunction;
    /// assert_eq!(RowFunction::find("LogSoftmax")?.name, "log_softmax");
    /// assert_eq!(RowFunction::find("softmax_1")?.name, "quiet_softmax");
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownName`] with the nearest names, and [`Error::Elsewhere`] for a name of another catalogue.
    pub fn find(name: &str) -> Result<&'static Self> {
        among(name, "a row-wise function", |found| if let Op::RowFunction(row) = found { Some(row) } else { None })
    }
}

/// What all spellings of a name share: neither case nor blanks, `-` and `_` matter.
fn key(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| !c.is_whitespace() && !['-', '_'].contains(c)).collect()
}

/// The function with this name in the catalogue of what is sought.
fn among<T>(name: &str, sought: &'static str, pick: fn(Op) -> Option<T>) -> Result<T> {
    let found = lookup(name).ok_or_else(|| unknown(name, |s| pick(s).is_some()))?;
    pick(found).ok_or_else(|| {
        let found = match found {
            Op::Activation(_) => ["an elementwise activation", "Activation::find"],
            Op::Gate(_) => ["a gate", "Gate::find"],
            Op::Doubling(_) => ["a function that doubles", "Op::find"],
            Op::RowFunction(_) => ["a row-wise function", "RowFunction::find"],
        };
        Error::Elsewhere { name: name.to_owned(), sought, found }
    })
}

/// An activation with the gradient of another, or a mixture, if the name has parts.
#[cfg(feature = "custom")]
fn pair(name: &str) -> Option<Result<&'static Activation>> {
    let find = |name: &str| among(name, "an elementwise activation", as_activation);
    if let Some(parts) = name.strip_prefix("mix:") {
        let parts = parts.split('+').map(|part| Ok((find(part.trim())?.function(), 1))).collect::<Result<Vec<_>>>();
        return Some(parts.and_then(|parts| Ok(crate::custom::Mixed::new(&parts)?.function())));
    }
    let (value, gradient) = name.split_once(crate::custom::TILDE)?;
    Some(find(value).and_then(|value| crate::custom::pair(value, find(gradient)?)))
}

#[cfg(not(feature = "custom"))]
fn pair(_: &str) -> Option<Result<&'static Activation>> {
    None
}

fn lookup(name: &str) -> Option<Op> {
    let key = key(name);
    let bare = |(prefix, others): &(&str, &[&str])| key.strip_prefix(prefix).filter(|rest| !others.contains(rest));
    // A name with its prefix may be an alias: what it means without is another system's.
    plain(&key).or_else(|| plain(PREFIXES.iter().find_map(bare)?))
}

/// The function with this key, or the gate of the activation NAME for `NAME_glu` and `NAME_and_mul`.
fn plain(key: &str) -> Option<Op> {
    let gated = || key.strip_suffix("glu").or_else(|| key.strip_suffix("andmul"));
    exact(key).or_else(|| Some(Op::Gate(Gate::of(exact(gated()?).and_then(as_activation)?))))
}

fn exact(wanted: &str) -> Option<Op> {
    with_all().find(|s| names(s).any(|name| key(name) == wanted))
}

fn with_all() -> impl Iterator<Item = Op> {
    Op::all().into_iter().chain(loss::ALL.iter().chain(router::ALL).map(|&row| Op::from(row)))
}

fn as_activation(found: Op) -> Option<&'static Activation> {
    if let Op::Activation(activation) = found { Some(activation) } else { None }
}

fn names(s: &Op) -> impl Iterator<Item = &'static str> + use<> {
    std::iter::once(s.name()).chain(s.aliases().iter().copied())
}

/// The error that names the three most similar names there are.
fn unknown(name: &str, among: impl Fn(Op) -> bool) -> Error {
    let wanted = key(name);
    let names = with_all().filter(|&s| among(s)).flat_map(|s| names(&s));
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
