//! `list`, `show`, `--help` and names: what needs no adapter.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::Sandbox;

#[test]
fn texts() {
    let cases: &[(&str, &[&str])] = &[
        ("--help", &["list", "show", "run", "plot", "check", "bench", "adapters"]),
        ("--version", &["activations "]),
        ("list --help", &["--json", "--adapter", "--backend"]),
        ("show --help", &["--wgsl", "--prefix", "--kernel", "--dtype", "--adapter", "--backend"]),
        (
            "run --help",
            &[
                "--axis",
                "--param-grad",
                "--only",
                "--force",
                "standard input or output",
                "true takes part",
                "--adapter",
                "--backend",
            ],
        ),
        ("plot --help", &["--output", "--range", "--errors", "--gallery", "--force", "--adapter", "--backend"]),
        ("check --help", &["--json", "--force", "--adapter", "--backend"]),
        ("bench --help", &["--sizes", "--json", "--force", "--adapter", "--backend"]),
        ("adapters --help", &["--adapter", "--backend"]),
        ("list", &["name", "relu", "prelu", "weight=0.25", "param_gradient:weight", "gelu_tanh"]),
        ("show relu", &["relu (", "f(x)", "f'(x)", "backward_from_output", "bounds", "ULP"]),
        ("show prelu", &["weight = 0.25, trainable, in [-1e30, 1e30]: slope"]),
        ("show LeakyReLU", &["negative_slope = 0.01, trainable, in [-1e30, 1e30] (from the output: [0, inf)): slope"]),
        ("show scaled_tanh", &["alpha = 1.7159, in [-1e6, 1e6] (from the output: [-1e6, -1e-6] or [1e-6, 1e6]): the"]),
        ("show swiglu_oai", &["limit = 7, in [0, inf]: largest"]),
        ("show CausalSoftmax", &["queries = 0, whole numbers in [0, "]),
        ("show gelu --wgsl", &["fn gelu(", "fn gelu_dx("]),
        ("show gelu --wgsl --prefix nn_", &["fn nn_gelu(", "fn nn_gelu_dx("]),
        ("show tanh --kernel forward", &["@compute", "fn tanh"]),
        ("show tanh --kernel backward", &["@compute", "_dx"]),
        ("show tanh --kernel backward_from_output", &["@compute", "_dx_from_y"]),
        ("show tanh --kernel forward_in_place", &["@compute"]),
        ("show tanh --kernel backward_in_place", &["@compute", "fn tanh_dx("]),
        ("show tanh --kernel backward_from_output_in_place", &["@compute", "_dx_from_y"]),
        ("show prelu --kernel param_gradient", &["@compute", "prelu_dweight"]),
        ("show prelu --kernel param_gradient:weight", &["@compute", "prelu_dweight"]),
        ("show gelu --kernel forward+bias+scale:rows+residual", &["read_biases", "read_scales", "read_c"]),
        ("show gelu --kernel both", &["read_b(i)", "write_out2"]),
        ("show swiglu --kernel forward+quantized:32", &["scale_bits"]),
        ("show attention_softmax --kernel forward+heads:8+slopes+mask:bool", &["const HEADS = 8u", "four_bools"]),
        ("show cross_entropy --kernel both+reduction:sum", &["cross_entropy_dx"]),
        ("show top_k_sigmoid --kernel forward+top:4+renormalized", &["const TOP = 4u"]),
        ("show gelu --kernel forward --dtype f32", &["@compute", "fn gelu(", "array<vec4<u32>>"]),
        ("show gelu --kernel forward --dtype f16", &["@compute", "fn gelu(", "fn widen_f16(", "fn shorten_f16("]),
        ("show gelu --kernel backward --dtype bf16", &["@compute", "fn gelu_dx(", "fn widen_bf16("]),
        ("show prelu --kernel param_gradient --dtype bf16", &["@compute", "prelu_dweight", "fn widen_bf16("]),
        ("show softmax --kernel forward --dtype f16", &["@compute", "fn shorten_f16("]),
        ("plan --help", &["--len", "--shape", "--pass", "--tuning", "--all-storage", "--json"]),
        ("plan gelu --len 1003", &["buffer x", "4012 bytes, 1003 elements of f32", "dispatch 4 x 1 workgroups of 256"]),
        ("plan prelu --len 10 --pass param_gradient", &["partials", "dispatch 1 x 1"]),
        ("plan softmax --shape 3,200000 --tuning software", &["states", "workgroups of 8"]),
        ("plan Softmax --shape 200,64,3 --axis 1 --dtype f16", &["38400 elements of f16"]),
    ];
    let sandbox = Sandbox::new();
    for (args, parts) in cases {
        let text = sandbox.succeed(args);
        for part in *parts {
            assert!(text.contains(part), "{args}: no {part:?} in\n{text}");
        }
    }
}

#[test]
fn snippets_bind_nothing() {
    let text = Sandbox::new().succeed("show gelu --wgsl --prefix nn_");
    assert!(!text.contains("@group") && !text.contains("@compute"), "{text}");
    assert!(!text.contains("fn gelu"), "{text}");
}

#[test]
fn list_json() {
    let sandbox = Sandbox::new();
    let functions: Value = serde_json::from_str(&sandbox.succeed("list --json")).unwrap();
    let functions = functions.as_array().unwrap();
    assert!(functions.len() >= 30, "{}", functions.len());
    let find = |name| functions.iter().find(|function| function["name"] == name).unwrap();

    let prelu = find("prelu");
    assert_eq!(prelu["params"][0]["name"], "weight");
    assert_eq!(prelu["params"][0]["default"], 0.25);
    assert_eq!(prelu["params"][0]["trainable"], true);
    assert_eq!(prelu["params"][0]["range"], json!({ "intervals": [[-1e30, 1e30]], "whole": false }));
    assert!(prelu["params"][0]["from_output"].is_null());
    let leaky = &find("leaky_relu")["params"][0];
    assert_eq!(leaky["from_output"]["intervals"][0][0], 0.0);
    assert_eq!(leaky["from_output"]["intervals"][0][1].as_f64().map(|most| most as f32), Some(f32::MAX));
    assert_eq!(find("causal_softmax")["params"][1]["range"]["whole"], true);
    assert_eq!(find("clip")["params"][1]["range"]["intervals"], json!([["-inf", "inf"]]));
    let passes = prelu["passes"].as_array().unwrap();
    for pass in ["forward", "backward", "param_gradient:weight"] {
        assert!(passes.iter().any(|known| known == pass), "{pass}");
    }
    assert!(find("tanh")["bounds"]["backward_from_output"].is_number());
    assert!(find("gelu")["bounds"]["backward_from_output"].is_null());
    for function in functions {
        assert!(function["aliases"].is_array() && function["kind"].is_string(), "{function}");
        assert!(function["bounds"]["forward"].is_number(), "{function}");
        // Everything that is listed can be shown.
        let name = function["name"].as_str().unwrap();
        sandbox.succeed(&format!("show {name}"));
        for alias in function["aliases"].as_array().unwrap() {
            let shown = sandbox.succeed(&format!("show {}", alias.as_str().unwrap()));
            assert!(shown.starts_with(&format!("{name} (")), "{alias}: {shown}");
        }
    }
}

#[test]
fn one_line_errors() {
    let cases = [
        ("show geluu", "gelu"),
        ("show nn.Linear", "linear"),
        ("check softplu", "softplus"),
        ("bench relu prelux", "prelu"),
        ("run tahn -i x.npy -o y.npy", "tanh"),
        ("show relu --kernel param_gradient", "relu has no trainable parameter"),
        ("show prelu --kernel param_gradient:slope", "slope"),
        ("show gelu --kernel backward_from_output", "gelu"),
        ("show gelu --kernel backward_from_output_in_place", "gelu"),
        ("show prelu --kernel param_gradient_in_place", "prelu"),
        ("show gelu --wgsl --prefix 7", "cannot start a WGSL name"),
        ("check relu --json no/such/place.json", "there is no directory no/such"),
        ("bench relu --json .", "not a regular file"),
        ("run relu -i absent.npy -o y.npy", "absent.npy"),
        ("run relu -i . -o y.npy", "not a regular file"),
    ];
    let sandbox = Sandbox::new();
    for (args, part) in cases {
        let line = sandbox.fail(args);
        assert!(line.contains(part), "{args}: {line}");
    }
    assert!(sandbox.names().is_empty());
}

#[test]
fn usage_errors() {
    let cases = [
        "",
        "frobnicate",
        "show",
        "show relu --prefix p",
        "show relu --wgsl --kernel forward",
        "show relu --dtype f16",
        "show relu --kernel forward --dtype f8",
        "show relu --kernel sideways",
        "run relu -i x.npy",
        "run relu -o y.npy",
        "run relu -i x.npy -o y.npy --backward",
        "run relu -i x.npy -o y.npy -g dy.npy",
        "run prelu -i x.npy --param-grad weight=w.npy",
        "run prelu -i x.npy -o y.npy -p weight",
        "run prelu -i x.npy -o y.npy -p weight=heavy",
        "run prelu -i x.npy -o y.npy -p weight=1e39",
        "run glu -i x.npy -i x.npy -o y.npy --only da",
        "run prelu -i x.npy -o y.npy --axis first",
        "plot",
        "plot relu --range 1",
        "plot relu --range 1,1",
        "plot relu --range 5,-5",
        "plot relu --range 0,inf",
        "plot relu --range NaN,1",
        "plot relu --gallery pictures",
        "plot --gallery pictures --errors",
        "plot --gallery pictures -o x.svg",
        "bench --sizes 0",
        "bench --sizes 1Q",
        "bench --repetitions 0",
    ];
    let sandbox = Sandbox::new();
    for args in cases {
        let output = sandbox.run(args);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{args}: {stderr}");
        assert!(!stderr.contains("panicked"), "{args}: {stderr}");
    }
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command("list --json");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", output.status);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

/// A plan as JSON holds all that it takes to launch it.
#[test]
fn plans_are_json() {
    let sandbox = Sandbox::new();
    let text = sandbox.succeed("plan leaky_relu --len 1003 --pass backward --json");
    let plan: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&plan["spec"], &plan["limits"]["alignment"]), (&json!("leaky_relu backward"), &json!(256)));
    let buffers = plan["buffers"].as_array().unwrap();
    let names: Vec<&str> = buffers.iter().map(|buffer| buffer["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["x", "dy", "dx"]);
    assert!(buffers.iter().all(|buffer| buffer["elements"] == 1003 && buffer["bytes"] == 4012));
    let launch = &plan["launches"][0];
    assert!(launch["text"].as_str().unwrap().contains("@compute") && launch["entry_point"] == "main");
    assert_eq!(launch["workgroup_size"], json!([256, 1, 1]));
    let bindings = launch["bindings"].as_array().unwrap();
    assert_eq!(bindings[0]["contents"]["bytes"].as_array().unwrap().len(), 96);
    assert_eq!(bindings[1]["contents"]["bytes"], json!(leaky_slope()));
    assert_eq!(bindings[2]["contents"]["buffer"], json!({"buffer": 0, "offset": 0, "bytes": 4012}));
    let storage = sandbox.succeed("plan leaky_relu --len 1003 --json --all-storage");
    assert!(!storage.contains("var<uniform>") && !storage.contains("\"uniform\""));
    for (args, part) in [
        ("plan gelu --len 10 --alignment 3", "alignment"),
        ("plan hardmax --len 10 --pass backward", "gradient"),
        ("plan softmax --shape 3,4 --axis 2", "axis 2"),
    ] {
        assert!(sandbox.fail(args).contains(part), "{args}");
    }
}

/// The default slope and three zeros, as bytes.
fn leaky_slope() -> Vec<u8> {
    [0.01f32, 0.0, 0.0, 0.0].iter().flat_map(|value| value.to_le_bytes()).collect()
}
