//! Gains beside closed forms.

use std::f64::consts::PI;

use wgpu_activations::Activation;
use wgpu_activations::activation::{self, ABS, ALL, GELU, IDENTITY, LEAKY_RELU, RELU, SELU, SINE, TANH};
use wgpu_activations_studies::Error;
use wgpu_activations_studies::gain::{Fate, Gain};

fn gain(function: &'static Activation, params: &[f32]) -> Gain {
    Gain::of(function, params, 1.0, 0.0).unwrap()
}

fn near(got: f64, exact: f64, what: &str) {
    assert!((got - exact).abs() <= 1e-9 * (1.0 + exact.abs()), "{what}: {got} instead of {exact}");
}

#[test]
fn moments_are_those_of_closed_forms() {
    for (function, params, second, slopes) in [
        (&RELU, &[][..], 0.5, 0.5),
        (&IDENTITY, &[], 1.0, 1.0),
        (&ABS, &[], 1.0, 1.0),
        (&LEAKY_RELU, &[0.5], 0.625, 0.625),
        // (1 - exp(-2 w^2)) / 2, w^2 (1 + exp(-2 w^2)) / 2
        (&SINE, &[1.0], 0.5 * (1.0 - (-2.0f64).exp()), 0.5 * (1.0 + (-2.0f64).exp())),
        (&SINE, &[30.0], 0.5, 450.0),
        // E[z^2 Phi(z)^2] = 1/3 + 1 / (2 sqrt(3) pi)
        (&GELU, &[], 1.0 / 3.0 + 1.0 / (2.0 * 3f64.sqrt() * PI), gelu_slopes()),
    ] {
        let found = gain(function, params);
        near(found.second_moment, second, function.name);
        near(found.derivative_second_moment, slopes, function.name);
        near(found.gain, second.powf(-0.5), function.name);
        near(found.gain_compromise.powi(2), found.gain * found.gain_backward, function.name);
    }
    near(gain(&RELU, &[]).mean, 1.0 / (2.0 * PI).sqrt(), "relu's mean");
    near(gain(&RELU, &[]).dead, 0.5, "relu's dead half");
}

/// E[(Phi(z) + z phi(z))^2] by the trapezoidal rule, which is exact to rounding for such functions.
fn gelu_slopes() -> f64 {
    let step = 1.0 / 64.0;
    let term = |z: f64| {
        let density = (-0.5 * z * z).exp() / (2.0 * PI).sqrt();
        density * (GELU.dx)(z, &[]).powi(2)
    };
    (-64 * 12..=64 * 12).map(|k| term(f64::from(k) * step)).sum::<f64>() * step
}

#[test]
fn what_pytorch_has_stands_beside() {
    for (function, expected) in [(&RELU, 2f64.sqrt()), (&TANH, 5.0 / 3.0), (&SELU, 0.75)] {
        assert_eq!(gain(function, &[]).pytorch.unwrap().0, expected, "{}", function.name);
    }
    assert!(gain(&GELU, &[]).pytorch.is_none());
    near(gain(&LEAKY_RELU, &[0.5]).pytorch.unwrap().0, (2.0f64 / 1.25).sqrt(), "leaky_relu");
}

#[test]
fn variances_go_where_they_must() {
    // He's weights keep every variance of relu, so none is a point by itself.
    let kept = Gain::of(&RELU, &[], 2f64.sqrt(), 0.0).unwrap();
    assert!(matches!(kept.fate, Fate::Converges(q) if (q - 1.0).abs() < 1e-9) && kept.fixed_points.is_empty());
    near(kept.chi_1, 1.0, "relu's chi_1");
    assert_eq!(Gain::of(&RELU, &[], 1.0, 0.0).unwrap().fate, Fate::Vanishes);
    assert_eq!(Gain::of(&RELU, &[], 2.0, 0.0).unwrap().fate, Fate::Explodes);
    // sigma_w^2 q / 2 + sigma_b^2 = q
    let biased = Gain::of(&RELU, &[], 1.0, 1.0).unwrap();
    near(biased.fixed_points[0].variance, 2.0, "relu with biases");
    assert!((biased.fixed_points[0].slope - 0.5).abs() < 1e-6 && (biased.chi_1 - 0.5).abs() < 1e-9);
    // At the edge of chaos tanh's variance falls as slowly as 1 / layers, but it does not stay.
    assert_eq!(gain(&TANH, &[]).fate, Fate::Vanishes);
    assert!(matches!(Gain::of(&TANH, &[], 1.5, 0.0).unwrap().fate, Fate::Converges(q) if q > 0.1));
    // SELU draws mean and variance to (0, 1), by 0.782648 (Klambauer et al., 2017).
    let selu = gain(&SELU, &[]);
    assert!((selu.fixed_points[0].slope - 0.782_648).abs() < 1e-4, "{:?}", selu.fixed_points);
}

#[test]
fn curves_are_described() {
    let relu = gain(&RELU, &[]).shape;
    assert!(relu.lipschitz == 1.0 && relu.range == [0.0, f64::INFINITY] && relu.monotone);
    let tanh = gain(&TANH, &[]).shape;
    assert!((tanh.range[0] + 1.0).abs() < 1e-12 && (tanh.range[1] - 1.0).abs() < 1e-12 && tanh.lipschitz == 1.0);
    // 4 exp(-2 x) is 2^-25 at 9.4.
    assert!((tanh.alive_f16[1] - 9.36).abs() < 0.1 && tanh.alive_bf16[1] > 40.0, "{tanh:?}");
    let gelu = gain(&GELU, &[]).shape;
    assert!(!gelu.monotone && (gelu.range[0] + 0.169_971).abs() < 1e-4 && (gelu.lipschitz - 1.128_9).abs() < 1e-3);
}

#[test]
fn every_function_has_a_gain_or_says_why() {
    let mut without = Vec::new();
    for function in ALL {
        match Gain::of(function, &[], 1.0, 0.0) {
            Ok(found) => assert!(found.second_moment >= 0.0 && !found.chi_1.is_nan(), "{}", function.name),
            Err(Error::Undefined { .. }) => without.push(function.name),
            Err(error) => panic!("{}: {error}", function.name),
        }
    }
    without.sort_unstable();
    assert_eq!(without, ["log", "log1p", "rsqrt", "sqrt"]);
}

#[test]
fn what_is_no_net_is_refused() {
    for (weights, biases) in [(-1.0, 0.0), (f64::NAN, 0.0), (1.0, f64::INFINITY)] {
        assert!(matches!(Gain::of(&RELU, &[], weights, biases), Err(Error::Deviation { .. })));
    }
    assert!(matches!(Gain::of(&LEAKY_RELU, &[f32::NAN], 1.0, 0.0), Err(Error::Library(_))));
    assert!(matches!(Gain::of(&activation::RELU, &[1.0], 1.0, 0.0), Err(Error::Library(_))));
}
