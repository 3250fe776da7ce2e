//! Any function.

use super::{Activation, Doubling, Gate, Gradient, Param, RowFunction, index_of};
use crate::error::Result;
use crate::tensor::Pass;

/// Any function of the catalogues: what a kernel computes.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Op {
    /// A function of each element.
    Activation(&'static Activation),
    /// A function of each row.
    RowFunction(&'static RowFunction),
    /// A function of two values.
    Gate(&'static Gate),
    /// A function that makes two values of one.
    Doubling(&'static Doubling),
}

impl From<&'static Activation> for Op {
    fn from(activation: &'static Activation) -> Self {
        Self::Activation(activation)
    }
}

impl From<&&'static Activation> for Op {
    fn from(activation: &&'static Activation) -> Self {
        Self::Activation(activation)
    }
}

impl From<&'static RowFunction> for Op {
    fn from(row: &'static RowFunction) -> Self {
        Self::RowFunction(row)
    }
}

impl From<&'static Gate> for Op {
    fn from(gate: &'static Gate) -> Self {
        Self::Gate(gate)
    }
}

impl From<&&'static Gate> for Op {
    fn from(gate: &&'static Gate) -> Self {
        Self::Gate(gate)
    }
}

impl From<&'static Doubling> for Op {
    fn from(doubling: &'static Doubling) -> Self {
        Self::Doubling(doubling)
    }
}

impl Op {
    /// Its other names.
    pub fn aliases(&self) -> &'static [&'static str] {
        match self {
            Self::Activation(a) => a.aliases,
            Self::Gate(gate) => gate.aliases,
            Self::Doubling(doubling) => doubling.aliases,
            Self::RowFunction(row) => row.aliases,
        }
    }

    /// The family it belongs to.
    pub fn kind(&self) -> String {
        match self {
            Self::Activation(a) => a.kind.to_string(),
            Self::Gate(_) => "gate".to_owned(),
            Self::Doubling(_) => "doubling".to_owned(),
            Self::RowFunction(_) => "row-wise".to_owned(),
        }
    }

    /// What can be computed with it.
    pub fn passes(&self) -> Vec<Pass> {
        match self {
            Self::Activation(a) => a.passes(),
            Self::RowFunction(row) if row.gradient == Gradient::None => vec![Pass::Forward],
            _ => vec![Pass::Forward, Pass::Backward],
        }
    }

    /// The place of a parameter.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`](crate::Error::UnknownParameter) names the parameters there are.
    pub fn param_index(&self, name: &str) -> Result<usize> {
        index_of(self.name(), self.params(), name)
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Activation(a) => a.name,
            Self::RowFunction(row) => row.name,
            Self::Gate(gate) => gate.name,
            Self::Doubling(doubling) => doubling.name,
        }
    }

    /// Its parameters.
    pub fn params(&self) -> &'static [Param] {
        match self {
            Self::Activation(a) => a.params,
            Self::RowFunction(row) => row.params,
            Self::Gate(gate) => gate.params,
            Self::Doubling(_) => &[],
        }
    }
}
