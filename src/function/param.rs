//! Parameters of functions.

use super::{Range, Scalar};
use crate::error::{Error, Result};
use crate::tensor::Pass;

/// A parameter of an activation function.
#[derive(Debug)]
#[non_exhaustive]
pub struct Param {
    /// Its name, as in PyTorch.
    pub name: &'static str,
    /// The value that holds unless another is given.
    pub default: f64,
    /// What it does.
    pub doc: &'static str,
    /// The values for which bounds hold; others are refused ([`Error::ParameterRange`]).
    pub range: Range,
    /// The values for which the output determines the gradient, where there is such a pass.
    pub from_output: Range,
    /// The derivative of the function along this parameter, where it can be trained.
    pub gradient: Option<Scalar>,
    /// The largest error of that derivative in ULP, as in [`Bounds`](super::Bounds).
    pub bound: f64,
}

impl Param {
    pub(crate) const fn new(name: &'static str, default: f64, doc: &'static str) -> Self {
        Self { name, default, doc, range: Range::FINITE, from_output: Range::ALL, gradient: None, bound: 0.0 }
    }

    pub(crate) const fn trained(self, bound: f64, gradient: Scalar) -> Self {
        Self { gradient: Some(gradient), bound, ..self }
    }

    pub(crate) const fn within(self, range: Range) -> Self {
        Self { range, ..self }
    }

    /// The values with which the output determines the gradient.
    pub(crate) const fn output_within(self, from_output: Range) -> Self {
        Self { from_output, ..self }
    }

    /// Whether a gradient along this parameter exists.
    pub fn trainable(&self) -> bool {
        self.gradient.is_some()
    }
}

/// The index of the parameter with this name.
pub(crate) fn index_of(function: &'static str, params: &[Param], name: &str) -> Result<usize> {
    params.iter().position(|p| p.name == name).ok_or_else(|| Error::UnknownParameter {
        function,
        name: name.to_owned(),
        known: params.iter().map(|p| p.name).collect(),
    })
}

/// Fails for values beyond a parameter's range, or with which a pass does not exist; values are one for each parameter or, in
/// the parameters' order, one for each of its channels.
pub(crate) fn check_values(function: &'static str, params: &'static [Param], values: &[f32], pass: Pass) -> Result<()> {
    let channels = values.len().checked_div(params.len()).unwrap_or(0).max(1);
    for (param, values) in params.iter().zip(values.chunks(channels)) {
        let beyond = |range: Range| values.iter().copied().find(|&value| !range.contains(value));
        let error =
            |value, range, from_output| Error::ParameterRange { function, name: param.name, value, range, from_output };
        if let Some(value) = beyond(param.range) {
            return Err(error(value, param.range, false));
        }
        let undetermined = beyond(param.from_output).filter(|_| pass == Pass::BackwardFromOutput);
        if let Some(value) = undetermined {
            return Err(error(value, param.from_output, true));
        }
    }
    Ok(())
}
