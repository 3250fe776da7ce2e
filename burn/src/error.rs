//! What can go wrong.

use burn::tensor::DType;

/// The result of the general functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The function does not fit the tensors, or its parameters' values do not fit the function.
    Function(wgpu_activations::Error),
    /// The tensor's device takes no WGSL.
    Runtime {
        /// The runtime of burn that it belongs to.
        runtime: String,
    },
    /// The tensor's elements are neither `f32` nor `f16` nor `bf16`.
    Element {
        /// What they are.
        dtype: DType,
    },
    /// Tensors that belong together do not fit.
    Shapes {
        /// The function.
        function: &'static str,
        /// What does not fit what.
        reason: String,
    },
    /// A function of another kind than the call is for.
    Kind {
        /// The function.
        function: &'static str,
        /// What calls it instead.
        instead: &'static str,
    },
}

impl From<wgpu_activations::Error> for Error {
    fn from(error: wgpu_activations::Error) -> Self {
        Self::Function(error)
    }
}

impl std::error::Error for Error {}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Function(error) => error.fmt(f),
            Self::Runtime { runtime } => write!(
                f,
                "{runtime} takes no WGSL: build burn with `wgpu` and without `vulkan` and `metal`, or use burn's own function"
            ),
            Self::Element { dtype } => write!(f, "elements of {dtype:?}: cast the tensor to f32, f16 or bf16 first"),
            Self::Shapes { function, reason } => write!(f, "{function}: {reason}"),
            Self::Kind { function, instead } => write!(f, "{function} is called by {instead}"),
        }
    }
}
