//! The reference's functions over slices: channels, NaN, and errors for what does not fit.

use wgpu_activations::activation::{ALL, GELU, LEAKY_RELU, LINEAR, PRELU, RELU, SELU, SIGMOID};
use wgpu_activations::{Activation, Error, Extent, Result, reference};

use crate::common::told::{count, length, no_output_derivative, not_trainable, told};

const X: [f32; 6] = [-3.0, -0.5, -0.0, 0.25, 2.0, 7.0];
const DY: [f32; 6] = [1.0, -2.0, 0.5, 3.0, -0.125, 4.0];

/// f(x) or dy f'(x) by the catalogue's scalar function.
fn by_hand(a: &Activation, f: fn(f64, &[f64]) -> f64, factors: [f32; 6]) -> Vec<f64> {
    let params: Vec<f64> = a.params.iter().map(|p| f64::from(p.default as f32)).collect();
    X.iter().zip(factors).map(|(&x, g)| f(f64::from(x), &params) * f64::from(g)).collect()
}

/// Every digit, with one NaN and one 0.
fn shown(result: Result<Vec<f64>>) -> String {
    format!("{:?}", result.map(|values| values.into_iter().map(|v| v + 0.0).collect::<Vec<f64>>()))
}

#[test]
fn slices_are_mapped() {
    for &a in ALL {
        let name = a.name;
        assert_eq!(shown(reference::forward(a, &X)), shown(Ok(by_hand(a, a.value, [1.0; 6]))), "{name}");
        assert_eq!(shown(reference::backward(a, &X, &DY)), shown(Ok(by_hand(a, a.dx, DY))), "{name}");
        match a.dx_from_y {
            Some(f) => {
                let got = reference::backward(a.function().from_output(), &X, &DY);
                assert_eq!(shown(got), shown(Ok(by_hand(a, f, DY))), "{name}");
            }
            None => {
                let error = reference::backward(a.function().from_output(), &X, &DY);
                assert_eq!(told(error), Err(no_output_derivative(name)), "{name}");
            }
        }
        for p in a.params {
            let got = reference::param_gradient(a, p.name, &X, &DY);
            match p.gradient {
                Some(f) => assert_eq!(got, Ok(vec![by_hand(a, f, DY).iter().sum()]), "{name} {}", p.name),
                None => assert_eq!(told(got), Err(not_trainable(name, p.name)), "{name}"),
            }
        }
        assert_eq!(reference::forward(a, &[0.0; 0]), Ok(Vec::new()), "{name}: no element");
    }
    assert_eq!(reference::param_gradient(&PRELU, "weight", &[0.0; 0], &[]), Ok(vec![0.0]), "the sum of nothing");
}

#[test]
fn nan_stays_and_zero_slopes_stop_infinities() {
    let (nan, inf) = (f32::NAN, f32::INFINITY);
    for &a in ALL {
        let all_nan = |result: Result<Vec<f64>>| result.unwrap().iter().all(|v| v.is_nan());
        assert!(all_nan(reference::forward(a, &[nan])), "{}: forward", a.name);
        assert!(all_nan(reference::backward(a, &[nan, -1.5, 2.0], &[1.0, nan, nan])), "{}: backward", a.name);
        if a.has_output_derivative() {
            assert!(
                all_nan(reference::backward(a.function().from_output(), &[nan, 0.5], &[1.0, nan])),
                "{}: from output",
                a.name
            );
        }
        for p in a.params.iter().filter(|p| p.trainable()) {
            assert!(all_nan(reference::param_gradient(a, p.name, &[1.0, nan], &[1.0, 1.0])), "{}: {}", a.name, p.name);
        }
    }
    assert_eq!(reference::backward(&RELU, &[-1.0, 1.0], &[inf, inf]), Ok(vec![0.0, f64::INFINITY]), "relu");
}

#[test]
fn channels_have_their_own_parameters() {
    let extent = Extent::along(&[2, 3, 2], 1).unwrap();
    let weights = [0.5f32, -2.0, 4.0];
    let x: Vec<f32> = (1..=12).map(|k| -(k as f32)).collect();
    let dy = vec![1.0; 12];
    let prelu = || PRELU.function().per_channel(&weights, extent);
    let slopes = [0.5, 0.5, -2.0, -2.0, 4.0, 4.0, 0.5, 0.5, -2.0, -2.0, 4.0, 4.0];
    let forward: Vec<f64> = x.iter().zip(slopes).map(|(&x, s)| f64::from(x) * s).collect();
    assert_eq!(reference::forward(prelu(), &x), Ok(forward), "prelu");
    assert_eq!(reference::backward(prelu(), &x, &dy), Ok(slopes.to_vec()), "prelu");
    // Channel 0 has the elements -1, -2, -7, -8, and so on.
    assert_eq!(reference::param_gradient(prelu(), "weight", &x, &dy), Ok(vec![-18.0, -26.0, -34.0]), "prelu");

    // The values of the first parameter come first, then those of the second.
    let slope_and_bias = [1.0, 10.0, 100.0, 0.25, 0.5, 0.75];
    let last = Extent::along(&[2, 3], -1).unwrap();
    let linear = || LINEAR.function().per_channel(&slope_and_bias, last);
    let ones = [1.0f32; 6];
    assert_eq!(reference::forward(linear(), &ones), Ok(vec![1.25, 10.5, 100.75, 1.25, 10.5, 100.75]), "linear");
    assert_eq!(reference::param_gradient(linear(), "bias", &ones, &[2.0; 6]), Ok(vec![4.0; 3]), "linear");

    let none = Extent::along(&[4, 0], 1).unwrap();
    let empty = LINEAR.function().per_channel(&[], none);
    assert_eq!(reference::param_gradient(empty, "bias", &[0.0; 0], &[]), Ok(Vec::new()), "no channel, no sum");
}

#[test]
fn wrong_calls_give_the_right_errors() {
    for &a in ALL {
        let function = a.name;
        let (expected, got) = (a.params.len() as u64, a.params.len() as u64 + 1);
        let too_many = vec![0.5f32; a.params.len() + 1];
        let count = Err(count(function, expected, got));
        assert_eq!(told(reference::forward(a.with(too_many.as_slice()), &X)), count, "{function}");
        assert_eq!(told(reference::backward(a.with(too_many.as_slice()), &X, &DY)), count, "{function}");

        let length = Err(length(function, "dy", 6, 5));
        assert_eq!(told(reference::backward(a, &X, &DY[..5])), length, "{function}");
        if a.has_output_derivative() {
            assert_eq!(told(reference::backward(a.function().from_output(), &X, &DY[..5])), length, "{function}");
        }
        for p in a.params.iter().filter(|p| p.trainable()) {
            assert_eq!(told(reference::param_gradient(a, p.name, &X, &DY[..5])), length, "{function}");
        }

        let names: Vec<&str> = a.params.iter().map(|p| p.name).collect();
        match reference::param_gradient(a, "no_such", &X, &DY) {
            Err(Error::UnknownParameter { function: of, name, known, .. }) => {
                assert_eq!((of, name.as_str(), known), (function, "no_such", names));
            }
            other => panic!("{function}: {other:?}"),
        }
    }
    assert_eq!(told(reference::param_gradient(&SELU, "alpha", &X, &DY)), Err(not_trainable("selu", "alpha")));
    let no_output = reference::backward(GELU.function().from_output(), &X, &DY);
    assert_eq!(told(no_output), Err(no_output_derivative("gelu")));

    let pairs = Extent::along(&[3, 2], 1).unwrap();
    let one = LEAKY_RELU.function().per_channel(&[0.5], pairs);
    assert_eq!(told(reference::forward(one, &X)), Err(count("leaky_relu", 2, 1)));
    let two = LEAKY_RELU.function().per_channel(&[0.5, 0.25], pairs);
    assert!(matches!(reference::forward(&two, &X[..4]), Err(Error::Extent { .. })), "four elements as [3, 2]");
    assert!(matches!(reference::backward(&two, &X[..4], &DY[..4]), Err(Error::Extent { .. })));
    assert!(matches!(reference::param_gradient(two, "negative_slope", &X[..4], &DY[..4]), Err(Error::Extent { .. })));
    // A span beyond what kernels can count is an error already here, without a look at the data.
    let wide = Extent { outer: 0, channels: 1 << 31, inner: 1 };
    let sigmoid = SIGMOID.function().per_channel(&[], wide);
    assert!(matches!(reference::forward(sigmoid, &[0.0; 0]), Err(Error::TooLarge { .. })));
}
