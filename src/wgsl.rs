//! WGSL text: the embedded files, how kernels are linked from them, and snippets to paste.
//!
//! Module-scope declarations of WGSL may stand in any order, so linking is concatenation. A file that needs others says so
//! in a comment, `// requires: math/exp, math/log1p`; every file is plain WGSL without it.

mod lanes;
mod names;

use std::collections::BTreeSet;
use std::fmt;

use crate::activation;
use crate::custom;
use crate::error::{Error, Result};
use crate::gate;
use crate::plan::{Subject, product_functions};

pub(crate) use lanes::{each, has_lanes, of as lanes};
pub(crate) use names::{keyword, reserved};

const REQUIRES: &str = "// requires: ";

macro_rules! embed {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../shaders/", $path, ".wgsl")))),*]
    };
}

/// The files that functions share.
static SHARED: &[(&str, &str)] = embed![
    "kernel/args",
    "kernel/back",
    "kernel/back_in_place",
    "kernel/back_part",
    "kernel/flat",
    "kernel/flat_double",
    "kernel/halves",
    "kernel/index",
    "kernel/join",
    "kernel/join3",
    "kernel/join_pairs",
    "kernel/list",
    "kernel/map1",
    "kernel/map1_in_place",
    "kernel/map2",
    "kernel/map2_in_place",
    "kernel/row_alone_first",
    "kernel/row_alone_key_sum",
    "kernel/row_alone_rounds",
    "kernel/row_alone_running",
    "kernel/row_alone_sum",
    "kernel/row_args",
    "kernel/row_chunk",
    "kernel/row_chunk_keys",
    "kernel/row_chunk_places",
    "kernel/row_chunk_sums",
    "kernel/row_chunk_values",
    "kernel/row_edge",
    "kernel/row_edge_out",
    "kernel/row_edge_sums",
    "kernel/row_ends",
    "kernel/row_first",
    "kernel/row_fold",
    "kernel/row_join",
    "kernel/row_key",
    "kernel/row_key_sum",
    "kernel/row_loose",
    "kernel/row_loose_out",
    "kernel/row_places",
    "kernel/row_rounds",
    "kernel/row_state_keys",
    "kernel/row_state_sums",
    "kernel/row_sum",
    "kernel/row_sums",
    "kernel/row_terms",
    "kernel/row_wide",
    "kernel/row_wide_out",
    "kernel/row_write",
    "kernel/row_write_one",
    "kernel/split",
    "kernel/split3",
    "kernel/split3_pairs",
    "kernel/sum",
    "math/atan",
    "math/domain",
    "math/erf",
    "math/erf_line",
    "math/exp",
    "math/exp_fine",
    "math/exp_wide",
    "math/expm1",
    "math/gate",
    "math/gradient",
    "math/log",
    "math/log1p",
    "math/log_wide",
    "math/normal",
    "math/product",
    "math/sincos",
    "math/sinh",
    "math/slope",
    "math/snake",
    "math/soft_log",
    "math/softplus",
    "math/softplus_sum",
    "math/tanh",
    "math/tanh_line",
    "math/total",
    "math/turn",
    "math/wide",
    "params/channel",
    "params/uniform",
    "row/causal_softmax",
    "row/entmax15",
    "row/hardmax",
    "row/item",
    "row/log_softmax",
    "row/logsumexp",
    "row/masked_softmax",
    "row/maxout",
    "row/place",
    "row/quiet_softmax",
    "row/scaled_softmax",
    "row/simplex",
    "row/soft",
    "row/softmax",
    "row/softmin",
    "row/solu",
    "row/sparsemax",
    "row/squash",
    "storage/f32",
    "storage/f32_narrow",
    "storage/f32_twin",
    "storage/lanes",
    "storage/pairs",
    "storage/plus",
    "storage/shorten_bf16",
    "storage/shorten_f16",
    "storage/two",
    "storage/widen_bf16",
    "storage/widen_f16",
];

/// All embedded files: path without folder `shaders/` and ending, text.
pub fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    SHARED.iter().chain(activation::SOURCES).chain(gate::SOURCES).copied()
}

/// The text of an embedded file, by its path without folder `shaders/` and ending, or of a custom function by `custom/NAME`.
///
/// ```
/// assert!(wgpu_activations::wgsl::source("math/exp").unwrap().contains("fn exp_stable"));
/// ```
pub fn source(path: &str) -> Option<&'static str> {
    files().find(|(p, _)| *p == path).map(|(_, text)| text).or_else(|| custom::source(path))
}

/// The files that a file's text asks for.
pub(crate) fn requirements(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.strip_prefix(REQUIRES)).flat_map(|list| list.split(", "))
}

/// Appends a file, after all that it requires, unless it is there already.
fn link(path: &str, packed: bool, seen: &mut BTreeSet<String>, out: &mut String) {
    if !seen.insert(path.to_owned()) {
        return;
    }
    let text = source(path).unwrap_or_default();
    for needed in requirements(text) {
        link(needed, packed, seen, out);
    }
    let form = if packed { lanes::file(path, text) } else { None };
    for line in form.as_deref().unwrap_or(text).lines().filter(|line| !line.starts_with(REQUIRES)) {
        out.push_str(line);
        out.push('\n');
    }
    out.push('\n');
}

/// The named files with all they require, each once, and some lines of glue at the end; functions of values in the form for
/// packs if the kernel takes them so.
pub(crate) fn compose(parts: &[&str], glue: &str, packed: bool) -> String {
    let (mut seen, mut out) = (BTreeSet::new(), String::new());
    for part in parts {
        link(part, packed, &mut seen, &mut out);
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
/// use wgpu_activations::{Subject, gate::SWIGLU};
/// let text = wgpu_activations::wgsl::snippet(&[&GELU, &SILU]).prefix("nn_")?.to_string();
/// assert!(text.contains("fn nn_gelu(x: f32) -> f32"));
/// assert!(text.contains("fn nn_silu_dx(x: f32) -> f32"));
/// assert_eq!(text.matches("fn nn_exp_parts").count(), 1);
///
/// // Functions of several catalogues are named as subjects.
/// let gates = wgpu_activations::wgsl::snippet(&[Subject::from(&SWIGLU), Subject::from(&GELU)]).to_string();
/// assert!(gates.contains("fn swiglu_da(a: f32, b: f32, dy: f32) -> f32"));
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
pub fn snippet<S: Copy + Into<Subject>>(functions: &[S]) -> Snippet {
    let (mut paths, mut more) = (Vec::new(), String::new());
    for (k, function) in functions.iter().map(|&f| f.into()).enumerate() {
        paths.push(function.file());
        if let Subject::Gated(gate) = function {
            paths.push("math/gradient".to_owned());
            let known = functions[..k].iter().any(|&f| f.into().name() == gate.name);
            more += &if known { String::new() } else { product_functions(gate) };
        }
    }
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    Snippet { text: (compose(&paths, "", false).trim_end().to_owned() + "\n" + &more).trim_end().to_owned() + "\n" }
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
        Ok(Self { text: rename(&self.text, &names, prefix) })
    }
}

impl fmt::Display for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The names that a text declares at module scope. All our declarations begin a line.
pub(crate) fn declared(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let rest = ["fn ", "const ", "struct ", "alias "].iter().find_map(|word| line.strip_prefix(word))?;
        rest.split(|c: char| !is_word(c)).next()
    })
}

pub(crate) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The text with a prefix before every whole word in `names` that is no comment's.
fn rename(text: &str, names: &BTreeSet<String>, prefix: &str) -> String {
    let lines = text.lines().map(|line| {
        let (code, comment) = line.split_at(line.find("//").unwrap_or(line.len()));
        rename_words(code, names, prefix) + comment + "\n"
    });
    lines.collect()
}

fn rename_words(code: &str, names: &BTreeSet<String>, prefix: &str) -> String {
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
