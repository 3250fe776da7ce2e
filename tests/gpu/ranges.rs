//! Parameters hold their bounds all over their ranges, ends included, and are refused beyond them.

use crate::common::kinds::activation_of;
use crate::common::rig::Rig;
use crate::common::{Noise, gpu};
use wgpu_activations::gate::{self, Gate, Output};
use wgpu_activations::{Activation, Buffers, Error, Extent, Gpu, Pass, Spec, With, activation, reference};
use wgpu_activations_harness::check::ulps;

/// Magnitudes that are tried of every parameter whose range has them, besides the range's ends.
const PROBES: [f64; 14] = [0.0, 1e-30, 1e-18, 1e-10, 1e-5, 1e-3, 0.1, 0.7, 3.0, 20.0, 1e3, 1e6, 1e12, 1e25];

/// The values of a parameter that are tried.
fn values(param: &activation::Param) -> Vec<f32> {
    let ends = param.range.intervals.iter().flatten().copied();
    let all = ends.chain(PROBES.into_iter().flat_map(|v| [v, -v])).map(|v| v as f32);
    all.filter(|&v| param.range.contains(v)).collect()
}

/// Sets of values: each parameter's, beside the others' defaults, and all that the ends make.
fn sets(params: &[activation::Param]) -> Vec<Vec<f32>> {
    let defaults: Vec<f32> = params.iter().map(|p| p.default as f32).collect();
    let mut sets = Vec::new();
    for (k, param) in params.iter().enumerate() {
        for value in values(param) {
            let mut set = defaults.clone();
            set[k] = value;
            sets.push(set);
        }
    }
    let ends = |p: &activation::Param| p.range.intervals.iter().flatten().map(|&v| v as f32).collect::<Vec<_>>();
    let mut corners = vec![Vec::new()];
    for param in params {
        let longer =
            |set: &Vec<f32>| ends(param).into_iter().map(|end| [set.clone(), vec![end]].concat()).collect::<Vec<_>>();
        corners = corners.iter().flat_map(longer).collect();
    }
    sets.extend(corners);
    sets
}

/// Some numbers of each binade, where activations live, and round about kinks.
fn points(a: &Activation, params: &[f64]) -> Vec<f32> {
    let mut noise = Noise(23);
    let mut x = noise.vec(600, 20.0);
    for exponent in 0..255u32 {
        let bits = exponent << 23 | noise.next().to_bits() & 0x7f_ffff;
        x.extend([f32::from_bits(bits), -f32::from_bits(bits)]);
    }
    x.extend([0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, 1.0, -1.0, 0.5, -0.5]);
    let roots = a.roots.as_ref().map_or(Vec::new(), |roots| (roots.near)(params));
    for special in (a.kinks)(params).into_iter().chain(roots) {
        let k = special as f32;
        x.extend([k, k.next_up(), k.next_down(), k * 1.0001, k * 0.999, k * 1.01, k * 0.9]);
    }
    // Where products with parameters are moderate.
    x.extend(
        params
            .iter()
            .flat_map(|&p| [-1.0, 1.0].map(|power| p.powf(power)))
            .flat_map(|scale| noise.vec(100, 120.0 * scale as f32)),
    );
    // Devices may take a subnormal number for 0.
    x.retain(|x| !x.is_subnormal());
    x
}

/// What is wrong with a pass.
fn errors(gpu: &Gpu, f: &With<'static>, pass: Pass) -> Option<String> {
    let a = activation_of(f);
    let params: Vec<f64> = f.params().iter().map(|&p| f64::from(p)).collect();
    let mut x = points(a, &params);
    if pass == Pass::BackwardFromOutput {
        x.iter_mut().filter(|v| !v.is_nan()).for_each(|v| *v = (a.value)(f64::from(*v), &params) as f32);
    }
    let ones = vec![1.0; x.len()];
    let (got, scalar) = match pass {
        Pass::Forward => (gpu.forward(f, &x), a.value),
        Pass::Backward => (gpu.backward(f, &x, &ones), a.dx),
        Pass::BackwardFromOutput => (gpu.backward(f.clone().from_output(), &x, &ones), a.dx_from_y?),
        Pass::ParamGradient(k) => {
            let values: Vec<f32> = f.params().iter().flat_map(|&v| vec![v; x.len()]).collect();
            let extent = Extent { outer: 1, channels: x.len() as u64, inner: 1 };
            let per_channel = f.clone().per_channel(&values, extent);
            (gpu.param_gradient(per_channel, a.params[k].name, &x, &ones), a.params[k].gradient?)
        }
        _ => return None,
    };
    let got = match got {
        Ok(got) => got,
        Err(error) => return Some(format!("{} {pass:?} {params:?}: {error}", a.name)),
    };
    let error = |(&x, &got): (&f32, &f32)| {
        let expected = if x.is_nan() { f64::NAN } else { scalar(f64::from(x), &params) };
        (ulps(got, expected, a.largest_term(pass, f64::from(x), &params)), x, got, expected)
    };
    let worst = x.iter().zip(&got).map(error).max_by(|a, b| a.0.total_cmp(&b.0))?;
    let (ulp, x, got, expected) = worst;
    (ulp > a.bound(pass)).then(|| {
        format!("{} {pass:?} {params:?} at {x:e}: {got:e}, not {expected:e}: {ulp} ULP of {}", a.name, a.bound(pass))
    })
}

#[test]
fn bounds_hold_all_over_the_ranges() {
    let Some(gpu) = gpu() else { return };
    let mut wrong = Vec::new();
    for a in activation::ALL.iter().filter(|a| !a.params.is_empty()) {
        for set in sets(a.params) {
            let f = a.with(set.as_slice());
            for pass in a.passes() {
                let outside = |(p, v): (&activation::Param, &f32)| !p.from_output.contains(*v);
                if pass == Pass::BackwardFromOutput && a.params.iter().zip(&set).any(outside) {
                    continue;
                }
                wrong.extend(errors(gpu, &f, pass));
            }
        }
    }
    assert!(wrong.is_empty(), "{} fail\n{}", wrong.len(), wrong.join("\n"));
}

/// Where factors neither under- nor overflow, which products of `f32` may do.
fn gate_errors(gpu: &Gpu, gate: &'static Gate, set: &[f32]) -> Vec<String> {
    let params: Vec<f64> = set.iter().map(|&p| f64::from(p)).collect();
    let mut noise = Noise(5);
    let [kinks_a, kinks_b] = gate.kinks(&params);
    let near = |kinks: Vec<f64>| kinks.into_iter().map(|k| k as f32).flat_map(|k| [k, k.next_up(), k.next_down()]);
    let mut first = noise.vec(300, 20.0);
    first.extend(near(kinks_a).chain([0.0, 1e-30, -1e-30, 1e30, -1e30, 90.0, -90.0, f32::INFINITY, f32::NEG_INFINITY]));
    first.extend(params.iter().filter(|p| **p != 0.0).flat_map(|&p| noise.vec(50, (120.0 / p) as f32)));
    let mut second = vec![1.0, -0.7, 13.0, -1e4, 3e-7];
    second.extend(near(kinks_b));
    let (a, b): (Vec<f32>, Vec<f32>) = first.iter().flat_map(|&a| second.iter().map(move |&b| (a, b))).unzip();
    let gated = gate.with(set);
    let y = gpu.forward(&gated, (&a, &b)).unwrap();
    let (da, db) = gpu.backward(&gated, (&a, &b), &vec![1.0; a.len()]).unwrap();
    let mut wrong = Vec::new();
    for (output, got) in Output::ALL.into_iter().zip([y, da, db]) {
        for (i, &got) in got.iter().enumerate() {
            let (a, b) = (f64::from(a[i]), f64::from(b[i]));
            let normal = |v: &f64| *v == 0.0 || (1.2e-38..3.4e38).contains(&v.abs());
            if !gate.factors(output, a, b, &params).iter().all(normal) {
                continue;
            }
            let expected = gate.eval(output, a, b, &params);
            let error = ulps(got, expected, gate.largest(output, a, b, &params));
            if error > gate.bound(output) {
                wrong.push(format!(
                    "{} {output} {params:?} at {a:e}, {b:e}: {got:e}, not {expected:e}: {error} ULP",
                    gate.name
                ));
            }
        }
    }
    wrong.truncate(2);
    wrong
}

#[test]
fn bounds_of_gates_hold_all_over_the_ranges() {
    let Some(gpu) = gpu() else { return };
    let gates = gate::ALL.iter().filter(|gate| !gate.params.is_empty());
    let wrong: Vec<String> = gates
        .flat_map(|gate| sets(gate.params).into_iter().flat_map(move |set| gate_errors(gpu, gate, &set)))
        .collect();
    assert!(wrong.is_empty(), "{} fail\n{}", wrong.len(), wrong.join("\n"));
    for gate in gate::ALL {
        for (k, param) in gate.params.iter().enumerate() {
            for value in beyond(param) {
                let mut set = gate.function().params().to_vec();
                set[k] = value;
                let error = gpu.forward(gate.with(set.as_slice()), (&[1.0f32], &[1.0])).unwrap_err();
                assert!(
                    matches!(error, Error::ParameterRange { .. }),
                    "{} {} = {value:e}: {error}",
                    gate.name,
                    param.name
                );
            }
        }
    }
}

/// A value beyond each range that has an end, and NaN.
fn beyond(param: &activation::Param) -> Vec<f32> {
    let ends =
        param.range.intervals.iter().flatten().flat_map(|&end| [(end as f32).next_up(), (end as f32).next_down()]);
    ends.chain([f32::NAN]).filter(|&v| !param.range.contains(v)).collect()
}

#[test]
fn values_beyond_a_range_are_refused_everywhere() {
    let Some(rig) = Rig::webgpu() else { return };
    let gpu = gpu().unwrap();
    let (x, y) = (rig.upload(&[1.0; 4]), rig.room(4));
    for a in activation::ALL {
        for (k, param) in a.params.iter().enumerate() {
            assert!(param.range.contains(param.default as f32), "{} {}: the default", a.name, param.name);
            let kernel = rig.kernels.get(Spec::forward(a)).unwrap();
            let bound = kernel.bind(Buffers::forward(x.slice(..), y.slice(..)), 4).unwrap();
            for value in beyond(param) {
                let mut set = a.function().params().to_vec();
                set[k] = value;
                let channels: Vec<f32> = set.iter().flat_map(|&v| [v; 4]).collect();
                let extent = Extent { outer: 1, channels: 4, inner: 1 };
                let per_channel = a.function().per_channel(&channels, extent);
                let results = [
                    gpu.forward(a.with(set.as_slice()), &[1.0f32; 4]).err(),
                    gpu.forward(per_channel, &[1.0f32; 4]).err(),
                    reference::forward(a.with(set.as_slice()), &[1.0]).err(),
                    bound.set_params(&rig.queue, &set).err(),
                ];
                for error in results {
                    let named = matches!(error, Some(Error::ParameterRange { function, name, .. })
                        if (function, name) == (a.name, param.name));
                    assert!(named, "{} {} = {value:e}: {error:?}", a.name, param.name);
                }
            }
        }
    }
}

/// Where the output does not tell the two sides apart, or nothing at all.
#[test]
fn outputs_that_do_not_determine_the_gradient_are_refused() {
    let Some(rig) = Rig::webgpu() else { return };
    let gpu = gpu().unwrap();
    let cases = [
        ("elu", "alpha", -1.0),
        ("selu", "alpha", -1.0),
        ("selu", "scale", -1.0),
        ("leaky_relu", "negative_slope", -0.5),
        ("hardshrink", "lambd", -0.5),
        ("thresholded_relu", "theta", -1.0),
        ("nl_relu", "beta", -1.0),
        ("scaled_tanh", "alpha", 0.0),
    ];
    let (y, dy, dx) = (rig.upload(&[-1.0; 4]), rig.upload(&[1.0; 4]), rig.room(4));
    for (name, parameter, value) in cases {
        let f = Activation::find(name).unwrap().function().set(parameter, value).unwrap();
        let kernel = rig.kernels.get(Spec::backward_from_output(activation_of(&f))).unwrap();
        let bound = kernel.bind(Buffers::new().y(y.slice(..)).dy(dy.slice(..)).dx(dx.slice(..)), 4).unwrap();
        let results = [
            gpu.backward(f.clone().from_output(), &[-1.0f32], &[1.0]).err(),
            reference::backward(f.clone().from_output(), &[-1.0], &[1.0]).err(),
            bound.set_params(&rig.queue, f.params()).err(),
        ];
        for error in results {
            let text = error.map_or(String::new(), |e| e.to_string());
            assert!(text.contains(name) && text.contains(parameter), "{name} {parameter} = {value}: {text:?}");
        }
        // From the input it is there, unless the function is not.
        let range = activation_of(&f).params[activation_of(&f).param_index(parameter).unwrap()].range;
        assert_eq!(gpu.backward(&f, &[-1.0f32], &[1.0]).is_ok(), range.contains(value), "{name}");
    }
}
