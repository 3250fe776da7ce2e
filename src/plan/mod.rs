//! From what is asked for to what a device does: [`Spec`] names a kernel, and the planner turns lengths and limits into
//! dispatches. All of it is arithmetic and text; no GPU is needed.

mod extent;
mod steps;
#[cfg(test)]
mod tests;
mod text;

use std::fmt;

pub use extent::Extent;
pub(crate) use steps::{Args, Limits, Step, elementwise, sums};

use crate::activation::{Activation, Kinks};
use crate::error::{Error, Result};

/// Threads of a workgroup; the shaders' `WORKGROUP`.
pub(crate) const WORKGROUP: u64 = 256;
/// Values in the uniform of parameters.
pub(crate) const PARAMS: usize = crate::activation::MAX_PARAMS;

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
    pub(crate) activation: &'static Activation,
    pub(crate) pass: Pass,
    pub(crate) in_place: bool,
    pub(crate) per_channel: bool,
    pub(crate) kinks: Kinks,
    /// Moves the data and computes nothing: what a kernel's speed is measured against.
    copy: bool,
}

/// How many elements an invocation takes, or which step of a sum the kernel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Variant {
    /// Four elements to an invocation.
    Wide,
    /// One, for what four does not divide.
    Narrow,
    /// The sum of the partial sums.
    Total,
}

/// What a binding of a kernel holds; the number is that of the binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    Args = 0,
    Params = 1,
    A = 2,
    B = 3,
    Out = 4,
    Weights = 5,
}

impl Spec {
    fn new(activation: &'static Activation, pass: Pass) -> Self {
        Self { activation, pass, in_place: false, per_channel: false, kinks: Kinks::Torch, copy: false }
    }

    /// A kernel that moves as much data as this pass, and no more.
    pub(crate) fn copy(pass: Pass) -> Self {
        Self { copy: true, ..Self::new(&crate::activation::IDENTITY, pass) }
    }

    /// What it computes.
    pub fn pass(&self) -> Pass {
        self.pass
    }

    /// y = f(x)
    pub fn forward(activation: &'static Activation) -> Self {
        Self::new(activation, Pass::Forward)
    }

    /// dx = dy f'(x)
    pub fn backward(activation: &'static Activation) -> Self {
        Self::new(activation, Pass::Backward)
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

    /// The same, overwriting its last input: y takes the place of x, dx that of dy.
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
        Self { kinks: if self.activation.differs(kinks) { kinks } else { Kinks::Torch }, ..self }
    }

    /// The text of the kernel that does this for four elements at a time.
    ///
    /// # Errors
    /// As [`Spec::check`].
    pub fn wgsl(&self) -> Result<String> {
        self.check()?;
        Ok(self.text(Variant::Wide))
    }

    /// The texts of the kernels that do this, by the names of their variants, for tests.
    #[doc(hidden)]
    pub fn texts(&self) -> Vec<(&'static str, String)> {
        let second = match self.pass {
            Pass::ParamGradient(_) => ("total", Variant::Total),
            _ => ("narrow", Variant::Narrow),
        };
        [("wide", Variant::Wide), second].into_iter().map(|(name, variant)| (name, self.text(variant))).collect()
    }

    /// Fails if there is no such kernel.
    ///
    /// # Errors
    /// [`Error::NoOutputDerivative`] for a gradient from the output that does not determine it (it never determines another
    /// system's choice at kinks); [`Error::WrongBuffers`]
    /// for a sum in place; [`Error::ParameterCount`] for values per channel where there are no parameters.
    pub fn check(&self) -> Result<()> {
        let function = self.activation.name;
        match self.pass {
            Pass::BackwardFromOutput if !self.activation.has_output_derivative() || self.kinks != Kinks::Torch => {
                Err(Error::NoOutputDerivative { function })
            }
            Pass::ParamGradient(_) if self.in_place => {
                Err(Error::WrongBuffers { function, expected: "an output of its own: a sum cannot be in place" })
            }
            _ if self.per_channel && self.activation.params.is_empty() => {
                Err(Error::ParameterCount { function, expected: 0, got: 1 })
            }
            _ => Ok(()),
        }
    }
}

impl PartialEq for Spec {
    fn eq(&self, other: &Self) -> bool {
        let key = |s: &Self| (s.activation.name, s.pass, s.in_place, s.per_channel, s.kinks, s.copy);
        key(self) == key(other)
    }
}

impl Eq for Spec {}

impl std::hash::Hash for Spec {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.activation.name, self.pass, self.in_place, self.per_channel, self.kinks, self.copy).hash(state);
    }
}
