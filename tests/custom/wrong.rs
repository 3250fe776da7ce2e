//! Every kind of wrong text or name, with the line and the reason.

use std::collections::BTreeSet;

use wgpu_activations::Activation;

use crate::judge::compose;
use crate::{LEAK, leak, refused};

/// A text of which line 1 is right and line 2 is this.
fn with(line: &str) -> String {
    format!(
        "fn bent(x: f32, a: f32) -> f32 {{ return x; }}\n{line}\nfn bent_dx(x: f32, a: f32) -> f32 {{ return 1.0; }}"
    )
}

#[test]
fn wrong_lines() {
    for (line, reason) in [
        // What a text may declare.
        ("var<private> bent_v: f32;", "var: only `fn NAME` and `const NAME`"),
        ("@group(0) @binding(9) var<storage> bent_v: vec4<f32>;", "@: only functions and constants"),
        ("@compute @workgroup_size(1) fn bent_main() {}", "@: only"),
        ("override bent_o: f32 = 1.0;", "override: only"),
        ("struct bent_s { a: f32 }", "struct: only"),
        ("alias bent_f = f32;", "alias: only"),
        ("enable f16;", "enable: only"),
        ("requires pointer_composite_access;", "requires: only"),
        ("diagnostic(off, derivative_uniformity);", "diagnostic: only"),
        ("const_assert 1 < 2;", "const_assert: only"),
        ("  fn bent_f() {}", "at the start of a line"),
        ("const bent_a = 1.0; const bent_b = 1.0;", "at the start of a line"),
        ("fn  bent_f() {}", "fn: only"),
        ("fn helper(x: f32) -> f32 { return x; }", "helper must be called bent_helper"),
        ("const PI = 3.0;", "PI must be called bent_PI"),
        ("fn bent_dx(x: f32) -> f32 { return x; }", "redefinition"),
        ("} fn bent_f() {", "} closes nothing"),
        ("];", "] closes nothing"),
        ("fn bent_f() { return; )", ") closes nothing"),
        ("fn bent_f() { // never closed", "{ is not closed before line 3"),
        ("const bent_c = (1.0;", "( is not closed before line 3"),
        // What a function may do.
        ("fn bent_f() { for (var i = 0; i < 9; i++) {} }", "for: loops"),
        ("fn bent_f() { while true {} }", "while: loops"),
        ("fn bent_f() { loop { break; } }", "loop: loops"),
        ("fn bent_f() { var a = array<f32, 1000000000>(); }", "array: arrays"),
        ("fn bent_f(p: ptr<function, f32>) {}", "ptr: "),
        ("fn bent_f(@builtin(position) x: f32) {}", "@: only"),
        ("fn bent_f() { workgroupBarrier(); }", "only calculations"),
        ("fn bent_f() { discard; }", "only calculations"),
        ("fn bent_f(x: f32) -> f32 { return dpdx(x); }", "only calculations"),
        ("fn bent_f(t: texture_2d<f32>) {}", "only numbers, vectors and matrices"),
        ("fn bent_f(x: f32) -> f32 { return bent_f(x); }", "recursive"),
        ("fn bent_f(x: f32) -> f32 { return exp_stable(x); }", "no definition in scope for identifier: `exp_stable`"),
        ("fn bent_f(x: f32) -> f32 { return args.count; }", "no definition in scope for identifier: `args`"),
        ("fn bent_f(x: f64) {}", "f64: numbers have 32 bits"),
        ("fn bent_f(x: f32) -> u32 { return x; }", "bent_f"),
        ("fn bent_f(x: f32) -> f32 { if x > 0.0 { return x; } }", "bent_f"),
        ("fn bent_f() -> f32 { return 1.0 / 0.0; }", "overflowed"),
        // How it is written.
        ("/* so */", "comments begin with //"),
        ("fn bent_ä() {}", "'ä' outside a comment"),
        ("// a bell: \u{7}", "control character '\\u{7}'"),
        ("// a hidden line\u{2028}enable f16;", "control character"),
        ("// requires: math/exp,math/log", "\"math/exp,math/log\""),
        ("// requires: kernel/sum", "\"kernel/sum\""),
        ("// requires: activation/gelu", "\"activation/gelu\""),
        ("// requires: custom/leak", "\"custom/leak\""),
        // The signatures.
        ("fn bent_dx_from_y(x: f32, a: f32) -> f32 { return 1.0; }", "fn bent_dx_from_y(y: f32, a: f32) -> f32"),
        ("fn bent_da(x: f32) -> f32 { return 1.0; }", "fn bent_da(x: f32, a: f32) -> f32"),
        ("fn bent_da(x: f32, a: i32) -> f32 { return 1.0; }", "fn bent_da(x: f32, a: f32) -> f32"),
        ("fn bent_da(x: f32, a: f32) { }", "fn bent_da(x: f32, a: f32) -> f32"),
    ] {
        let (at, told) = refused("bent", &with(line), &[("a", 1.0)]);
        assert!(told.contains(reason), "{line}: {told}");
        // A second declaration is the later one's fault.
        assert!(at == Some(2) || told.starts_with("redefinition"), "{line}: {told} in {at:?}");
    }
    for two in ["const bent_c = 1.0\nfn bent_f() {}", "fn bent_f() {\nconst k = 1.0; }"] {
        let (at, told) = refused("bent", &with(two), &[("a", 1.0)]);
        assert!(at == Some(3) && told.contains("within other code"), "{two}: {told} in {at:?}");
    }
    let (at, told) = refused("bent", "fn bent(x: f32) -> f32 { return x; }", &[]);
    assert_eq!((at, told.as_str()), (None, "fn bent_dx(x: f32) -> f32 is missing"));
    let (at, told) = refused("bent", "", &[("a", 0.0), ("b", 0.0)]);
    assert_eq!((at, told.as_str()), (None, "fn bent(x: f32, a: f32, b: f32) -> f32 is missing"));
    assert!(refused("bent", &"// filler\n".repeat(7000), &[]).1.contains("65536"));
    assert!(Activation::custom("bent", &with("// and this"), &[("a", 1.0)]).is_ok());
}

#[test]
fn wrong_names() {
    let body =
        |name: &str| format!("fn {name}(x: f32) -> f32 {{ return x; }}\nfn {name}_dx(x: f32) -> f32 {{ return 1.0; }}");
    let letters = ["", "f", "op", "1st", "_one", "__one", "a-b", "naïve", "a b", "f(x)", "//x", "a\n", &"a".repeat(65)];
    for name in letters {
        assert!(refused(name, &body(name), &[]).1.contains("letters"), "{name}");
    }
    let ours = ["gelu", "GELU", "logistic", "tanh_act", "exp_stable", "each", "main", "args", "WORKGROUP", "keep_nan"];
    let theirs = ["exp", "select", "vec2f", "return", "texture_2d", "xyz", "bar", "rgba"];
    for name in ours.iter().chain(&theirs) {
        assert!(refused(name, &body(name), &[]).1.contains("taken"), "{name}");
    }
    // The name is free, its derivative's or a helper's is not.
    assert!(refused("exp", &body("exp"), &[]).1.contains("taken"));
    assert!(refused("keep", &(body("keep") + "\nfn keep_nan() {}"), &[]).1.contains("keep_nan is taken"));

    let text = body("bowed");
    for param in ["", "1a", "x", "y", "x_from_y", "a b", "fn", "ä"] {
        assert!(refused("bowed", &text, &[(param, 1.0)]).1.contains("cannot be a parameter's name"), "{param}");
    }
    assert!(refused("bowed", &text, &[("a", 1.0), ("a", 1.0)]).1.contains("a cannot be"));
    assert!(refused("bowed", &text, &[("a", 1.0); 5]).1.contains("5 parameters, there may be 4"));

    leak();
    for (text, params) in [(LEAK, ("slope", 0.5)), (LEAK, ("slop", 0.25)), (&*body("leak"), ("slope", 0.25))] {
        assert!(refused("leak", text, &[params]).1.contains("in use"));
    }
    assert!(refused("leak", LEAK, &[]).1.contains("in use"));
    // Functions of different names meet in one snippet.
    let (line, reason) = refused("leak_side", &body("leak_side"), &[]);
    assert_eq!((line, reason.as_str()), (Some(1), "leak declares leak_side, too"));
}

#[test]
fn no_name_in_a_kernel_can_be_a_functions() {
    let mut names = BTreeSet::new();
    for module in compose(leak()) {
        names.extend(module.global_variables.iter().filter_map(|(_, v)| v.name.clone()));
        names.extend(module.types.iter().filter_map(|(_, t)| t.name.clone()));
        names.extend(module.constants.iter().filter_map(|(_, c)| c.name.clone()));
        let functions = module.functions.iter().map(|(_, f)| f);
        for f in functions.chain(module.entry_points.iter().map(|e| &e.function)) {
            names.extend(f.name.clone());
            names.extend(f.arguments.iter().filter_map(|a| a.name.clone()));
            names.extend(f.local_variables.iter().filter_map(|(_, v)| v.name.clone()));
            names.extend(f.named_expressions.values().cloned());
        }
    }
    assert!(names.contains("args") && names.contains("dy") && names.contains("keep_nan"), "{names:?}");
    // Those that occur only in the text itself are free.
    let text =
        |name: &str| format!("fn {name}(x: f32) -> f32 {{ return x; }}\nfn {name}_dx(x: f32) -> f32 {{ return x; }}");
    let of_kernels = names.iter().filter(|n| !n.starts_with("leak") && *n != "slope");
    let (free, taken): (Vec<_>, Vec<_>) =
        of_kernels.partition(|name| Activation::custom(name, &text(name), &[]).is_ok());
    taken.iter().for_each(|name| assert_eq!(refused(name, &text(name), &[]).0, None, "{name}"));
    assert!(free.is_empty(), "kernels have these names, and functions may have them, too: {free:?}");
}
