//! What is known of an activation function.

use super::{Bounds, Kind, Kinks, Param, Roots, index_of};
use crate::error::{Error, Result};
use crate::tensor::Pass;

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
    /// Where it was published, or `unpublished: ` and why it is in no paper.
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
    /// Whether the formulas are there to compare with.
    pub(crate) referenced: bool,
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
            referenced: true,
        }
    }

    /// Whether the gradient can be taken from the output, as it must be once the input is overwritten.
    pub fn has_output_derivative(&self) -> bool {
        self.dx_from_y.is_some()
    }

    /// The place of a parameter.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`] names the parameters there are.
    pub fn param_index(&self, name: &str) -> Result<usize> {
        index_of(self.name, self.params, name)
    }

    /// Whether there is an `f64` reference to compare with: for all functions but custom ones without.
    pub fn has_reference(&self) -> bool {
        self.referenced
    }

    /// The index of a parameter that can be trained, and the reference derivative along it.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`] and [`Error::NotTrainable`].
    pub fn trainable(&self, name: &str) -> Result<(usize, Scalar)> {
        let index = self.param_index(name)?;
        let param = &self.params[index];
        let gradient = param.gradient.ok_or(Error::NotTrainable { function: self.name, name: param.name })?;
        Ok((index, gradient))
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

    /// The reference derivative from the output, which never determines another system's choice at kinks.
    pub(crate) fn slope_from_output(&self, kinks: Kinks) -> Result<Scalar> {
        let slope = self.dx_from_y.filter(|_| !self.differs(kinks));
        slope.ok_or(Error::NoOutputDerivative { function: self.name })
    }

    /// Whether a system's choice at kinks differs from PyTorch's.
    pub fn differs(&self, kinks: Kinks) -> bool {
        self.kinks_of.iter().any(|(k, _)| *k == kinks)
    }

    /// What the names of its derivatives in WGSL begin with.
    pub(crate) fn stem(&self) -> &'static str {
        if self.kind == Kind::Custom { self.symbol } else { self.name }
    }

    /// Where the WGSL file lies, without folder and ending.
    pub(crate) fn file(&self) -> String {
        let folder = if self.kind == Kind::Custom { "custom" } else { "activation" };
        format!("{folder}/{}", self.name)
    }
}
