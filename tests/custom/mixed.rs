//! Functions that share the channels of a tensor.

use wgpu_activations::activation::{ELU, LEAKY_RELU, MISH, RELU, SINE, SOFTCAP, TANH};
use wgpu_activations::{Activation, Extent, Gate, Mixed, Op, Storage, reference, row};
use wgpu_activations_harness::check::{self, Case};

use crate::common::gpu;

#[test]
fn each_group_of_channels_has_its_own_function() {
    let groups = [(RELU.function(), 3), (SINE.with(2.0), 1), (TANH.function(), 2), (LEAKY_RELU.with(0.5), 2)];
    let mixed = Mixed::new(&groups).unwrap();
    assert_eq!(mixed.function().name, "mix:relu+sine+tanh+leaky_relu");
    assert_eq!(mixed.channels(), [0.0, 0.0, 0.0, 1.0, 2.0, 2.0, 3.0, 3.0]);
    let of = |channel: usize| [0, 0, 0, 1, 2, 2, 3, 3].map(|group: usize| groups[group].0.clone())[channel].clone();
    for (shape, axis) in [(vec![5, 8], -1), (vec![8, 7], 0), (vec![3, 8, 6], 1), (vec![8], 0)] {
        let count: usize = shape.iter().product();
        let axis_at = if axis < 0 { shape.len() - 1 } else { axis as usize };
        let inner: usize = shape[axis_at + 1..].iter().product();
        let x: Vec<f32> = (0..count).map(|k| (k as f32 * 0.7).sin() * 4.0).collect();
        let dy: Vec<f32> = (0..count).map(|k| 1.0 + (k % 5) as f32).collect();
        let layer = mixed.along(&shape, axis).unwrap();
        let [y, dx] = [reference::forward(&layer, &x).unwrap(), reference::backward(&layer, &x, &dy).unwrap()];
        let found = gpu().map(|gpu| (gpu.forward(&layer, &x).unwrap(), gpu.backward(&layer, &x, &dy).unwrap()));
        for k in 0..count {
            let own = of(k / inner % 8);
            assert_eq!(y[k], reference::forward(&own, &x[k..=k]).unwrap()[0], "{shape:?} {k}");
            assert_eq!(dx[k], reference::backward(&own, &x[k..=k], &dy[k..=k]).unwrap()[0], "{shape:?} {k}");
            if let Some((y, dx)) = &found {
                let gpu = gpu().unwrap();
                assert_eq!(y[k], gpu.forward(&own, &x[k..=k]).unwrap()[0], "{shape:?} {k}");
                assert_eq!(dx[k], gpu.backward(&own, &x[k..=k], &dy[k..=k]).unwrap()[0], "{shape:?} {k}");
            }
        }
    }
}

#[test]
fn checks_judge_every_part() {
    let Some(gpu) = gpu() else { return };
    let of = Mixed::new(&[(ELU.with(0.5), 1), (MISH.function(), 1), (SINE.function(), 1)]).unwrap().function();
    for storage in Storage::ALL {
        let cases = Case::all(of);
        assert!(cases.len() >= 6, "{}", cases.len());
        for case in cases {
            for report in check::run(gpu, &case.thinned(64), storage).unwrap() {
                assert!(report.ok, "{storage} {report}");
            }
        }
    }
}

#[test]
fn the_same_mixture_joins_once() {
    let of = |slope| Mixed::new(&[(LEAKY_RELU.with(slope), 1), (TANH.function(), 4)]).unwrap();
    assert!(std::ptr::eq(of(0.25).function(), of(0.25).function()));
    assert!(!std::ptr::eq(of(0.25).function(), of(0.125).function()));
    let found = Activation::find("mix:relu+nn.Tanh").unwrap();
    assert!(std::ptr::eq(found, Mixed::new(&[(RELU.function(), 7), (TANH.function(), 1)]).unwrap().function()));
    let parts = Mixed::parts(of(0.25).function()).unwrap();
    assert!(
        parts.len() == 2
            && parts[0].params() == [0.25]
            && matches!(parts[1].op(), Op::Activation(f) if f.name == "tanh")
    );
    assert!(Mixed::parts(&RELU).is_none());
    let text = wgpu_activations::wgsl::snippet(&[Gate::of(found)]).to_string();
    assert!(text.contains("_glu(a: f32, b: f32") && !text.contains("mix:"), "{text}");
}

#[test]
fn what_cannot_be_mixed_is_refused() {
    let relu = || (RELU.function(), 1);
    let weights = [0.1, 0.2];
    let channels = LEAKY_RELU.function().per_channel(&weights, Extent::along(&[2], 0).unwrap());
    for (groups, named) in [
        (vec![], "1 to 16"),
        (vec![(RELU.function(), 0)], "channels"),
        ((0..17).map(|_| relu()).collect(), "1 to 16"),
        (vec![relu(), ((&row::SOFTMAX).into(), 1)], "only activations"),
        (vec![relu(), (channels, 1)], "one for all channels"),
        (vec![relu(), (SOFTCAP.with(-1.0), 1)], "softcap"),
        (vec![relu(), (LEAKY_RELU.with([1.0, 2.0]), 1)], "leaky_relu"),
    ] {
        let error = Mixed::new(&groups).unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }
    let mixed = Mixed::new(&[relu(), (TANH.function(), 2)]).unwrap();
    assert!(mixed.along(&[2, 3], 2).is_err());
    let wrong = mixed.along(&[2, 4], 1).unwrap();
    assert!(reference::forward(&wrong, &[0.0; 8]).is_err());
    assert!(Activation::find("mix:relu+gelo").unwrap_err().to_string().contains("gelu"));
    assert!(Activation::find("mix:").is_err());
}
