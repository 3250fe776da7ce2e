//! WGSL to paste into shaders of the user's own.

use std::collections::BTreeSet;
use std::fmt;

use super::gates::product_functions;
use super::link::{Form, concatenate, declared, keep, rename};
use crate::error::{Error, Result};
use crate::function::Op;

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
/// use wgpu_activations::{Op, gate::SWIGLU};
/// let text = wgpu_activations::wgsl::snippet(&[&GELU, &SILU]).prefix("nn_")?.to_string();
/// assert!(text.contains("fn nn_gelu(x: f32) -> f32"));
/// assert!(text.contains("fn nn_silu_dx(x: f32) -> f32"));
/// assert_eq!(text.matches("fn nn_exp_split").count(), 1);
///
/// // Functions of several catalogues are named as ops.
/// let gates = wgpu_activations::wgsl::snippet(&[Op::from(&SWIGLU), Op::from(&GELU)]).to_string();
/// assert!(gates.contains("fn swiglu_da(a: f32, b: f32, dy: f32) -> f32"));
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
pub fn snippet<S: Copy + Into<Op>>(functions: &[S]) -> Snippet {
    let (mut paths, mut products, mut roots) = (Vec::new(), String::new(), BTreeSet::new());
    for op in functions.iter().map(|&f| f.into()) {
        if let Op::Gate(gate) = op {
            let text = product_functions(gate);
            let known = declared(&text).any(|name| roots.contains(name));
            roots.extend(declared(&text).map(str::to_owned));
            products += if known { "" } else { &text };
            // Its functions call these.
            paths.push("math/gradient".to_owned());
        }
        roots.extend(declared(op.source()).map(str::to_owned));
        paths.push(op.file());
    }
    Snippet { text: keep(&(concatenate(&paths, Form::default()) + &products), |name| roots.contains(name)) }
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
        Ok(Self { text: rename(&self.text, |word| names.contains(word), prefix) })
    }
}

impl fmt::Display for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
