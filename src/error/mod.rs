//! The one error type.

mod message;

use crate::range::Range;

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong. Every message is one line that says what was given, what was needed and what to do.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// No adapter fits the choice.
    #[non_exhaustive]
    NoAdapter {
        /// What was asked for.
        asked: String,
        /// What there is.
        found: Vec<String>,
    },
    /// The adapter refused to open a device.
    #[non_exhaustive]
    NoDevice {
        /// The driver's reason.
        reason: String,
    },
    /// No function has this name.
    #[non_exhaustive]
    UnknownName {
        /// The name that was asked for.
        name: String,
        /// The most similar names there are.
        nearest: Vec<&'static str>,
    },
    /// Another catalogue than the one that was searched has this name.
    #[non_exhaustive]
    Elsewhere {
        /// The name that was asked for.
        name: String,
        /// What the searched catalogue holds.
        sought: &'static str,
        /// What it is, and what finds it.
        found: [&'static str; 2],
    },
    /// The function has no such parameter.
    #[non_exhaustive]
    UnknownParameter {
        /// The function.
        function: &'static str,
        /// The parameter that was asked for.
        name: String,
        /// The parameters it has.
        known: Vec<&'static str>,
    },
    /// The function has no gradient along this parameter.
    #[non_exhaustive]
    NotTrainable {
        /// The function.
        function: &'static str,
        /// The parameter.
        name: &'static str,
    },
    /// The wrong number of parameter values.
    #[non_exhaustive]
    ParameterCount {
        /// The function.
        function: &'static str,
        /// How many it takes.
        expected: u64,
        /// How many were given.
        got: u64,
    },
    /// A parameter has a value that the function is not made for.
    #[non_exhaustive]
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
    #[non_exhaustive]
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
    #[non_exhaustive]
    Extent {
        /// What is wrong.
        reason: String,
    },
    /// A buffer lacks a usage flag.
    #[non_exhaustive]
    MissingUsage {
        /// The function.
        function: &'static str,
        /// Which buffer.
        role: &'static str,
        /// The missing flag.
        usage: &'static str,
    },
    /// A tensor begins in the middle of an element.
    #[non_exhaustive]
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
    #[non_exhaustive]
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
    #[non_exhaustive]
    WrongBuffers {
        /// The function.
        function: &'static str,
        /// What the kernel takes, and what is missing or too many.
        expected: String,
    },
    /// There is no kernel that combines what is asked for.
    #[non_exhaustive]
    NoKernel {
        /// The function.
        function: &'static str,
        /// Why, and what there is instead.
        reason: &'static str,
    },
    /// The slices given are not those the function takes, or it is not said how they lie.
    #[non_exhaustive]
    WrongTensors {
        /// The function.
        function: &'static str,
        /// What it takes.
        expected: &'static str,
    },
    /// A tensor or a buffer is beyond what the device can hold or address.
    #[non_exhaustive]
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
    #[non_exhaustive]
    NoOutputDerivative {
        /// The function.
        function: &'static str,
    },
    /// The function has no gradient at all.
    #[non_exhaustive]
    NoGradient {
        /// The function.
        function: &'static str,
    },
    /// The parameters lie in a buffer of the caller's, one per channel: write them there.
    #[non_exhaustive]
    PerChannel {
        /// The function.
        function: &'static str,
    },
    /// The device lacks something every kernel needs.
    #[non_exhaustive]
    Unsupported {
        /// What it is and what the device has.
        reason: String,
    },
    /// The text of a custom function, its name or its parameters cannot be used.
    #[non_exhaustive]
    Custom {
        /// The function.
        function: String,
        /// The line of the text that is to blame, counted from 1.
        line: Option<usize>,
        /// What is wrong.
        reason: String,
    },
    /// A custom function has no reference to compare with.
    #[non_exhaustive]
    NoReference {
        /// The function.
        function: &'static str,
    },
    /// A prefix that WGSL does not take at the start of a name.
    #[non_exhaustive]
    Prefix {
        /// The prefix.
        prefix: String,
    },
    /// The device ran out of memory.
    #[non_exhaustive]
    OutOfMemory {
        /// What the memory was for.
        what: String,
    },
    /// The device is gone: it was destroyed, reset or unplugged.
    #[non_exhaustive]
    DeviceLost {
        /// What is known of the cause.
        reason: String,
    },
    /// The driver or wgpu refused something that should be valid: a defect of this library or of the driver.
    #[non_exhaustive]
    Gpu {
        /// What was attempted.
        what: String,
        /// The message.
        message: String,
    },
}

impl std::error::Error for Error {}
