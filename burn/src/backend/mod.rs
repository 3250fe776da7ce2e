//! What burn's backends compute.

mod autodiff;
mod cube;
mod launch;

use burn::backend::{Backend, backend_extension, tensor::FloatTensor};

use crate::call::Call;

/// Functions of one and of two tensors, and their gradients.
#[backend_extension(Cube, Autodiff, Fusion: cfg(feature = "fusion"))]
pub(crate) trait Activations: Backend {
    /// y = f(x)
    #[fusion(dtype = x, shape = x)]
    fn unary(x: FloatTensor<Self>, call: Call) -> FloatTensor<Self>;

    /// dx from x, or from y where the function's gradient is computed from that, and dy.
    #[fusion(dtype = saved, shape = saved)]
    fn unary_backward(saved: FloatTensor<Self>, dy: FloatTensor<Self>, call: Call) -> FloatTensor<Self>;

    /// y = f(a, b), where b may be weights.
    #[fusion(dtype = a, shape = a)]
    fn binary(a: FloatTensor<Self>, b: FloatTensor<Self>, call: Call) -> FloatTensor<Self>;

    /// da and db.
    #[fusion(meta = |a: &burn::backend::fusion::custom::TensorSpec, b: &burn::backend::fusion::custom::TensorSpec, _, _| (a.clone(), b.clone()))]
    fn binary_backward(
        a: FloatTensor<Self>,
        b: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        call: Call,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);
}
