//! `check`, `bench`, `adapters` and the choice of an adapter.

use serde_json::Value;

use crate::support::{Sandbox, gpu};

fn json(sandbox: &Sandbox, name: &str) -> Value {
    serde_json::from_slice(&sandbox.bytes(name)).unwrap()
}

#[track_caller]
fn assert_adapter(report: &Value) {
    for key in ["name", "backend", "driver", "type"] {
        assert!(report["adapter"][key].is_string(), "{key}: {report}");
    }
}

#[test]
fn check() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    // A name given twice is checked once.
    let text = sandbox.succeed("check relu prelu relu --json check.json");
    for part in ["adapter: ", "function", "worst ULP", "relu", "backward", "yes"] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
    let report = json(&sandbox, "check.json");
    assert_adapter(&report);
    let results = report["results"].as_array().unwrap();
    let forward = |name: &str| {
        let same = |r: &&Value| r["function"] == name && r["pass"] == "forward";
        results.iter().filter(same).collect::<Vec<_>>()
    };
    assert_eq!(forward("relu").len(), 1);
    assert_eq!(forward("prelu")[0]["params"]["weight"], 0.25);
    assert!(results.iter().any(|result| result["pass"] == "param_gradient:weight"));
    for result in results {
        assert_eq!(result["dtype"], "f32");
        assert_eq!(result["ok"], true, "{result}");
        assert!(result["inputs"].as_u64().unwrap() > 0, "{result}");
        assert!(result["max_ulp"].as_f64() <= result["bound"].as_f64(), "{result}");
        assert!(result["at"].is_number() || result["at"].is_string(), "{result}");
    }
    assert_eq!(sandbox.names(), ["check.json"]);
}

#[test]
fn every_adapter_is_checked() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let adapters = sandbox.succeed("adapters").lines().skip(2).count();
    let text = sandbox.succeed("check relu --thin 64 --all-adapters --json all.json");
    assert_eq!(text.matches("adapter: ").count(), adapters, "{text}");
    let report = json(&sandbox, "all.json");
    let reports = report["adapters"].as_array().unwrap();
    assert_eq!(reports.len(), adapters);
    for report in reports {
        assert_adapter(report);
        assert!(report["results"].as_array().unwrap().iter().all(|result| result["ok"] == true), "{report}");
    }
    for args in ["--adapter 0", "--model"] {
        let output = sandbox.run(&format!("check relu --all-adapters {args}"));
        assert_eq!(output.status.code(), Some(2), "{args}");
    }
}

#[test]
fn bench() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let text = sandbox.succeed("bench relu gelu --sizes 1k,1_001 --repetitions 3 --json bench.json");
    for part in ["adapter: ", "GB/s", "1024", "1001", "gelu", "backward"] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
    let report = json(&sandbox, "bench.json");
    assert_adapter(&report);
    assert_eq!(text.contains("software"), report["adapter"]["type"] == "Cpu", "{text}");
    let results = report["results"].as_array().unwrap();
    assert_eq!(results.len(), 8);
    for result in results {
        assert_eq!(result["dtype"], "f32");
        assert!(matches!(result["elements"].as_u64(), Some(1024 | 1001)), "{result}");
        for key in ["gpu_seconds", "gpu_gb_per_s", "copy_kernel_ratio", "buffer_copy_ratio"] {
            assert!(result[key].as_f64() > Some(0.0), "{key}: {result}");
        }
    }
}

#[test]
fn tensors_of_16_bits() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    for dtype in ["f16", "bf16"] {
        let text = sandbox.succeed(&format!("check prelu tanh --dtype {dtype} --json check.json --force"));
        assert!(text.contains(&format!("tensors: {dtype}")), "{text}");
        let report = json(&sandbox, "check.json");
        for result in report["results"].as_array().unwrap() {
            assert_eq!(
                (&result["dtype"], &result["inputs"], &result["ok"]),
                (&dtype.into(), &65_536.into(), &true.into())
            );
            let sums = result["pass"] == "param_gradient:weight";
            assert!(sums || matches!(result["bound"].as_f64(), Some(0.52 | 0.55)), "{result}");
        }
        let text = sandbox.succeed(&format!("check bilinear crelu maxout --dtype {dtype}"));
        assert!(text.contains(" 0.52 ") && text.contains(" 0.55 "), "{text}");
        sandbox.succeed(&format!("bench reglu crelu maxout --dtype {dtype} --sizes 999 --rows 9 --repetitions 1"));
        sandbox
            .succeed(&format!("bench tanh --dtype {dtype} --sizes 1k,1_001 --repetitions 3 --json bench.json --force"));
        let report = json(&sandbox, "bench.json");
        for result in report["results"].as_array().unwrap() {
            assert_eq!(result["dtype"], dtype);
            let tensors = if result["pass"] == "forward" { 2.0 } else { 3.0 };
            let [elements, seconds, speed] =
                ["elements", "gpu_seconds", "gpu_gb_per_s"].map(|key| result[key].as_f64().unwrap());
            let expected = 2.0 * tensors * elements / seconds / 1e9;
            assert!((speed / expected - 1.0).abs() < 1e-6, "{result}");
        }
    }
}

#[test]
fn adapters() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let text = sandbox.succeed("adapters");
    for part in ["index", "backend", "driver", "type", "binding bytes"] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
    // Each can be chosen by the index it is listed under.
    let rows = text.lines().skip(2).count();
    assert!(rows > 0, "{text}");
    sandbox.write_f4("x.npy", "(2,)", &[-1.0, 1.0]);
    for index in 0..rows {
        sandbox.succeed(&format!("run relu --adapter {index} -i x.npy -o y.npy --force"));
        assert_eq!(sandbox.read_f4("y.npy").1, [0.0, 1.0]);
    }
}

#[test]
fn an_adapter_without_compute_shaders_is_named() {
    let sandbox = Sandbox::new();
    // Mesa can be told to be an old driver.
    let found = sandbox.run("adapters --backend gl");
    if !String::from_utf8_lossy(&found.stdout).contains("Mesa") {
        return;
    }
    let mut command = sandbox.command("check relu --backend gl");
    let old = command.env("MESA_GL_VERSION_OVERRIDE", "3.0").env("MESA_GLES_VERSION_OVERRIDE", "3.0");
    let stderr = String::from_utf8(old.output().unwrap().stderr).unwrap();
    assert!(
        stderr.contains("no GPU adapter fits") && stderr.contains("(gl, which has no compute shaders)"),
        "{stderr}"
    );
}

#[test]
fn adapters_that_are_not_there() {
    let sandbox = Sandbox::new();
    sandbox.write_f4("x.npy", "(1,)", &[1.0]);
    for choice in ["--adapter no-such-adapter", "--adapter 99", "--backend no-such-backend"] {
        for command in ["check relu", "bench relu", "run relu -i x.npy -o y.npy"] {
            sandbox.fail(&format!("{command} {choice}"));
        }
    }
    // Every adapter is listed, whichever of them is chosen.
    sandbox.fail("adapters --backend no-such-backend");
    assert_eq!(sandbox.names(), ["x.npy"]);
}
