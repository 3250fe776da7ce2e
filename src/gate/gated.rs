//! A gate together with its parameter values.

use super::Gate;
use crate::activation::{Values, check_values};
use crate::error::{Error, Result};
use crate::plan::Pass;

/// A gate with the values of its parameters.
///
/// ```
/// use wgpu_activations::gate::SWIGLU_OAI;
/// let unclamped = SWIGLU_OAI.function().set("limit", f32::INFINITY)?;
/// assert_eq!(unclamped.params(), [1.702, f32::INFINITY, 1.0]);
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Gated {
    gate: &'static Gate,
    values: Vec<f32>,
}

impl From<&'static Gate> for Gated {
    fn from(gate: &'static Gate) -> Self {
        Self { gate, values: gate.params.iter().map(|p| p.default as f32).collect() }
    }
}

impl From<&Gated> for Gated {
    fn from(gated: &Gated) -> Self {
        gated.clone()
    }
}

impl Gated {
    pub(super) fn with_values(gate: &'static Gate, values: Values) -> Self {
        Self { gate, values: values.0 }
    }

    /// The gate with one parameter changed.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`].
    pub fn set(mut self, name: &str, value: f32) -> Result<Self> {
        let index = self.gate.param_index(name)?;
        if let Some(v) = self.values.get_mut(index) {
            *v = value;
        }
        Ok(self)
    }

    /// The gate.
    pub fn gate(&self) -> &'static Gate {
        self.gate
    }

    /// The parameter values.
    pub fn params(&self) -> &[f32] {
        &self.values
    }

    /// Fails unless the values fit the gate and the tensors have one length.
    pub(crate) fn check(&self, len: usize, others: &[(&'static str, usize)]) -> Result<()> {
        let function = self.gate.name;
        if self.values.len() != self.gate.params.len() {
            let (expected, got) = (self.gate.params.len() as u64, self.values.len() as u64);
            return Err(Error::ParameterCount { function, expected, got });
        }
        check_values(function, self.gate.params, &self.values, Pass::Forward)?;
        check_lengths(function, len, others)
    }
}

/// Fails unless all these tensors have `len` elements.
pub(crate) fn check_lengths(function: &'static str, len: usize, others: &[(&'static str, usize)]) -> Result<()> {
    match others.iter().find(|(_, other)| *other != len) {
        Some(&(role, got)) => Err(Error::Length { function, role, expected: len as u64, got: got as u64 }),
        None => Ok(()),
    }
}
