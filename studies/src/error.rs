//! What can go wrong beside what the library reports.

use std::fmt;

/// The result of a study.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a study gives nothing.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// What the library reports.
    Library(wgpu_activations::Error),
    /// A function has no value where normally distributed numbers are.
    #[non_exhaustive]
    Undefined {
        /// The function.
        function: &'static str,
    },
    /// A mixture of functions, where one curve is asked for.
    #[non_exhaustive]
    Mixture {
        /// The mixture.
        function: &'static str,
    },
    /// A function of rows, or with two values, where a unit takes a number, or the two of a gate.
    #[non_exhaustive]
    Kind {
        /// The function.
        function: &'static str,
    },
    /// Variances of weights and biases that are none.
    #[non_exhaustive]
    Deviation {
        /// What it is of.
        of: &'static str,
        /// The value.
        value: f64,
    },
    /// A matrix that the device does not hold.
    #[non_exhaustive]
    TooLarge {
        /// Its rows.
        rows: usize,
        /// Its columns.
        columns: usize,
        /// What it takes.
        bytes: u64,
        /// What the device binds at most.
        most: u64,
    },
    /// A net that takes more memory than a study may.
    #[non_exhaustive]
    Memory {
        /// What it takes.
        bytes: u128,
        /// What it may take.
        most: u128,
    },
    /// A number that is too small or too large for a study.
    #[non_exhaustive]
    Setting {
        /// What it counts.
        what: &'static str,
        /// Its value.
        value: usize,
        /// Its least value.
        least: usize,
        /// Its largest value.
        most: usize,
    },
    /// Rows of data that nothing can be learned from.
    #[non_exhaustive]
    Data {
        /// Why.
        reason: String,
    },
    /// Numbers on the device that it does not give back.
    Unread,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Library(error) => error.fmt(f),
            Self::Undefined { function } => write!(
                f,
                "{function} has no value for some numbers, so it has no mean over normally distributed ones: choose a function \
                 that takes all numbers"
            ),
            Self::Mixture { function } => {
                write!(f, "{function} has as many curves as functions: name these one by one")
            }
            Self::Kind { function } => {
                write!(f, "{function} is no function of a unit: choose one of a number, or a gate")
            }
            Self::Deviation { of, value } => {
                write!(f, "the standard deviation of {of} is a finite number of at least 0, not {value}")
            }
            Self::TooLarge { rows, columns, bytes, most } => write!(
                f,
                "a matrix of {rows} x {columns} takes {bytes} bytes, and this device binds {most} at most: make the net or the batch \
                 smaller"
            ),
            Self::Memory { bytes, most } => write!(
                f,
                "the net takes {bytes} bytes with its batch, and may take {most}: choose less depth, width or batch"
            ),
            Self::Setting { what, value, least, most } => write!(f, "{what} is from {least} to {most}, not {value}"),
            Self::Data { reason } => write!(f, "{reason}"),
            Self::Unread => f.write_str("the device gives results back no more: it may be lost"),
        }
    }
}

impl std::error::Error for Error {}

impl From<wgpu_activations::Error> for Error {
    fn from(error: wgpu_activations::Error) -> Self {
        Self::Library(error)
    }
}
