//! What is known of a gate.

use super::gate_form::{Form, Output, Own};
use super::{Activation, Param, index_of};
use crate::error::Result;

/// What is known of one gated function y of a and b.
///
/// ```
/// use wgpu_activations::gate::{Output, SWIGLU};
/// assert_eq!(SWIGLU.eval(Output::Y, 2.0, 3.0, &[]), 2.0 / (1.0 + (-2f64).exp()) * 3.0);
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Gate {
    /// Its name.
    pub name: &'static str,
    /// Other names of the same function.
    pub aliases: &'static [&'static str],
    /// The WGSL file, if it has one of its own, and the first part of its functions' names.
    pub symbol: &'static str,
    /// The function in plain text.
    pub formula: &'static str,
    /// Its derivatives along a and b in plain text.
    pub derivatives: [&'static str; 2],
    /// Whether a is the value that passes, and b what gates it; else a gates b. See [`Halves::value_first`](crate::Halves::value_first).
    pub value_first: bool,
    /// The parameters, in the order the WGSL functions take them.
    pub params: &'static [Param],
    /// Further parameter values that the checks try.
    pub variants: &'static [&'static [f64]],
    /// Where frameworks disagree, and what happens at kinks.
    pub convention: &'static str,
    /// Where it was published.
    pub paper: &'static str,
    /// The largest errors of y, da and db in units in the last place of the exact result, for every upstream gradient.
    ///
    /// A factor below the smallest normal `f32` may count as 0, as in a product of `f32`.
    pub bounds: [f64; 3],
    pub(crate) form: Form,
}

impl Gate {
    pub(crate) const fn own(name: &'static str, own: Own) -> Self {
        Self::new(name, Form::Own(own))
    }

    const fn new(name: &'static str, form: Form) -> Self {
        Self {
            name,
            aliases: &[],
            symbol: name,
            formula: "",
            derivatives: ["", ""],
            value_first: false,
            params: &[],
            variants: &[],
            convention: "",
            paper: "",
            bounds: [0.5; 3],
            form,
        }
    }

    /// f(a) b, with the parameters of f.
    pub(crate) const fn product(name: &'static str, f: &'static Activation) -> Self {
        Self {
            params: f.params,
            variants: f.variants,
            paper: "Shazeer 2020, arXiv:2002.05202",
            // An error of e units in a factor is one of at most 2 e in the product, and each rounding at most one.
            bounds: [2.0 * f.bounds.forward + 1.0, 2.0 * f.bounds.backward + 2.0, 2.0 * f.bounds.forward + 1.0],
            ..Self::new(name, Form::Product(f))
        }
    }

    /// The place of a parameter.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`](crate::Error::UnknownParameter) names the parameters there are.
    pub fn param_index(&self, name: &str) -> Result<usize> {
        index_of(self.name, self.params, name)
    }

    /// Whether there is an `f64` reference to compare with.
    pub fn has_reference(&self) -> bool {
        if let Form::Product(f) = self.form { f.has_reference() } else { true }
    }

    /// The largest error of an output in ULP.
    pub fn bound(&self, output: Output) -> f64 {
        self.bounds[output as usize]
    }

    /// Where that file lies, without folder and ending.
    pub(crate) fn file(&self) -> String {
        match self.form {
            Form::Product(f) => f.file(),
            Form::Own(_) => format!("gate/{}", self.symbol),
        }
    }
}
