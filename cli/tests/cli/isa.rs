//! `isa`: machine code of GPUs that are not there, where Mesa's driver for them is installed.

use serde_json::Value;

use crate::support::Sandbox;

/// Whether RADV is installed where `isa` looks for it; says so if not.
pub(crate) fn radv() -> bool {
    let there = ["x86_64.json", "json", "aarch64.json"]
        .iter()
        .any(|end| std::path::Path::new("/usr/share/vulkan/icd.d").join(format!("radeon_icd.{end}")).exists());
    if !there {
        assert!(std::env::var("REQUIRE_GPU").is_err(), "REQUIRE_GPU is set, but mesa-vulkan-drivers is not there");
        eprintln!("NO RADV: what it makes of kernels is not tested");
    }
    there
}

#[test]
fn kernels_have_machine_code() {
    if !radv() {
        return;
    }
    let sandbox = Sandbox::new();
    let text = sandbox
        .succeed("isa relu silu swiglu softmax prelu --dtype f32,f16 --pass forward,param_gradient --json a.json");
    assert!(text.contains("NAVI21") && text.contains("H100"), "{text}");
    let report: Value = serde_json::from_slice(&sandbox.bytes("a.json")).unwrap();
    assert!(report["gpus"].as_array().unwrap().iter().all(|gpu| gpu["source"].is_string()), "{report}");
    let results = report["targets"][0]["results"].as_array().unwrap();
    let find = |function: &str, dtype: &str| {
        results.iter().find(|r| r["function"] == function && r["dtype"] == dtype && r["pass"] == "forward").unwrap()
    };
    let (relu, silu) = (find("relu", "f32"), find("silu", "f32"));
    let cycles = |r: &Value| r["per_128"].as_f64().unwrap();
    assert!(cycles(relu) >= relu["copy_per_128"].as_f64().unwrap() && cycles(silu) > cycles(relu), "{relu} {silu}");
    assert!(silu["naive_per_128"].as_f64().unwrap() < cycles(silu) && relu["bytes_of_128"] == 1024.0, "{silu}");
    assert_eq!(find("swiglu", "f16")["bytes_of_128"], 768.0);
    assert!(find("softmax", "f32")["per_128"].is_null(), "rows have loops");
    assert_eq!(results.iter().filter(|r| r["pass"] == "param_gradient").count(), 4, "two dispatches, two storages");
    assert!(results.iter().all(|r| r["instructions"].as_u64() > Some(10) && r["spills"] == 0), "{report}");

    // The same again is no worse; what was half of it is.
    assert!(sandbox.succeed("isa relu --baseline a.json").contains("relu"));
    let before = relu["cycles"].as_f64().unwrap();
    let halved =
        report.to_string().replace(&format!("\"cycles\":{before:?}"), &format!("\"cycles\":{:?}", before / 2.0));
    sandbox.write("half.json", halved.as_bytes());
    let error = sandbox.fail("isa relu --dtype f32 --pass forward --baseline half.json");
    assert!(error.contains("relu forward f32 on navi21") && error.contains("before"), "{error}");
    let other = halved.replace(report["targets"][0]["driver"].as_str().unwrap(), "Mesa 1.2.3");
    sandbox.write("other.json", other.as_bytes());
    assert!(sandbox.succeed("isa relu --dtype f32 --baseline other.json").contains("not compared"));
}

#[test]
fn families_make_one_table() {
    if radv() {
        let text = Sandbox::new().succeed("isa relu --family vega10,navi21,gfx1100 --dtype f32 --pass forward");
        assert!(["vega10", "navi21", "gfx1100"].iter().all(|family| text.matches(family).count() == 1), "{text}");
    }
}

#[test]
fn what_cannot_be_asked_is_told() {
    let sandbox = Sandbox::new();
    for (command, told) in [
        ("isa gelo", "gelu"),
        ("isa relu --manifest no_such.json", "navi21: "),
        ("isa relu --baseline no_such.json", "no_such.json"),
        ("isa hardmax --pass backward", "none of these functions"),
        ("isa relu --pass sideways", "sideways"),
    ] {
        let error = sandbox.fail(command);
        assert!(error.contains(told), "{command}: {error}");
    }
}
