//! Layouts, element types, what is held elsewhere, and what does not fit.

use burn::tensor::{DType, FloatDType, Tensor, TensorData};
use wgpu_activations_burn::wgpu_activations::activation::{
    BINARY_STEP, GELU, LEAKY_RELU, PELU, PRELU, RELU, SILU, SOFTPLUS,
};
use wgpu_activations_burn::wgpu_activations::gate::SWIGLU;
use wgpu_activations_burn::wgpu_activations::row::{HARDMAX, MASKED_SOFTMAX, MAXOUT, SOFTMAX, SPARSEMAX};
use wgpu_activations_burn::wgpu_activations::{With, reference};
use wgpu_activations_burn::{Error, activation, elementwise, gate, rows, weighted};

use crate::{assert_close, device, noise, tensor, values};

fn silu(x: &[f32]) -> Vec<f64> {
    reference::forward(With::from(&SILU), x).unwrap()
}

#[test]
fn views_are_what_they_show() {
    let x = noise(1, 60);
    let whole = tensor(&x, [3, 4, 5], &device());
    let views: [Tensor<3>; 5] = [
        whole.clone().swap_dims(0, 2),
        whole.clone().slice([1..3, 0..3, 2..5]),
        whole.clone().slice([1..2, 1..2, 1..2]).expand([3, 4, 5]),
        whole.clone().flip([2]),
        whole.clone().narrow(0, 2, 1),
    ];
    for (i, view) in views.into_iter().enumerate() {
        let seen = values(view.clone());
        assert_close(&format!("view {i}"), &values(activation::silu(view.clone())), &silu(&seen), 1e-6);
        let other = view.clone().swap_dims(0, 2) + 1.0;
        let other = other.swap_dims(0, 2);
        let expected = reference::forward(With::from(&SWIGLU), (&seen, &values(other.clone()))).unwrap();
        assert_close(&format!("gate of view {i}"), &values(activation::swiglu(view, other)), &expected, 1e-6);
    }
    let turned = activation::softmax(whole.clone().swap_dims(0, 2), 1).swap_dims(0, 2);
    let straight = activation::softmax(whole, 1);
    assert_eq!(values(turned), values(straight));
}

#[test]
fn gradients_of_views() {
    let x = noise(2, 60);
    let input = tensor(&x, [3, 4, 5], &device().autodiff()).require_grad();
    let y = activation::silu(input.clone().swap_dims(0, 1)).swap_dims(0, 1);
    let gradients = (y * tensor(&x, [3, 4, 5], &device().autodiff())).sum().backward();
    let expected = reference::backward(With::from(&SILU), &x, &x).unwrap();
    assert_close("silu", &values(input.grad(&gradients).unwrap()), &expected, 2e-6);
}

#[test]
fn inputs_that_others_hold_stay() {
    let x = noise(3, 1001);
    let held = tensor(&x, [1001], &device());
    let y = activation::silu(held.clone());
    assert_eq!(values(held), x);
    assert_close("held", &values(y), &silu(&x), 1e-6);
    // Nobody holds this one.
    assert_close("alone", &values(activation::silu(tensor(&x, [1001], &device()))), &silu(&x), 1e-6);
    // Among operations that burn fuses.
    let x = tensor(&x, [1001], &device());
    let chain = activation::silu((x.clone() * 2.0 + 1.0).exp().log()) * 3.0 - x.clone();
    let expected: Vec<f64> = values(x)
        .iter()
        .map(|&x| {
            let inner = f64::from(x) * 2.0 + 1.0;
            3.0 * inner / (1.0 + (-inner).exp()) - f64::from(x)
        })
        .collect();
    assert_close("chain", &values(chain), &expected, 1e-3);
}

#[test]
fn one_tensor_in_two_places() {
    let x = noise(9, 60);
    let held = tensor(&x, [12, 5], &device().autodiff()).require_grad();
    let y = activation::swiglu(held.clone(), held.clone());
    assert_close("gate", &values(y.clone()), &reference::forward(&SWIGLU, (&x, &x)).unwrap(), 1e-6);
    let (da, db) = reference::backward(&SWIGLU, (&x, &x), &[1.0; 60]).unwrap();
    let sum: Vec<f64> = da.iter().zip(&db).map(|(a, b)| a + b).collect();
    assert_close("gate's gradient", &values(held.grad(&y.sum().backward()).unwrap()), &sum, 2e-6);
    // The upstream gradient is the result itself.
    let held = tensor(&x, [12, 5], &device().autodiff()).require_grad();
    let y = activation::softmax(held.clone(), 1);
    let gradients = (y.clone() * y.clone().detach()).sum().backward();
    let y = values(y);
    let rows = wgpu_activations_burn::wgpu_activations::Extent::along(&[12, 5], -1).unwrap();
    let expected = reference::backward(SOFTMAX.along(rows), &y, &y).unwrap();
    assert_close("softmax", &values(held.grad(&gradients).unwrap()), &expected, 1e-5);
}

#[test]
fn sixteen_bits() {
    let x = noise(4, 1003);
    for (dtype, parts) in [(DType::F16, 6e-4), (DType::BF16, 5e-3)] {
        // Given as they are: burn casts no bf16 in WGSL.
        let data = TensorData::new(x.clone(), [1003]).convert_dtype(dtype);
        let rounded: Vec<f32> = data.clone().convert::<f32>().try_to_vec().unwrap();
        let y = activation::gelu(Tensor::<1>::from_data(data, (&device(), dtype)));
        assert_eq!(y.dtype(), dtype);
        assert_close("gelu", &values(y), &reference::forward(&GELU, &rounded).unwrap(), parts);
    }

    // Weights of 16 bits, whose gradient is summed in f32.
    let device = device().autodiff();
    let x = tensor(&x, [17, 59], &device).cast(FloatDType::F16).require_grad();
    let weights = tensor(&[0.25; 59], [59], &device).cast(FloatDType::F16).require_grad();
    let y = activation::prelu(x.clone(), weights.clone());
    let gradients = y.sum().backward();
    let rounded = values(x.clone());
    let expected: Vec<f64> = (0..59).map(|c| (0..17).map(|r| f64::from(rounded[r * 59 + c].min(0.0))).sum()).collect();
    let [dx, sums] = [values(x.grad(&gradients).unwrap()), values(weights.grad(&gradients).unwrap())];
    assert_eq!(weights.grad(&gradients).unwrap().dtype(), DType::F16);
    assert_close("weights", &sums, &expected, 6e-4);
    assert_eq!(dx, rounded.iter().map(|&x| if x > 0.0 { 1.0 } else { 0.25 }).collect::<Vec<f32>>());
}

#[test]
fn any_function_of_the_catalogue() {
    let x = noise(5, 999);
    let shape = [27, 37];
    let input = || tensor(&x, shape, &device());
    let leaky = elementwise(input(), LEAKY_RELU.with(0.3)).unwrap();
    assert_close("leaky_relu", &values(leaky), &reference::forward(LEAKY_RELU.with(0.3), &x).unwrap(), 1e-6);
    let call = SPARSEMAX.along(wgpu_activations_burn::wgpu_activations::Extent::along(&shape, 0).unwrap());
    let sparse = rows(input(), &SPARSEMAX, 0).unwrap();
    assert_close("sparsemax", &values(sparse), &reference::forward(call, &x).unwrap(), 1e-4);
    // What has no gradient is a constant.
    let leaf = tensor(&x, shape, &device().autodiff()).require_grad();
    let y = rows(leaf.clone(), &HARDMAX, 1).unwrap() * leaf.clone();
    let gradients = y.sum().backward();
    let ones = values(leaf.grad(&gradients).unwrap());
    assert_eq!(ones.iter().sum::<f32>(), 27.0);
    assert_eq!(values(elementwise(input(), &BINARY_STEP).unwrap())[0], f32::from(x[0] > 0.0));
}

#[test]
fn recomputed_where_burn_keeps_nothing() {
    let x = noise(6, 640);
    let device = device().autodiff().gradient_checkpointing();
    let leaf = tensor(&x, [640], &device).require_grad();
    let y = activation::silu(activation::mish(activation::gelu(leaf.clone())));
    let got = values(leaf.grad(&y.sum().backward()).unwrap());
    let plain = tensor(&x, [640], &crate::device().autodiff()).require_grad();
    let y = activation::silu(activation::mish(activation::gelu(plain.clone())));
    assert_eq!(got, values(plain.grad(&y.sum().backward()).unwrap()));
}

#[test]
fn nothing_is_nothing() {
    let empty = || Tensor::<2>::empty([0, 5], &device());
    assert_eq!(activation::gelu(empty()).dims(), [0, 5]);
    assert_eq!(activation::softmax(empty(), 1).dims(), [0, 5]);
    assert_eq!(activation::swiglu(empty(), empty()).dims(), [0, 5]);
    assert_eq!(activation::prelu(empty(), tensor(&[0.1; 5], [5], &device())).dims(), [0, 5]);
}

#[test]
fn large_tensors_go_in_windows() {
    let len = (1 << 22) + 3;
    let x = noise(7, len);
    let y = values(activation::silu(tensor(&x, [len], &device())));
    let expected = silu(&x[len - 100..]);
    assert_close("end", &y[len - 100..], &expected, 1e-6);
    let rows = tensor(&x[..1 << 22], [2, 1 << 21], &device());
    // Added up here: burn's own sum of so many ends early on Mesa's software driver.
    let y = values(activation::softmax(rows, 1));
    let sums: Vec<f32> = y.chunks(1 << 21).map(|row| row.iter().map(|&y| f64::from(y)).sum::<f64>() as f32).collect();
    assert_close("rows", &sums, &[1.0; 2], 1e-5);
}

#[test]
fn what_does_not_fit_is_told() {
    let x = || tensor(&noise(8, 60), [3, 4, 5], &device());
    let told = |result: Result<Tensor<3>, Error>, words: &str| {
        let error = result.map(|_| words).unwrap_err().to_string();
        assert!(error.contains(words), "{error:?} does not say {words:?}");
    };
    told(elementwise(x(), &SOFTMAX), "rows");
    told(rows(x(), &RELU, 1), "elementwise");
    told(gate(x(), x(), &RELU), "elementwise");
    told(elementwise(x(), LEAKY_RELU.with(f32::NAN)), "negative_slope");
    told(elementwise(x(), LEAKY_RELU.with([1.0, 2.0])), "parameter");
    told(rows(x(), &SOFTMAX, 3), "axis 3");
    told(rows(x(), &MASKED_SOFTMAX, 2), "more than one tensor");
    told(rows(x(), &MAXOUT, 2), "another shape");
    told(gate(x(), x().swap_dims(0, 1), &SWIGLU), "[4, 3, 5]");
    told(weighted(x(), &PRELU, tensor(&[0.1; 3], [3], &device())), "3 weights");
    told(weighted(x(), &PELU, tensor(&[0.1], [1], &device())), "one parameter");
    told(weighted(x(), &SOFTPLUS, tensor(&[0.1], [1], &device())), "beta");
}
