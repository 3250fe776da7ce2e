//! Where burn's own functions are wrong, these are right.

use burn::tensor::Tensor;
use burn::tensor::activation as theirs;
use wgpu_activations_burn::activation as ours;
use wgpu_activations_burn::wgpu_activations::activation::{GELU, SILU, SOFTPLUS, TANH};
use wgpu_activations_burn::wgpu_activations::{With, reference};

use crate::{device, tensor, values};

/// The largest error in parts of the true result, and where.
fn worst(got: &[f32], expected: &[f64]) -> f64 {
    let parts = got.iter().zip(expected).map(|(&got, &e)| ((f64::from(got) - e) / e.abs().max(1e-37)).abs());
    parts.fold(0.0, |worst, part| if part.is_nan() { f64::INFINITY } else { worst.max(part) })
}

fn gradient(f: fn(Tensor<1>) -> Tensor<1>, x: &[f32]) -> Vec<f32> {
    let x = tensor(x, [x.len()], &device().autodiff()).require_grad();
    let gradients = f(x.clone()).sum().backward();
    values(x.grad(&gradients).unwrap())
}

#[test]
fn gradient_of_gelu() {
    let x: Vec<f32> = (0..800).map(|i| i as f32 / 100.0 - 4.005).collect();
    let expected = reference::backward(With::from(&GELU), &x, &vec![1.0; x.len()]).unwrap();
    // Near the root of the derivative relative errors grow without bound.
    let far = |x: f32| (x + 0.7518).abs() > 0.1;
    let keep = |all: &[f32]| all.iter().zip(&x).filter(|(_, x)| far(**x)).map(|(v, _)| *v).collect::<Vec<_>>();
    let expected: Vec<f64> = expected.into_iter().zip(&x).filter(|(_, x)| far(**x)).map(|(e, _)| e).collect();
    assert!(worst(&keep(&gradient(ours::gelu, &x)), &expected) < 1e-5);
    assert!(worst(&keep(&gradient(theirs::gelu, &x)), &expected) > 1e-2, "burn has mended it: say so in README");
}

#[test]
fn tails() {
    let x = [-80.0, -60.0, -40.0, -25.0, -20.0, -18.0, -17.0f32];
    let y = |f: fn(Tensor<1>) -> Tensor<1>| values(f(tensor(&x, [x.len()], &device())));
    for (function, ours) in [
        (With::from(&SILU), ours::silu as fn(Tensor<1>) -> Tensor<1>),
        (SOFTPLUS.with(1.0), |x| ours::softplus(x, 1.0)),
    ] {
        assert!(worst(&y(ours), &reference::forward(&function, &x).unwrap()) < 1e-6, "{}", function.op().name());
    }
    let x = [9.5, 12.0, 20.0, 40.0f32];
    let expected = reference::backward(With::from(&TANH), &x, &[1.0; 4]).unwrap();
    assert!(worst(&gradient(ours::tanh, &x), &expected) < 1e-5);
    assert!(worst(&gradient(theirs::tanh, &x), &expected) > 0.5, "burn has mended it: say so in README");
}

#[test]
fn the_ends_of_f32() {
    let x = [f32::NEG_INFINITY, -3e38, 3e38, f32::INFINITY, f32::NAN, -0.0];
    let y = values(ours::gelu(tensor(&x, [x.len()], &device())));
    assert_eq!(y[..4], [-0.0, -0.0, 3e38, f32::INFINITY]);
    assert!(y[4].is_nan() && y[5] == 0.0);
}
