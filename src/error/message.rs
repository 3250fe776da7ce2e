//! What errors say: one line with what was given, what was needed and what to do.

use std::fmt;

use super::Error;
use crate::range::number;

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
            Error::WrongBuffers { function, expected } => {
                write!(f, "{function}: this kernel takes the buffers {expected}")
            }
            Error::NoKernel { function, reason } => write!(f, "{function}: there is no such kernel: {reason}"),
            Error::WrongTensors { function, expected } => write!(f, "{function} takes {expected}"),
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
                write!(
                    f,
                    "{function} is a custom function without an f64 reference to compare with: see Activation::custom_with"
                )
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
