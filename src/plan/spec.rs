//! What a kernel is for.

use super::{Attention, Key, Limits, Neighbours, Reduction, Top, Tuning};
use crate::error::{Error, Result};
use crate::function::{Activation, Kinks, Op, With};
use crate::tensor::{Groups, Halves, Mask, Pass, Storage};

/// What a kernel does, without lengths and values: the key under which compiled kernels are kept.
///
/// ```
/// use wgpu_activations::{Spec, activation::PRELU};
/// let spec = Spec::backward(&PRELU).per_channel().in_place();
/// assert!(spec.wgsl()?.contains("prelu_dx"));
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    pub(crate) of: Op,
    pub(crate) pass: Pass,
    pub(crate) in_place: bool,
    /// Adds to what the output holds.
    pub(crate) accumulate: bool,
    /// Gives y besides dx.
    pub(crate) value: bool,
    pub(crate) per_channel: bool,
    pub(crate) kinks: Kinks,
    /// How all that is read is stored, and all that is written.
    pub(crate) input: Storage,
    pub(crate) output: Storage,
    /// How one tensor holds both inputs of a gate.
    pub(crate) halves: Option<Halves>,
    pub(crate) neighbours: Neighbours,
    pub(crate) attention: Attention,
    pub(crate) reduction: Reduction,
    pub(crate) top: Top,
    pub(crate) quantized: Option<Groups>,
    pub(crate) dequantized: Option<Groups>,
    /// How many experts have a count of rows each; 0 for none.
    pub(crate) experts: u32,
}

impl Spec {
    pub(crate) fn new(of: impl Into<Op>, pass: Pass) -> Self {
        Self {
            of: of.into(),
            pass,
            in_place: false,
            accumulate: false,
            value: false,
            per_channel: false,
            kinks: Kinks::Torch,
            input: Storage::F32,
            output: Storage::F32,
            halves: None,
            neighbours: Neighbours::default(),
            attention: Attention::NONE,
            reduction: Reduction::Mean,
            top: Top { count: 1, renormalized: false },
            quantized: None,
            dequantized: None,
            experts: 0,
        }
    }

    /// What computes a pass of a function as a call has it: with values per channel, halves, another system's kinks, a mask or a cap of
    /// scores.
    ///
    /// ```
    /// use wgpu_activations::{Pass, Spec, row::ATTENTION_SOFTMAX};
    /// let capped = ATTENTION_SOFTMAX.function().set("softcap", 50.0)?;
    /// assert_eq!(Spec::of(&capped, Pass::Forward), Spec::forward(&ATTENTION_SOFTMAX).softcap());
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn of(call: &With<'_>, pass: Pass) -> Self {
        let spec = Self::new(call.op(), pass).kinks(call.choice());
        let spec = call.order().into_iter().fold(spec, Self::halves);
        let spec = if call.channels().is_some() { spec.per_channel() } else { spec };
        match call.op() {
            Op::RowFunction(row) if row.attention && pass == Pass::Forward => {
                let capped = call.params().get(1).is_some_and(|cap| cap.is_finite());
                let spec = if capped { spec.softcap() } else { spec };
                if call.added().is_some() { spec.mask(Mask::added()) } else { spec }
            }
            _ => spec,
        }
    }

    /// What it computes.
    pub fn pass(&self) -> Pass {
        self.pass
    }

    /// y = f(x)
    pub fn forward(of: impl Into<Op>) -> Self {
        Self::new(of, Pass::Forward)
    }

    /// dx = dy f'(x)
    pub fn backward(of: impl Into<Op>) -> Self {
        Self::new(of, Pass::Backward)
    }

    /// y = f(x) and dx = dy f'(x) in one dispatch, which reads x once: a backward pass that needs the value again, or a step whose
    /// upstream gradient is known. In place dx takes the place of dy. Of a [`loss`](crate::loss) it is the gradient of the logits with it.
    ///
    /// ```
    /// use wgpu_activations::{Limits, Spec, activation::GELU};
    /// let plan = Spec::both(&GELU).plan(1000, &Limits::default())?;
    /// let names: Vec<_> = plan.buffers.iter().map(|buffer| buffer.name).collect();
    /// assert_eq!(names, ["x", "dy", "dx", "y"]);
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn both(of: impl Into<Op>) -> Self {
        Self { value: true, ..Self::backward(of) }
    }

    /// dx = dy f'(x), from y = f(x): all that is left after a forward pass in place.
    pub fn backward_from_output(activation: &'static Activation) -> Self {
        Self::new(activation, Pass::BackwardFromOutput)
    }

    /// The gradient along a parameter: the sum of dy df/dp.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`] and [`Error::NotTrainable`].
    pub fn param_gradient(activation: &'static Activation, name: &str) -> Result<Self> {
        let (index, _) = activation.trainable(name)?;
        Ok(Self::new(activation, Pass::ParamGradient(index)))
    }

    /// The same, overwriting its last input: y takes the place of x, dx that of dy; of a gate y that of b, da and db those
    /// of a and b.
    pub fn in_place(self) -> Self {
        Self { in_place: true, ..self }
    }

    /// The same, adding the result to what its tensor holds, as gradients in a sum over many steps or uses: dx += dy f'(x), and so
    /// with gates' two and with a parameter's; or as values in a residual stream: y += f(x). The sum rounds once more, to the output's storage.
    ///
    /// ```
    /// use wgpu_activations::{Spec, activation::SILU};
    /// assert!(Spec::backward(&SILU).accumulate().wgsl()?.contains("plus("));
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn accumulate(self) -> Self {
        Self { accumulate: true, ..self }
    }

    /// The same with parameter values from a buffer, one for each channel.
    pub fn per_channel(self) -> Self {
        Self { per_channel: true, ..self }
    }

    /// The same with another system's choice of gradients at kinks; it concerns gradients from the input.
    pub fn kinks(self, kinks: Kinks) -> Self {
        // Where systems agree there is one kernel.
        let differs = match self.of {
            Op::Activation(a) => a.differs(kinks),
            Op::RowFunction(_) => false,
            Op::Gate(_) | Op::Doubling(_) => false,
        };
        Self { kinks: if differs { kinks } else { Kinks::Torch }, ..self }
    }

    /// The text of the kernel that does this where nothing asks for another one: on tensors that begin at multiples of 16 bytes.
    ///
    /// # Errors
    /// As [`Spec::check`].
    pub fn wgsl(&self) -> Result<String> {
        self.check()?;
        Ok(self.keys(&Limits::default()).first().map_or_else(String::new, |&key| self.text(key)))
    }

    /// Every text that a device may be given for this, with what tells it from the others: for all tunings there are, and
    /// for devices that bind four storage buffers, or more.
    ///
    /// # Errors
    /// As [`Spec::check`].
    pub fn texts(&self) -> Result<Vec<(String, String)>> {
        self.check()?;
        let devices = Tuning::ALL
            .into_iter()
            .flat_map(|tuning| [8, 4].map(|buffers| Limits { buffers, tuning, ..Limits::default() }));
        let mut keys: Vec<Key> = Vec::new();
        for key in devices.flat_map(|limits| self.keys(&limits)) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        Ok(keys.into_iter().map(|key| (key.to_string(), self.text(key))).collect())
    }

    /// Fails if there is no such kernel.
    ///
    /// # Errors
    /// [`Error::NoOutputDerivative`] for a gradient from the output that does not determine it (it never determines another
    /// system's choice at kinks); [`Error::NoGradient`]; [`Error::NoKernel`] for a sum in place, for two storages in place, for
    /// halves of what is no gate or in place, for values per channel where there are no parameters, and for neighbours of rows. Values
    /// of rows do not accumulate, nor does anything in place.
    pub fn check(&self) -> Result<()> {
        self.check_storage()?;
        self.check_neighbours()?;
        self.check_attention()?;
        self.check_quantized()?;
        self.check_experts()?;
        let rows = matches!(self.of, Op::RowFunction(_) | Op::Doubling(_));
        if self.accumulate && (self.in_place || rows && self.pass == Pass::Forward) {
            let reason = "only gradients, and values of elements and gates, accumulate, into an output of their own";
            return Err(Error::NoKernel { function: self.name(), reason });
        }
        if self.value && (self.pass != Pass::Backward || self.sums()) {
            let reason = "y comes with dx alone: give the gradients of bias and of scales a pass of their own";
            return Err(Error::NoKernel { function: self.name(), reason });
        }
        if self.value && !matches!(self.of, Op::Activation(_)) && !self.has_targets() {
            let reason = "functions of one number and losses give value and gradient at once";
            return Err(Error::NoKernel { function: self.name(), reason });
        }
        self.family().check(self)
    }

    /// All that tells it from others; a function by its name.
    fn key(&self) -> impl Eq + std::hash::Hash + use<> {
        let Self {
            pass,
            in_place,
            accumulate,
            value,
            per_channel,
            kinks,
            input,
            output,
            halves,
            neighbours,
            attention,
            reduction,
            top,
            quantized,
            dequantized,
            experts,
            ..
        } = *self;
        (
            self.name(),
            pass,
            [in_place, accumulate, value, per_channel],
            kinks,
            [input, output],
            halves,
            neighbours,
            attention,
            reduction,
            top,
            [quantized, dequantized],
            experts,
        )
    }

    /// The function's name.
    pub(crate) fn name(&self) -> &'static str {
        self.of.name()
    }
}

impl PartialEq for Spec {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Spec {}

impl std::hash::Hash for Spec {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}
