//! What a kernel is for.

use std::fmt;

use super::{Halves, Storage, Subject, Variant};
use crate::activation::{Activation, Kinks};
use crate::error::{Error, Result};

/// What is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pass {
    /// y = f(x)
    Forward,
    /// dx = dy f'(x)
    Backward,
    /// dx = dy f'(x), from y = f(x)
    BackwardFromOutput,
    /// The sum of dy df/dp for the parameter with this index, for each channel if it has a value for each.
    ParamGradient(usize),
}

impl fmt::Display for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Pass::Forward => "forward",
            Pass::Backward => "backward",
            Pass::BackwardFromOutput => "backward_from_output",
            Pass::ParamGradient(_) => "param_gradient",
        })
    }
}

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
    pub(crate) of: Subject,
    pub(crate) pass: Pass,
    pub(crate) in_place: bool,
    pub(crate) per_channel: bool,
    pub(crate) kinks: Kinks,
    /// How all that is read is stored, and all that is written.
    pub(crate) input: Storage,
    pub(crate) output: Storage,
    /// How one tensor holds both inputs of a gate.
    pub(crate) halves: Option<Halves>,
    /// Moves the data and computes nothing: what a kernel's speed is measured against.
    pub(super) copy: bool,
}

impl Spec {
    fn new(of: impl Into<Subject>, pass: Pass) -> Self {
        Self {
            of: of.into(),
            pass,
            in_place: false,
            per_channel: false,
            kinks: Kinks::Torch,
            input: Storage::F32,
            output: Storage::F32,
            halves: None,
            copy: false,
        }
    }

    /// A kernel that moves as much data as this pass, and no more.
    pub(crate) fn copy(of: impl Into<Subject>, pass: Pass) -> Self {
        Self { copy: true, ..Self::new(of, pass) }
    }

    /// What it computes.
    pub fn pass(&self) -> Pass {
        self.pass
    }

    /// y = f(x)
    pub fn forward(of: impl Into<Subject>) -> Self {
        Self::new(of, Pass::Forward)
    }

    /// dx = dy f'(x)
    pub fn backward(of: impl Into<Subject>) -> Self {
        Self::new(of, Pass::Backward)
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
        let index = activation.param_index(name)?;
        match activation.params.get(index) {
            Some(p) if p.trainable() => Ok(Self::new(activation, Pass::ParamGradient(index))),
            _ => Err(Error::NotTrainable {
                function: activation.name,
                name: activation.params.get(index).map_or("", |p| p.name),
            }),
        }
    }

    /// The same, overwriting its last input: y takes the place of x, dx that of dy; of a gate y that of b, da and db those
    /// of a and b.
    pub fn in_place(self) -> Self {
        Self { in_place: true, ..self }
    }

    /// The same with parameter values from a buffer, one for each channel.
    pub fn per_channel(self) -> Self {
        Self { per_channel: true, ..self }
    }

    /// The same with another system's choice of gradients at kinks; it concerns gradients from the input.
    pub fn kinks(self, kinks: Kinks) -> Self {
        // Where systems agree there is one kernel.
        let differs = match self.of {
            Subject::Elementwise(a) => a.differs(kinks),
            Subject::Rows(_) => false,
            Subject::Gated(_) | Subject::Doubling(_) => false,
        };
        Self { kinks: if differs { kinks } else { Kinks::Torch }, ..self }
    }

    /// The text of the kernel that does this for four elements at a time.
    ///
    /// # Errors
    /// As [`Spec::check`].
    pub fn wgsl(&self) -> Result<String> {
        self.check()?;
        Ok(self.text(self.variants().first().copied().unwrap_or(Variant::Wide)))
    }

    /// The texts of the kernels that do this, by the names of their variants, for tests.
    #[doc(hidden)]
    pub fn texts(&self) -> Vec<(String, String)> {
        let name = |variant: &Variant| format!("{variant:?}").to_lowercase();
        self.variants().iter().map(|v| (name(v), self.text(*v))).collect()
    }

    /// Fails if there is no such kernel.
    ///
    /// # Errors
    /// [`Error::NoOutputDerivative`] for a gradient from the output that does not determine it (it never determines another
    /// system's choice at kinks); [`Error::WrongBuffers`] for a sum in place, for two storages in place, for halves of what is
    /// no gate or in place, and for a gate per channel; [`Error::ParameterCount`] for values per channel where there are no
    /// parameters; [`Error::Unsupported`] for `f16` and `bf16` of what is not elementwise.
    pub fn check(&self) -> Result<()> {
        self.check_storage()?;
        self.of.check(self)
    }

    /// All that tells it from others; a function by its name.
    fn key(&self) -> impl Eq + std::hash::Hash + use<> {
        let Self { pass, in_place, per_channel, kinks, input, output, halves, copy, .. } = *self;
        (self.name(), pass, in_place, per_channel, kinks, [input, output], halves, copy)
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
