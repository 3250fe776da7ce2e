//! Microsoft's compilers for Direct3D 12 take every kernel, in the HLSL that wgpu has naga write.

use std::collections::BTreeMap;

use naga::back::hlsl::ShaderModel;
use serde_json::json;

use super::compilers::{Told, compile};
use crate::common::{on_all_cores, reach, texts};

/// A text as the compilers' program reads it.
fn framed(what: &str, text: &str) -> Vec<u8> {
    format!("{what}\n{}\n{text}", text.len()).into_bytes()
}

/// Has a compiler, which the environment variable of its name says how to start, compile one of THIN kernels, of the functions
/// ONLY names if it does; into EVIDENCE goes what it said.
fn takes_every_kernel(name: &str, model: ShaderModel) {
    let variable = |name: &str| std::env::var(name).ok();
    let command = variable(&name.to_uppercase())
        .unwrap_or_else(|| panic!("say how to start it: {}=COMMAND", name.to_uppercase()));
    let words: Vec<&str> = command.split_whitespace().collect();
    let thin = variable("THIN").map_or(1, |thin| thin.parse().expect("THIN is a number"));
    let only = variable("ONLY").unwrap_or_default();
    let only: Vec<&str> = only.split_whitespace().collect();
    let asked = |what: &str| only.is_empty() || only.iter().any(|&name| what.split(' ').next() == Some(name));
    let mut kernels: Vec<_> =
        reach::texts().iter().filter(|&(text, what)| text.contains("@compute") && asked(what)).collect();
    // Neighbours by name are of one function, so that each function has its share.
    kernels.sort_by_key(|&(text, what)| (what, text));
    let chosen: Vec<_> = kernels.into_iter().step_by(thin).collect();
    let inputs = on_all_cores(&chosen, |(text, what)| {
        let (module, info) = texts::valid(what, text);
        framed(what, &texts::hlsl(what, &module, &info, model))
    });
    let Told { version, complaints } = compile(words[0], &words[1..], &inputs);
    // wgpu goes on after a warning.
    let (refused, warned): (Vec<_>, Vec<_>) = complaints.into_iter().partition(|line| line.contains(": error: "));
    let mut warnings: BTreeMap<&str, u32> = BTreeMap::new();
    for line in &warned {
        let code = line.split("warning ").nth(1).and_then(|rest| rest.split(':').next());
        *warnings.entry(code.unwrap_or(line)).or_default() += 1;
    }
    if let Some(path) = variable("EVIDENCE") {
        let evidence = json!({
            "schema": "wgpu-activations/evidence/1",
            "label": name.to_uppercase(),
            "version": env!("CARGO_PKG_VERSION"),
            "date": variable("DATE"),
            "command": format!("scripts/platforms {name}"),
            "adapter": { "name": version },
            "check": [],
            "texts": { "thin": thin, "compiled": inputs.len(), "refused": refused, "warnings": warnings },
        });
        std::fs::write(&path, format!("{evidence:#}\n")).unwrap_or_else(|e| panic!("{path}: {e}"));
    }
    let few: Vec<&String> = refused.iter().take(20).collect();
    assert!(refused.is_empty(), "{} of {} are refused, such as {few:#?}", refused.len(), inputs.len());
    // It does compile: an error is seen.
    let broken =
        compile(words[0], &words[1..], &[framed("broken", "[numthreads(1, 1, 1)] void main() { float a = b; }")]);
    assert!(broken.complaints.iter().any(|line| line.starts_with("broken: error")), "{:?}", broken.complaints);
}

#[test]
#[ignore = "needs Microsoft's compiler: scripts/platforms dxc"]
fn dxc_takes_every_kernel() {
    takes_every_kernel("dxc", ShaderModel::V6_0);
}

#[test]
#[ignore = "needs Microsoft's compiler: scripts/platforms fxc"]
fn fxc_takes_every_kernel() {
    takes_every_kernel("fxc", ShaderModel::V5_1);
}
