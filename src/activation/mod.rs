//! The catalogue: every activation function with its metadata and its `f64` reference.
//!
//! A function is a pair of files with one name, `shaders/activation/NAME.wgsl` and `src/activation/NAME.rs`, and one line
//! in the list at the end of this file. Everything else (kernels, tests, benches, the command line, the README's table)
//! walks over [`ALL`].

mod bounds;
mod find;
mod function;
mod kind;
mod kinks;
mod param;
mod prelude;
mod range;

pub use bounds::{Bounds, Roots};
pub use find::find;
pub use function::{Function, Values};
pub use kind::Kind;
pub use kinks::Kinks;
pub use param::Param;
pub(crate) use param::check_values;
pub use range::Range;
pub(crate) use range::number;
pub use rrelu::rrelu_noise;

use crate::error::{Error, Result};
use crate::plan::Pass;

/// The most parameters a function may have; they travel in one `vec4<f32>`.
pub const MAX_PARAMS: usize = 4;

/// A scalar function of one argument and the parameter values.
pub type Scalar = fn(f64, &[f64]) -> f64;

/// What is known of one activation function.
#[derive(Debug)]
#[non_exhaustive]
pub struct Activation {
    /// PyTorch's name where it has one; also the name of both files.
    pub name: &'static str,
    /// Other names of the same function.
    pub aliases: &'static [&'static str],
    /// The WGSL function; differs from `name` only where WGSL has taken that for a built-in.
    pub symbol: &'static str,
    /// The family it belongs to.
    pub kind: Kind,
    /// The function in plain text.
    pub formula: &'static str,
    /// Its derivative in plain text.
    pub derivative: &'static str,
    /// The parameters, in the order the WGSL functions take them.
    pub params: &'static [Param],
    /// Further parameter values that the checks try.
    pub variants: &'static [&'static [f64]],
    /// Where frameworks disagree, what happens at kinks and infinities, which digits are lost.
    pub convention: &'static str,
    /// Where it was published.
    pub paper: &'static str,
    /// Why the gradient is not the derivative, where it is not.
    pub surrogate: Option<&'static str>,
    /// The reference value.
    pub value: Scalar,
    /// The reference derivative; at a kink, PyTorch's choice.
    pub dx: Scalar,
    /// The derivative from the output, where that determines it.
    pub dx_from_y: Option<Scalar>,
    /// Where the function or its derivative jumps, for given parameter values.
    pub kinks: fn(&[f64]) -> Vec<f64>,
    /// The derivatives of systems that choose another gradient at a kink.
    pub kinks_of: &'static [(Kinks, Scalar)],
    /// Where the derivative vanishes by cancellation.
    pub roots: Option<Roots>,
    /// The largest term of a pass whose terms cancel again and again; 0 for all other passes and functions.
    ///
    /// Next to each of these roots the relative error of any `f32` evaluation is unbounded; errors of such a pass are
    /// counted in ULP of this term where that exceeds the result.
    pub largest: fn(Pass, f64, &[f64]) -> f64,
    /// The largest errors, stated and asserted.
    pub bounds: Bounds,
}

impl Activation {
    pub(crate) const fn new(name: &'static str, value: Scalar, dx: Scalar) -> Self {
        Self {
            name,
            aliases: &[],
            symbol: name,
            kind: Kind::Linear,
            formula: "",
            derivative: "",
            params: &[],
            variants: &[],
            convention: "",
            paper: "",
            surrogate: None,
            value,
            dx,
            dx_from_y: None,
            kinks: |_| Vec::new(),
            kinks_of: &[],
            roots: None,
            largest: |_, _, _| 0.0,
            bounds: Bounds::new(0.5, 0.5),
        }
    }

    /// Whether the gradient can be taken from the output, as it must be once the input is overwritten.
    pub fn has_output_derivative(&self) -> bool {
        self.dx_from_y.is_some()
    }

    /// The function with its default parameter values.
    pub fn function(&'static self) -> Function<'static> {
        Function::from(self)
    }

    /// The function with other parameter values, in the order of [`Activation::params`].
    ///
    /// A wrong number of values is reported when the function is used.
    ///
    /// ```
    /// use wgpu_activations::activation::LEAKY_RELU;
    /// assert_eq!(LEAKY_RELU.with(0.2).params(), [0.2]);
    /// ```
    pub fn with(&'static self, values: impl Into<Values>) -> Function<'static> {
        Function::with_values(self, values.into())
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

    /// What can be computed with it.
    pub fn passes(&self) -> Vec<Pass> {
        let from_output = self.has_output_derivative().then_some(Pass::BackwardFromOutput);
        let trained = (0..self.params.len()).filter(|&k| self.params[k].trainable()).map(Pass::ParamGradient);
        [Pass::Forward, Pass::Backward].into_iter().chain(from_output).chain(trained).collect()
    }

    /// The reference derivative with a system's choice at kinks.
    pub fn dx_of(&self, kinks: Kinks) -> Scalar {
        self.kinks_of.iter().find(|(k, _)| *k == kinks).map_or(self.dx, |(_, dx)| *dx)
    }

    /// Whether a system's choice at kinks differs from PyTorch's.
    pub fn differs(&self, kinks: Kinks) -> bool {
        self.kinks_of.iter().any(|(k, _)| *k == kinks)
    }

    /// Where the WGSL file lies, without folder and ending.
    pub(crate) fn file(&self) -> String {
        let folder = if self.kind == Kind::Custom { "custom" } else { "activation" };
        format!("{folder}/{}", self.name)
    }

    /// The text of the function's WGSL file, or of a custom function.
    pub fn source(&self) -> &'static str {
        crate::wgsl::source(&self.file()).unwrap_or_default()
    }
}

/// Declares the modules, the list and the embedded WGSL files: the one line that adding a function takes.
macro_rules! catalogue {
    ($($module:ident: $name:ident),* $(,)?) => {
        $(mod $module; pub use $module::$name;)*
        /// Every activation function, in the order of the documentation.
        pub static ALL: &[&Activation] = &[$(&$name),*];
        /// The WGSL files of [`ALL`].
        pub(crate) static SOURCES: &[(&str, &str)] = &[$((
            concat!("activation/", stringify!($module)),
            include_str!(concat!("../../shaders/activation/", stringify!($module), ".wgsl")),
        )),*];
    };
}

catalogue! {
    identity: IDENTITY,
    linear: LINEAR,
    bent_identity: BENT_IDENTITY,
    binary_step: BINARY_STEP,
    binary_step_ste: BINARY_STEP_STE,
    binary_step_clipped_ste: BINARY_STEP_CLIPPED_STE,
    sign: SIGN,
    sign_ste: SIGN_STE,
    sign_clipped_ste: SIGN_CLIPPED_STE,
    spike_fast_sigmoid: SPIKE_FAST_SIGMOID,
    spike_atan: SPIKE_ATAN,
    spike_triangle: SPIKE_TRIANGLE,
    abs: ABS,
    square: SQUARE,
    power: POWER,
    sqrt: SQRT,
    rsqrt: RSQRT,
    log: LOG,
    log1p: LOG1P,
    sinh: SINH,
    cosh: COSH,
    asinh: ASINH,
    relu: RELU,
    relu_squared: RELU_SQUARED,
    star_relu: STAR_RELU,
    leaky_relu: LEAKY_RELU,
    prelu: PRELU,
    rrelu: RRELU,
    thresholded_relu: THRESHOLDED_RELU,
    fatrelu: FATRELU,
    threshold: THRESHOLD,
    relu6: RELU6,
    hardtanh: HARDTANH,
    leaky_hardtanh: LEAKY_HARDTANH,
    clip: CLIP,
    necro_relu: NECRO_RELU,
    sugar: SUGAR,
    srelu: SRELU,
    elu: ELU,
    selu: SELU,
    celu: CELU,
    pelu: PELU,
    xielu: XIELU,
    exponential: EXPONENTIAL,
    expm1: EXPM1,
    stable_exp: STABLE_EXP,
    soft_exponential: SOFT_EXPONENTIAL,
    sigmoid: SIGMOID,
    d_silu: D_SILU,
    hardsigmoid: HARDSIGMOID,
    sparse_sigmoid: SPARSE_SIGMOID,
    tanh: TANH,
    scaled_tanh: SCALED_TANH,
    softcap: SOFTCAP,
    dyt: DYT,
    derf: DERF,
    softsign: SOFTSIGN,
    isru: ISRU,
    isrlu: ISRLU,
    gaussian: GAUSSIAN,
    softplus: SOFTPLUS,
    parametric_softplus: PARAMETRIC_SOFTPLUS,
    squareplus: SQUAREPLUS,
    sqrt_softplus: SQRT_SOFTPLUS,
    sparse_plus: SPARSE_PLUS,
    logsigmoid: LOGSIGMOID,
    logcosh: LOGCOSH,
    silu: SILU,
    swish: SWISH,
    pow_silu: POW_SILU,
    quick_gelu: QUICK_GELU,
    gelu: GELU,
    gelu_tanh: GELU_TANH,
    clipped_gelu: CLIPPED_GELU,
    mish: MISH,
    golu: GOLU,
    tanh_exp: TANH_EXP,
    elish: ELISH,
    lisht: LISHT,
    aptx: APTX,
    acon_c: ACON_C,
    hardswish: HARDSWISH,
    hard_mish: HARD_MISH,
    hard_elish: HARD_ELISH,
    tanhshrink: TANHSHRINK,
    softshrink: SOFTSHRINK,
    hardshrink: HARDSHRINK,
    shrink: SHRINK,
    sine: SINE,
    cosine: COSINE,
    gcu: GCU,
    snake: SNAKE,
    snake_beta: SNAKE_BETA,
    sin_lu: SIN_LU,
    nl_relu: NL_RELU,
    atan: ATAN,
    erf: ERF,
    laplace: LAPLACE,
    serf: SERF,
    erf_act: ERF_ACT,
    pserf: PSERF,
    phish: PHISH,
    smish: SMISH,
    logish: LOGISH,
}
