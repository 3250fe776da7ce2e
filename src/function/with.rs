//! A function together with all that a call says of it.

use std::borrow::Cow;

use super::mask::Mask;
use super::{Activation, Doubling, Gate, Kinks, Op, RowFunction, Values};
use crate::error::Result;
use crate::tensor::{Element, Extent, Halves, Pass};

/// A function with the values of its parameters, and with what else a call has to know: the axis that rows or halves lie
/// along, a mask, whose gradients at kinks.
///
/// Any function makes one; what the function has no use for is refused when it is called.
///
/// ```
/// use wgpu_activations::activation::{HARDTANH, PRELU, TANH};
/// use wgpu_activations::row::{MASKED_SOFTMAX, SOFTMAX};
/// use wgpu_activations::{Extent, reference};
///
/// let wide = HARDTANH.function().set("min_val", -2.0)?.set("max_val", 2.0)?;
/// assert_eq!(wide.params(), [-2.0, 2.0]);
///
/// // One weight for each of the three channels of a [2, 3, 4] tensor.
/// let weights = [0.1, 0.2, 0.3];
/// let prelu = PRELU.function().per_channel(&weights, Extent::along(&[2, 3, 4], 1)?);
/// assert_eq!(prelu.params(), weights);
///
/// // The gradient from y instead of x.
/// assert_eq!(reference::backward(TANH.function().from_output(), &[0.5], &[1.0])?, [0.75]);
///
/// let rows = Extent::along(&[2, 2], -1)?;
/// assert_eq!(reference::forward(SOFTMAX.along(rows), &[0.0, 0.0, 1.0, 1.0])?, [0.5; 4]);
/// // A mask repeats after its end, here for every row.
/// let masked = MASKED_SOFTMAX.along(rows).mask(&[0.0, f32::NEG_INFINITY]);
/// assert_eq!(reference::forward(masked, &[0.0, 5.0, 1.0, 2.0])?, [1.0, 0.0, 1.0, 0.0]);
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct With<'a> {
    pub(super) op: Op,
    pub(super) values: Cow<'a, [f32]>,
    pub(super) channels: Option<Extent>,
    pub(super) kinks: Kinks,
    pub(super) from_output: bool,
    pub(super) axis: Option<Extent>,
    pub(super) halves: Option<Halves>,
    pub(super) mask: Option<Mask<'a>>,
}

impl From<Op> for With<'_> {
    fn from(op: Op) -> Self {
        let values = op.params().iter().map(|p| p.default as f32).collect();
        let kinks = Kinks::Torch;
        Self { op, values, channels: None, kinks, from_output: false, axis: None, halves: None, mask: None }
    }
}

impl<'a> From<&With<'a>> for With<'a> {
    fn from(with: &With<'a>) -> Self {
        with.clone()
    }
}

/// What every kind of function has.
macro_rules! functions {
    ($($function:ty),*) => {$(
        impl From<&'static $function> for With<'_> {
            fn from(function: &'static $function) -> Self {
                Op::from(function).into()
            }
        }

        impl From<&&'static $function> for With<'_> {
            fn from(function: &&'static $function) -> Self {
                Op::from(*function).into()
            }
        }

        impl $function {
            /// The function with its default parameter values.
            pub fn function(&'static self) -> With<'static> {
                self.into()
            }
        }
    )*};
}

functions!(Activation, Gate, Doubling, RowFunction);

/// What those with parameters have.
macro_rules! with_params {
    ($($function:ty),*) => {$(
        impl $function {
            /// The function with other parameter values, in the order of its `params`.
            ///
            /// A wrong number of values is reported when the function is used.
            ///
            /// ```
            /// use wgpu_activations::{activation::LEAKY_RELU, gate::SWIGLU_OAI, row::SCALED_SOFTMAX};
            /// assert_eq!(LEAKY_RELU.with(0.2).params(), [0.2]);
            /// assert_eq!(SCALED_SOFTMAX.with(0.125).params(), [0.125]);
            /// assert_eq!(SWIGLU_OAI.with([1.702, 7.0, 1.0]).params(), SWIGLU_OAI.function().params());
            /// ```
            pub fn with(&'static self, values: impl Into<Values>) -> With<'static> {
                Op::from(self).with(values)
            }
        }
    )*};
}

with_params!(Activation, Gate, RowFunction);

impl Op {
    /// The function with these parameter values; see [`Activation::with`].
    pub fn with(self, values: impl Into<Values>) -> With<'static> {
        With { values: Cow::Owned(values.into().0), ..self.into() }
    }
}

impl RowFunction {
    /// The function of the rows of a tensor of this extent; see [`With::along`].
    pub fn along(&'static self, extent: Extent) -> With<'static> {
        self.function().along(extent)
    }
}

impl Doubling {
    /// The function of a tensor of this extent; see [`With::along`].
    pub fn along(&'static self, extent: Extent) -> With<'static> {
        self.function().along(extent)
    }
}

impl Gate {
    /// The gate of the halves of a tensor of this extent; see [`With::halves`].
    pub fn halves(&'static self, extent: Extent, halves: Halves) -> With<'static> {
        self.function().halves(extent, halves)
    }
}

impl<'a> With<'a> {
    /// The function with one parameter changed; parameters per channel become parameters of the whole tensor.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`](crate::Error::UnknownParameter).
    pub fn set(mut self, name: &str, value: f32) -> Result<Self> {
        let index = self.op.param_index(name)?;
        if self.channels.take().is_some() {
            self.values = With::from(self.op).values;
        }
        if let Some(v) = self.values.to_mut().get_mut(index) {
            *v = value;
        }
        Ok(self)
    }

    /// The function with own parameter values for every channel of y, which has this extent: all channels of the first
    /// parameter, then all of the second. Of a gate's halves, channels lie along the axis of these.
    ///
    /// [`Extent::along`] gives the channels of an axis, [`Extent::broadcast`] those of weights that broadcast to the tensor
    /// as in ONNX.
    ///
    /// ```
    /// use wgpu_activations::{Extent, Gate, activation::PRELU, reference};
    /// let rows = Extent::along(&[2, 2], 1)?;
    /// let gate = Gate::of(&PRELU).function().per_channel(&[0.5, 0.25], rows);
    /// let y = reference::forward(gate, (&[-1.0, -1.0, 2.0, -4.0], &[1.0, 1.0, 3.0, 1.0]))?;
    /// assert_eq!(y, [-0.5, -0.25, 6.0, -1.0]);
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn per_channel<'b>(self, values: impl Into<Cow<'b, [f32]>>, extent: Extent) -> With<'b>
    where
        'a: 'b,
    {
        With { values: values.into(), channels: Some(extent), ..self }
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

    /// The function with its gradient taken from y instead of x, as it must be once x is overwritten; the value is the same.
    pub fn from_output(self) -> Self {
        Self { from_output: true, ..self }
    }

    /// The function of a tensor of this extent: its channels are the rows of a row-wise function, or what
    /// [`CRELU`](crate::gate::CRELU) doubles.
    ///
    /// ```
    /// use wgpu_activations::{Extent, gate::CRELU, reference, row::MAXOUT};
    /// let extent = Extent::along(&[2, 2], -1)?;
    /// assert_eq!(reference::forward(MAXOUT.along(extent), &[1.0, 3.0, 2.0, 0.0])?, [3.0, 2.0]);
    /// assert_eq!(reference::forward(CRELU.along(extent), &[1.0, -2.0, 0.0, 3.0])?, [1.0, 0.0, 0.0, 2.0, 0.0, 3.0, 0.0, 0.0]);
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn along(self, extent: Extent) -> Self {
        Self { axis: Some(extent), ..self }
    }

    /// The gate of one tensor x of this extent, which holds a and b as its halves along the axis; y is half as long, and dx
    /// holds da and db as x holds a and b.
    ///
    /// ```
    /// use wgpu_activations::{Extent, Halves, gate::BILINEAR, reference};
    /// let (x, row) = ([1.0, 2.0, 3.0, 4.0], Extent::along(&[1, 4], -1)?);
    /// assert_eq!(reference::forward(BILINEAR.halves(row, Halves::Split), &x)?, [3.0, 8.0]);
    /// assert_eq!(reference::forward(BILINEAR.halves(row, Halves::Interleaved), &x)?, [2.0, 12.0]);
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn halves(self, extent: Extent, halves: Halves) -> Self {
        Self { axis: Some(extent), halves: Some(halves), ..self }
    }

    /// With a mask, which is added to the rows, of `f32` or of the tensor's type. It has the tensor's last axes, all from
    /// the row's axis on, and repeats over the axes before.
    pub fn mask<'b, T: Element>(self, mask: &'b [T]) -> With<'b>
    where
        'a: 'b,
    {
        With { mask: Some(Mask::new(mask)), ..self }
    }

    /// The function.
    pub fn op(&self) -> Op {
        self.op
    }

    /// The parameter values.
    pub fn params(&self) -> &[f32] {
        &self.values
    }

    /// The extent whose channels have parameter values of their own, if they have.
    pub fn channels(&self) -> Option<Extent> {
        self.channels
    }

    /// The extent of a tensor whose rows or halves it takes.
    pub fn extent(&self) -> Option<Extent> {
        self.axis
    }

    /// Whose gradients at kinks it has.
    pub fn choice(&self) -> Kinks {
        self.kinks
    }

    /// How the halves of one tensor lie, if that is what it takes.
    pub fn order(&self) -> Option<Halves> {
        self.halves
    }

    /// The parameter values that hold for one channel.
    pub fn channel_params(&self, channel: usize) -> Vec<f32> {
        match self.channels {
            None => self.values.to_vec(),
            Some(e) => self.values.iter().copied().skip(channel).step_by(e.channels.max(1) as usize).collect(),
        }
    }

    /// The mask, if there is one, as `f32`.
    pub fn added(&self) -> Option<Cow<'a, [f32]>> {
        self.mask.and_then(|mask| mask.wide())
    }

    /// What its backward pass is.
    pub fn backward_pass(&self) -> Pass {
        match self.op {
            Op::Activation(_) if self.from_output => Pass::BackwardFromOutput,
            _ => Pass::Backward,
        }
    }

    /// The mask, which must be of the tensor's type.
    #[cfg(feature = "gpu")]
    pub(crate) fn mask_of<T: Element>(&self) -> Result<Option<&'a [T]>> {
        use crate::error::Error;
        use crate::tensor::Storage;
        let expected = match T::STORAGE {
            Storage::F32 => "a mask of f32, as the tensor is",
            Storage::F16 => "a mask of f16, as the tensor is",
            Storage::Bf16 => "a mask of bf16, as the tensor is",
        };
        let function = self.op.name();
        self.mask.map(|mask| mask.values().ok_or(Error::WrongTensors { function, expected })).transpose()
    }
}
