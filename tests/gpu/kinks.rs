//! Gradients where derivatives jump: each row of the table in the documentation of `Kinks`, on the GPU and in the
//! reference. The values are what PyTorch 2.15, JAX 0.10 and TensorFlow 2.21 were seen to give.

use crate::common::gpu;
use crate::common::told::{no_output_derivative, told};
use wgpu_activations::Activation;
use wgpu_activations::activation::{ALL, Kinks};
use wgpu_activations::{Spec, reference};

/// A function, its parameter values, a kink, and the gradients there of PyTorch, JAX and TensorFlow.
type Row = (&'static str, &'static [f32], f32, [f32; 3]);

/// Where a system has no such function its entry is PyTorch's.
const ROWS: &[Row] = &[
    ("relu", &[], 0.0, [0.0, 0.0, 0.0]),
    ("leaky_relu", &[0.25], 0.0, [0.25, 1.0, 0.25]),
    ("leaky_relu", &[-0.5], 0.0, [-0.5, 1.0, -0.5]),
    ("prelu", &[0.25], 0.0, [0.25, 1.0, 0.25]),
    ("prelu", &[-0.5], 0.0, [-0.5, 1.0, -0.5]),
    ("relu6", &[], 0.0, [0.0, 0.0, 0.0]),
    ("relu6", &[], 6.0, [0.0, 0.0, 0.0]),
    ("hardtanh", &[-1.0, 1.0], -1.0, [0.0, 1.0, 1.0]),
    ("hardtanh", &[-1.0, 1.0], 1.0, [0.0, 1.0, 1.0]),
    ("clip", &[-1.5, 2.0], -1.5, [0.0, 0.5, 1.0]),
    ("clip", &[-1.5, 2.0], 2.0, [0.0, 0.5, 1.0]),
    ("clip", &[0.5, 0.5], 0.5, [0.0, 0.25, 1.0]),
    ("clip", &[1.0, -1.0], 1.0, [0.0, 0.0, 0.0]),
    // An absent bound is no kink, at its own infinity either.
    ("clip", &[f32::NEG_INFINITY, 2.0], 2.0, [0.0, 0.5, 1.0]),
    ("clip", &[f32::NEG_INFINITY, 2.0], f32::NEG_INFINITY, [1.0, 1.0, 1.0]),
    ("clip", &[-1.5, f32::INFINITY], f32::INFINITY, [1.0, 1.0, 1.0]),
    ("clip", &[-1.5, 2.0], f32::INFINITY, [0.0, 0.0, 0.0]),
    ("hardsigmoid", &[1.0 / 6.0, 0.5], -3.0, [0.0, 0.0, 0.0]),
    ("hardsigmoid", &[1.0 / 6.0, 0.5], 3.0, [0.0, 0.0, 0.0]),
    ("hardswish", &[], -3.0, [0.0, 0.0, 0.0]),
    ("hardswish", &[], 3.0, [1.0, 1.0, 1.0]),
    ("elu", &[2.0], 0.0, [2.0, 2.0, 2.0]),
    ("selu", &[2.0, 1.5], 0.0, [3.0, 3.0, 1.5]),
    ("celu", &[2.0], 0.0, [1.0, 1.0, 2.0]),
    ("sparse_sigmoid", &[], -1.0, [0.0, 0.25, 0.0]),
    ("sparse_sigmoid", &[], 1.0, [0.0, 0.25, 0.0]),
    ("abs", &[], 0.0, [0.0, 1.0, 0.0]),
    ("hardshrink", &[0.5], 0.5, [0.0, 0.0, 0.0]),
    ("hardshrink", &[0.5], -0.5, [0.0, 0.0, 0.0]),
    ("softshrink", &[0.5], 0.5, [0.0, 0.0, 0.0]),
    ("softshrink", &[0.5], -0.5, [0.0, 0.0, 0.0]),
    ("threshold", &[0.5, -3.0], 0.5, [0.0, 0.0, 0.0]),
    ("thresholded_relu", &[1.0], 1.0, [0.0, 0.0, 0.0]),
];

#[test]
fn every_system_has_its_gradients() {
    let gpu = gpu();
    for &(name, params, kink, expected) in ROWS {
        for (kinks, expected) in Kinks::ALL.into_iter().zip(expected) {
            let function = Activation::find(name).unwrap().with(params).kinks(kinks);
            let dx = reference::backward(&function, &[kink], &[1.0]).unwrap();
            assert_eq!(dx, [f64::from(expected)], "reference of {name} at {kink} as in {kinks}");
            let Some(gpu) = gpu else { continue };
            let dx = gpu.backward(&function, &[kink], &[1.0]).unwrap();
            assert_eq!(dx, [expected], "{name} at {kink} as in {kinks}");
        }
    }
}

#[test]
fn every_difference_is_in_the_table() {
    for a in ALL {
        for &(kinks, dx) in a.kinks_of {
            assert_ne!(kinks, Kinks::Torch, "{}: PyTorch's choice is `dx` itself", a.name);
            let place = Kinks::ALL.iter().position(|&k| k == kinks).unwrap();
            let told = ROWS.iter().any(|(name, _, _, [torch, rest @ ..])| *name == a.name && rest[place - 1] != *torch);
            assert!(told, "{}: no row shows how {kinks} differs", a.name);
            // The choice concerns kinks alone.
            let params: Vec<f64> = a.params.iter().map(|p| p.default).collect();
            for x in [-7.3, -0.9, -0.1, 0.2, 0.7, 5.5] {
                assert_eq!(dx(x, &params), (a.dx)(x, &params), "{} at {x} as in {kinks}", a.name);
            }
        }
    }
}

#[test]
fn an_output_tells_nothing_of_kinks() {
    let leaky = Activation::find("leaky_relu").unwrap();
    let refused = Spec::backward_from_output(leaky).kinks(Kinks::Jax).check();
    assert_eq!(told(refused.clone()), Err(no_output_derivative("leaky_relu")));
    assert_eq!(
        reference::backward(leaky.function().kinks(Kinks::Jax).from_output(), &[0.0], &[1.0]).err(),
        refused.err()
    );
    assert_eq!(Spec::backward_from_output(leaky).kinks(Kinks::Tf).check(), Ok(()));
    assert!("numpy".parse::<Kinks>().is_err());
}
