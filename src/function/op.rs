//! Any function.

use super::{Activation, Doubling, Gate, Gradient, Param, RowFunction, Scalar, index_of};
use crate::error::{Error, Result};
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

macro_rules! ops {
    ($($function:ident),*) => {$(
        impl From<&'static $function> for Op {
            fn from(function: &'static $function) -> Self {
                Self::$function(function)
            }
        }

        impl From<&&'static $function> for Op {
            fn from(function: &&'static $function) -> Self {
                Self::$function(function)
            }
        }
    )*};
}

ops!(Activation, RowFunction, Gate, Doubling);

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

    /// Whether there is an `f64` reference to compare with: for all functions but custom ones without.
    pub fn has_reference(&self) -> bool {
        match self {
            Self::Activation(a) => a.has_reference(),
            Self::Gate(gate) => gate.has_reference(),
            Self::RowFunction(_) | Self::Doubling(_) => true,
        }
    }

    /// The index of a parameter that can be trained, and the reference derivative along it.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`] and [`Error::NotTrainable`].
    pub(crate) fn trainable(&self, name: &str) -> Result<(usize, Scalar)> {
        if let Self::Activation(a) = self {
            return a.trainable(name);
        }
        let param = &self.params()[self.param_index(name)?];
        Err(Error::NotTrainable { function: self.name(), name: param.name })
    }
}
