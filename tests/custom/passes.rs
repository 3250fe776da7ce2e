//! What works with functions of one's own: all that works with ours, but a comparison with a reference.

use std::sync::Arc;

use wgpu_activations::activation::{ALL, GELU};
use wgpu_activations::gate::Gate;
use wgpu_activations::{Activation, Buffers, Extent, Gpu, Halves, Op, Pass, Spec, Storage, reference, wgsl};
use wgpu_activations_harness::check::{self, Case};
use wgpu_activations_harness::measure;

use crate::common::rig::{Rig, assert_close, assert_rounded};
use crate::common::told::{no_output_derivative, no_reference, not_trainable, told};
use crate::common::{Noise, gpu};
use crate::judge::{compose, valid};
use crate::{LEAK, leak, named};

fn side(x: f32, slope: f32) -> f64 {
    f64::from(if x > 0.0 { 1.0 } else { slope })
}

fn forward(x: &[f32], slope: f32) -> Vec<f64> {
    x.iter().map(|&x| f64::from(x) * side(x, slope)).collect()
}

fn backward(x: &[f32], dy: &[f32], slope: f32) -> Vec<f64> {
    x.iter().zip(dy).map(|(&x, &dy)| f64::from(dy) * side(x, slope)).collect()
}

#[test]
fn every_pass_of_slices() {
    let Some(gpu) = gpu() else { return };
    let leak = leak();
    let mut noise = Noise(1);
    let (x, dy) = (noise.vec(1001, 6.0), noise.vec(1001, 2.0));
    assert_rounded("forward", &gpu.forward(leak, &x).unwrap(), &forward(&x, 0.25));
    assert_rounded("values", &gpu.forward(leak.with(-0.5), &x).unwrap(), &forward(&x, -0.5));
    assert_rounded("backward", &gpu.backward(leak, &x, &dy).unwrap(), &backward(&x, &dy, 0.25));
    let from_output = gpu.backward(leak.function().from_output(), &x, &dy).unwrap();
    assert_rounded("from output", &from_output, &backward(&x, &dy, 0.25));

    let weights: Vec<f32> = noise.vec(7, 1.0);
    let extent = Extent { outer: 11, channels: 7, inner: 13 };
    let f = leak.function().per_channel(&weights, extent);
    let each = |i: usize| side(x[i], weights[i / 13 % 7]);
    let expected: Vec<f64> = (0..1001).map(|i| f64::from(x[i]) * each(i)).collect();
    assert_rounded("per channel", &gpu.forward(&f, &x).unwrap(), &expected);
    let sums = gpu.param_gradient(&f, "slope", &x, &dy).unwrap();
    for (c, sum) in sums.iter().enumerate() {
        let terms = (0..1001).filter(|i| i / 13 % 7 == c).map(|i| f64::from(dy[i]) * f64::from(x[i].min(0.0)));
        assert_close("a sum", &[*sum / 100.0], &[terms.sum::<f64>() / 100.0]);
    }
    assert!(gpu.forward(leak, &[f32::NAN]).unwrap()[0].is_nan(), "NaN is passed on");
}

#[test]
fn gates_of_two_tensors_and_of_halves() {
    let Some(gpu) = gpu() else { return };
    let gate = Gate::of(leak());
    let mut noise = Noise(5);
    let [a, b, dy] = [(); 3].map(|()| noise.vec(1001, 4.0));
    let product = |i: usize| f64::from(a[i]) * side(a[i], 0.25) * f64::from(b[i]);
    let y: Vec<f64> = (0..1001).map(product).collect();
    assert_close("y", &gpu.forward(gate, (&a, &b)).unwrap(), &y);
    let (da, db) = gpu.backward(gate, (&a, &b), &dy).unwrap();
    let of = |f: &dyn Fn(usize) -> f64| (0..1001).map(|i| f64::from(dy[i]) * f(i)).collect::<Vec<_>>();
    assert_close("da", &da, &of(&|i| f64::from(b[i]) * side(a[i], 0.25)));
    assert_close("db", &db, &of(&|i| f64::from(a[i]) * side(a[i], 0.25)));
    let x = [a.clone(), b.clone()].concat();
    let halves = gpu.forward(gate.halves(Extent { outer: 1, channels: 2002, inner: 1 }, Halves::Split), &x);
    assert_close("halves", &halves.unwrap(), &y);

    assert_eq!(told(reference::forward(gate, (&a, &b))), Err(no_reference("leak_glu")));
    judged_by_nobody(gpu, gate);
}

#[test]
fn in_place_on_two_devices() {
    let x = Noise(2).vec(1001, 6.0);
    for _ in 0..2 {
        let Some(rig) = Rig::webgpu() else { return };
        let kernel = rig.kernels.get(Spec::forward(leak()).in_place()).unwrap();
        assert!(Arc::ptr_eq(&kernel, &rig.kernels.get(Spec::forward(leak()).in_place()).unwrap()));
        let y = rig.upload(&x);
        let bound = kernel.bind(Buffers::new().x(y.slice(..)), x.len()).unwrap();
        bound.set_params(&rig.queue, &[0.5]).unwrap();
        rig.run(&[&bound]);
        assert_rounded("in place", &rig.download(&y), &forward(&x, 0.5));
    }
}

#[test]
fn functions_of_ours_are_there_to_call() {
    let Some(gpu) = gpu() else { return };
    let text = "
// requires: math/exp, math/log1p
fn entropy(x: f32) -> f32 {
    let e = exp_stable(-abs(x));
    return log1p_unit(e) + abs(x) * e / (1.0 + e);
}
fn entropy_dx(x: f32) -> f32 {
    let e = exp_stable(-abs(x));
    return -x * e / ((1.0 + e) * (1.0 + e));
}";
    let entropy = Activation::custom("entropy", text, &[]).unwrap();
    let x = Noise(3).vec(1000, 20.0);
    let [value, slope]: [Vec<f64>; 2] = [0, 1].map(|k| {
        let both = |x: &f32| {
            let (x, e) = (f64::from(*x), (-f64::from(x.abs())).exp());
            [e.ln_1p() + x.abs() * e / (1.0 + e), -x * e / ((1.0 + e) * (1.0 + e))][k]
        };
        x.iter().map(both).collect()
    });
    assert_close("entropy", &gpu.forward(entropy, &x).unwrap(), &value);
    assert_close("its gradient", &gpu.backward(entropy, &x, &[1.0; 1000]).unwrap(), &slope);
    let error = gpu.backward(entropy.function().from_output(), &x, &x).unwrap_err();
    assert_eq!(error.to_string(), no_output_derivative("entropy"));
    // Both need math/exp_core, which a text has once.
    let both = wgsl::snippet(&[entropy, &GELU]).to_string();
    assert_eq!(both.matches("fn exp_split").count(), 1);
    let all: Vec<&Activation> = ALL.iter().copied().chain([entropy, leak()]).collect();
    valid(&wgsl::snippet(&all).prefix("nn_").unwrap().to_string());
}

#[test]
fn surrogate_gradients() {
    let Some(gpu) = gpu() else { return };
    let text = "
fn fire(x: f32, steepness: f32) -> f32 { return select(0.0, 1.0, x >= 1.0); }
fn fire_dx(x: f32, steepness: f32) -> f32 {
    let t = 1.0 + steepness * abs(x - 1.0);
    return 1.0 / (t * t);
}";
    let fire = Activation::custom("fire", text, &[("steepness", 2.0)]).unwrap();
    let x = [0.0, 0.5, 1.0, 2.0];
    assert_eq!(gpu.forward(fire, &x).unwrap(), [0.0, 0.0, 1.0, 1.0]);
    assert_close("surrogate", &gpu.backward(fire, &x, &[1.0; 4]).unwrap(), &[1.0 / 9.0, 0.25, 1.0, 1.0 / 9.0]);
    assert_eq!(told(Spec::param_gradient(fire, "steepness")).unwrap_err(), not_trainable("fire", "steepness"));
}

#[test]
fn what_is_known_of_a_function() {
    let leak = leak();
    assert_eq!((leak.name, leak.params[0].name, leak.params[0].default), ("leak", "slope", 0.25));
    assert_eq!(leak.passes(), [Pass::Forward, Pass::Backward, Pass::BackwardFromOutput, Pass::ParamGradient(0)]);
    assert!(leak.passes().into_iter().all(|pass| leak.bound(pass) == f64::INFINITY), "no bound is stated");
    assert!(leak.source().starts_with("\nconst leak_none = 0.0; // where"), "{}", leak.source());
    assert_eq!(wgsl::source("custom/leak"), Some(leak.source()));
    assert!(Activation::find("leak").is_err() && wgsl::source("activation/leak").is_none());
    assert!(compose(leak).len() > 10);
}

#[test]
fn there_is_nothing_to_compare_with() {
    let none = Err(no_reference("leak"));
    assert!(!leak().has_reference() && GELU.has_reference());
    assert_eq!(told(reference::forward(leak(), &[1.0])), none);
    assert_eq!(told(reference::backward(leak(), &[1.0], &[1.0])), none);
    assert_eq!(told(reference::backward(leak().function().from_output(), &[1.0], &[1.0])), none);
    assert_eq!(told(reference::param_gradient(leak(), "slope", &[1.0], &[1.0])), none);
    let Some(gpu) = gpu() else { return };
    judged_by_nobody(gpu, leak());
}

/// Neither a check nor a measurement has anything to compare its results with.
fn judged_by_nobody(gpu: &Gpu, of: impl Into<Op>) {
    let of = of.into();
    let nobody = |error: wgpu_activations_harness::Error| {
        let text = error.to_string();
        assert!(text.contains(of.name()) && text.contains("f64 reference"), "{text}");
    };
    for pass in [Pass::Forward, Pass::Backward] {
        nobody(check::run(gpu, &Case::new(of, pass), Storage::F32).unwrap_err());
        let job = measure::Job::new(of, pass);
        nobody(measure::run(gpu, Storage::F32, &[job], 64, 1).unwrap_err());
    }
}

#[test]
fn the_same_text_is_the_same_function() {
    let again = |text: &str| Activation::custom("leak", text, &[("slope", 0.25)]).unwrap();
    assert!(std::ptr::eq(leak(), again(LEAK)));
    // Indentation and line ends as an editor may have them.
    assert!(std::ptr::eq(leak(), again(&LEAK.replace('\n', "\r\n"))));
    assert!(std::ptr::eq(leak(), again(&LEAK.replace("\n    ", "\n"))));
}

#[test]
fn threads_join_and_run_side_by_side() {
    let Some(gpu) = gpu() else { return };
    let work = |gpu: &Gpu, k: usize| {
        let name = format!("leaky{}", k % 3);
        let f = Activation::custom(&name, &named(LEAK, "leak", &name), &[("slope", k as f64 % 3.0)]).unwrap();
        assert_eq!(gpu.forward(f, &[-1.0, 1.0]).unwrap(), [-((k % 3) as f32), 1.0]);
        f as *const Activation as usize
    };
    let found: Vec<usize> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..9).map(|k| scope.spawn(move || work(gpu, k))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert!((0..6).all(|k| found[k] == found[k + 3]), "one function for each name");
}

#[test]
fn lanes_at_once_and_one_by_one_are_the_same() {
    let Some(gpu) = gpu() else { return };
    // What branches or means something else for a vector is called lane by lane, the rest for all lanes at once.
    let bodies = [
        ("hinge", "return select(x * edge, x, (x > edge && x < 3.0) || x == -1.0);", true),
        ("hinge_if", "if (x > edge && x < 3.0) || x == -1.0 { return x; }\n    return x * edge;", false),
        (
            "hinge_at",
            "return select(x * edge, x, (length(x - edge) == x - edge && x > edge && x < 3.0) || x == -1.0);",
            false,
        ),
        (
            "hinge_of",
            "let v = vec2f(x * edge, x);\n    return select(v.x, v.y, (x > edge && x < 3.0) || x == -1.0);",
            false,
        ),
    ];
    let x = [Noise(9).vec(1000, 5.0), vec![-1.0, 0.5, 3.0]].concat();
    let weights = [0.25, 0.5, 0.75];
    let extent = Extent { outer: 1003, channels: 1, inner: 1 };
    let results = bodies.map(|(name, body, packed)| {
        let text = format!(
            "fn {name}(x: f32, edge: f32) -> f32 {{\n    {body}\n}}\nfn {name}_dx(x: f32, edge: f32) -> f32 {{\n    \
             return {name}(x, edge) + edge;\n}}\n"
        );
        let f = Activation::custom(name, &text, &[("edge", 0.5)]).unwrap();
        let kernel = Spec::forward(f).wgsl().unwrap();
        assert_eq!(kernel.contains(&format!("fn {name}(x: Lanes")), packed, "{kernel}");
        let values = gpu.forward(f, &x).unwrap();
        let slopes = gpu.backward(f, &x, &x).unwrap();
        let channels = f.function().per_channel(&weights, Extent { channels: 3, outer: 17, inner: 19 });
        let each = gpu.forward(&channels, &x[..969]).unwrap();
        assert_eq!(gpu.forward(f.function().per_channel(&[0.5], extent), &x).unwrap(), values, "{name}");
        [values, slopes, each].concat()
    });
    for (result, (name, ..)) in results.iter().zip(bodies) {
        assert_eq!(result, &results[0], "{name}");
    }
    let expected = |&x: &f32| if (x > 0.5 && x < 3.0) || x == -1.0 { x } else { 0.5 * x };
    assert_eq!(results[0][..1003], x.iter().map(expected).collect::<Vec<_>>());
}
