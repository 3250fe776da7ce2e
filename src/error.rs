//! The one error type.

use std::fmt;

use crate::range::{Range, number};

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong. Every message is one line that says what was given, what was needed and what to do.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// No adapter fits the choice.
    NoAdapter {
        /// What was asked for.
        asked: String,
        /// What there is.
        found: Vec<String>,
    },
    /// The adapter refused to open a device.
    NoDevice {
        /// The driver's reason.
        reason: String,
    },
    /// No function has this name.
    UnknownName {
        /// The name that was asked for.
        name: String,
        /// The most similar names there are.
        nearest: Vec<&'static str>,
    },
    /// Another catalogue than the one that was searched has this name.
    Elsewhere {
        /// The name that was asked for.
        name: String,
        /// What the searched catalogue holds.
        sought: &'static str,
        /// What it is, and what finds it.
        found: [&'static str; 2],
    },
    /// The function has no such parameter.
    UnknownParameter {
        /// The function.
        function: &'static str,
        /// The parameter that was asked for.
        name: String,
        /// The parameters it has.
        known: Vec<&'static str>,
    },
    /// The function has no gradient along this parameter.
    NotTrainable {
        /// The function.
        function: &'static str,
        /// The parameter.
        name: &'static str,
    },
    /// The wrong number of parameter values.
    ParameterCount {
        /// The function.
        function: &'static str,
        /// How many it takes.
        expected: u64,
        /// How many were given.
        got: u64,
    },
    /// A parameter has a value that the function is not made for.
    ParameterRange {
        /// The function.
        function: &'static str,
        /// The parameter.
        name: &'static str,
        /// Its value.
        value: f32,
        /// The values it may have.
        range: Range,
        /// Whether other passes take this value, and the output alone does not determine the gradient.
        from_output: bool,
    },
    /// Tensors that belong together differ in length.
    Length {
        /// The function.
        function: &'static str,
        /// Which tensor is wrong.
        role: &'static str,
        /// Elements needed.
        expected: u64,
        /// Elements given.
        got: u64,
    },
    /// The extent does not describe the tensor, or the axis does not exist.
    Extent {
        /// What is wrong.
        reason: String,
    },
    /// A buffer lacks a usage flag.
    MissingUsage {
        /// The function.
        function: &'static str,
        /// Which buffer.
        role: &'static str,
        /// The missing flag.
        usage: &'static str,
    },
    /// A tensor begins in the middle of an element.
    Misaligned {
        /// The function.
        function: &'static str,
        /// Which buffer.
        role: &'static str,
        /// The offset in bytes.
        offset: u64,
        /// What it must be a multiple of.
        alignment: u64,
    },
    /// A tensor would be written where another one lies.
    Overlap {
        /// The function.
        function: &'static str,
        /// The tensor that is written.
        written: &'static str,
        /// Its bytes of the buffer.
        bytes: std::ops::Range<u64>,
        /// The other tensor.
        other: &'static str,
        /// Its bytes of the same buffer.
        others: std::ops::Range<u64>,
    },
    /// The buffers given are not those the kernel takes.
    WrongBuffers {
        /// The function.
        function: &'static str,
        /// What the kernel takes.
        expected: &'static str,
    },
    /// A tensor or a buffer is beyond what the device can hold or address.
    TooLarge {
        /// What it is for.
        what: &'static str,
        /// The size asked for.
        size: u64,
        /// The largest possible size, in the same unit.
        limit: u64,
        /// The unit.
        unit: &'static str,
    },
    /// The gradient of this function cannot be taken from its output.
    NoOutputDerivative {
        /// The function.
        function: &'static str,
    },
    /// The function has no gradient at all.
    NoGradient {
        /// The function.
        function: &'static str,
    },
    /// The parameters lie in a buffer of the caller's, one per channel: write them there.
    PerChannel {
        /// The function.
        function: &'static str,
    },
    /// The device lacks something every kernel needs.
    Unsupported {
        /// What it is and what the device has.
        reason: String,
    },
    /// The text of a custom function, its name or its parameters cannot be used.
    Custom {
        /// The function.
        function: String,
        /// The line of the text that is to blame, counted from 1.
        line: Option<usize>,
        /// What is wrong.
        reason: String,
    },
    /// A custom function has no reference to compare with.
    NoReference {
        /// The function.
        function: &'static str,
    },
    /// A prefix that WGSL does not take at the start of a name.
    Prefix {
        /// The prefix.
        prefix: String,
    },
    /// The device ran out of memory.
    OutOfMemory {
        /// What the memory was for.
        what: String,
    },
    /// The device is gone: it was destroyed, reset or unplugged.
    DeviceLost {
        /// What is known of the cause.
        reason: String,
    },
    /// The driver or wgpu refused something that should be valid: a defect of this library or of the driver.
    Gpu {
        /// What was attempted.
        what: String,
        /// The message.
        message: String,
    },
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoAdapter { asked, found } if found.is_empty() => write!(
                f,
                "no GPU adapter found (asked for {asked}): install a Vulkan driver, for a software one on Debian \
                 `apt-get install mesa-vulkan-drivers`"
            ),
            Error::NoAdapter { asked, found } => {
                write!(f, "no GPU adapter fits {asked}: there are {}", found.join(", "))
            }
            Error::NoDevice { reason } => write!(f, "the adapter opens no device: {reason}"),
            Error::UnknownName { name, nearest } => {
                write!(f, "no activation function is called {name:?}: nearest are {}", nearest.join(", "))
            }
            Error::Elsewhere { name, sought, found: [is, by] } => write!(f, "{name:?} is {is}, not {sought}: see {by}"),
            Error::UnknownParameter { function, name, known } if known.is_empty() => {
                write!(f, "{function} has no parameter {name:?}: it has none at all")
            }
            Error::UnknownParameter { function, name, known } => {
                write!(f, "{function} has no parameter {name:?}: it has {}", known.join(", "))
            }
            Error::NotTrainable { function, name } => write!(f, "{function} has no gradient along {name}"),
            Error::ParameterCount { function, expected, got } => {
                write!(f, "{function} takes {expected} parameter values, not {got}")
            }
            Error::ParameterRange { function, name, value, range, from_output } => {
                let hint = if *from_output { " for a gradient from the output: use that from the input" } else { "" };
                write!(f, "{function}: {name} is {}, but has to be in {range}{hint}", number(*value))
            }
            Error::Length { function, role, expected, got } => {
                write!(f, "{function}: {role} has room for {got} elements, {expected} are needed")
            }
            Error::MissingUsage { function, role, usage } => {
                write!(f, "{function}: the buffer of {role} was created without BufferUsages::{usage}")
            }
            Error::Misaligned { function, role, offset, alignment } => write!(
                f,
                "{function}: {role} begins at byte {offset}, which is no multiple of {alignment}, the size of its elements"
            ),
            Error::Overlap { function, written, bytes, other, others } => write!(
                f,
                "{function}: {written} would be written at bytes {}..{} of the buffer that holds {other} at {}..{}: give it \
                 memory of its own, or ask for Spec::in_place",
                bytes.start, bytes.end, others.start, others.end
            ),
            Error::WrongBuffers { function, expected } => write!(f, "{function}: this kernel takes {expected}"),
            Error::TooLarge { what, size, limit, unit } => {
                write!(f, "{what}: {size} {unit} are too many, the device takes at most {limit}")
            }
            Error::NoOutputDerivative { function } => write!(
                f,
                "{function} has no gradient from its output, as an in-place forward pass would need: keep x and use \
                 the gradient from the input"
            ),
            Error::NoGradient { function } => {
                write!(f, "{function} has no gradient: it is 0 wherever it exists, so leave it out of the graph")
            }
            Error::PerChannel { function } => {
                write!(f, "{function}: the parameters lie in a buffer of yours, one per channel: write them there")
            }
            Error::Extent { reason } | Error::Unsupported { reason } => write!(f, "{reason}"),
            Error::Custom { function, line: Some(line), reason } => write!(f, "{function}, line {line}: {reason}"),
            Error::Custom { function, line: None, reason } => write!(f, "{function}: {reason}"),
            Error::NoReference { function } => {
                write!(f, "{function} is a custom function: it has no f64 reference to compare with")
            }
            Error::Prefix { prefix } => {
                write!(f, "{prefix:?} cannot start a WGSL name: use letters, digits and _, beginning with a letter")
            }
            Error::OutOfMemory { what } => write!(f, "out of device memory: {what}"),
            Error::DeviceLost { reason } => write!(f, "the GPU device is lost: {reason}"),
            Error::Gpu { what, message } => {
                write!(f, "{what}: {}", message.split_whitespace().collect::<Vec<_>>().join(" "))
            }
        }
    }
}
