//! Every kernel that the planner can ask for, and every snippet, compiles where users are: no text holds what Tint or the HLSL
//! compilers of DirectX refuse, and Tint itself takes them all. No GPU is needed.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::compilers::{Told, compile};
use crate::common::{reach, texts};
use wgpu_activations::wgsl;

#[test]
fn no_text_holds_what_tint_or_directx_refuse() {
    let all = reach::texts();
    assert!(all.len() > 15_000, "only {} texts", all.len());
    for (text, what) in all {
        assert_eq!(texts::refused(text), None, "{what}");
    }
    for (path, text) in wgsl::files() {
        assert_eq!(texts::refused(text), None, "{path}");
    }
}

#[test]
fn what_is_refused_is_found() {
    for (text, word) in [
        ("let a = 3.40282347e38;", "3.40282347e38"),
        ("let a = x * -4e38 + 1.0;", "4e38"),
        ("let a = vec4<f32>();", "vec4<f32>()"),
        ("return Lanes2(Lanes(), x);", "Lanes()"),
        ("let p = f32() + 1.0;", "f32()"),
    ] {
        assert_eq!(texts::refused(text).as_deref(), Some(word), "{text}");
    }
    for text in ["let a = 3.4028234e38;", "// vec4<f32>() and 4e38", "let v = total() + f(g(), 0x7f800000u);"] {
        assert_eq!(texts::refused(text), None, "{text}");
    }
    let twice = "float4 F(float a) {\n    return a;\n}\nfloat4 G() {\n}\nfloat4 F(float a) {\n}\n";
    assert_eq!(texts::defined_twice(twice), Some("float4 F(float a) {"));
    assert_eq!(texts::defined_twice(&twice[..50]), None);
}

#[test]
fn tint_takes_every_text() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tint");
    if !folder.join("node_modules/webgpu").is_dir() || Command::new("node").arg("--version").output().is_err() {
        assert_ne!(std::env::var("REQUIRE_TINT").as_deref(), Ok("1"), "REQUIRE_TINT=1, but scripts/tint was not run");
        eprintln!("NO TINT: no text is compiled as browsers do: run scripts/tint first");
        return;
    }
    let tint = |texts: &[(&str, &str)]| {
        let inputs: Vec<_> =
            texts.iter().map(|text| (serde_json::json!(text).to_string() + "\n").into_bytes()).collect();
        compile("node", &[folder.join("compile.mjs").to_str().expect("a path of UTF-8")], &inputs)
    };
    let texts: Vec<_> = reach::texts().iter().map(|(text, what)| (what.as_str(), text.as_str())).collect();
    let Told { complaints, .. } = tint(&texts);
    let few: BTreeSet<&String> = complaints.iter().take(20).collect();
    assert!(complaints.is_empty(), "{} complaints, such as {few:#?}", complaints.len());
    // It does compile: an error is seen.
    let broken = tint(&[("broken", "fn f() -> f32 { return 3.40282347e38; }")]);
    assert!(broken.complaints.iter().any(|line| line.contains("cannot be represented")));
}
