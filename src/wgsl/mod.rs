//! WGSL text: the embedded files, how kernels are linked from them, and snippets to paste.

mod gates;
mod lanes;
mod link;
mod snippet;
mod sources;

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{activation, gate};

pub(crate) use gates::gate_value;
pub(crate) use lanes::{each, has_lanes, of as lanes};
pub(crate) use link::{Form, compose, rename};
#[cfg(any(test, feature = "custom"))]
pub(crate) use link::{concatenate, declared, is_word, requirements};
pub use snippet::{Snippet, snippet};

macro_rules! embed {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../shaders/", $path, ".wgsl")))),*]
    };
}

/// The files that functions share.
static SHARED: &[(&str, &str)] = embed![
    "kernel/args",
    "kernel/around",
    "kernel/back",
    "kernel/back_in_place",
    "kernel/back_part",
    "kernel/batch",
    "kernel/both",
    "kernel/both_in_place",
    "kernel/counts",
    "kernel/flat",
    "kernel/flat_counted",
    "kernel/flat_double",
    "kernel/halves",
    "kernel/index",
    "kernel/join",
    "kernel/join3",
    "kernel/join_pairs",
    "kernel/map1",
    "kernel/map1_in_place",
    "kernel/map2",
    "kernel/map2_in_place",
    "kernel/position",
    "kernel/quantized",
    "kernel/quantized_groups",
    "kernel/quantized_rows",
    "kernel/router/backward",
    "kernel/router/experts",
    "kernel/router/forward",
    "kernel/router/forward_alone",
    "kernel/row/args",
    "kernel/row/chunk",
    "kernel/row/chunk_keys",
    "kernel/row/chunk_places",
    "kernel/row/chunk_sums",
    "kernel/row/chunk_values",
    "kernel/row/first",
    "kernel/row/fold",
    "kernel/row/gathered",
    "kernel/row/key",
    "kernel/row/key_sum",
    "kernel/row/losses",
    "kernel/row/repeat",
    "kernel/row/rounds",
    "kernel/row/running",
    "kernel/row/scores",
    "kernel/row/sinks",
    "kernel/row/start",
    "kernel/row/state_keys",
    "kernel/row/state_sums",
    "kernel/row/sum",
    "kernel/row/targets",
    "kernel/row/thread",
    "kernel/row/unaligned",
    "kernel/row/vector",
    "kernel/row/workgroup",
    "kernel/row/write",
    "kernel/row/write_none",
    "kernel/row/write_one",
    "kernel/split",
    "kernel/split3",
    "kernel/split3_pairs",
    "kernel/sum",
    "kernel/sum_thread",
    "kernel/sum_workgroup",
    "kernel/tiles",
    "kernel/whole_rows",
    "loss/cross_entropy",
    "loss/cross_entropy_capped",
    "math/atan",
    "math/cubic",
    "math/domain",
    "math/erf",
    "math/erf_line",
    "math/exp",
    "math/exp_core",
    "math/exp_fine",
    "math/exp_wide",
    "math/expm1",
    "math/gate",
    "math/gradient",
    "math/log",
    "math/log1p",
    "math/log_wide",
    "math/mills",
    "math/normal",
    "math/opaque",
    "math/parts",
    "math/product",
    "math/product_sum",
    "math/quick",
    "math/ratio",
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
    "math/units",
    "math/wide",
    "params/channel",
    "params/channels",
    "params/uniform",
    "params/uniform_eight",
    "router/top_k_sigmoid",
    "router/top_k_softmax",
    "router/top_k_sqrt_softplus",
    "row/attention_softmax",
    "row/attention_softmax_capped",
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
    "short/cubic",
    "short/exp_core",
    "short/log1p",
    "short/normal",
    "short/product",
    "short/quick",
    "short/ratio",
    "short/tanh",
    "short/units",
    "storage/f32x1",
    "storage/f32x2",
    "storage/f32x4",
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
    files().find(|(p, _)| *p == path).map(|(_, text)| text).or_else(|| joined_source(path))
}

/// A text that has joined at run time, under a path as if it were a file of ours.
pub(crate) struct Joined {
    pub(crate) path: String,
    pub(crate) text: &'static str,
    /// Whether it has a form for packs.
    pub(crate) lanes: bool,
}

fn joined() -> MutexGuard<'static, Vec<Joined>> {
    static JOINED: Mutex<Vec<Joined>> = Mutex::new(Vec::new());
    JOINED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a text available to the linker.
#[cfg(feature = "custom")]
pub(crate) fn join(text: Joined) {
    joined().push(text);
}

fn joined_source(path: &str) -> Option<&'static str> {
    joined().iter().find(|joined| joined.path == path).map(|joined| joined.text)
}

/// Whether a text that has joined has a form for packs.
fn joined_lanes(path: &str) -> Option<bool> {
    joined().iter().find(|joined| joined.path == path).map(|joined| joined.lanes)
}

/// Words of the files that kernels share, and names that the catalogue's functions declare.
#[cfg(feature = "custom")]
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let code = |text: &'static str| text.lines().filter_map(|line| line.split("//").next());
    let shared = SHARED.iter().flat_map(move |(_, text)| code(text)).flat_map(|code| code.split(|c| !is_word(c)));
    shared.chain(activation::SOURCES.iter().chain(gate::SOURCES).flat_map(|(_, text)| declared(text)))
}
