//! Functions are found by the names that PyTorch, transformers, ONNX and ggml give them, and one name is one function.

mod systems;

use std::collections::BTreeMap;
use std::fs;

use wgpu_activations::Activation;
use wgpu_activations::RowFunction;
use wgpu_activations::gate::Gate;
use wgpu_activations::{Error, Op, activation};

use systems::{ABSENT, DIFFERING, ONNX, SYSTEMS};

#[test]
fn systems_find_their_functions() {
    for (prefixes, names) in SYSTEMS {
        for (name, ours, defaults) in *names {
            for prefix in *prefixes {
                let name = format!("{prefix}{name}");
                let found = Op::find(&name).unwrap_or_else(|error| panic!("{error}"));
                assert_eq!(found.name(), *ours, "{name}");
            }
            let found = Op::find(ours).unwrap();
            let is: Vec<f32> = found.params().iter().map(|param| param.default as f32).collect();
            if let Some(defaults) = defaults {
                let same = is.iter().copied().eq(defaults.iter().map(|&v| v as f32));
                let differs = names.as_ptr() == ONNX.as_ptr() && DIFFERING.iter().any(|(known, _)| known == name);
                assert_eq!(same, !differs, "{name} has {defaults:?}, {ours} {is:?}");
            }
        }
    }
}

#[test]
fn what_means_something_else_is_not_found() {
    for (name, why) in ABSENT {
        let found = Op::find(name).map(|found| found.name());
        assert!(matches!(found, Err(Error::UnknownName { .. })), "{name} ({why}): {found:?}");
    }
}

/// What the look-up compares.
fn key(name: &str) -> String {
    name.to_lowercase().replace([' ', '-', '_'], "")
}

#[test]
fn one_name_is_one_function() {
    let mut owners = BTreeMap::new();
    for function in Op::all() {
        for &name in std::iter::once(&function.name()).chain(function.aliases()) {
            let other = owners.insert(key(name), function.name());
            assert!(other.is_none(), "{name:?} names {} and {}", function.name(), other.unwrap_or_default());
            let shouted = name.to_uppercase().replace('_', "-");
            assert_eq!(Op::find(&shouted).unwrap().name(), function.name(), "{shouted}");
            let joined = format!(" {} ", name.replace('_', ""));
            assert_eq!(Op::find(&joined).unwrap().name(), function.name(), "{joined}");
        }
    }
    // A gate's name must not be an activation's with `glu` or `and_mul` behind it, unless it is that activation's gate.
    for a in activation::ALL {
        for name in std::iter::once(&a.name).chain(a.aliases) {
            for gate in [format!("{name}_glu"), format!("{name}GLU"), format!("{name}_and_mul")] {
                assert!(std::ptr::eq(Gate::find(&gate).unwrap(), Gate::of(a)), "{gate} is not the gate of {}", a.name);
            }
        }
    }
}

#[test]
fn names_of_other_catalogues_say_where_they_are() {
    let cases = [
        (Activation::find("SwiGLU").err(), "\"SwiGLU\" is a gate, not an elementwise activation: see Gate::find"),
        (Activation::find("mish_glu").err(), "\"mish_glu\" is a gate, not an elementwise activation: see Gate::find"),
        (
            Activation::find("softmax").err(),
            "\"softmax\" is a row-wise function, not an elementwise activation: see RowFunction::find",
        ),
        (
            Activation::find("crelu").err(),
            "\"crelu\" is a function that doubles, not an elementwise activation: see Op::find",
        ),
        (Gate::find("relu").err(), "\"relu\" is an elementwise activation, not a gate: see Activation::find"),
        (Gate::find("softmax").err(), "\"softmax\" is a row-wise function, not a gate: see RowFunction::find"),
        (
            RowFunction::find("gelu").err(),
            "\"gelu\" is an elementwise activation, not a row-wise function: see Activation::find",
        ),
        (RowFunction::find("geglu").err(), "\"geglu\" is a gate, not a row-wise function: see Gate::find"),
    ];
    for (error, message) in cases {
        assert_eq!(error.unwrap().to_string(), message);
    }
    // The nearest names are those of the catalogue that was searched.
    for (error, near) in [
        (Activation::find("softmix").err(), "softmax"),
        (Gate::find("silo").err(), "silu,"),
        (RowFunction::find("sigmod").err(), "sigmoid"),
    ] {
        let message = error.unwrap().to_string();
        assert!(!message.contains(near), "{message}");
    }
}

/// Our names in docs/names.md are names.
#[test]
fn documented_names_exist() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/names.md")).unwrap();
    let mut rows = 0;
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let ours = line.split('|').nth(4).unwrap_or_else(|| panic!("a row of other columns: {line}"));
        for name in ours.split('`').skip(1).step_by(2) {
            let (name, params) = name.split_once('(').unwrap_or((name, ")"));
            let found = Op::find(name).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert_eq!(found.name(), name, "{line}");
            let params = params.trim_end_matches(')').split(", ").filter_map(|param| param.split(" = ").next());
            for param in params.filter(|param| !param.is_empty()) {
                found.param_index(param).unwrap_or_else(|error| panic!("{error}: {line}"));
            }
        }
        rows += 1;
    }
    assert!(rows > 30, "{rows} rows");
}
