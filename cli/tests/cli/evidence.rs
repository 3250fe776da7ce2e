//! `evidence`: files that say what they belong to, and tables of them.

use serde_json::Value;

use crate::isa::radv;
use crate::support::{Sandbox, gpu};

#[test]
fn evidence_is_written_and_rendered() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("e")).unwrap();
    let told = sandbox.succeed("evidence relu prelu swiglu softmax --thin 512 --repetitions 2 -o e/one.json");
    assert!(told.contains("0 beyond"), "{told}");
    let report: Value = serde_json::from_slice(&sandbox.bytes("e/one.json")).unwrap();
    assert_eq!(report["schema"], "wgpu-activations/evidence/1");
    assert!(["version", "date", "command", "cpu", "clocks"].iter().all(|key| report[key].is_string()), "{report}");
    let lines = report["check"].as_array().unwrap();
    let passes: Vec<&str> = lines.iter().map(|line| line["pass"].as_str().unwrap()).collect();
    assert!(
        ["param_gradient:weight", "y", "da", "db", "backward_from_output"].iter().all(|p| passes.contains(p)),
        "{passes:?}"
    );
    assert!(
        lines.iter().all(|line| line["thin"] == 512 && line["ok"] == true && line["max_ulp"].is_number()),
        "{report}"
    );
    let bench = report["bench"].as_array().unwrap();
    assert!(
        bench.len() == 6 && bench.iter().all(|b| b["seconds"]["kernel"].as_array().unwrap().len() == 2),
        "{report}"
    );
    let naive: Vec<_> = bench.iter().filter(|b| b["seconds"]["naive"].is_array()).collect();
    assert!(naive.len() == 1 && naive[0]["function"] == "relu" && naive[0]["pass"] == "forward", "{report}");
    if radv() {
        let target = &report["isa"]["targets"][0];
        assert!(target["device"].as_str().unwrap().contains("NAVI21"), "{report}");
        assert_eq!(
            target["results"].as_array().unwrap().len(),
            6,
            "relu alone is common: two passes of three storages"
        );
    }

    sandbox.succeed("evidence relu gelu --thin 512 --repetitions 0 --label another --no-isa -o e/two.json");
    let two: Value = serde_json::from_slice(&sandbox.bytes("e/two.json")).unwrap();
    assert!(two["isa"].is_null() && two["bench"].as_array().unwrap().is_empty(), "{two}");
    let compiler = r#"{ "schema": "wgpu-activations/evidence/1", "adapter": { "name": "hlsl.dll|1.2\n" }, "check": [],
        "texts": { "compiled": 12345, "refused": ["relu: error: X1000"], "warnings": { "X4000": 2 } } }"#;
    sandbox.write("e/compiler.json", compiler.as_bytes());
    sandbox.succeed("evidence --render e");
    let text = String::from_utf8(sandbox.bytes("e/README.md")).unwrap();
    assert!(text.contains("| another |") && text.contains("`gelu`") && text.contains("Nothing."), "{text}");
    assert!(text.contains("| compiler | hlsl.dll/1.2  |  | 12345 | **1** | X4000: 2 |"), "{text}");
    assert!(text.contains("in calls of the naive formula") && text.matches("Machine code for").count() < 2, "{text}");
    let page = String::from_utf8(sandbox.bytes("e/index.html")).unwrap();
    assert!(
        page.contains(">another</th>")
            && page.contains("title=\"swiglu ")
            && page.contains("loss\">1</td>")
            && page.ends_with("</html>\n"),
        "{page}"
    );
    assert!(sandbox.fail("evidence --render e").contains("--force"));
    assert!(sandbox.fail("evidence relu").contains("-o FILE.json"));
    let error = sandbox.fail("evidence relu --isa e/two.json -o x.json");
    assert!(error.contains("two.json is not from `isa --json`"), "{error}");
    assert!(sandbox.fail("evidence gelo -o x.json").contains("gelu"));
    sandbox.write("e/three.json", br#"{ "schema": "other/1" }"#);
    assert!(sandbox.fail("evidence --render e --force").contains("\"other/1\""));
}
