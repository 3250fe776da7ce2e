//! `bench --save`, `--baseline` and `--model`: what is kept, what it is compared with, and what is refused.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Sandbox, gpu};

const SCHEMA: &str = "wgpu-activations/bench/1";

fn read(sandbox: &Sandbox, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(sandbox.path(name)).unwrap()).unwrap()
}

fn write(sandbox: &Sandbox, name: &str, value: &Value) {
    sandbox.write(name, value.to_string());
}

/// How many samples of each kind a row has.
fn counts(row: &Value) -> Vec<(&str, usize)> {
    let samples = row["samples"].as_object().unwrap();
    let count = |values: &Value| {
        let values = values.as_array().unwrap();
        assert!(values.iter().all(|seconds| seconds.as_f64() > Some(0.0)), "{row}");
        values.len()
    };
    samples.iter().map(|(kind, values)| (kind.as_str(), count(values))).collect()
}

const OF_THE_ADAPTER: [&str; 6] = [
    "call_seconds",
    "copy_kernel_seconds",
    "call_wall_seconds",
    "copy_kernel_wall_seconds",
    "buffer_copy_seconds",
    "alone_seconds",
];

#[test]
fn all_samples_are_kept() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let text = sandbox.succeed(
        "bench relu mish_glu softmax --sizes 1k --rows 100 --repetitions 3 --save s.json --json j.json --report r.html",
    );
    for part in ["warm-up before any time is taken: 1 call of each", "caches are hot", "4.0 KiB", "clocks before: "] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
    let (saved, report) = (read(&sandbox, "s.json"), read(&sandbox, "j.json"));
    assert_eq!((&saved["schema"], &saved["adapter"]), (&SCHEMA.into(), &report["adapter"]));
    for key in ["cpu", "date", "command"] {
        assert!(saved[key].is_string() && saved[key] == report[key], "{key}: {saved}");
    }
    let (rows, results) = (saved["rows"].as_array().unwrap(), report["results"].as_array().unwrap());
    assert_eq!((rows.len(), results.len()), (6, 6));
    for (row, result) in rows.iter().zip(results) {
        for key in ["function", "pass", "dtype", "elements", "row"] {
            assert_eq!(row[key], result[key], "{row}");
        }
        assert_eq!((&row["clock"], &row["tensor_elements"]), (&result["gpu_clock"], &1024.into()), "{row}");
        let cpu = if row["function"] == "mish_glu" { 0 } else { 3 };
        let expected: Vec<_> = OF_THE_ADAPTER.map(|kind| (kind, 3)).into_iter().chain([("cpu_seconds", cpu)]).collect();
        assert_eq!(counts(row), expected);
        for (part, key) in [("p5", "gpu_seconds_p5"), ("median", "gpu_seconds"), ("p95", "gpu_seconds_p95")] {
            assert_eq!(row["call_seconds"][part], result[key], "{row}");
        }
    }
    let page = fs::read_to_string(sandbox.path("r.html")).unwrap();
    for part in ["<th>p5 ms</th>", "<th>p95 ms</th>", "clocks after: ", "caches are hot"] {
        assert!(page.contains(part), "no {part:?} in the page");
    }
    assert!(report["clocks"]["before"].is_string() && report["comparison"].is_null(), "{report}");
}

#[test]
fn samples_of_the_cpu_alone() {
    let sandbox = Sandbox::new();
    let text = sandbox.succeed("bench gelu --cpu-only --sizes 1k --repetitions 2 --save s.json");
    assert!(text.contains("2 calls of each job on the CPU") && !text.contains("clocks"), "{text}");
    let saved = read(&sandbox, "s.json");
    assert!(saved["adapter"].is_null(), "{saved}");
    for row in saved["rows"].as_array().unwrap() {
        assert!(row["clock"].is_null() && row["call_seconds"].is_null(), "{row}");
        let expected: Vec<_> = OF_THE_ADAPTER.map(|kind| (kind, 0)).into_iter().chain([("cpu_seconds", 2)]).collect();
        assert_eq!(counts(row), expected);
    }
}

/// One sample decides nothing, so what comes out is known.
#[test]
fn rows_beside_those_of_an_earlier_run() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.succeed("bench relu gelu --sizes 1k --repetitions 1 --save s.json");
    let files = "--json j.json --report r.html --save s.json --force";
    let text = sandbox.succeed(&format!("bench relu silu --sizes 1k,2k --repetitions 1 --baseline s.json {files}"));
    let summary =
        "2 rows: 0 slower, 0 faster, 0 same, 2 undecided; 2 rows only in the baseline; 6 rows only in this run";
    for part in ["compared with s.json of ", "baseline ms", "change %", "99 % interval", "verdict", summary] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
    assert!(text.contains("fewer than 7 samples decide nothing"), "{text}");
    let comparison = read(&sandbox, "j.json")["comparison"].clone();
    let rows = comparison["rows"].as_array().unwrap();
    assert_eq!((rows.len(), &comparison["undecided"], &comparison["slower"]), (2, &2.into(), &0.into()));
    for (row, pass) in rows.iter().zip(["forward", "backward"]) {
        assert_eq!((&row["function"], &row["pass"], &row["elements"]), (&"relu".into(), &pass.into(), &1024.into()));
        assert_eq!((&row["verdict"], &row["samples"]), (&"undecided".into(), &1.into()));
        assert!(["baseline_seconds", "seconds", "change"].iter().all(|key| row[key].is_number()), "{row}");
    }
    let page = fs::read_to_string(sandbox.path("r.html")).unwrap();
    assert!(page.contains("Compared with an earlier run") && page.contains(summary), "{page}");
    // The file was read before it was replaced.
    let saved = read(&sandbox, "s.json");
    assert!(saved["rows"].as_array().unwrap().len() == 8 && saved["command"].as_str().unwrap().contains("silu"));
}

/// Beside calls that took next to nothing of a copy everything is slower. That is an exit status of its own.
#[test]
fn a_slower_row_has_an_exit_status() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.succeed("bench relu --sizes 1k --repetitions 1 --save s.json");
    let mut saved = read(&sandbox, "s.json");
    for row in saved["rows"].as_array_mut().unwrap() {
        for kind in OF_THE_ADAPTER {
            let seconds = if kind.starts_with("call") { 1e-12 } else { 1e3 };
            row["samples"][kind] = vec![seconds; 9].into();
        }
    }
    write(&sandbox, "b.json", &saved);
    let output = sandbox.run("bench relu --sizes 1k --repetitions 7 --baseline b.json --save n.json");
    let [stdout, stderr] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert_eq!((output.status.code(), &*stderr), (Some(3), "error: 2 rows are slower than in b.json\n"), "{stdout}");
    assert!(stdout.contains("2 rows: 2 slower, 0 faster, 0 same, 0 undecided\n"), "{stdout}");
    // What seemed slower was measured again, in two further rounds.
    for row in read(&sandbox, "n.json")["rows"].as_array().unwrap() {
        assert!(counts(row)[0].1 > 7, "{row}");
    }
    let help = sandbox.succeed("bench --help");
    assert!(help.contains("--save") && help.contains("3 if a row is slower"), "{help}");
}

#[test]
fn files_that_are_no_baseline() {
    let sandbox = Sandbox::new();
    sandbox.write("text.json", "{ no JSON");
    write(&sandbox, "none.json", &json!({ "results": [] }));
    write(&sandbox, "other.json", &json!({ "schema": "wgpu-activations/bench/2" }));
    write(&sandbox, "part.json", &json!({ "schema": SCHEMA }));
    let names = sandbox.names();
    for (args, part) in [
        ("--baseline absent.json", "cannot read absent.json"),
        ("--baseline text.json", "text.json is no JSON"),
        ("--baseline none.json", "none.json has no schema, and only \"wgpu-activations/bench/1\""),
        ("--baseline other.json", "other.json has the schema \"wgpu-activations/bench/2\", and only"),
        ("--baseline part.json", "part.json is not as --save writes it"),
        ("--baseline part.json --save part.json", "part.json already exists; use --force to replace it"),
    ] {
        let line = sandbox.fail(&format!("bench relu --sizes 1k --json j.json {args}"));
        assert!(line.contains(part), "{args}: {line}");
    }
    assert_eq!(sandbox.run("bench relu --cpu-only --baseline part.json").status.code(), Some(2));
    assert_eq!(sandbox.names(), names);
}

#[test]
fn baselines_of_something_else() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.succeed("bench relu softmax --sizes 1k --rows 100 --repetitions 1 --save s.json");
    let saved = read(&sandbox, "s.json");
    let name = saved["adapter"]["name"].as_str().unwrap();
    let changed = |file: &str, change: &dyn Fn(&mut Value)| {
        let mut value = saved.clone();
        change(&mut value);
        write(&sandbox, file, &value);
    };
    changed("name.json", &|value| value["adapter"]["name"] = "Another GPU".into());
    changed("backend.json", &|value| value["adapter"]["backend"] = "metal".into());
    changed("driver.json", &|value| value["adapter"]["driver"] = "Another driver 1.0".into());
    changed("cpu.json", &|value| value["adapter"] = Value::Null);
    changed("short.json", &|value| value["rows"][0]["samples"]["copy_kernel_seconds"] = json!([]));
    changed("zero.json", &|value| value["rows"][0]["samples"]["call_seconds"] = json!([0.0]));
    for (args, parts) in [
        ("relu --baseline name.json", ["is of another machine: of Another GPU, ", name]),
        ("relu --baseline backend.json", ["is of another machine: of ", ", metal, "]),
        ("relu --baseline driver.json", ["Another driver 1.0, and this is ", name]),
        ("relu --baseline cpu.json", ["of no adapter, and this is ", name]),
        ("relu --baseline s.json --dtype f16", ["s.json is of tensors of f32", "and these are of f16"]),
        ("silu --baseline s.json", ["s.json has no row in common", "to be measured"]),
        ("softmax --rows 50 --baseline s.json", ["s.json has no row in common", "to be measured"]),
        ("relu --baseline short.json", ["short.json: the samples of relu forward at 1024 elements", "no times"]),
        ("relu --baseline zero.json", ["zero.json: the samples of relu forward", "no times of repetitions"]),
    ] {
        let line = sandbox.fail(&format!("bench --sizes 1k --json j.json --save n.json {args}"));
        assert!(parts.iter().all(|part| line.contains(part)), "{args}: {line}");
    }
    assert!(!sandbox.names().iter().any(|name| name == "j.json" || name == "n.json"));
}

#[test]
fn the_activations_of_a_network() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let text = sandbox.succeed("bench --model vit-b --repetitions 1 --json j.json --report r.html");
    for part in ["vit-b, forward, images of 224 x 224, batch 8:", "ms in all", "36.9 MiB at once", "arXiv 2010.11929"] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
    let network = read(&sandbox, "j.json")["network"].clone();
    let calls = network["calls"].as_array().unwrap();
    assert_eq!((&network["name"], &network["peak_bytes"], calls.len()), (&"vit-b".into(), &38_731_776.into(), 2));
    let sum: f64 = calls.iter().map(|call| call["seconds"].as_f64().unwrap() * call["calls"].as_f64().unwrap()).sum();
    assert!((network["seconds"].as_f64().unwrap() / sum - 1.0).abs() < 1e-9, "{network}");
    let page = fs::read_to_string(sandbox.path("r.html")).unwrap();
    assert!(page.contains("The activations of a network") && page.contains("vit-b, forward"), "{page}");
    for args in ["relu --model vit-b", "--model vit-b --sizes 1k", "--model vit-b --cpu-only", "--model resnet"] {
        assert_eq!(sandbox.run(&format!("bench {args}")).status.code(), Some(2), "{args}");
    }
}
