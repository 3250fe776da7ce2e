//! Values and gradients of every drop-in.

use burn::tensor::activation as theirs;
use burn::tensor::{Device, Tensor};
use wgpu_activations_burn::activation as ours;
use wgpu_activations_burn::wgpu_activations::activation::{
    GELU, GELU_TANH, MISH, PRELU, SIGMOID, SILU, SOFTPLUS, SWISH, TANH,
};
use wgpu_activations_burn::wgpu_activations::gate::{GEGLU, SWIGLU};
use wgpu_activations_burn::wgpu_activations::row::{LOG_SOFTMAX, SOFTMAX};
use wgpu_activations_burn::wgpu_activations::{Extent, With, reference};

use crate::{assert_close, device, noise, tensor, values};

/// An odd number of elements in an odd shape.
const SHAPE: [usize; 3] = [7, 13, 11];
const LEN: usize = 7 * 13 * 11;

/// The most that a result is away from the reference, in parts of it.
const PARTS: f64 = 2e-6;

type Function = fn(Tensor<3>) -> Tensor<3>;
type Gate = fn(Tensor<3>, Tensor<3>) -> Tensor<3>;
type Weighted = fn(Tensor<3>, Tensor<1>) -> Tensor<3>;

/// y and dx of a function for dy.
fn run(f: impl Fn(Tensor<3>) -> Tensor<3>, x: &[f32], dy: &[f32], device: &Device) -> (Vec<f32>, Vec<f32>) {
    let device = device.clone().autodiff();
    let x = tensor(x, SHAPE, &device).require_grad();
    let y = f(x.clone());
    let gradients = (y.clone() * tensor(dy, SHAPE, &device)).sum().backward();
    (values(y), values(x.grad(&gradients).unwrap()))
}

#[test]
fn functions_of_elements() {
    let table: [(With<'static>, Function, Option<Function>); 8] = [
        (GELU.function(), ours::gelu, None),
        (GELU_TANH.function(), ours::gelu_tanh, Some(theirs::gelu_approximate)),
        (SILU.function(), ours::silu, Some(theirs::silu)),
        (MISH.function(), ours::mish, Some(theirs::mish)),
        (TANH.function(), ours::tanh, Some(theirs::tanh)),
        (SIGMOID.function(), ours::sigmoid, Some(theirs::sigmoid)),
        (SOFTPLUS.with(2.0), |x| ours::softplus(x, 2.0), Some(|x| theirs::softplus(x, 2.0))),
        (SOFTPLUS.with(0.5), |x| ours::softplus(x, 0.5), None),
    ];
    let (x, dy) = (noise(1, LEN), noise(2, LEN));
    for (function, ours, theirs) in table {
        let name = function.op().name();
        let (y, dx) = run(ours, &x, &dy, &device());
        assert_close(name, &y, &reference::forward(&function, &x).unwrap(), PARTS);
        assert_close(name, &dx, &reference::backward(&function, &x, &dy).unwrap(), PARTS);
        if let Some(theirs) = theirs {
            let (their_y, their_dx) = run(theirs, &x, &dy, &device());
            let wide = |x: &[f32]| x.iter().map(|&x| x.into()).collect::<Vec<f64>>();
            assert_close(name, &y, &wide(&their_y), 0.02);
            assert_close(name, &dx, &wide(&their_dx), 0.02);
        }
    }
}

#[test]
fn rows_along_any_axis() {
    let (x, dy) = (noise(3, LEN), noise(4, LEN));
    for dim in 0..3 {
        let extent = Extent::along(&SHAPE, dim as isize).unwrap();
        let pairs: [(With<'static>, Function, Function); 2] = [
            (
                SOFTMAX.along(extent),
                [|x| ours::softmax(x, 0), |x| ours::softmax(x, 1), |x| ours::softmax(x, 2)][dim],
                [|x| theirs::softmax(x, 0), |x| theirs::softmax(x, 1), |x| theirs::softmax(x, 2)][dim],
            ),
            (
                LOG_SOFTMAX.along(extent),
                [|x| ours::log_softmax(x, 0), |x| ours::log_softmax(x, 1), |x| ours::log_softmax(x, 2)][dim],
                [|x| theirs::log_softmax(x, 0), |x| theirs::log_softmax(x, 1), |x| theirs::log_softmax(x, 2)][dim],
            ),
        ];
        for (function, ours, theirs) in pairs {
            let name = function.op().name();
            let (y, dx) = run(ours, &x, &dy, &device());
            let expected = reference::forward(&function, &x).unwrap();
            assert_close(name, &y, &expected, PARTS);
            let expected: Vec<f32> = expected.iter().map(|&y| y as f32).collect();
            assert_close(name, &dx, &reference::backward(&function, &expected, &dy).unwrap(), 1e-4);
            let (their_y, their_dx) = run(theirs, &x, &dy, &device());
            let wide = |x: &[f32]| x.iter().map(|&x| x.into()).collect::<Vec<f64>>();
            assert_close(name, &y, &wide(&their_y), 1e-4);
            assert_close(name, &dx, &wide(&their_dx), 1e-2);
        }
    }
}

#[test]
fn gates_and_both_their_gradients() {
    let (a, b, dy) = (noise(5, LEN), noise(6, LEN), noise(7, LEN));
    let table: [(With<'static>, Gate); 2] = [(SWIGLU.function(), ours::swiglu), (GEGLU.function(), ours::geglu)];
    for (function, gate) in table {
        let name = function.op().name();
        let device = device().autodiff();
        let (x, w) = (tensor(&a, SHAPE, &device).require_grad(), tensor(&b, SHAPE, &device).require_grad());
        let y = gate(x.clone(), w.clone());
        let gradients = (y.clone() * tensor(&dy, SHAPE, &device)).sum().backward();
        assert_close(name, &values(y), &reference::forward(&function, (&a, &b)).unwrap(), PARTS);
        let (da, db) = reference::backward(&function, (&a, &b), &dy).unwrap();
        assert_close(name, &values(x.grad(&gradients).unwrap()), &da, PARTS);
        assert_close(name, &values(w.grad(&gradients).unwrap()), &db, PARTS);

        // A gate of which one side is no variable.
        let (x, w) = (tensor(&a, SHAPE, &device), tensor(&b, SHAPE, &device).require_grad());
        let gradients = (gate(x, w.clone()) * tensor(&dy, SHAPE, &device)).sum().backward();
        assert_close(name, &values(w.grad(&gradients).unwrap()), &db, PARTS);
    }
}

#[test]
fn weights_and_their_gradients() {
    let (x, dy) = (noise(8, LEN), noise(9, LEN));
    let table: [(&'static _, &str, Weighted); 2] = [(&PRELU, "weight", ours::prelu), (&SWISH, "beta", ours::swish)];
    for (function, name, f) in table {
        for count in [1, SHAPE[1]] {
            let weights: Vec<f32> = (0..count).map(|i| 0.2 + 0.1 * i as f32).collect();
            let extent = if count == 1 { Extent::from(LEN) } else { Extent::along(&SHAPE, 1).unwrap() };
            let call = With::from(function).per_channel(weights.clone(), extent);
            let device = device().autodiff();
            let input = tensor(&x, SHAPE, &device).require_grad();
            let weights = tensor(&weights, [count], &device).require_grad();
            let y = f(input.clone(), weights.clone());
            let gradients = (y.clone() * tensor(&dy, SHAPE, &device)).sum().backward();
            assert_close(name, &values(y), &reference::forward(&call, &x).unwrap(), PARTS);
            let dx = reference::backward(&call, &x, &dy).unwrap();
            assert_close(name, &values(input.grad(&gradients).unwrap()), &dx, PARTS);
            let sums = reference::param_gradient(&call, name, &x, &dy).unwrap();
            assert_close(name, &values(weights.grad(&gradients).unwrap()), &sums, 1e-4);
        }
    }
}
