//! Values that are none: NaN stays NaN on every path, and infinities give what the reference gives.

use crate::common::cases::passes;
use crate::common::gpu;
use crate::common::kinds::activation_of;
use crate::common::rig::Rig;
use wgpu_activations::Activation;
use wgpu_activations::{Buffers, Gpu, Pass, Spec, With, activation, reference};
use wgpu_activations_harness::check;

/// Quiet and signalling, of both signs, with and without payload.
const NANS: [u32; 6] = [0x7fc0_0000, 0xffc0_0000, 0x7f80_0001, 0xff80_0001, 0x7fff_ffff, 0x7fa5_a5a5];

/// Runs a map of a function.
fn map(gpu: &Gpu, f: &With<'_>, pass: Pass, x: &[f32], dy: &[f32]) -> Vec<f32> {
    match pass {
        Pass::Forward => gpu.forward(f, x),
        Pass::Backward => gpu.backward(f, x, dy),
        _ => gpu.backward(f.clone().from_output(), x, dy),
    }
    .unwrap()
}

/// The same through a bound kernel, which does not round lengths up to whole packs.
fn bound(rig: &Rig, f: &With<'_>, pass: Pass, x: &[f32], dy: &[f32]) -> Vec<f32> {
    let (a, x_, dy_, out) = (activation_of(f), rig.upload(x), rig.upload(dy), rig.room(x.len()));
    let (spec, buffers) = match pass {
        Pass::Forward => (Spec::forward(a), Buffers::forward(x_.slice(..), out.slice(..))),
        Pass::Backward => (Spec::backward(a), Buffers::new().x(x_.slice(..)).dy(dy_.slice(..)).dx(out.slice(..))),
        _ => (Spec::backward_from_output(a), Buffers::new().y(x_.slice(..)).dy(dy_.slice(..)).dx(out.slice(..))),
    };
    let bound = rig.kernels.get(spec).unwrap().bind(buffers, x.len()).unwrap();
    bound.set_params(&rig.queue, f.params()).unwrap();
    rig.run(&[&bound]);
    rig.download(&out)
}

/// Every map of every function, with every set of parameter values that the checks use.
fn maps() -> impl Iterator<Item = (With<'static>, Pass)> {
    let all = activation::ALL.iter().flat_map(|a| passes(a));
    all.filter(|(_, pass)| matches!(pass, Pass::Forward | Pass::Backward | Pass::BackwardFromOutput))
}

#[test]
fn nan_stays_nan_and_infects_nothing_else() {
    let Some(rig) = Rig::webgpu() else { return };
    // Both the wide and the narrow kernels.
    for len in [120, 123] {
        // Of some values every fifth is a NaN, so that each place in a pack of four holds each of them.
        let whole: Vec<f32> = (0..len).map(|i| i as f32 * 0.37 - 20.0).collect();
        let hole = |(i, x): (usize, &f32)| if i % 5 == 2 { f32::from_bits(NANS[i / 5 % 6]) } else { *x };
        let holed: Vec<f32> = whole.iter().enumerate().map(hole).collect();
        for (f, pass) in maps() {
            let what = format!("{} {pass} {:?}", f.op().name(), f.params());
            // Beside the holes only where the function has no value.
            let value = match pass {
                Pass::BackwardFromOutput => reference::backward(f.clone().from_output(), &whole, &vec![1.0; len]),
                _ => reference::forward(&f, &whole),
            };
            let value = value.unwrap();
            let same = |x: &[f32], dy: &[f32], why| {
                for (i, g) in bound(&rig, &f, pass, x, dy).into_iter().enumerate() {
                    let none = x[i].is_nan() || dy[i].is_nan() || value[i].is_nan();
                    assert_eq!(g.is_nan(), none, "{what}: NaN in {why}, element {i}: {} gives {g}", x[i]);
                }
            };
            same(&holed, &whole, "x");
            if pass != Pass::Forward {
                same(&whole, &holed, "dy");
                same(&holed, &holed, "both");
            }
        }
    }
}

#[test]
fn infinities_give_what_the_reference_gives() {
    let Some(gpu) = gpu() else { return };
    for (f, pass) in maps() {
        let mut x = [f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN];
        let (a, params) = (activation_of(&f), f.params().iter().map(|&p| f64::from(p)).collect::<Vec<_>>());
        if pass == Pass::BackwardFromOutput {
            // Outputs are what this pass takes.
            x = x.map(|x| (a.value)(f64::from(x), &params) as f32);
        }
        let scalar = match pass {
            Pass::Forward => a.value,
            Pass::Backward => a.dx,
            _ => a.dx_from_y.expect("it has this pass"),
        };
        for (&x, &got) in x.iter().zip(&map(gpu, &f, pass, &x, &[1.0; 4])) {
            let expected = scalar(f64::from(x), &params);
            let error = check::ulps(got, expected, 0.0);
            assert!(error <= a.bound(pass), "{} {pass} {params:?} at {x:e}: {got:e}, not {expected:e}", a.name);
        }
    }
}

/// The limits that are written down nowhere else but in the literature: not from the reference.
#[test]
fn well_known_limits() {
    let Some(gpu) = gpu() else { return };
    let (inf, zero) = (f32::INFINITY, 0.0);
    // Name, f(-inf), f(inf), f'(-inf), f'(inf).
    let known = [
        ("relu", zero, inf, 0.0, 1.0),
        ("silu", zero, inf, 0.0, 1.0),
        ("swish", zero, inf, 0.0, 1.0),
        ("quick_gelu", zero, inf, 0.0, 1.0),
        ("gelu", zero, inf, 0.0, 1.0),
        ("gelu_tanh", zero, inf, 0.0, 1.0),
        ("mish", zero, inf, 0.0, 1.0),
        ("hardswish", zero, inf, 0.0, 1.0),
        ("sigmoid", 0.0, 1.0, 0.0, 0.0),
        ("hardsigmoid", 0.0, 1.0, 0.0, 0.0),
        ("tanh", -1.0, 1.0, 0.0, 0.0),
        ("softsign", -1.0, 1.0, 0.0, 0.0),
        ("softplus", 0.0, inf, 0.0, 1.0),
        ("logsigmoid", -inf, 0.0, 1.0, 0.0),
        ("elu", -1.0, inf, 0.0, 1.0),
        ("celu", -1.0, inf, 0.0, 1.0),
        ("tanhshrink", -inf, inf, 1.0, 1.0),
        ("softshrink", -inf, inf, 1.0, 1.0),
        ("hardshrink", -inf, inf, 1.0, 1.0),
        ("relu6", 0.0, 6.0, 0.0, 0.0),
        ("hardtanh", -1.0, 1.0, 0.0, 0.0),
        ("leaky_relu", -inf, inf, 0.01, 1.0),
        ("abs", inf, inf, -1.0, 1.0),
        ("necro_relu", zero, inf, 0.1, 1.0),
        ("binary_step", 0.0, 1.0, 0.0, 0.0),
    ];
    for (name, left, right, slope_left, slope_right) in known {
        let a = Activation::find(name).unwrap();
        let x = [-inf, inf];
        assert_eq!(gpu.forward(a, &x).unwrap(), [left, right], "{name}");
        assert_eq!(gpu.backward(a, &x, &[1.0, 1.0]).unwrap(), [slope_left, slope_right], "gradient of {name}");
        // Where no gradient passes, none does, however large.
        let huge = gpu.backward(a, &x, &[inf, inf]).unwrap();
        let scaled = [slope_left, slope_right].map(|s| if s == 0.0 { 0.0 } else { s * inf });
        assert_eq!(huge, scaled, "gradient of {name} with an infinite one upstream");
    }
}
