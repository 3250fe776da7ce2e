//! Functions with an `f64` reference, which checks judge like those of the catalogue.

use wgpu_activations::activation::Bounds;
use wgpu_activations::{Activation, Error, Gate, Pass, Reference, Storage, reference};
use wgpu_activations_harness::check::{self, Case};
use wgpu_activations_harness::measure;

use crate::common::gpu;
use crate::{LEAK, named};

fn formulas() -> Reference {
    let side = |v: f64, p: &[f64]| if v > 0.0 { 1.0 } else { p[0] };
    Reference::new(move |x, p| if x > 0.0 { x } else { p[0] * x }, side)
        .dx_from_y(side)
        .param_gradient("slope", |x, _| x.min(0.0), 0.5)
        .kinks(|_| vec![0.0])
        .bounds(Bounds::new(0.5, 0.5).output(0.5))
}

fn join(name: &str, formulas: &Reference) -> Result<&'static Activation, Error> {
    Activation::custom_with(name, &named(LEAK, "leak", name), &[("slope", 0.25)], formulas)
}

#[test]
fn checks_judge_every_pass() {
    let own = join("own_leak", &formulas()).unwrap();
    assert!(own.has_reference() && Gate::of(own).has_reference());
    assert_eq!(reference::forward(own, &[-4.0, 2.0]), Ok(vec![-1.0, 2.0]));
    assert_eq!(reference::backward(own.function().from_output(), &[-4.0, 2.0], &[1.0, 3.0]), Ok(vec![0.25, 3.0]));
    assert_eq!(reference::param_gradient(own, "slope", &[-4.0, 2.0], &[2.0, 2.0]), Ok(vec![-8.0]));
    let Some(gpu) = gpu() else { return };
    for storage in Storage::ALL {
        for case in Case::all(own).iter().chain(&Case::all(Gate::of(own))) {
            for report in check::run(gpu, case, storage).unwrap() {
                assert!(report.ok && report.inputs > 1000, "{report}");
            }
        }
    }
    let jobs = [Pass::Forward, Pass::Backward].map(|pass| measure::Job::new(own, pass));
    assert_eq!(measure::run(gpu, Storage::F32, &jobs, 64, 1).unwrap().len(), 2);
}

#[test]
fn checks_find_what_is_off() {
    let Some(gpu) = gpu() else { return };
    let right = join("right_leak", &formulas()).unwrap();
    // Its negative side is off by two units in the last place.
    let text = named(LEAK, "leak", "near_leak")
        .replace("x * near_leak_side(x, slope)", "x * near_leak_side(x, slope) * 1.0000002");
    let near = Activation::custom_with("near_leak", &text, &[("slope", 0.25)], &formulas()).unwrap();
    let report = |a| check::run(gpu, &Case::new(a, Pass::Forward), Storage::F32).unwrap().remove(0);
    assert!(report(right).ok && !report(near).ok, "{}", report(near));
    // Where no bound is stated, the error is measured and nothing promised.
    let free = Reference::new(|x, p| if x > 0.0 { x } else { p[0] * x }, |x, p| if x > 0.0 { 1.0 } else { p[0] });
    let text = "fn free_leak(x: f32, slope: f32) -> f32 { return x * select(slope, 1.00001, x > 0.0); }
fn free_leak_dx(x: f32, slope: f32) -> f32 { return select(slope, 1.0, x > 0.0); }";
    let found = report(Activation::custom_with("free_leak", text, &[("slope", 0.25)], &free).unwrap());
    assert!(found.ok && found.max_ulp > 50.0 && found.bound == f64::INFINITY, "{found}");
}

#[test]
fn text_and_reference_have_the_same_derivatives() {
    let reason = |name: &str, formulas: &Reference| match join(name, formulas) {
        Err(Error::Custom { reason, line: None, .. }) => reason,
        other => panic!("{other:?}"),
    };
    let bare = Reference::new(|x, _| x, |_, _| 1.0);
    assert_eq!(reason("bare_leak", &bare), "the text has bare_leak_dx_from_y, the reference has not");
    assert_eq!(
        reason("bare_leak", &bare.clone().dx_from_y(|_, _| 1.0)),
        "the text has bare_leak_dslope, the reference has not"
    );
    let more = formulas().param_gradient("bias", |_, _| 1.0, 0.5);
    assert_eq!(reason("bare_leak", &more), "the reference has bare_leak_dbias, the text has not");

    // The same function again is the same; without its reference it is not.
    let twice = join("twice_leak", &formulas()).unwrap();
    assert!(std::ptr::eq(twice, join("twice_leak", &formulas()).unwrap()));
    let without = Activation::custom("twice_leak", &named(LEAK, "leak", "twice_leak"), &[("slope", 0.25)]);
    assert!(without.unwrap_err().to_string().contains("the name is in use for the function with a reference"));
}
