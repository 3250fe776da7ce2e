//! A function together with its parameter values.

use std::borrow::Cow;

use super::{Activation, Kinks, MAX_PARAMS, Scalar, check_values};
use crate::error::{Error, Result};
use crate::tensor::{Extent, Pass};

/// Parameter values in order; made from one `f32`, an array or a slice.
#[derive(Clone, Debug, PartialEq)]
pub struct Values(pub(crate) Vec<f32>);

impl From<f32> for Values {
    fn from(value: f32) -> Self {
        Self(vec![value])
    }
}

impl From<Values> for Vec<f32> {
    fn from(values: Values) -> Self {
        values.0
    }
}

impl<const N: usize> From<[f32; N]> for Values {
    fn from(values: [f32; N]) -> Self {
        Self(values.to_vec())
    }
}

impl From<&[f32]> for Values {
    fn from(values: &[f32]) -> Self {
        Self(values.to_vec())
    }
}

/// An activation function with the values of its parameters, for the whole tensor or for each channel.
///
/// ```
/// use wgpu_activations::activation::{HARDTANH, PRELU};
/// use wgpu_activations::Extent;
///
/// let wide = HARDTANH.function().set("min_val", -2.0)?.set("max_val", 2.0)?;
/// assert_eq!(wide.params(), [-2.0, 2.0]);
///
/// // One weight for each of the three channels of a [2, 3, 4] tensor.
/// let weights = [0.1, 0.2, 0.3];
/// let prelu = PRELU.function().per_channel(&weights, Extent::along(&[2, 3, 4], 1)?);
/// assert_eq!(prelu.params(), weights);
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Function<'a> {
    activation: &'static Activation,
    values: Cow<'a, [f32]>,
    extent: Option<Extent>,
    kinks: Kinks,
}

impl From<&'static Activation> for Function<'_> {
    fn from(activation: &'static Activation) -> Self {
        let defaults = activation.params.iter().map(|p| p.default as f32).collect();
        Self { activation, values: Cow::Owned(defaults), extent: None, kinks: Kinks::Torch }
    }
}

impl<'a> From<&Function<'a>> for Function<'a> {
    fn from(function: &Function<'a>) -> Self {
        function.clone()
    }
}

impl<'a> Function<'a> {
    pub(crate) fn with_values(activation: &'static Activation, values: Values) -> Self {
        Self { activation, values: Cow::Owned(values.0), extent: None, kinks: Kinks::Torch }
    }

    /// The function with one parameter changed; parameters per channel become parameters of the whole tensor.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`].
    pub fn set(self, name: &str, value: f32) -> Result<Function<'static>> {
        let index = self.activation.param_index(name)?;
        let mut values = match self.extent {
            None => self.values.into_owned(),
            Some(_) => self.activation.function().values.into_owned(),
        };
        if let Some(v) = values.get_mut(index) {
            *v = value;
        }
        Ok(Function { activation: self.activation, values: Cow::Owned(values), extent: None, kinks: self.kinks })
    }

    /// The function with own parameter values for every channel of a tensor: all channels of the first parameter, then
    /// all of the second.
    ///
    /// [`Extent::along`] gives the channels of an axis, [`Extent::broadcast`] those of weights that broadcast to the tensor
    /// as in ONNX.
    pub fn per_channel(self, values: &[f32], extent: Extent) -> Function<'_> {
        Function { activation: self.activation, values: Cow::Borrowed(values), extent: Some(extent), kinks: self.kinks }
    }

    /// The function with another system's choice of gradients at kinks.
    ///
    /// ```
    /// use wgpu_activations::activation::{ABS, Kinks};
    /// use wgpu_activations::reference::backward;
    /// assert_eq!(backward(&ABS, &[0.0], &[1.0])?, [0.0]);
    /// assert_eq!(backward(ABS.function().kinks(Kinks::Jax), &[0.0], &[1.0])?, [1.0]);
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn kinks(self, kinks: Kinks) -> Self {
        Self { kinks, ..self }
    }

    /// Whose gradients at kinks it has.
    pub fn choice(&self) -> Kinks {
        self.kinks
    }

    /// The reference derivative, with its choice at kinks.
    pub(crate) fn dx(&self) -> Scalar {
        self.activation.dx_of(self.kinks)
    }

    /// The activation function.
    pub fn activation(&self) -> &'static Activation {
        self.activation
    }

    /// The parameter values.
    pub fn params(&self) -> &[f32] {
        &self.values
    }

    /// The tensor's channels, if parameters are given per channel.
    pub fn extent(&self) -> Option<Extent> {
        self.extent
    }

    /// The parameter values that hold for one channel.
    pub fn channel_params(&self, channel: usize) -> Vec<f32> {
        match self.extent {
            None => self.values.to_vec(),
            Some(e) => {
                let at = |k: usize| k * e.channels as usize + channel;
                (0..self.activation.params.len()).filter_map(|k| self.values.get(at(k)).copied()).collect()
            }
        }
    }

    /// Fails unless the values and, where given per channel, their number fit the function, the pass and the tensor.
    pub(crate) fn check(&self, len: u64, pass: Pass) -> Result<()> {
        let params = self.activation.params.len() as u64;
        let expected = match self.extent {
            None => params,
            Some(e) => {
                e.check(len, self.activation.name)?;
                params * e.channels
            }
        };
        if self.values.len() as u64 != expected || params > MAX_PARAMS as u64 {
            return Err(Error::ParameterCount {
                function: self.activation.name,
                expected,
                got: self.values.len() as u64,
            });
        }
        self.check_values(pass)
    }

    /// Fails for values that the function or the pass is not made for.
    pub(crate) fn check_values(&self, pass: Pass) -> Result<()> {
        check_values(self.activation.name, self.activation.params, &self.values, pass)
    }
}
