//! Where the functions' files lie.

use super::source;
use crate::function::{Activation, Doubling, Gate, Op, RowFunction};

impl Activation {
    /// The text of the function's WGSL file, or of a custom function.
    pub fn source(&self) -> &'static str {
        source(&self.file()).unwrap_or_default()
    }
}

impl Gate {
    /// The text of the WGSL file with the function, or with the activation that it multiplies.
    pub fn source(&self) -> &'static str {
        source(&self.file()).unwrap_or_default()
    }
}

impl RowFunction {
    /// The text of the function's WGSL file.
    pub fn source(&self) -> &'static str {
        source(&self.file()).unwrap_or_default()
    }
}

impl Doubling {
    /// Where the WGSL file lies, without folder and ending.
    pub(crate) fn file(&self) -> String {
        format!("gate/{}", self.name)
    }
}

impl Op {
    /// The text of its WGSL file; for a gate f(a) b that of f.
    pub fn source(&self) -> &'static str {
        source(&self.file()).unwrap_or_default()
    }

    /// Where that file lies, without folder and ending.
    pub(crate) fn file(&self) -> String {
        match self {
            Self::Activation(a) => a.file(),
            Self::Gate(gate) => gate.file(),
            Self::Doubling(doubling) => doubling.file(),
            Self::RowFunction(row) => row.file(),
        }
    }
}
