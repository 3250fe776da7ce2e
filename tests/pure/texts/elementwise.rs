//! Every kernel's text is valid WGSL, translates to what the backends take, and keeps the rules that hardware imposes.
//! No GPU is needed.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::common::on_all_cores;
use crate::common::texts::{self, parse, valid, walk};
use crate::common::told::{no_output_derivative, told};
use naga::{AddressSpace, Statement};
use wgpu_activations::activation::{ALL, Activation, PRELU, RELU};
use wgpu_activations::{Pass, Spec, Storage, wgsl};

/// Built-ins that are inaccurate or fold away; `exp_parts` and its like are ours.
const FORBIDDEN: &[&str] = &["tanh", "sinh", "cosh", "asinh", "acosh", "atanh", "pow", "exp", "log", "exp2", "log2"];

/// A composition under test.
struct Composed {
    /// Function, pass, layout and variant, for messages.
    what: String,
    text: String,
    module: naga::Module,
    sum: bool,
}

impl Composed {
    /// All texts of a spec.
    fn all(what: &str, spec: Spec) -> impl Iterator<Item = Self> {
        let sum = matches!(spec.pass(), Pass::ParamGradient(_));
        spec.texts().unwrap().into_iter().map(move |(variant, text)| {
            let what = format!("{what} {variant}");
            Self { module: parse(&what, &text), what, text, sum }
        })
    }
}

fn spec(a: &'static Activation, pass: Pass) -> Spec {
    match pass {
        Pass::Forward => Spec::forward(a),
        Pass::Backward => Spec::backward(a),
        Pass::BackwardFromOutput => Spec::backward_from_output(a),
        Pass::ParamGradient(k) => Spec::param_gradient(a, a.params[k].name).unwrap(),
        _ => panic!("{}: {pass} is unknown to this test", a.name),
    }
}

/// Every kernel there is: function x pass x in place x per channel x variant; and for functions with and without
/// parameters, x storages.
fn compositions() -> &'static [Composed] {
    static ALL_OF_THEM: OnceLock<Vec<Composed>> = OnceLock::new();
    ALL_OF_THEM
        .get_or_init(|| stored().into_iter().chain(on_all_cores(ALL, |a| composed(a)).into_iter().flatten()).collect())
}

/// The kernels of a function on tensors of `f32`.
fn composed(a: &'static Activation) -> Vec<Composed> {
    let mut all = Vec::new();
    for pass in a.passes() {
        for (in_place, per_channel) in [(false, false), (true, false), (false, true), (true, true)] {
            let spec = if in_place { spec(a, pass).in_place() } else { spec(a, pass) };
            let spec = if per_channel { spec.per_channel() } else { spec };
            let what = format!("{} {pass:?} in_place={in_place} per_channel={per_channel}", a.name);
            let sum = matches!(pass, Pass::ParamGradient(_));
            let missing = sum && in_place || per_channel && a.params.is_empty();
            assert_eq!(spec.check().is_err(), missing, "{what}: check()");
            if missing {
                assert!(spec.wgsl().is_err(), "{what}: a text without a kernel");
                continue;
            }
            let first = all.len();
            all.extend(Composed::all(&what, spec));
            assert_eq!(spec.wgsl().as_ref(), Ok(&all[first].text), "{what}: wgsl() is not the wide text");
        }
    }
    all
}

/// The kernels on tensors that are not all `f32`.
fn stored() -> Vec<Composed> {
    let mut all = Vec::new();
    for (input, output) in Storage::ALL.into_iter().flat_map(|i| Storage::ALL.map(|o| (i, o))).skip(1) {
        for (a, pass) in [&RELU, &PRELU].into_iter().flat_map(|a| a.passes().into_iter().map(move |pass| (a, pass))) {
            let apart = spec(a, pass).storages(input, output);
            for spec in [apart, apart.in_place(), apart.per_channel(), apart.in_place().per_channel()] {
                if spec.check().is_ok() {
                    all.extend(Composed::all(&format!("{spec:?}"), spec));
                }
            }
        }
    }
    assert!(all.len() > 100, "only {} compositions", all.len());
    all
}

/// A text without comments.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n").collect()
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|w| !w.is_empty())
}

#[test]
fn every_composition_translates_to_every_backend() {
    let all = compositions();
    assert!(all.len() > 8 * ALL.len(), "only {} compositions", all.len());
    on_all_cores(all, |Composed { what, text, module, .. }| {
        texts::translate(what, module, &texts::validate(what, text, module));
    });
}

#[test]
fn one_entry_point_and_a_binding_for_each_number() {
    for Composed { what, module, .. } in compositions() {
        let entries: Vec<_> = module.entry_points.iter().map(|e| (e.name.as_str(), e.workgroup_size)).collect();
        assert_eq!(entries, [("main", [256, 1, 1])], "{what}: entry points");
        let bound: Vec<_> = module.global_variables.iter().filter_map(|(_, v)| v.binding).collect();
        let numbers: BTreeSet<u32> = bound.iter().map(|b| b.binding).collect();
        assert_eq!(numbers.len(), bound.len(), "{what}: two bindings of one number");
        assert!(bound.iter().all(|b| b.group == 0), "{what}: more than one bind group");
        // GLSL ES 3.1 and WebGPU's compatibility mode promise four storage buffers to a shader.
        let storage = |(_, v): &(_, &naga::GlobalVariable)| matches!(v.space, AddressSpace::Storage { .. });
        assert!(module.global_variables.iter().filter(storage).count() <= 4, "{what}: too many storage buffers");
    }
}

#[test]
fn no_backward_kernel_from_an_output_that_does_not_determine_it() {
    for a in ALL.iter().filter(|a| a.dx_from_y.is_none()) {
        let error = Spec::backward_from_output(a).check();
        assert_eq!(told(error), Err(no_output_derivative(a.name)), "{}", a.name);
    }
}

#[test]
fn forbidden_builtins_are_not_used() {
    // What `exp2` lacks, results of 16 bits do not show.
    let check = |what: &str, text: &str| {
        let code = code(text);
        let short = what.starts_with("short/");
        for word in words(&code).filter(|&word| !(short && word == "exp2")) {
            assert!(!FORBIDDEN.contains(&word), "{what} uses {word}: shaders/math has its own");
            assert_ne!(word, "arrayLength", "{what} takes a size from a buffer: the host gives the sizes");
        }
    };
    wgsl::files().for_each(|(path, text)| check(path, text));
    compositions().iter().for_each(|c| check(&c.what, &c.text));
}

#[test]
fn barriers_stand_where_every_thread_comes_by() {
    let mut seen = 0;
    for Composed { what, module, sum, .. } in compositions() {
        let barriers = texts::barriers(what, module);
        let joins = *sum && !what.contains("joined by none");
        assert_eq!(barriers > 0, joins, "{what}: sums that join threads have barriers, other kernels none");
        seen += barriers;
    }
    assert!(seen > 0, "no sum was looked at");

    // A loop with a barrier runs equally often in all threads: its header knows nothing but uniforms, constants
    // and its counter.
    for (path, text) in wgsl::files() {
        let code = code(text);
        for part in code.split("\n    for (").skip(1) {
            let (header, body) = part.split_once(") {\n").unwrap();
            let body = body.split("\n    }\n").next().unwrap();
            let counter = words(header).nth(1).unwrap().to_owned();
            let uniform = header.split("args.").enumerate().all(|(k, piece)| {
                let number = |w: &str| w.starts_with(|c: char| c.is_ascii_digit());
                let constant = |w: &str| w.chars().all(|c| c.is_ascii_uppercase());
                words(piece).skip(usize::from(k > 0)).all(|w| w == "var" || w == counter || number(w) || constant(w))
            });
            assert!(uniform || !body.contains("workgroupBarrier"), "{path}: for ({header}) is not the same for all");
        }
    }
}

/// Whether a statement changes what a storage buffer holds.
fn stores_to_buffer(module: &naga::Module, function: &naga::Function, statement: &Statement) -> bool {
    let mut pointer = match statement {
        Statement::Store { pointer, .. } | Statement::Atomic { pointer, .. } => *pointer,
        _ => return false,
    };
    loop {
        pointer = match function.expressions[pointer] {
            naga::Expression::Access { base, .. } | naga::Expression::AccessIndex { base, .. } => base,
            naga::Expression::GlobalVariable(v) => {
                return matches!(module.global_variables[v].space, AddressSpace::Storage { .. });
            }
            _ => return false,
        };
    }
}

/// Elementwise kernels are straight lines behind one guard; a sum's stores to buffers are guarded, too.
#[test]
fn elementwise_kernels_have_no_loop_and_stores_are_guarded() {
    for Composed { what, module, sum, .. } in compositions() {
        let main = &module.entry_points[0].function;
        // A sum loops over its terms, and where it joins its threads.
        let loops = |f: &&naga::Function| *sum && f.name.as_deref() == Some("joined_sum");
        let straight = module.functions.iter().map(|(_, f)| f).filter(|f| !loops(f));
        for function in straight.chain((!sum).then_some(main)) {
            walk(&function.body, 0, 0, &mut |s, _, _| {
                assert!(!matches!(s, Statement::Loop { .. }), "{what}: a loop in {:?}", function.name);
            });
        }
        // What stores is a function of the output's, called behind the guard.
        let name = |f: &naga::Function| f.name.clone().unwrap_or_default();
        for function in module.functions.iter().map(|(_, f)| f).chain([main]) {
            let own = ["write_", "half_"].iter().any(|start| name(function).starts_with(start));
            walk(&function.body, 0, 0, &mut |s, _, _| {
                assert!(own || !stores_to_buffer(module, function, s), "{what}: {:?} stores", function.name);
            });
        }
        let calls = |body: &naga::Block, start: &str, guarded: bool| {
            let mut count = 0;
            walk(body, 0, 0, &mut |s, ifs, loops| match s {
                Statement::Call { function, .. } if name(&module.functions[*function]).starts_with(start) => {
                    assert!(!guarded || ifs > 0 && loops == 0, "{what}: {start} without a guard");
                    count += 1;
                }
                _ => {}
            });
            count
        };
        let work = module.functions.iter().find(|(_, f)| name(f) == "work");
        let stores = match work {
            Some((_, work)) => calls(&main.body, "work", true) * calls(&work.body, "write_", false),
            None => calls(&main.body, "write_", true),
        };
        assert_eq!(work.is_none(), *sum, "{what}");
        let packs = if what.ends_with("doubled") { 2 } else { 1 };
        assert_eq!(stores, packs, "{what}: stores to the output");
    }
}

#[test]
fn every_file_is_valid_with_what_it_requires_and_no_more() {
    let requires = |text: &str| -> Vec<String> {
        let lists = text.lines().filter_map(|l| l.strip_prefix("// requires: ").map(str::to_owned));
        lists.flat_map(|l| l.split(", ").map(str::to_owned).collect::<Vec<_>>()).collect()
    };
    let declares = |text: &str| -> BTreeSet<String> {
        text.lines().filter_map(|l| l.strip_prefix("fn ")?.split('(').next()).map(str::to_owned).collect()
    };
    for (path, text) in wgsl::files()
        .filter(|(path, _)| ["math/", "activation/", "gate/"].iter().any(|folder| path.starts_with(folder)))
    {
        let mut linked = vec![path.to_owned()];
        for k in 0.. {
            let Some(next) = linked.get(k).cloned() else { break };
            let text = wgsl::source(&next).unwrap_or_else(|| panic!("{path} requires {next}, which does not exist"));
            for needed in requires(text) {
                if !linked.contains(&needed) {
                    linked.push(needed);
                }
            }
        }
        let whole: String = linked.iter().filter_map(|p| wgsl::source(p)).collect();
        valid(path, &whole);

        let code = code(text);
        let calls: BTreeSet<&str> = code.match_indices('(').filter_map(|(at, _)| words(&code[..at]).last()).collect();
        let provider = |(other, t): &(&str, &str)| {
            *other != path && !other.contains("kernel/") && declares(t).iter().any(|f| calls.contains(f.as_str()))
        };
        let used: BTreeSet<&str> = wgsl::files().filter(provider).map(|(p, _)| p).collect();
        for needed in requires(text) {
            assert!(used.contains(needed.as_str()), "{path} requires {needed} and calls nothing of it");
        }
    }
}

#[test]
fn snippets_are_valid_alone_and_together() {
    for a in ALL {
        valid(a.name, &wgsl::snippet(&[a]).to_string());
    }
    let all = wgsl::snippet(ALL);
    let module = valid("all functions", &all.to_string()).0;
    assert!(module.entry_points.is_empty() && module.global_variables.is_empty(), "a snippet has bindings");
    valid("all functions with a prefix", &all.prefix("nn_").unwrap().to_string());
}
