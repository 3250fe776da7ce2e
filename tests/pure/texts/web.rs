//! Every kernel that the planner can ask for, and every snippet, compiles where users are: no text holds what Tint or the HLSL
//! compilers of DirectX refuse, and Tint itself takes them all. No GPU is needed.

use std::collections::BTreeSet;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};

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

/// Texts go to as many processes as there are cores.
fn compile(folder: &Path, texts: &[(&String, &String)]) -> Vec<String> {
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    let part = |k: usize| {
        let mut tint = Command::new("node")
            .arg(folder.join("compile.mjs"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node runs");
        let mut input = BufWriter::new(tint.stdin.take().expect("it is a pipe"));
        // What is printed waits in the pipe until the texts are through, and is little.
        for (text, what) in texts.iter().skip(k).step_by(count) {
            let line = serde_json::to_string(&[what, text]).expect("texts are JSON");
            writeln!(input, "{line}").expect("node reads");
        }
        drop(input);
        let output = tint.wait_with_output().expect("node ends");
        let lines: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
        let expected = texts.iter().skip(k).step_by(count).count();
        let last = lines.last().cloned().unwrap_or_default();
        assert!(last.starts_with(&format!("{expected} texts, ")), "Tint stopped: {}, {last}", output.status);
        lines[..lines.len() - 1].to_vec()
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..count).map(|k| scope.spawn(move || part(k))).collect();
        running.into_iter().flat_map(|thread| thread.join().expect("a part ends")).collect()
    })
}

#[test]
fn tint_takes_every_text() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tint");
    if !folder.join("node_modules/webgpu").is_dir() || Command::new("node").arg("--version").output().is_err() {
        assert_ne!(std::env::var("REQUIRE_TINT").as_deref(), Ok("1"), "REQUIRE_TINT=1, but scripts/tint was not run");
        eprintln!("NO TINT: no text is compiled as browsers do: run scripts/tint first");
        return;
    }
    let texts: Vec<_> = reach::texts().iter().collect();
    let complaints = compile(&folder, &texts);
    let few: BTreeSet<&String> = complaints.iter().take(20).collect();
    assert!(complaints.is_empty(), "{} complaints, such as {few:#?}", complaints.len());
    // It does compile: an error is seen.
    let (broken, name) = ("fn f() -> f32 { return 3.40282347e38; }".to_owned(), "broken".to_owned());
    assert!(compile(&folder, &[(&broken, &name)]).iter().any(|line| line.contains("cannot be represented")));
}
