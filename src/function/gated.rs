//! A gate together with its parameter values.

use super::{Gate, Values, check_values};
use crate::error::{Error, Result};
use crate::tensor::{Extent, Pass};

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
    extent: Option<Extent>,
}

impl From<&'static Gate> for Gated {
    fn from(gate: &'static Gate) -> Self {
        Self { gate, values: gate.params.iter().map(|p| p.default as f32).collect(), extent: None }
    }
}

impl From<&Gated> for Gated {
    fn from(gated: &Gated) -> Self {
        gated.clone()
    }
}

impl Gated {
    pub(crate) fn with_values(gate: &'static Gate, values: Values) -> Self {
        Self { gate, values: values.0, extent: None }
    }

    /// The gate with one parameter changed; parameters per channel become parameters of the whole tensor.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`].
    pub fn set(mut self, name: &str, value: f32) -> Result<Self> {
        let index = self.gate.param_index(name)?;
        if self.extent.is_some() {
            self = self.gate.function();
        }
        if let Some(v) = self.values.get_mut(index) {
            *v = value;
        }
        Ok(self)
    }

    /// The gate with own parameter values for every channel of y, which has this extent: all channels of the first parameter,
    /// then all of the second. Of halves, channels lie along the axis of these.
    ///
    /// ```
    /// use wgpu_activations::{Extent, activation::PRELU, gate::Gate, reference};
    /// let rows = Extent::along(&[2, 2], 1)?;
    /// let gate = Gate::of(&PRELU).function().per_channel(&[0.5, 0.25], rows);
    /// let y = reference::gate_forward(gate, &[-1.0, -1.0, 2.0, -4.0], &[1.0, 1.0, 3.0, 1.0])?;
    /// assert_eq!(y, [-0.5, -0.25, 6.0, -1.0]);
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn per_channel(self, values: &[f32], extent: Extent) -> Self {
        Self { values: values.to_vec(), extent: Some(extent), ..self }
    }

    /// The channels of y, if parameters are given per channel.
    pub fn extent(&self) -> Option<Extent> {
        self.extent
    }

    /// The parameter values of an element of y.
    pub(crate) fn params_at(&self, element: u64) -> Vec<f32> {
        let Some(Extent { channels, inner, .. }) = self.extent else { return self.values.clone() };
        let channel = (element / inner.max(1) % channels.max(1)) as usize;
        self.values.iter().copied().skip(channel).step_by(channels.max(1) as usize).collect()
    }

    /// The gate.
    pub fn gate(&self) -> &'static Gate {
        self.gate
    }

    /// The parameter values.
    pub fn params(&self) -> &[f32] {
        &self.values
    }

    /// Fails unless the values fit the gate and y, and the tensors have one length.
    pub(crate) fn check(&self, len: usize, others: &[(&'static str, usize)]) -> Result<()> {
        let function = self.gate.name;
        if let Some(extent) = self.extent {
            extent.check(len as u64, function)?;
        }
        let expected = self.gate.params.len() as u64 * self.extent.map_or(1, |extent| extent.channels);
        let got = self.values.len() as u64;
        if expected != got || self.extent.is_some() && self.gate.params.is_empty() {
            return Err(Error::ParameterCount { function, expected, got });
        }
        check_values(function, self.gate.params, &self.values, Pass::Forward)?;
        check_lengths(function, len, others)
    }

    /// Fails if values are given for channels that a tensor with halves along an axis has not.
    pub(crate) fn check_halves(&self, whole: Extent) -> Result<()> {
        let half = Extent { channels: whole.channels / 2, ..whole };
        match self.extent {
            Some(extent) if extent != half => {
                let Extent { outer, channels, inner } = extent;
                let Extent { outer: o, channels: c, inner: i } = half;
                let reason = format!(
                    "{}: parameter values for the channels of [{outer}, {channels}, {inner}], but the result is [{o}, {c}, {i}]",
                    self.gate.name
                );
                Err(Error::Extent { reason })
            }
            _ => Ok(()),
        }
    }
}

/// Fails unless all these tensors have `len` elements.
pub(crate) fn check_lengths(function: &'static str, len: usize, others: &[(&'static str, usize)]) -> Result<()> {
    match others.iter().find(|(_, other)| *other != len) {
        Some(&(role, got)) => Err(Error::Length { function, role, expected: len as u64, got: got as u64 }),
        None => Ok(()),
    }
}
