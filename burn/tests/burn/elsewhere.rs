//! Tensors of a backend that takes no WGSL: burn's own functions.

use burn::tensor::activation as theirs;
use burn::tensor::{Device, Tensor};
use wgpu_activations_burn::wgpu_activations::activation::SILU;
use wgpu_activations_burn::wgpu_activations::gate::SWIGLU;
use wgpu_activations_burn::wgpu_activations::row::SOFTMAX;
use wgpu_activations_burn::{Error, activation as ours, elementwise, gate, rows};

use crate::{noise, tensor, values};

#[test]
fn drop_ins_are_burns_own() {
    let device = Device::flex();
    let x = || tensor(&noise(1, 60), [3, 4, 5], &device);
    let weights = |count| tensor(&noise(2, count), [count], &device);
    let pairs: [(Tensor<3>, Tensor<3>); 14] = [
        (ours::gelu(x()), theirs::gelu(x())),
        (ours::gelu_tanh(x()), theirs::gelu_approximate(x())),
        (ours::silu(x()), theirs::silu(x())),
        (ours::mish(x()), theirs::mish(x())),
        (ours::tanh(x()), theirs::tanh(x())),
        (ours::sigmoid(x()), theirs::sigmoid(x())),
        (ours::softplus(x(), 2.0), theirs::softplus(x(), 2.0)),
        (ours::prelu(x(), weights(4)), theirs::prelu(x(), weights(4))),
        (ours::swish(x(), weights(1)), x() * theirs::sigmoid(x() * weights(1).reshape([1, 1, 1]))),
        (ours::swish(x(), weights(4)), x() * theirs::sigmoid(x() * weights(4).reshape([1, 4, 1]))),
        (ours::swiglu(x(), x()), theirs::silu(x()) * x()),
        (ours::geglu(x(), x()), theirs::gelu(x()) * x()),
        (ours::softmax(x(), 1), theirs::softmax(x(), 1)),
        (ours::log_softmax(x(), 2), theirs::log_softmax(x(), 2)),
    ];
    for (k, (ours, theirs)) in pairs.into_iter().enumerate() {
        assert_eq!(values(ours), values(theirs), "pair {k}");
    }
    // With gradients as well.
    let leaf = tensor(&noise(3, 60), [3, 4, 5], &device.clone().autodiff()).require_grad();
    let gradients = ours::silu(leaf.clone()).sum().backward();
    assert!(leaf.grad(&gradients).is_some());
}

#[test]
fn general_functions_say_so() {
    let x = || tensor(&noise(4, 6), [2, 3], &Device::flex());
    for result in [elementwise(x(), &SILU), rows(x(), &SOFTMAX, 1), gate(x(), x(), &SWIGLU)] {
        let error = result.unwrap_err();
        assert!(matches!(error, Error::Runtime { .. }) && error.to_string().contains("takes no WGSL"), "{error}");
    }
}
