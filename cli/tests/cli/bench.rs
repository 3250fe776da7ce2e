//! `bench`: figures that agree with each other, on the GPU and on the CPU, in every format.

use std::fs;

use serde_json::Value;

use crate::support::{Sandbox, gpu};

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap_or_else(|| panic!("no {key} in {value}"))
}

fn json(sandbox: &Sandbox, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(sandbox.path(name)).unwrap()).unwrap()
}

/// Bytes read and written for each element.
fn bytes(result: &Value) -> f64 {
    match (result["function"].as_str().unwrap(), result["pass"].as_str().unwrap()) {
        ("swiglu", "backward") => 20.0,
        ("swiglu", _) | (_, "backward") => 12.0,
        _ => 8.0,
    }
}

#[test]
fn the_cpu_alone() {
    let sandbox = Sandbox::new();
    let text = sandbox.succeed(
        "bench gelu softmax swiglu --cpu-only --sizes 2k,40_000 --rows 1000 --repetitions 3 --json c.json --csv c.csv",
    );
    assert!(text.contains("CPU: ") && !text.contains("adapter") && !text.contains("faster"), "{text}");
    let report = json(&sandbox, "c.json");
    let results = report["results"].as_array().unwrap();
    assert_eq!(results.len(), 12);
    assert!(report["adapter"].is_null() && report["small_calls"].is_null(), "{report}");
    for result in results {
        assert!(result["gpu_seconds"].is_null(), "{result}");
        let [low, seconds, high] = ["cpu_seconds_low", "cpu_seconds", "cpu_seconds_high"].map(|k| number(result, k));
        assert!(0.0 < low && low <= seconds && seconds <= high, "{result}");
        let rate = 1e-9 * bytes(result) * number(result, "elements") / seconds;
        assert!((number(result, "cpu_gb_per_s") / rate - 1.0).abs() < 1e-6, "{result}");
        let rows = result["function"] == "softmax";
        assert!(matches!(
            (rows, result["elements"].as_u64()),
            (true, Some(2000 | 40_000)) | (false, Some(2048 | 40_000))
        ));
    }
    let csv = fs::read_to_string(sandbox.path("c.csv")).unwrap();
    // The processor's name may have commas of its own, and is quoted.
    let widths = csv.lines().map(|line| line.split('"').step_by(2).map(|part| part.matches(',').count()).sum());
    assert_eq!(widths.collect::<Vec<usize>>(), [24; 13], "{csv}");
}

#[test]
fn both_sides_and_where_they_are_even() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let files = "--json b.json --report b.html --plot b.svg";
    let text = sandbox.succeed(&format!("bench relu mish_glu --sizes 4k,40_000 --repetitions 3 {files}"));
    for part in ["CPU GB/s", "upload ms", "times: ", "small calls: relu of 4096 elements, 100 in a pass"] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
    let report = json(&sandbox, "b.json");
    let results = report["results"].as_array().unwrap();
    assert_eq!(results.len(), 8);
    for result in results {
        let on_cpu = result["function"] == "relu";
        assert_eq!(result["cpu_seconds"].is_number(), on_cpu, "{result}");
        assert_eq!(result["transfer_seconds"].is_number(), on_cpu, "{result}");
        let [low, seconds, high] = ["gpu_seconds_low", "gpu_seconds", "gpu_seconds_high"].map(|k| number(result, k));
        assert!(0.0 < low && low <= seconds && seconds <= high, "{result}");
        assert!(matches!(result["gpu_clock"].as_str(), Some("timestamps" | "wall")), "{result}");
    }

    // What is said of sizes follows from the times.
    let transfers = report["transfers"].as_array().unwrap();
    assert_eq!(transfers.len(), 2);
    for found in report["break_even"].as_array().unwrap() {
        let same = |result: &&Value| result["function"] == found["function"] && result["pass"] == found["pass"];
        let expected = |of_gpu: &dyn Fn(&Value) -> f64| {
            let lost = results.iter().filter(same).filter(|r| of_gpu(r) >= number(r, "cpu_seconds"));
            let last_lost = lost.map(|r| r["elements"].as_u64().unwrap()).max();
            let sizes = results.iter().filter(same).map(|r| r["elements"].as_u64().unwrap());
            sizes.filter(|&size| Some(size) > last_lost).min()
        };
        assert_eq!(found["resident"].as_u64(), expected(&|r| number(r, "gpu_seconds")), "{found}");
        let moved = |r: &Value| number(r, "gpu_seconds_alone") + number(r, "transfer_seconds");
        assert_eq!(found["with_transfers"].as_u64(), expected(&moved), "{found}");
        assert_eq!(found["up_to"], 40_000);
    }
    assert_eq!(report["break_even"].as_array().unwrap().len(), 2);

    let software = report["adapter"]["software"] == true;
    assert_eq!(software, text.contains("software driver on a CPU") && text.contains("this is no GPU"), "{text}");
    let svg = fs::read_to_string(sandbox.path("b.svg")).unwrap();
    let page = fs::read_to_string(sandbox.path("b.html")).unwrap();
    let side = if software { "software driver" } else { "GPU" };
    for (name, content) in [("picture", &svg), ("page", &page)] {
        for part in [side, "CPU, vector instructions", "kernel that only copies", "copy of buffers: ", "relu forward"] {
            assert!(content.contains(part), "no {part:?} in the {name}");
        }
    }
    roxmltree::Document::parse(&svg).unwrap();
    let date = report["date"].as_str().unwrap();
    for part in [date, "activations bench relu mish_glu", "mish_glu backward", "at the largest size", "upload"] {
        assert!(page.contains(part), "no {part:?} in the page");
    }
    // Nothing is fetched from elsewhere.
    assert!(!page.contains("src=") && !page.contains("<link") && !page.contains("<script"), "{page}");
}

#[test]
fn what_cannot_be_measured() {
    let sandbox = Sandbox::new();
    let cases = [
        ("bench softplus2 --cpu-only", "softplus"),
        ("bench hardmax --cpu-only", "the CPU has no kernel"),
        ("bench softmax --cpu-only --sizes 4k --rows 5000", "4096 elements hold no row of 5000"),
        ("bench relu --cpu-only --rows 9", "--rows is for functions of rows"),
        ("bench relu --cpu-only --sizes 2G", "more than the CPU is measured with"),
        ("bench relu --cpu-only --plot x.jpg", "x.jpg: its name should end in .svg or .png"),
        ("bench relu --cpu-only --sizes 4k --plot x.svg --repetitions 1", "two sizes"),
    ];
    for (args, part) in cases {
        let output = sandbox.run(args);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && stderr.contains(part), "{args}: {stderr}");
    }
    assert!(sandbox.names().is_empty());
}

#[test]
fn cold_caches_are_told_from_hot_ones() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let told = sandbox.succeed("bench relu --cold --sizes 1M --repetitions 1 --json a.json");
    assert!(told.contains("caches are cold") && !told.contains("on the CPU,"), "{told}");
    let report: Value = serde_json::from_slice(&sandbox.bytes("a.json")).unwrap();
    let results = report["results"].as_array().unwrap();
    assert!(
        !results.is_empty() && results.iter().all(|line| line["caches"] == "cold" && line["cpu_seconds"].is_null())
    );
    assert!(sandbox.fail("bench relu --cold --sizes 4k").contains("stay in a cache"));
}
