//! WGSL text: the embedded files, how kernels are linked from them, and snippets to paste.
//!
//! Module-scope declarations of WGSL may stand in any order, so linking is concatenation. A file that needs others says so
//! in a comment, `// requires: math/exp, math/log1p`; every file is plain WGSL without it.

use std::collections::BTreeSet;
use std::fmt;

use crate::activation::{self, Activation};
use crate::error::{Error, Result};

const REQUIRES: &str = "// requires: ";

macro_rules! embed {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../shaders/", $path, ".wgsl")))),*]
    };
}

/// The files that functions share.
static SHARED: &[(&str, &str)] = embed![
    "kernel/args",
    "kernel/map1",
    "kernel/map1_in_place",
    "kernel/map2",
    "kernel/map2_in_place",
    "kernel/sum",
    "math/atan",
    "math/erf",
    "math/exp",
    "math/exp_fine",
    "math/exp_wide",
    "math/expm1",
    "math/gate",
    "math/log",
    "math/log1p",
    "math/normal",
    "math/product",
    "math/sincos",
    "math/slope",
    "math/snake",
    "math/soft_log",
    "math/softplus",
    "math/softplus_sum",
    "math/tanh",
    "math/tanh_line",
    "math/turn",
    "math/wide",
    "params/channel",
    "params/uniform",
    "storage/f32",
    "storage/f32_narrow",
];

/// All embedded files: path without folder `shaders/` and ending, text.
pub fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    SHARED.iter().chain(activation::SOURCES).copied()
}

/// The text of an embedded file, by its path without folder `shaders/` and ending.
///
/// ```
/// assert!(wgpu_activations::wgsl::source("math/exp").unwrap().contains("fn exp_stable"));
/// ```
pub fn source(path: &str) -> Option<&'static str> {
    files().find(|(p, _)| *p == path).map(|(_, text)| text)
}

/// The files that a file's text asks for.
fn requirements(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.strip_prefix(REQUIRES)).flat_map(|list| list.split(", "))
}

/// Appends a file, after all that it requires, unless it is there already.
fn link(path: &str, seen: &mut BTreeSet<String>, out: &mut String) {
    if !seen.insert(path.to_owned()) {
        return;
    }
    let text = source(path).unwrap_or_default();
    for needed in requirements(text) {
        link(needed, seen, out);
    }
    for line in text.lines().filter(|line| !line.starts_with(REQUIRES)) {
        out.push_str(line);
        out.push('\n');
    }
    out.push('\n');
}

/// The named files with all they require, each once, and some lines of glue at the end.
pub(crate) fn compose(parts: &[&str], glue: &str) -> String {
    let (mut seen, mut out) = (BTreeSet::new(), String::new());
    for part in parts {
        link(part, &mut seen, &mut out);
    }
    out + glue
}

/// WGSL functions to paste into a shader of your own; [`fmt::Display`] gives the text.
#[derive(Clone, Debug)]
pub struct Snippet {
    text: String,
}

/// The functions, their derivatives and the helpers they need, each once: no bindings, no entry point.
///
/// The functions are scalar, and NaN is the caller's business: kernels here pass it on by its bits, since a shader
/// compiler may assume that there is none.
///
/// ```
/// use wgpu_activations::activation::{GELU, SILU};
/// let text = wgpu_activations::wgsl::snippet(&[&GELU, &SILU]).prefix("nn_")?.to_string();
/// assert!(text.contains("fn nn_gelu(x: f32) -> f32"));
/// assert!(text.contains("fn nn_silu_dx(x: f32) -> f32"));
/// assert_eq!(text.matches("fn nn_exp_parts").count(), 1);
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
pub fn snippet(activations: &[&Activation]) -> Snippet {
    let paths: Vec<String> = activations.iter().map(|a| a.file()).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    Snippet { text: compose(&paths, "").trim_end().to_owned() + "\n" }
}

impl Snippet {
    /// The same text with this prefix before every name that it declares.
    ///
    /// # Errors
    /// [`Error::Prefix`] for what cannot start a WGSL name.
    pub fn prefix(self, prefix: &str) -> Result<Self> {
        let valid = prefix.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !prefix.starts_with(|c: char| c.is_ascii_digit())
            && !prefix.starts_with("__")
            && prefix != "_";
        if !valid {
            return Err(Error::Prefix { prefix: prefix.to_owned() });
        }
        let names: BTreeSet<String> = declared(&self.text).map(str::to_owned).collect();
        let lines = self.text.lines().map(|line| {
            let (code, comment) = line.split_at(line.find("//").unwrap_or(line.len()));
            rename(code, &names, prefix) + comment + "\n"
        });
        Ok(Self { text: lines.collect() })
    }
}

impl fmt::Display for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The names that a text declares at module scope. All our declarations begin a line.
fn declared(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let rest = ["fn ", "const ", "struct ", "alias "].iter().find_map(|word| line.strip_prefix(word))?;
        rest.split(|c: char| !is_word(c)).next()
    })
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The code with a prefix before every whole word in `names`.
fn rename(code: &str, names: &BTreeSet<String>, prefix: &str) -> String {
    let mut out = String::new();
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let end = rest.find(|d: char| is_word(d) != is_word(c)).unwrap_or(rest.len());
        let (token, tail) = rest.split_at(end);
        if names.contains(token) {
            out.push_str(prefix);
        }
        out.push_str(token);
        rest = tail;
    }
    out
}
