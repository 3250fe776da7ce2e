//! From what is asked for to what a device does: [`Spec`] names a kernel, and the planner turns lengths and limits into
//! dispatches. All of it is arithmetic and text; no GPU is needed.

mod extent;
mod steps;
#[cfg(test)]
mod tests;

use std::fmt;

pub use extent::Extent;
pub(crate) use steps::{Args, Limits, Step, elementwise, sums};

use crate::activation::Activation;
use crate::error::{Error, Result};
use crate::wgsl;

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
        Self { activation, pass, in_place: false, per_channel: false, copy: false }
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
    /// [`Error::NoOutputDerivative`] for a gradient from the output that does not determine it; [`Error::WrongBuffers`]
    /// for a sum in place; [`Error::ParameterCount`] for values per channel where there are no parameters.
    pub fn check(&self) -> Result<()> {
        let function = self.activation.name;
        match self.pass {
            Pass::BackwardFromOutput if !self.activation.has_output_derivative() => {
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

    /// The bindings of a variant, in order.
    pub(crate) fn slots(&self, variant: Variant) -> Vec<Slot> {
        let mut slots = vec![Slot::Args];
        if variant == Variant::Total {
            slots.extend([Slot::A, Slot::Out]);
            return slots;
        }
        if !self.activation.params.is_empty() && !self.per_channel {
            slots.push(Slot::Params);
        }
        match (self.pass, self.in_place) {
            (Pass::Forward, true) => {}
            (Pass::Forward, false) | (_, true) => slots.push(Slot::A),
            (_, false) => slots.extend([Slot::A, Slot::B]),
        }
        slots.push(Slot::Out);
        if self.per_channel {
            slots.push(Slot::Weights);
        }
        slots
    }

    /// The fewest bytes that a binding may have.
    pub(crate) fn smallest_binding(&self, slot: Slot, variant: Variant) -> u64 {
        let packed = variant == Variant::Wide && !matches!(self.pass, Pass::ParamGradient(_));
        match slot {
            Slot::Args => size_of::<Args>() as u64,
            Slot::Params => 16,
            Slot::A | Slot::B | Slot::Out if packed => 16,
            _ => 4,
        }
    }

    /// The kernel's text.
    pub(crate) fn text(&self, variant: Variant) -> String {
        if variant == Variant::Total {
            return wgsl::compose(&["kernel/sum"], TOTAL);
        }
        let function = self.activation.file();
        let params = if self.per_channel { "params/channel" } else { "params/uniform" };
        let params = (!self.activation.params.is_empty()).then_some(params);
        let storage = if variant == Variant::Wide { "storage/f32" } else { "storage/f32_narrow" };
        let kernel = match (self.pass, self.in_place) {
            (Pass::ParamGradient(_), _) => "kernel/sum",
            (Pass::Forward, false) => "kernel/map1",
            (Pass::Forward, true) => "kernel/map1_in_place",
            (_, false) => "kernel/map2",
            (_, true) => "kernel/map2_in_place",
        };
        let storage = if kernel == "kernel/sum" { "storage/f32_narrow" } else { storage };
        let parts: Vec<&str> = [Some(kernel), Some(storage), params, Some(&function)].into_iter().flatten().collect();
        wgsl::compose(&parts, &self.glue(variant))
    }

    /// The few lines that join kernel, storage, parameters and function.
    fn glue(&self, variant: Variant) -> String {
        if self.copy {
            return COPY[usize::from(self.pass != Pass::Forward)].to_owned();
        }
        let Activation { name, symbol, params, .. } = self.activation;
        let list: String = (0..params.len()).map(|k| format!(", param({k}u, c)")).collect();
        let channel = if self.per_channel { "channel" } else { "" };
        let lanes = |call: &dyn Fn(&str, u32) -> String| match variant {
            Variant::Wide => format!(
                "Lanes({})",
                ["x", "y", "z", "w"]
                    .iter()
                    .zip(0..)
                    .map(|(l, k)| call(&format!(".{l}"), k))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            _ => call("", 0),
        };
        // The channel is worked out only where it is asked for: it costs two divisions.
        let at = |k: u32| if channel.is_empty() { "0u".to_owned() } else { format!("channel(i * LANES + {k}u)") };
        let one = lanes(&|l, k| format!("op(v{l}, {})", at(k)));
        let two = lanes(&|l, k| format!("op(v{l}, g{l}, {})", at(k)));
        let gradient = |derivative: String| {
            format!(
                "// Where the derivative is 0 no gradient passes, however large.\n\
                 fn op(x: f32, dy: f32, c: u32) -> f32 {{\n    let d = {derivative};\n    return select(dy * d, 0.0, d == 0.0);\n}}\n\n\
                 fn each(i: u32, x: Pack, dy: Pack) -> Pack {{\n    let v = unpack(x);\n    let g = unpack(dy);\n    \
                 return keep_nan(keep_nan(pack({two}), dy), x);\n}}\n"
            )
        };
        match self.pass {
            Pass::Forward => format!(
                "fn op(x: f32, c: u32) -> f32 {{\n    return {symbol}(x{list});\n}}\n\n\
                 fn each(i: u32, x: Pack) -> Pack {{\n    let v = unpack(x);\n    return keep_nan(pack({one}), x);\n}}\n"
            ),
            Pass::Backward => gradient(format!("{name}_dx(x{list})")),
            Pass::BackwardFromOutput => gradient(format!("{name}_dx_from_y(x{list})")),
            Pass::ParamGradient(k) => format!(
                "@group(0) @binding(2) var<storage, read> a: array<Pack>;\n@group(0) @binding(3) var<storage, read> b: array<Pack>;\n\n\
                 fn term(i: u32, c: u32) -> f32 {{\n    let d = unpack(b[i]) * {name}_d{}(unpack(a[i]){list});\n    \
                 return unpack(keep_nan(keep_nan(pack(d), b[i]), a[i]));\n}}\n",
                params.get(k).map_or("", |p| p.name)
            ),
        }
    }
}

/// Glue that copies one tensor, and that folds two into one with the least that makes both be read.
const COPY: [&str; 2] = [
    "fn each(i: u32, x: Pack) -> Pack {\n    return x;\n}\n",
    "fn each(i: u32, x: Pack, dy: Pack) -> Pack {\n    return x ^ dy;\n}\n",
];

/// Glue for the sum of partial sums.
const TOTAL: &str = "@group(0) @binding(2) var<storage, read> a: array<f32>;\n\n\
                     fn term(i: u32, c: u32) -> f32 {\n    return a[i];\n}\n";

impl PartialEq for Spec {
    fn eq(&self, other: &Self) -> bool {
        let key = |s: &Self| (s.activation.name, s.pass, s.in_place, s.per_channel, s.copy);
        key(self) == key(other)
    }
}

impl Eq for Spec {}

impl std::hash::Hash for Spec {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.activation.name, self.pass, self.in_place, self.per_channel, self.copy).hash(state);
    }
}
