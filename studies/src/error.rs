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
    /// Variances of weights and biases that are none.
    #[non_exhaustive]
    Deviation {
        /// What it is of.
        of: &'static str,
        /// The value.
        value: f64,
    },
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
            Self::Deviation { of, value } => {
                write!(f, "the standard deviation of {of} is a finite number of at least 0, not {value}")
            }
        }
    }
}

impl std::error::Error for Error {}

impl From<wgpu_activations::Error> for Error {
    fn from(error: wgpu_activations::Error) -> Self {
        Self::Library(error)
    }
}
