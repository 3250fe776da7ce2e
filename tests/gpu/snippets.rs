//! Snippets in a stranger's shader: plain functions, each helper once, names under the stranger's control.

use std::collections::HashSet;

use crate::common::Noise;
use crate::common::rig::Rig;
use wgpu_activations::activation::{ALL, ELU, GELU, HARDSIGMOID, LINEAR, MISH, SWISH, TANH};
use wgpu_activations::{Activation, Error, Pass, wgsl};
use wgpu_activations_harness::check::ulps;

fn validate(text: &str) -> Result<naga::Module, String> {
    let module = naga::front::wgsl::parse_str(text).map_err(|e| e.emit_to_string(text))?;
    let mut validator = naga::valid::Validator::new(naga::valid::ValidationFlags::all(), Default::default());
    validator.validate(&module).map_err(|e| e.emit_to_string(text))?;
    Ok(module)
}

/// The names that a text declares at module scope.
fn declared(text: &str) -> Vec<&str> {
    const KEYWORDS: [&str; 6] = ["fn ", "const ", "struct ", "alias ", "var", "override "];
    text.lines()
        .filter_map(|line| KEYWORDS.iter().find_map(|w| line.strip_prefix(w)))
        .filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next())
        .collect()
}

#[test]
fn all_functions_go_into_one_text() {
    let plain = wgsl::snippet(ALL).to_string();
    let prefixed = wgsl::snippet(ALL).prefix("nn_").unwrap().to_string();
    for text in [&plain, &prefixed] {
        for word in ["@group", "@binding", "@compute", "var<", "requires:", "enable ", "override "] {
            assert!(!text.contains(word), "a snippet contains {word}");
        }
        validate(text).unwrap();
        let names = declared(text);
        assert_eq!(names.len(), names.iter().collect::<HashSet<_>>().len(), "something is there twice");
        assert!(text.ends_with("}\n") || text.ends_with(";\n"), "it ends with its last line");
    }
    for name in declared(&prefixed) {
        assert!(name.starts_with("nn_"), "{name} has no prefix");
    }
    for a in ALL {
        let derivatives = [Some("_dx"), a.has_output_derivative().then_some("_dx_from_y")].into_iter().flatten();
        let trained = a.params.iter().filter(|p| p.trainable()).map(|p| format!("_d{}", p.name));
        assert!(prefixed.contains(&format!("fn nn_{}(", a.symbol)), "{}", a.name);
        for ending in derivatives.map(str::to_owned).chain(trained) {
            assert!(prefixed.contains(&format!("fn nn_{}{ending}(", a.name)), "{}{ending}", a.name);
        }
    }
}

#[test]
fn each_function_alone_brings_all_it_needs() {
    for a in ALL {
        for text in [wgsl::snippet(&[a]), wgsl::snippet(&[a, a]), wgsl::snippet(&[a]).prefix("my").unwrap()] {
            validate(&text.to_string()).unwrap_or_else(|e| panic!("{}: {e}", a.name));
        }
        assert_eq!(wgsl::snippet(&[a, a]).to_string(), wgsl::snippet(&[a]).to_string(), "{} twice", a.name);
    }
    assert_eq!(wgsl::snippet::<&Activation>(&[]).to_string().trim(), "");
}

#[test]
fn a_prefix_changes_names_only() {
    let plain = wgsl::snippet(ALL).to_string();
    let names: HashSet<&str> = declared(&plain).into_iter().collect();
    for prefix in ["nn_", "x", "A9_", "_q"] {
        let prefixed = wgsl::snippet(ALL).prefix(prefix).unwrap().to_string();
        validate(&prefixed).unwrap_or_else(|e| panic!("{prefix}: {e}"));
        // Taking the prefix off every declared name gives the text back, and no other word has changed.
        let mut back = String::new();
        let mut word = String::new();
        for c in prefixed.chars().chain(['\n']) {
            if c.is_ascii_alphanumeric() || c == '_' {
                word.push(c);
            } else {
                let bare = word.strip_prefix(prefix).filter(|rest| names.contains(rest));
                back.push_str(bare.unwrap_or(&word));
                back.push(c);
                word.clear();
            }
        }
        back.pop();
        assert_eq!(back, plain, "{prefix}");
    }
    assert_eq!(wgsl::snippet(ALL).prefix("").unwrap().to_string(), plain);
}

#[test]
fn what_cannot_start_a_name_is_refused() {
    for prefix in ["1a", "9", "__", "__x", "_", "a-b", "a b", " ", "ä", "nn.", "nn::", "\n", "a;", "//"] {
        match wgsl::snippet(ALL).prefix(prefix) {
            Err(Error::Prefix { prefix: told, .. }) => assert_eq!(told, prefix),
            other => panic!("{prefix:?}: {other:?}"),
        }
    }
}

/// What a stranger writes: bindings, names and an entry point of its own, with a name that is ours without a prefix.
const STRANGER: &str = "
@group(1) @binding(7) var<storage, read> values: array<f32>;
@group(1) @binding(3) var<storage, read_write> results: array<f32>;

fn gelu(x: f32) -> f32 {
    return -1.0;
}

@compute @workgroup_size(64)
fn start(@builtin(global_invocation_id) id: vec3<u32>) {
    let n = arrayLength(&values);
    if id.x >= n {
        return;
    }
    let x = values[id.x];
";

/// The calls of a function and its derivative with default parameters, as WGSL.
fn calls(a: &Activation) -> [String; 2] {
    let params: String = a.params.iter().map(|p| format!(", f32({:?})", p.default as f32)).collect();
    [format!("nn_{}(x{params})", a.symbol), format!("nn_{}_dx(x{params})", a.name)]
}

#[test]
fn a_strangers_shader_computes_what_we_do() {
    let Some(rig) = Rig::webgpu() else { return };
    let functions: &[&Activation] = &[&GELU, &TANH, &MISH, &ELU, &SWISH, &LINEAR, &HARDSIGMOID];
    let snippet = wgsl::snippet(ALL).prefix("nn_").unwrap().to_string();
    let stores: String = functions
        .iter()
        .flat_map(|a| calls(a))
        .enumerate()
        .map(|(k, call)| format!("    results[{k}u * n + id.x] = {call};\n"))
        .collect();
    // Declarations may stand in any order: before the shader or after it.
    for text in [format!("{snippet}{STRANGER}{stores}}}\n"), format!("{STRANGER}{stores}}}\n{snippet}")] {
        validate(&text).unwrap();
        let x = Noise(7).vec(5000, 12.0);
        let (values, results) = (rig.upload(&x), rig.room(2 * functions.len() * x.len()));
        rig.dispatch(&text, "start", 1, &[(7, &values), (3, &results)], (x.len() as u32).div_ceil(64));
        let got = rig.download(&results);
        for (k, results) in got.chunks(x.len()).enumerate() {
            let (a, pass) = (functions[k / 2], [Pass::Forward, Pass::Backward][k % 2]);
            let params: Vec<f64> = a.params.iter().map(|p| f64::from(p.default as f32)).collect();
            for (&x, &got) in x.iter().zip(results) {
                let v = f64::from(x);
                let expected = if k % 2 == 0 { (a.value)(v, &params) } else { (a.dx)(v, &params) };
                let error = ulps(got, expected, a.largest_term(pass, v, &params));
                assert!(error <= a.bound(pass), "{} {pass} at {x}: {got}, {error} ULP off", a.name);
            }
        }
    }
}
