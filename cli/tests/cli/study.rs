//! `study`: what people ask of functions.

use serde_json::Value;

use crate::support::{Sandbox, gpu};

#[test]
fn gains_go_to_a_table_and_to_files() {
    let sandbox = Sandbox::new();
    let text = sandbox.succeed("study gain relu leaky_relu:negative_slope=0.5 selu --json a.json --csv a.csv");
    assert!(text.contains("1.4142") && text.contains("disputed"), "{text}");
    let report: Value = serde_json::from_slice(&sandbox.bytes("a.json")).unwrap();
    assert_eq!(report["study"], "gain");
    let results = report["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    let number = |k: usize, name: &str| results[k][name].as_f64().unwrap();
    assert!((number(0, "second_moment") - 0.5).abs() < 1e-9 && (number(1, "second_moment") - 0.625).abs() < 1e-9);
    assert_eq!(results[1]["params"]["negative_slope"], 0.5);
    assert!((results[2]["fixed_points"][0]["variance"].as_f64().unwrap() - 1.0).abs() < 1e-5);
    let csv = String::from_utf8(sandbox.bytes("a.csv")).unwrap();
    assert_eq!(csv.lines().count(), 4, "{csv}");
    let names = csv.lines().map(|line| line.split(',').next().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), ["function", "relu", "leaky_relu", "selu"]);
    // With He's weights the variance stays.
    let text = sandbox.succeed("study gain relu --weights 1.4142135623730951");
    assert!(text.contains("to 1.0000"), "{text}");
}

#[test]
fn what_cannot_be_studied_says_why() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    for (args, named) in [
        ("study gain nonesuch", "nonesuch"),
        ("study gain softmax", "one number"),
        ("study gain mix:relu+tanh", "one by one"),
        ("study train mix:relu+gelo", "gelu"),
        ("study gain sqrt", "no value"),
        ("study gain relu --weights=-1", "weights"),
        ("study gain relu --biases=nan", "biases"),
        ("study gain elu:alpha=1,alpha=2", "twice"),
        ("study gain relu --json a.txt", "a.txt"),
        ("study gain relu --report a.svg", "a.svg"),
        ("study flow nonesuch", "nonesuch"),
        ("study flow relu --depth 0", "the depth is from 1"),
        ("study flow relu --width 1", "the width is from 2"),
        ("study flow relu --depth 10000 --width 16384", "less depth, width or batch"),
        ("study flow relu --steps 10001", "steps"),
        ("study flow no/own.wgsl", "no/own.wgsl"),
        ("study flow sqrt", "no value"),
        ("study train relu --seeds 0", "seeds"),
        ("study gated relu --reach 0", "reach"),
        ("study landscape relu --side 3", "the side is from 4"),
        ("study landscape relu~srelu~elu", "srelu"),
        ("study train relu --epochs 0", "the epochs"),
        ("study train relu --noise=-1", "noise"),
    ] {
        let error = sandbox.fail(args);
        assert!(error.contains(named), "{args}: {error}");
    }
    assert!(sandbox.names().is_empty());
}

#[test]
fn a_page_holds_picture_and_table_and_needs_no_network() {
    let sandbox = Sandbox::new();
    sandbox.succeed("study gain relu tanh --report a.html --plot a.svg");
    let page = String::from_utf8(sandbox.bytes("a.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("<table") && page.contains("study gain relu tanh"), "{page}");
    let links = page.match_indices("http").filter(|(at, _)| !page[*at..].starts_with("http://www.w3.org/"));
    assert_eq!(links.count(), 0, "{page}");
    let picture = String::from_utf8(sandbox.bytes("a.svg")).unwrap();
    roxmltree::Document::parse(&picture).unwrap();
    assert!(picture.contains("Edge of chaos"), "{picture}");
}

#[test]
fn studies_share_a_page() {
    let sandbox = Sandbox::new();
    sandbox.succeed("study gated silu --report a.html --append");
    sandbox.succeed("study gain relu --report a.html --append");
    let page = String::from_utf8(sandbox.bytes("a.html")).unwrap();
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text} in {page}"));
    assert!(at("<h2>gated</h2>") < at("<h2>gain</h2>") && page.matches("<svg").count() == 2);
    let error = sandbox.fail("study gain relu --report a.html");
    assert!(error.contains("already exists"), "{error}");
}

#[test]
fn own_functions_are_studied() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write(
        "ramp.wgsl",
        b"fn ramp(x: f32, up: f32) -> f32 {\n    return max(x, 0.0) * up;\n}\n\nfn ramp_dx(x: f32, up: f32) -> f32 {\n    \
          return select(0.0, up, x > 0.0);\n}\n",
    );
    let text = sandbox
        .succeed("study flow ramp.wgsl:up=2 ramp.wgsl:up=0.5 --init lecun --depth 2 --width 32 --batch 64 --steps 1");
    assert!(text.contains("ramp.wgsl:up=2") && text.contains("ramp.wgsl:up=0.5"), "{text}");
    let error = sandbox.fail("study gain ramp.wgsl:up=2");
    assert!(error.contains("without an f64 reference"), "{error}");
    let error = sandbox.fail("study flow ramp.wgsl");
    assert!(error.contains("ramp.wgsl") && error.contains("ramp(x: f32) -> f32"), "{error}");
}

#[test]
fn signals_flow_through_layers() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let text = sandbox.succeed(
        "study flow relu leaky_relu:negative_slope=0.5 --depth 3 --width 64 --batch 32 --init he --steps 2 --json a.json \
         --csv a.csv --plot a.png",
    );
    assert!(text.contains("weights: he") && text.contains("negative_slope=0.5"), "{text}");
    let report: Value = serde_json::from_slice(&sandbox.bytes("a.json")).unwrap();
    assert!(report["study"] == "flow" && report["seed"] == 0 && report["adapter"]["name"].is_string(), "{report}");
    let results = report["results"].as_array().unwrap();
    // Noise, and what is before two steps and behind them.
    assert_eq!(results.len(), 6 + 2 * 3 * 3);
    assert!(results[0]["function"] == "relu" && results[0]["init"] == "he" && results[2]["layer"] == 3);
    assert!(results[0]["step"].is_null() && results[6]["step"] == 0 && results[12]["step"] == 2, "{report}");
    assert_ne!(results[6]["variance"], results[12]["variance"], "nothing was learned");
    assert!((results[0]["zeros"].as_f64().unwrap() - 0.5).abs() < 0.1 && results[3]["zeros"] == 0.0, "{report}");
    assert_eq!(String::from_utf8(sandbox.bytes("a.csv")).unwrap().lines().count(), 25);
    assert!(sandbox.bytes("a.png").starts_with(b"\x89PNG"));
}

#[test]
fn gates_stand_side_by_side() {
    let sandbox = Sandbox::new();
    sandbox.succeed("study gated mish swish:beta=0 swish:beta=100 --json a.json --plot a.svg");
    let report: Value = serde_json::from_slice(&sandbox.bytes("a.json")).unwrap();
    let number = |k: usize, name: &str, at: usize| report["results"][k][name][at].as_f64().unwrap();
    let places: Vec<f64> = (0..401).map(|at| number(0, "x", at)).collect();
    for (at, x) in places.into_iter().enumerate() {
        // Mish's derivative is put together again; swish goes from half the identity to relu.
        let softplus = x.exp().ln_1p();
        let (delta, silu) = (softplus.cosh().powi(-2), x / (1.0 + (-x).exp()));
        let value = number(0, "value", at);
        let whole = delta * silu + if x == 0.0 { 0.6 } else { value / x };
        assert!((number(0, "derivative", at) - whole).abs() < 1e-6, "{x}");
        assert!((number(0, "delta", at) - delta).abs() < 1e-5, "{x}");
        assert!((number(1, "value", at) - 0.5 * x).abs() < 1e-12, "{x}");
        assert!((number(2, "value", at) - x.max(0.0)).abs() < 0.003, "{x}");
    }
}

#[test]
fn landscapes_are_images() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let text = sandbox.succeed("study landscape relu mish --side 64 --json a.json --plot a.svg --report a.html");
    assert!(text.contains("roughness") && text.contains("64 x 64"), "{text}");
    let report: Value = serde_json::from_slice(&sandbox.bytes("a.json")).unwrap();
    assert!(report["results"][0]["roughness"].as_f64() > report["results"][1]["roughness"].as_f64(), "{report}");
    for file in ["a.svg", "a.html"] {
        let text = String::from_utf8(sandbox.bytes(file)).unwrap();
        assert_eq!(text.matches("data:image/png;base64,").count(), 2, "{file}");
    }
}

#[test]
fn pre_activations_of_a_file_have_statistics() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    // Three rows of four units, of which the second is never positive.
    let x = [1.0, -1.0, 2.0, 0.5, -2.0, -3.0, 4.0, f32::INFINITY, 0.0, -0.5, -1.0, 3.0];
    sandbox.write_f4("x.npy", "(3, 4)", &x);
    let text = sandbox.succeed("study stats x.npy relu sigmoid --json a.json --plot a.svg");
    assert!(text.contains("12 numbers in rows of 4") && text.contains("1 of 4") && text.contains("0 of 4"), "{text}");
    let report: Value = serde_json::from_slice(&sandbox.bytes("a.json")).unwrap();
    let relu = &report["results"][0];
    assert!(relu["dead_columns"] == serde_json::json!([1]) && relu["after"]["not_finite"] == 1, "{report}");
    assert!((relu["after"]["zeros"].as_f64().unwrap() - 0.5).abs() < 0.01, "{report}");
    assert!((relu["before"]["zeros"].as_f64().unwrap() - 1.0 / 12.0).abs() < 1e-9, "{report}");
    let counts = relu["before"]["counts"].as_array().unwrap().iter().map(|count| count.as_u64().unwrap());
    assert_eq!(counts.sum::<u64>(), 11);
    sandbox.write_f4("none.npy", "(0, 4)", &[]);
    assert!(sandbox.fail("study stats none.npy relu").contains("no numbers"));
    assert!(sandbox.fail("study stats gone.npy relu").contains("gone.npy"));
}

#[test]
fn nets_learn() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let text = sandbox.succeed("study train abs relu --data xor --seeds 2 --epochs 150 --json a.json --report a.html");
    assert!(text.contains("xor") && text.contains("100.00 %"), "{text}");
    let report: Value = serde_json::from_slice(&sandbox.bytes("a.json")).unwrap();
    let results = report["results"].as_array().unwrap();
    assert_eq!(results.len(), 4);
    assert!(results[1]["seed"] == 1 && results[0]["accuracies"].as_array().unwrap().len() == 151, "{report}");
    // Own rows: the class is whether the first number is above the second.
    let rows: Vec<f32> = (0..400).map(|k| (k as f32 * 0.7).sin()).collect();
    let classes: Vec<f32> = rows.chunks(2).map(|row| f32::from(u8::from(row[0] > row[1]))).collect();
    sandbox.write_f4("rows.npy", "(200, 2)", &rows);
    sandbox.write_f4("classes.npy", "(200,)", &classes);
    let text =
        sandbox.succeed("study train tanh --data rows.npy --labels classes.npy --seeds 1 --rate 0.02 --json c.json");
    assert!(text.contains("rows.npy"), "{text}");
    let report: Value = serde_json::from_slice(&sandbox.bytes("c.json")).unwrap();
    assert!(report["data"] == "rows.npy" && report["results"][0]["accuracy"].as_f64() > Some(0.9), "{report}");
    sandbox.write_f4("few.npy", "(3,)", &[0.0, 1.0, 0.5]);
    sandbox.write_f4("three.npy", "(3, 1)", &[0.0, 1.0, 2.0]);
    sandbox.write_f4("none.npy", "(0, 2)", &[]);
    sandbox.write_f4("nobody.npy", "(0,)", &[]);
    for (args, named) in [
        ("--data rows.npy", "--labels"),
        ("--data rows.npy --labels few.npy", "(200, 2)"),
        ("--data three.npy --labels few.npy", "row 2 of few.npy is 0.5"),
        ("--data none.npy --labels nobody.npy", "nothing to learn"),
        ("--data gone.npy --labels few.npy", "gone.npy"),
    ] {
        let error = sandbox.fail(&format!("study train relu {args}"));
        assert!(error.contains(named), "{args}: {error}");
    }
    let text = sandbox.succeed("study train mix:relu+tanh+abs relu~leaky_relu:negative_slope=0.1 --quick --epochs 4");
    assert!(text.contains("mix:relu+tanh+abs") && text.matches("  9").count() >= 2, "{text}");
    let text = sandbox.succeed("study train prelu --quick --epochs 2 --sweep depth --width 8 --json b.json");
    assert!(text.contains("weight="), "{text}");
    let report: Value = serde_json::from_slice(&sandbox.bytes("b.json")).unwrap();
    let depths: Vec<_> = report["results"].as_array().unwrap().iter().map(|r| r["depth"].as_u64().unwrap()).collect();
    assert_eq!(depths, [1, 2, 4, 8, 16, 24]);
}
