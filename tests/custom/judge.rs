//! What holds of any text; tests and the fuzzer ask.

use std::sync::mpsc::channel;
use std::time::Duration;

use naga::valid::{Capabilities, ValidationFlags, Validator};
use wgpu_activations::gate::Gate;
use wgpu_activations::{Activation, Error, Halves, Pass, Scale, Spec, wgsl};

/// Whether a text joins; if it does, all kernels must be valid, and if not, the message must be short.
pub(crate) fn joins(name: &str, text: &str) -> bool {
    let (done, wait) = channel();
    let (own_name, own_text) = (name.to_owned(), text.to_owned());
    std::thread::spawn(move || done.send(Activation::custom(&own_name, &own_text, &[("slope", 0.25)])));
    // Long enough for any machine: it is over in milliseconds, or hangs.
    match wait.recv_timeout(Duration::from_secs(300)).unwrap_or_else(|e| panic!("{e} for {text}")) {
        Ok(a) => {
            compose(a);
            true
        }
        Err(error) => {
            let message = error.to_string();
            assert!(!message.contains('\n') && message.len() < 600, "{message}");
            let Error::Custom { line, .. } = error else { panic!("{message}") };
            assert!(line.is_none_or(|l| (1..=text.lines().count().max(1)).contains(&l)), "{message}");
            false
        }
    }
}

/// Fails unless all kernels and the snippet are valid WGSL; the kernels' modules.
pub(crate) fn compose(a: &'static Activation) -> Vec<naga::Module> {
    let spec = |pass| match pass {
        Pass::Forward => Spec::forward(a),
        Pass::Backward => Spec::backward(a),
        Pass::BackwardFromOutput => Spec::backward_from_output(a),
        Pass::ParamGradient(k) => Spec::param_gradient(a, a.params[k].name).unwrap(),
        _ => panic!("{pass} is unknown to this test"),
    };
    let around = |s: Spec| [s.bias().scale(Scale::Rows), s.scale(Scale::Tensor).residual(), s.bias().bias_gradient()];
    let passes = a.passes().into_iter().map(spec).chain([Spec::both(a)]);
    let specs = passes.flat_map(|s| [s, s.in_place(), s.per_channel()]).flat_map(|s| around(s).into_iter().chain([s]));
    let gates = [Spec::forward(Gate::of(a)), Spec::backward(Gate::of(a))];
    let halves = [Halves::Split, Halves::Interleaved].map(|halves| gates.map(|s| s.halves(halves)));
    let specs = specs.chain(gates.into_iter().flat_map(|s| [s, s.in_place()])).chain(halves.into_iter().flatten());
    let kernels = specs.filter(|s| s.check().is_ok()).flat_map(|s| s.texts().unwrap()).map(|(_, text)| text);
    let snippets = [wgsl::snippet(&[a]), wgsl::snippet(&[a]).prefix("nn_").unwrap()].map(|s| s.to_string());
    snippets.into_iter().for_each(|text| drop(valid(&text)));
    kernels.map(|text| valid(&text)).collect()
}

/// The module of a text that must be valid.
pub(crate) fn valid(text: &str) -> naga::Module {
    let module = naga::front::wgsl::parse_str(text).unwrap_or_else(|e| panic!("{}\n{text}", e.emit_to_string(text)));
    let checked = Validator::new(ValidationFlags::all(), Capabilities::SHADER_FLOAT16_IN_FLOAT32).validate(&module);
    checked.unwrap_or_else(|e| panic!("{}\n{text}", e.emit_to_string(text)));
    module
}
