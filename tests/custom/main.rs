//! Functions that join at run time: in every pass, and whatever their texts are.

#[path = "../common/mod.rs"]
mod common;

mod hostile;
mod passes;
mod wrong;

use naga::valid::{Capabilities, ValidationFlags, Validator};
use wgpu_activations::gate::Gate;
use wgpu_activations::{Activation, Error, Halves, Pass, Spec, wgsl};

/// Linear on either side, with all that is optional.
const LEAK: &str = "
    const leak_none = 0.0; // where the sides meet

    fn leak_side(x: f32, slope: f32) -> f32 {
        return select(slope, 1.0, x > leak_none);
    }

    fn leak(x: f32, slope: f32) -> f32 {
        return x * leak_side(x, slope);
    }

    fn leak_dx(x: f32, slope: f32) -> f32 {
        return leak_side(x, slope);
    }

    fn leak_dx_from_y(y: f32, slope: f32) -> f32 {
        return leak_side(y, slope);
    }

    fn leak_dslope(x: f32, slope: f32) -> f32 {
        return min(x, 0.0);
    }
";

/// The same text under another name.
fn named(text: &str, old: &str, new: &str) -> String {
    text.replace(old, new)
}

fn leak() -> &'static Activation {
    Activation::custom("leak", LEAK, &[("slope", 0.25)]).unwrap()
}

/// Fails unless all kernels and the snippet are valid WGSL; the kernels' modules.
fn compose(a: &'static Activation) -> Vec<naga::Module> {
    let spec = |pass| match pass {
        Pass::Forward => Spec::forward(a),
        Pass::Backward => Spec::backward(a),
        Pass::BackwardFromOutput => Spec::backward_from_output(a),
        Pass::ParamGradient(k) => Spec::param_gradient(a, a.params[k].name).unwrap(),
        _ => panic!("{pass} is unknown to this test"),
    };
    let specs = a.passes().into_iter().map(spec).flat_map(|s| [s, s.in_place(), s.per_channel()]);
    let gates = [Spec::forward(Gate::of(a)), Spec::backward(Gate::of(a))];
    let halves = [Halves::Split, Halves::Interleaved].map(|halves| gates.map(|s| s.halves(halves)));
    let specs = specs.chain(gates.into_iter().flat_map(|s| [s, s.in_place()])).chain(halves.into_iter().flatten());
    let kernels = specs.filter(|s| s.check().is_ok()).flat_map(|s| s.texts()).map(|(_, text)| text);
    let snippets = [wgsl::snippet(&[a]), wgsl::snippet(&[a]).prefix("nn_").unwrap()].map(|s| s.to_string());
    snippets.into_iter().for_each(|text| drop(valid(&text)));
    kernels.map(|text| valid(&text)).collect()
}

/// The module of a text that must be valid.
fn valid(text: &str) -> naga::Module {
    let module = naga::front::wgsl::parse_str(text).unwrap_or_else(|e| panic!("{}\n{text}", e.emit_to_string(text)));
    let checked = Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module);
    checked.unwrap_or_else(|e| panic!("{}\n{text}", e.emit_to_string(text)));
    module
}

/// The line and the reason that a text is refused for.
#[track_caller]
fn refused(name: &str, text: &str, params: &[(&str, f64)]) -> (Option<usize>, String) {
    match Activation::custom(name, text, params) {
        Err(Error::Custom { line, reason, .. }) => (line, reason),
        other => panic!("{name}: {other:?}\n{text}"),
    }
}
