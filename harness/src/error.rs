//! What can go wrong beside what the library reports.

use std::fmt;

/// The result of a measurement.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not measured.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// What the library reports.
    Library(wgpu_activations::Error),
    /// A result is not what the reference gives: a defect of this library, of the driver or of the CPU's kernels.
    #[non_exhaustive]
    WrongAnswer {
        /// The function.
        function: &'static str,
        /// What was computed, and by what.
        what: String,
        /// The input, of a gate a.
        at: f32,
        /// The result.
        got: f32,
        /// The reference's result.
        expected: f64,
        /// The distance in units in the last place.
        ulp: f64,
    },
    /// The tensors hold no whole row.
    #[non_exhaustive]
    NoRow {
        /// Elements of a tensor.
        elements: u64,
        /// The length of a row.
        length: u64,
    },
    /// The tensors are too large for the CPU's turn.
    #[non_exhaustive]
    TooLarge {
        /// Elements of a tensor.
        elements: u64,
        /// The most there may be.
        most: u64,
    },
    /// There is nothing to compare results with, or no way to.
    #[non_exhaustive]
    Unchecked {
        /// The function.
        function: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// The device refused what a measurement needs.
    #[non_exhaustive]
    Device {
        /// What it was for.
        what: String,
        /// Why.
        reason: String,
    },
    /// The pass cannot be measured: only those from tensors to a tensor can.
    #[non_exhaustive]
    Unmeasured {
        /// The function.
        function: &'static str,
        /// The pass.
        pass: wgpu_activations::Pass,
    },
}

impl From<wgpu_activations::Error> for Error {
    fn from(error: wgpu_activations::Error) -> Self {
        Self::Library(error)
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Library(error) => error.fmt(f),
            Self::WrongAnswer { function, what, at, got, expected, ulp } => write!(
                f,
                "{function} {what} at {at:e} gave {got:e}, not {expected:e}, and is off by {ulp:.1} ULP: run the check on \
                 this adapter"
            ),
            Self::NoRow { elements, length } => write!(f, "{elements} elements hold no row of {length}"),
            Self::TooLarge { elements, most } => {
                write!(f, "{elements} elements are more than the CPU is measured with: {most}")
            }
            Self::Unchecked { function, reason } => write!(f, "{function} cannot be checked: {reason}"),
            Self::Device { what, reason } => write!(f, "{what}: {reason}"),
            Self::Unmeasured { function, pass } => {
                write!(f, "{function} {pass} cannot be measured: only passes from tensors to a tensor can")
            }
        }
    }
}

impl Error {
    /// Of what runs plans and failed.
    pub fn device(what: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Device { what: what.into(), reason: reason.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::Error;

    #[test]
    fn messages_are_one_line_with_names_and_numbers() {
        let wrong = Error::WrongAnswer {
            function: "gelu",
            what: "backward on the GPU".into(),
            at: 1.5,
            got: 2.0,
            expected: 1.0,
            ulp: 8_388_608.0,
        };
        let library = wgpu_activations::Activation::find("gelo").unwrap_err();
        let told = library.to_string();
        for (error, parts) in [
            (wrong, &["gelu backward on the GPU", "1.5", "2e0", "1e0", "8388608.0 ULP"][..]),
            (Error::NoRow { elements: 9, length: 10 }, &["9 elements", "row of 10"]),
            (Error::TooLarge { elements: 9, most: 8 }, &["9 elements", "8"]),
            (Error::Unmeasured { function: "prelu", pass: wgpu_activations::Pass::ParamGradient(0) }, &["prelu"]),
            (Error::Unchecked { function: "leak", reason: "it has no reference" }, &["leak", "no reference"]),
            (Error::Device { what: "x".into(), reason: "no memory".into() }, &["x: no memory"]),
            (library.into(), &[told.as_str()]),
        ] {
            let text = error.to_string();
            assert!(parts.iter().all(|part| text.contains(part)) && text.lines().count() == 1, "{text}");
        }
    }
}
