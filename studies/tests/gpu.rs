//! Nets on the GPU.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use wgpu_activations::activation::{ABS, MISH, RELU, SELU, SQUARE, SWISH};
use wgpu_activations::gate::{REGLU, SWIGLU, SWIGLU_CLAMP};
use wgpu_activations::row::SOFTMAX;
use wgpu_activations::{Activation, Gate, Gpu, Op};
use wgpu_activations_studies::flow::{self, Flow};
use wgpu_activations_studies::gain::Gain;
use wgpu_activations_studies::landscape::{self, Landscape};
use wgpu_activations_studies::stats::Stats;
use wgpu_activations_studies::train::{self, Training};
use wgpu_activations_studies::{Error, Init, Table};

/// Without an adapter tests fail where one is required, and say so elsewhere.
fn gpu() -> Option<Gpu> {
    match Gpu::new() {
        Ok(gpu) => Some(gpu),
        Err(error) if std::env::var_os("REQUIRE_GPU").is_none() => {
            eprintln!("NOT RUN: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn selu_holds_its_mean_and_variance_through_100_layers() {
    let Some(gpu) = gpu() else { return };
    let setting = flow::Setting { depth: 100, width: 128, batch: 64, init: Init::Lecun, seed: 5 };
    let selu = Flow::of(&gpu, &SELU, &[], setting).unwrap();
    for layer in &selu.layers {
        assert!(layer.mean.abs() < 0.2 && (0.6..1.6).contains(&layer.variance), "{layer:?}");
    }
    // Others with these weights fade.
    let mish = Flow::of(&gpu, &MISH, &[], setting).unwrap();
    assert!(mish.layers[99].variance < 1e-6 && mish.factor < 0.9, "{:?}", mish.layers[99]);
}

#[test]
fn half_of_relu_is_zero_and_the_same_seed_gives_the_same_numbers() {
    let Some(gpu) = gpu() else { return };
    let setting = flow::Setting { depth: 4, width: 200, batch: 100, init: Init::He, seed: 1 };
    let once = Flow::of(&gpu, &RELU, &[], setting).unwrap();
    let first = &once.layers[0];
    assert!((first.zeros - 0.5).abs() < 0.02 && first.zeros == first.flat, "{first:?}");
    // E[relu(z)^2] = 1 where z has a variance of 2.
    assert!((first.variance + first.mean * first.mean - 1.0).abs() < 0.1, "{first:?}");
    assert_eq!(once.layers[3].gradient_norm, 1.0);
    assert_eq!(Flow::of(&gpu, &RELU, &[], setting).unwrap(), once);
    assert_ne!(Flow::of(&gpu, &RELU, &[], flow::Setting { seed: 2, ..setting }).unwrap(), once);
}

#[test]
fn moments_agree_with_those_of_random_numbers_on_the_gpu() {
    let Some(gpu) = gpu() else { return };
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let z: Vec<f32> = (&mut rng).sample_iter(StandardNormal).take(8 << 20).collect();
    let ones = vec![1.0; z.len()];
    let mean_square =
        |values: Vec<f32>| values.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>() / values.len() as f64;
    for function in [&RELU, &MISH, &SWISH] {
        let gain = Gain::of(function, &[], 1.0, 0.0).unwrap();
        let found = [
            (mean_square(gpu.forward(function, &z).unwrap()), gain.second_moment),
            (mean_square(gpu.backward(function, &z, &ones).unwrap()), gain.derivative_second_moment),
        ];
        for (found, expected) in found {
            assert!((found / expected - 1.0).abs() < 2.5e-3, "{}: {found}, {expected}", function.name);
        }
    }
}

#[test]
fn gates_take_both_halves_of_a_layer() {
    let Some(gpu) = gpu() else { return };
    let setting = flow::Setting { depth: 3, width: 200, batch: 100, init: Init::Matched, seed: 1 };
    let of = |gate: &'static Gate, params: &[f32]| Flow::of(&gpu, gate, params, setting).unwrap();
    let reglu = of(&REGLU, &[]);
    let first = &reglu.layers[0];
    // a and b have a variance of 1, and E[relu(a)^2 b^2] is half of that; the gain makes it 1 again.
    assert!((first.zeros - 0.5).abs() < 0.02, "{first:?}");
    assert!((first.variance / 0.5 - 1.0).abs() < 0.15, "{first:?}");
    assert!((reglu.layers[1].variance / first.variance - 1.0).abs() < 0.4, "{:?}", reglu.layers[1]);
    // With a closed gate nothing arrives along a or b: half the numbers, up to b's near 0.
    assert!((0.5..0.51).contains(&first.flat) && first.dead == 0.0, "{first:?}");
    assert_eq!(of(&REGLU, &[]), reglu);
    // Parameters reach the kernel: with a tight limit values are small.
    let clamped = of(&SWIGLU_CLAMP, &[1.0, 0.01, 0.0]);
    assert!(clamped.layers[2].variance < of(&SWIGLU_CLAMP, &[]).layers[2].variance, "{clamped:?}");
    let trained = quick(&SWIGLU, &Table::digits(), train::Setting { epochs: 8, ..Default::default() });
    assert!(trained.last().unwrap().accuracy > 0.92, "{trained:?}");
    let image = Landscape::of(&gpu, &SWIGLU, &[], landscape::Setting { side: 50, ..Default::default() }).unwrap();
    assert!(image.roughness < 0.05 && image.values.iter().all(|v| v.is_finite()), "{}", image.roughness);
    let error = Flow::of(&gpu, &SOFTMAX, &[], setting).unwrap_err();
    assert_eq!(error.to_string(), "softmax is no function of a unit: choose one of a number, or a gate");
}

#[test]
fn dead_units_of_a_gate_are_those_that_nothing_reaches() {
    let Some(gpu) = gpu() else { return };
    // Two units: gates of the first row, then what passes.
    let x = [-1.0, 2.0, 3.0, 4.0, -5.0, 6.0, 7.0, 8.0];
    let stats = Stats::of(&gpu, &REGLU, &[], &x, 4).unwrap();
    assert_eq!((stats.after.zeros, stats.dead, stats.dead_columns), (0.5, 0.5, vec![0]));
    assert!(matches!(Stats::of(&gpu, &REGLU, &[], &x[..3], 3), Err(Error::Library(_))));
}

#[test]
fn a_function_without_a_reference_has_matched_weights_too() {
    let Some(gpu) = gpu() else { return };
    let text = "fn study_ramp(x: f32) -> f32 { return max(x, 0.0); }\nfn study_ramp_dx(x: f32) -> f32 { return select(0.0, 1.0, x > 0.0); }";
    let own = Activation::custom("study_ramp", text, &[]).unwrap();
    let [own, relu] = [own, &RELU].map(|of| Init::Matched.scale(&gpu, of, &[]).unwrap());
    assert!((own / relu - 1.0).abs() < 1e-6, "{own} {relu}");
}

fn quick(function: impl Into<Op>, table: &Table, setting: train::Setting) -> Training {
    Training::of(&gpu().unwrap(), function, &[], table, setting, || {}).unwrap()
}

#[test]
fn digits_are_learned() {
    if gpu().is_none() {
        return;
    }
    let setting = train::Setting { epochs: 10, ..Default::default() };
    let training = quick(&SWISH, &Table::digits(), setting);
    let [first, last] = [training.epochs[0], training.last().unwrap()];
    assert!(training.epochs.len() == 11 && first.accuracy < 0.3 && last.accuracy > 0.94, "{:?}", training.epochs);
    assert!(last.loss < 0.25 && first.loss > 1.5, "{:?}", training.epochs);
    // Each layer has learned a beta of its own.
    let betas: Vec<f32> = training.learned.iter().map(|params| params[0].1).collect();
    assert!(betas.len() == 2 && betas[0] != betas[1] && betas.iter().all(|b| (b - 1.0).abs() < 0.5), "{betas:?}");
}

#[test]
fn one_unit_of_abs_learns_xor_and_one_of_relu_does_not() {
    if gpu().is_none() {
        return;
    }
    let setting = |seed| train::Setting { depth: 1, width: 1, epochs: 150, rate: 0.02, seed, ..Default::default() };
    let best = |function| {
        let accuracy = |seed| quick(function, &Table::xor(), setting(seed)).last().unwrap().accuracy;
        (0..3).map(accuracy).fold(0.0, f64::max)
    };
    assert_eq!(best(&ABS), 1.0);
    assert!(best(&RELU) < 0.9);
}

#[test]
fn divergence_is_a_result() {
    if gpu().is_none() {
        return;
    }
    let setting = train::Setting { depth: 8, width: 16, epochs: 2, rate: 10.0, ..Default::default() };
    let last = quick(&SQUARE, &Table::digits(), setting).last().unwrap();
    assert!(!last.loss.is_finite() || last.loss > 1e3, "{last:?}");
    assert!(last.accuracy < 0.3, "{last:?}");
}

#[test]
fn what_makes_no_net_is_refused() {
    let Some(gpu) = gpu() else { return };
    let of = |setting| Flow::of(&gpu, &RELU, &[], setting).unwrap_err().to_string();
    let good = flow::Setting { depth: 2, width: 8, batch: 8, init: Init::He, seed: 0 };
    assert_eq!(of(flow::Setting { depth: 0, ..good }), "the depth is from 1 to 10000, not 0");
    assert_eq!(of(flow::Setting { width: 1, ..good }), "the width is from 2 to 16384, not 1");
    assert!(of(flow::Setting { batch: 1, ..good }).contains("the batch"));
    let table = Table::xor();
    let good = train::Setting { epochs: 1, ..Default::default() };
    let of = |setting| Training::of(&gpu, &RELU, &[], &table, setting, || {}).unwrap_err();
    assert!(matches!(of(train::Setting { depth: 0, ..good }), Error::Setting { what: "the depth", value: 0, .. }));
    assert!(matches!(of(train::Setting { noise: f64::NAN, ..good }), Error::Deviation { of: "noise", .. }));
    let error = Training::of(&gpu, &SWISH, &[1.0, 2.0], &table, good, || {}).unwrap_err().to_string();
    assert!(error.contains("swish"), "{error}");
}

#[test]
fn landscapes_of_relu_have_facets_and_those_of_mish_do_not() {
    let Some(gpu) = gpu() else { return };
    let setting = landscape::Setting { side: 200, ..Default::default() };
    let of = |function| Landscape::of(&gpu, function, &[], setting).unwrap();
    let (relu, mish) = (of(&RELU), of(&MISH));
    assert!(relu.values.len() == 200 * 200 && relu.values.iter().all(|v| v.is_finite()));
    assert!(relu.roughness > 5.0 * mish.roughness + 0.005, "{} {}", relu.roughness, mish.roughness);
    assert!((1.0..20.0).contains(&relu.variation), "{}", relu.variation);
    // Points in more than one batch are the same as in one.
    let first = Landscape::of(&gpu, &MISH, &[], landscape::Setting { side: 100, ..setting }).unwrap();
    assert_eq!(first.values[0], mish.values[0]);
    assert_eq!(first.values[99 * 100 + 99], mish.values[199 * 200 + 199]);
    for wrong in [landscape::Setting { side: 3, ..setting }, landscape::Setting { reach: 0.0, ..setting }] {
        assert!(Landscape::of(&gpu, &RELU, &[], wrong).is_err());
    }
}
