//! What kernels are for: the functions of all catalogues.

use super::{Pass, Spec};
use crate::activation::{self, Activation, Param};
use crate::error::{Error, Result};
use crate::gate::{self, Doubling, Gate};
use crate::row::{self, Gradient, Row};

/// What a kernel computes with.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Subject {
    /// A function of each element.
    Elementwise(&'static Activation),
    /// A function of each row.
    Rows(&'static Row),
    /// A function of two values.
    Gated(&'static Gate),
    /// A function that makes two values of one.
    Doubling(&'static Doubling),
}

impl From<&'static Activation> for Subject {
    fn from(activation: &'static Activation) -> Self {
        Self::Elementwise(activation)
    }
}

impl From<&&'static Activation> for Subject {
    fn from(activation: &&'static Activation) -> Self {
        Self::Elementwise(activation)
    }
}

impl From<&'static Row> for Subject {
    fn from(row: &'static Row) -> Self {
        Self::Rows(row)
    }
}

impl From<&'static Gate> for Subject {
    fn from(gate: &'static Gate) -> Self {
        Self::Gated(gate)
    }
}

impl From<&&'static Gate> for Subject {
    fn from(gate: &&'static Gate) -> Self {
        Self::Gated(gate)
    }
}

impl From<&'static Doubling> for Subject {
    fn from(doubling: &'static Doubling) -> Self {
        Self::Doubling(doubling)
    }
}

impl Subject {
    /// Every function of all catalogues, in the order of the documentation.
    pub fn all() -> Vec<Self> {
        let elementwise = activation::ALL.iter().map(Self::from);
        let gates = gate::ALL.iter().map(Self::from).chain([Self::from(&gate::CRELU)]);
        elementwise.chain(gates).chain(row::ALL.iter().map(|&row| Self::from(row))).collect()
    }

    /// The function with this name or alias in any catalogue, as any system spells it: case, blanks, `-` and `_` do not
    /// matter, nor do prefixes such as `nn.`, `ai.onnx.` and `GGML_UNARY_OP_`. `NAME_glu` is the gate of an activation.
    ///
    /// ```
    /// use wgpu_activations::Subject;
    /// assert_eq!(Subject::find("swish_1")?.name(), "silu");
    /// assert_eq!(Subject::find("mish_glu")?.name(), "mish_glu");
    /// assert_eq!(Subject::find("com.microsoft.QuickGelu")?.name(), "quick_gelu");
    /// assert_eq!(Subject::find("log-softmax")?.name(), "log_softmax");
    /// assert!(Subject::find("softmix").unwrap_err().to_string().contains("softmax"));
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownName`] with the nearest names.
    pub fn find(name: &str) -> Result<Self> {
        crate::find::find(name)
    }

    /// Its other names.
    pub fn aliases(&self) -> &'static [&'static str] {
        match self {
            Self::Elementwise(a) => a.aliases,
            Self::Gated(gate) => gate.aliases,
            Self::Doubling(doubling) => doubling.aliases,
            Self::Rows(row) => row.aliases,
        }
    }

    /// The family it belongs to.
    pub fn kind(&self) -> String {
        match self {
            Self::Elementwise(a) => a.kind.to_string(),
            Self::Gated(_) => "gate".to_owned(),
            Self::Doubling(_) => "doubling".to_owned(),
            Self::Rows(_) => "row-wise".to_owned(),
        }
    }

    /// What can be computed with it.
    pub fn passes(&self) -> Vec<Pass> {
        match self {
            Self::Elementwise(a) => a.passes(),
            Self::Rows(row) if row.gradient == Gradient::None => vec![Pass::Forward],
            _ => vec![Pass::Forward, Pass::Backward],
        }
    }

    /// The place of a parameter.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`] names the parameters there are.
    pub fn param_index(&self, name: &str) -> Result<usize> {
        let params = self.params();
        params.iter().position(|p| p.name == name).ok_or_else(|| Error::UnknownParameter {
            function: self.name(),
            name: name.to_owned(),
            known: params.iter().map(|p| p.name).collect(),
        })
    }

    /// The text of its WGSL file; for a gate f(a) b that of f.
    pub fn source(&self) -> &'static str {
        crate::wgsl::source(&self.file()).unwrap_or_default()
    }

    /// Where that file lies, without folder and ending.
    pub(crate) fn file(&self) -> String {
        match self {
            Self::Elementwise(a) => a.file(),
            Self::Gated(gate) => gate.file(),
            Self::Doubling(doubling) => format!("gate/{}", doubling.name),
            Self::Rows(row) => row.file(),
        }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Elementwise(a) => a.name,
            Self::Rows(row) => row.name,
            Self::Gated(gate) => gate.name,
            Self::Doubling(doubling) => doubling.name,
        }
    }

    /// Its parameters.
    pub fn params(&self) -> &'static [Param] {
        match self {
            Self::Elementwise(a) => a.params,
            Self::Rows(row) => row.params,
            Self::Gated(gate) => gate.params,
            Self::Doubling(_) => &[],
        }
    }

    /// Fails if there is no such pass.
    pub(super) fn check(&self, spec: &Spec) -> Result<()> {
        match self {
            Self::Elementwise(a) => spec.map_check(a),
            Self::Rows(row) => spec.row_check(row),
            Self::Gated(_) | Self::Doubling(_) => spec.pair_check(),
        }
    }
}
