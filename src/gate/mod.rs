//! Gated functions: one value decides how much of another passes, y = f(a) g(b), as in the feed-forward layers of
//! transformers. And [`CRELU`], which makes two values of one.
//!
//! Every elementwise activation makes a gate, `f(a) b`: those with names of their own are in [`ALL`], [`Gate::of`] gives
//! the others. Gates in another form are a pair of files, `shaders/gate/NAME.wgsl` and `src/gate/NAME.rs`.

mod crelu;
mod find;
mod form;
mod gated;
mod glu;
mod products;
mod rrelu_train;
mod situ_glu;
mod swiglu_clamp;
mod swiglu_step;

use std::sync::{Mutex, PoisonError};

pub use crelu::{CRELU, Doubling};
pub use find::find;
pub use form::Output;
pub(crate) use form::{Form, Own};
pub use gated::Gated;
pub(crate) use gated::check_lengths;
pub use glu::GLU;
pub use products::{BILINEAR, GEGLU, GEGLU_TANH, POW_GLU, QUICK_GEGLU, REGLU, SWIGLU};
pub use rrelu_train::RRELU_TRAIN;
pub use situ_glu::SITU_GLU;
pub use swiglu_clamp::{SWIGLU_CLAMP, SWIGLU_OAI};
pub use swiglu_step::SWIGLU_STEP;

use crate::activation::{Activation, Param, Values};
use crate::error::{Error, Result};

/// Every gate with a name of its own, in the order of the documentation.
pub static ALL: &[&Gate] = &[
    &GLU,
    &SWIGLU,
    &GEGLU,
    &GEGLU_TANH,
    &REGLU,
    &BILINEAR,
    &QUICK_GEGLU,
    &SWIGLU_CLAMP,
    &SWIGLU_OAI,
    &SWIGLU_STEP,
    &SITU_GLU,
    &POW_GLU,
    &RRELU_TRAIN,
];

/// The WGSL files of gates in a form of their own.
pub(crate) static SOURCES: &[(&str, &str)] = &[
    ("gate/crelu", include_str!("../../shaders/gate/crelu.wgsl")),
    ("gate/glu", include_str!("../../shaders/gate/glu.wgsl")),
    ("gate/rrelu_train", include_str!("../../shaders/gate/rrelu_train.wgsl")),
    ("gate/situ_glu", include_str!("../../shaders/gate/situ_glu.wgsl")),
    ("gate/swiglu_clamp", include_str!("../../shaders/gate/swiglu_clamp.wgsl")),
    ("gate/swiglu_step", include_str!("../../shaders/gate/swiglu_step.wgsl")),
];

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
    const fn own(name: &'static str, own: Own) -> Self {
        Self { form: Form::Own(own), ..Self::product(name, &crate::activation::IDENTITY) }
    }

    /// f(a) b, with the parameters of f.
    const fn product(name: &'static str, f: &'static Activation) -> Self {
        Self {
            name,
            aliases: &[],
            symbol: name,
            formula: "",
            derivatives: ["", ""],
            value_first: false,
            params: f.params,
            variants: f.variants,
            convention: "",
            paper: "Shazeer 2020, arXiv:2002.05202",
            // An error of e units in a factor is one of at most 2 e in the product, and each rounding at most one.
            bounds: [2.0 * f.bounds.forward + 1.0, 2.0 * f.bounds.backward + 2.0, 2.0 * f.bounds.forward + 1.0],
            form: Form::Product(f),
        }
    }

    /// The gate f(a) b of an activation, called `NAME_glu` unless [`ALL`] has a name for it; one for each activation.
    ///
    /// ```
    /// use wgpu_activations::activation::{MISH, SILU};
    /// use wgpu_activations::gate::{Gate, find};
    /// assert_eq!(Gate::of(&SILU).name, "swiglu");
    /// assert_eq!(Gate::of(&MISH).name, "mish_glu");
    /// assert!(std::ptr::eq(Gate::of(&MISH), find("mish_glu")?));
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn of(activation: &'static Activation) -> &'static Self {
        static MADE: Mutex<Vec<&Gate>> = Mutex::new(Vec::new());
        let same = |gate: &&&'static Self| matches!(gate.form, Form::Product(f) if std::ptr::eq(f, activation));
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gate) = ALL.iter().chain(made.iter()).find(same) {
            return gate;
        }
        let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
        let f = activation.name;
        let gate: &'static Self = Box::leak(Box::new(Self {
            formula: leak(format!("{f}(a) b")),
            derivatives: [leak(format!("b {f}'(a)")), leak(format!("{f}(a)"))],
            convention: activation.convention,
            ..Self::product(leak(format!("{f}_glu")), activation)
        }));
        made.push(gate);
        gate
    }

    /// The gate with its default parameter values.
    pub fn function(&'static self) -> Gated {
        Gated::from(self)
    }

    /// The gate with other parameter values, in the order of [`Gate::params`].
    ///
    /// A wrong number of values is reported when the gate is used.
    ///
    /// ```
    /// use wgpu_activations::gate::SWIGLU_OAI;
    /// assert_eq!(SWIGLU_OAI.with([1.702, 7.0, 1.0]).params(), SWIGLU_OAI.function().params());
    /// ```
    pub fn with(&'static self, values: impl Into<Values>) -> Gated {
        Gated::with_values(self, values.into())
    }

    /// The place of a parameter.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`] names the parameters there are.
    pub fn param_index(&self, name: &str) -> Result<usize> {
        self.params.iter().position(|p| p.name == name).ok_or_else(|| Error::UnknownParameter {
            function: self.name,
            name: name.to_owned(),
            known: self.params.iter().map(|p| p.name).collect(),
        })
    }

    /// Fails for the gate of an activation without a reference.
    pub(crate) fn check_reference(&self) -> Result<()> {
        match self.form {
            Form::Product(f) if !f.has_reference() => Err(Error::NoReference { function: self.name }),
            _ => Ok(()),
        }
    }

    /// The largest error of an output in ULP.
    pub fn bound(&self, output: Output) -> f64 {
        self.bounds[output as usize]
    }

    /// The text of the WGSL file with the function, or with the activation that it multiplies.
    pub fn source(&self) -> &'static str {
        crate::wgsl::source(&self.file()).unwrap_or_default()
    }

    /// Where that file lies, without folder and ending.
    pub(crate) fn file(&self) -> String {
        match self.form {
            Form::Product(f) => f.file(),
            Form::Own(_) => format!("gate/{}", self.symbol),
        }
    }
}
