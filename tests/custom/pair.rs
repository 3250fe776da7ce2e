//! Functions with the gradient of another.

use wgpu_activations::activation::{ELU, GELU, LEAKY_RELU, MISH, PRELU, RELU, SIGN, SRELU, SWISH, TANH};
use wgpu_activations::{Activation, Error, Extent, Gate, Op, Pass, Storage, reference, row};
use wgpu_activations_harness::check::{self, Case};

use crate::common::gpu;

#[test]
fn values_and_gradients_are_those_of_two_functions() {
    let x: Vec<f32> = (-300..300).map(|k| k as f32 * 0.03125).chain([f32::INFINITY, -0.0, 1e-42]).collect();
    let dy: Vec<f32> = (0..x.len()).map(|k| 1.0 + (k % 7) as f32).collect();
    for (value, gradient) in [(&RELU, &LEAKY_RELU), (&SIGN, &TANH), (&SWISH, &ELU), (&ELU, &SWISH), (&GELU, &MISH)] {
        let pair = value.with_gradient_of(gradient).unwrap();
        let Op::Activation(of) = pair.op() else { panic!("{pair:?}") };
        assert_eq!(of.name, format!("{}~{}", value.name, gradient.name));
        assert_eq!(reference::forward(&pair, &x), reference::forward(value, &x), "{}", of.name);
        assert_eq!(reference::backward(&pair, &x, &dy), reference::backward(gradient, &x, &dy), "{}", of.name);
        let Some(gpu) = gpu() else { continue };
        assert_eq!(gpu.forward(&pair, &x), gpu.forward(value, &x), "{}", of.name);
        assert_eq!(gpu.backward(&pair, &x, &dy), gpu.backward(gradient, &x, &dy), "{}", of.name);
        for storage in Storage::ALL {
            for case in Case::all(of) {
                for report in check::run(gpu, &case.thinned(16), storage).unwrap() {
                    assert!(report.ok, "{storage} {report}");
                }
            }
        }
    }
}

#[test]
fn parameters_are_those_of_both() {
    let pair = RELU.with_gradient_of(LEAKY_RELU.with(0.5)).unwrap();
    assert_eq!(pair.params(), [0.5]);
    assert_eq!(reference::backward(&pair, &[-1.0, 1.0], &[2.0, 2.0]), Ok(vec![1.0, 2.0]));
    let both = Activation::find("elu~celu").unwrap();
    assert_eq!(both.params.iter().map(|param| param.name).collect::<Vec<_>>(), ["alpha", "celu_alpha"]);
    // The gradient's do not move the value.
    assert_eq!(both.passes(), [Pass::Forward, Pass::Backward, Pass::ParamGradient(0)]);
    let trained = Activation::find("swish~leaky_relu").unwrap();
    let [x, dy] = [[-1.5f32, 0.5, 2.0], [1.0, 2.0, 3.0]];
    let expected = reference::param_gradient(&SWISH, "beta", &x, &dy).unwrap();
    assert_eq!(reference::param_gradient(trained, "beta", &x, &dy).unwrap(), expected);
    assert!(matches!(reference::param_gradient(trained, "negative_slope", &x, &dy), Err(Error::NotTrainable { .. })));
    // Per channel, and as a gate.
    let weights = [0.25, 0.5];
    let channels =
        Activation::find("relu~prelu").unwrap().function().per_channel(&weights, Extent::along(&[2, 2], 1).unwrap());
    assert_eq!(reference::backward(&channels, &[-1.0; 4], &[1.0; 4]), Ok(vec![0.25, 0.5, 0.25, 0.5]));
    let gate = Gate::of(Activation::find("relu~prelu").unwrap());
    if let Some(gpu) = gpu() {
        assert_eq!(gpu.backward(&channels, &[-1.0; 4], &[1.0; 4]), Ok(vec![0.25, 0.5, 0.25, 0.5]));
        let (da, db) = gpu.backward(gate.with(0.5), (&[-2.0f32, 3.0], &[4.0, 5.0]), &[1.0, 1.0]).unwrap();
        assert_eq!((da, db), (vec![2.0, 5.0], vec![0.0, 3.0]));
    }
    let text = wgpu_activations::wgsl::snippet(&[gate]).to_string();
    assert!(text.contains("fn relu_with_gradient_of_prelu_glu(") && !text.contains('~'), "{text}");
}

#[test]
fn the_same_pair_joins_once() {
    let found = || Activation::find("RELU ~ nn.PReLU").unwrap();
    assert!(std::ptr::eq(found(), found()) && std::ptr::eq(found(), Activation::find("relu~prelu").unwrap()));
    let Op::Activation(joined) = RELU.with_gradient_of(&PRELU).unwrap().op() else { panic!() };
    assert!(std::ptr::eq(found(), joined));
}

#[test]
fn what_is_no_pair_is_refused() {
    let error = |result: Result<_, Error>| result.map(|_: &Activation| ()).unwrap_err().to_string();
    assert!(error(Activation::find("relu~gelo")).contains("gelu"));
    assert!(error(Activation::find("softmax~relu")).contains("RowFunction::find"));
    assert!(error(Activation::find("srelu~elu")).contains("more than 4 parameters"));
    for wrong in [RELU.with_gradient_of(&row::SOFTMAX), SRELU.with_gradient_of(&ELU)] {
        assert!(matches!(wrong, Err(Error::Custom { .. })), "{wrong:?}");
    }
}
