//! Drop-ins for `burn::tensor::activation`.
//!
//! Where a tensor's device takes no WGSL, or where its elements are `f64`, they call burn's own.
//!
//! # Panics
//! As burn's: for an axis that the tensor lacks, for weights that do not fit, for parameters' values that a function may not have.

use burn::tensor::Tensor;
use burn::tensor::activation as theirs;
use wgpu_activations::activation as catalogue;
use wgpu_activations::gate::{GEGLU, SWIGLU};
use wgpu_activations::row::{LOG_SOFTMAX, SOFTMAX};

use crate::error::Result;
use crate::general::{elementwise, gate, rows, supported, weighted};

/// Functions of elements without parameters: the document, the name, the function, burn's own.
macro_rules! elementwise {
    ($($(#[$document:meta])* $name:ident: $function:ident, $theirs:expr;)*) => {$(
        $(#[$document])*
        pub fn $name<const D: usize>(tensor: Tensor<D>) -> Tensor<D> {
            if !supported(&tensor) {
                let theirs: fn(Tensor<D>) -> Tensor<D> = $theirs;
                return theirs(tensor);
            }
            fits(elementwise(tensor, &catalogue::$function))
        }
    )*};
}

elementwise! {
    /// GELU: x Phi(x), whose gradient here is that of the exact form.
    gelu: GELU, theirs::gelu;
    /// The tanh form of GELU; `gelu_approximate` in burn.
    gelu_tanh: GELU_TANH, theirs::gelu_approximate;
    /// SiLU: x sigmoid(x).
    silu: SILU, theirs::silu;
    /// Mish: x tanh(softplus(x)).
    mish: MISH, theirs::mish;
    /// The hyperbolic tangent.
    tanh: TANH, theirs::tanh;
    /// The logistic function.
    sigmoid: SIGMOID, theirs::sigmoid;
}

/// Softplus: log(1 + exp(beta x)) / beta.
pub fn softplus<const D: usize>(tensor: Tensor<D>, beta: f64) -> Tensor<D> {
    if !supported(&tensor) {
        return theirs::softplus(tensor, beta);
    }
    fits(elementwise(tensor, catalogue::SOFTPLUS.with(beta as f32)))
}

/// Swish: x sigmoid(beta x), with one beta, or one for each index of axis 1; they may be trained.
pub fn swish<const D: usize>(tensor: Tensor<D>, beta: Tensor<1>) -> Tensor<D> {
    if !supported(&tensor) {
        let beta = spread::<D>(beta);
        return tensor.clone() * theirs::sigmoid(tensor * beta);
    }
    fits(weighted(tensor, &catalogue::SWISH, beta))
}

/// PReLU: x, or alpha x where that is not above 0, with one alpha, or one for each index of axis 1.
pub fn prelu<const D: usize>(tensor: Tensor<D>, alpha: Tensor<1>) -> Tensor<D> {
    if !supported(&tensor) {
        return theirs::prelu(tensor, alpha);
    }
    fits(weighted(tensor, &catalogue::PRELU, alpha))
}

/// SwiGLU: silu(gated) value, of two tensors of one shape.
pub fn swiglu<const D: usize>(gated: Tensor<D>, value: Tensor<D>) -> Tensor<D> {
    if !supported(&gated) {
        return theirs::silu(gated) * value;
    }
    fits(gate(gated, value, &SWIGLU))
}

/// GEGLU: gelu(gated) value, of two tensors of one shape.
pub fn geglu<const D: usize>(gated: Tensor<D>, value: Tensor<D>) -> Tensor<D> {
    if !supported(&gated) {
        return theirs::gelu(gated) * value;
    }
    fits(gate(gated, value, &GEGLU))
}

/// Softmax along an axis.
pub fn softmax<const D: usize>(tensor: Tensor<D>, dim: usize) -> Tensor<D> {
    if !supported(&tensor) {
        return theirs::softmax(tensor, dim);
    }
    fits(rows(tensor, &SOFTMAX, dim))
}

/// The logarithm of softmax along an axis.
pub fn log_softmax<const D: usize>(tensor: Tensor<D>, dim: usize) -> Tensor<D> {
    if !supported(&tensor) {
        return theirs::log_softmax(tensor, dim);
    }
    fits(rows(tensor, &LOG_SOFTMAX, dim))
}

/// Weights of axis 1, or one, as a tensor that broadcasts.
fn spread<const D: usize>(weights: Tensor<1>) -> Tensor<D> {
    let [count] = weights.dims();
    let mut shape = [1; D];
    if count != 1 && D > 1 {
        shape[1] = count;
    }
    weights.reshape(shape)
}

/// The result, as burn's functions give it.
fn fits<const D: usize>(result: Result<Tensor<D>>) -> Tensor<D> {
    result.unwrap_or_else(|error| panic!("{error}"))
}
