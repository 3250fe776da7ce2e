//! Texts that nobody writes by accident. None may end the process, or pass and break a kernel.

use wgpu_activations::Activation;

use crate::judge::{compose, joins};
use crate::replay::inputs;
use crate::{LEAK, named, refused};

/// A repeatable source of numbers below a bound.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below.max(1)
    }
}

/// More of the language than [`LEAK`] has, with the same parameter.
const RICH: &str = "
// requires: math/exp, math/log1p
const rich_table = vec3f(0.5, 1.5, -2.0);
const rich_far: f32 = 1e30;
fn rich_pick(k: i32, x: f32) -> f32 {
    var sum = 0.0;
    switch k {
        case 0, 1: { sum += rich_table[k]; }
        case 2: { return x; }
        default: { sum = -sum * 2.0; }
    }
    return sum;
}
fn rich(x: f32, slope: f32) -> f32 {
    let k = i32(clamp(x, 0.0, 4.0));
    if x > rich_far { return slope; } else if x < -rich_far { return 0.0; }
    let m = mat2x2<f32>(vec2(x, 1.0), vec2<f32>(slope)) * vec2(0.5);
    return select(m.x + m.y, rich_pick(k, x), abs(x) <= 1.0) * exp_stable(-abs(x));
}
fn rich_dx(x: f32, slope: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) >> 1u) % 3.0; }
fn rich_dslope(x: f32, slope: f32) -> f32 { return fract(x) + frexp(x).fract; }
";

#[test]
fn random_bytes() {
    let mut dice = Dice(1);
    for _ in 0..2000 {
        let bytes: Vec<u8> = (0..dice.roll(400)).map(|_| dice.roll(256) as u8).collect();
        let printable: String = bytes.iter().map(|b| char::from(32 + b % 95)).collect();
        joins("noise", &String::from_utf8_lossy(&bytes));
        joins("noise", &printable);
        let name: String = String::from_utf8_lossy(&bytes).chars().take(8).collect();
        Activation::custom(&name, &printable, &[(&name, f64::NAN)]).unwrap_err();
    }
}

#[test]
fn mutations_of_a_valid_text() {
    const PIECES: [&str; 44] = [
        "/*", "*/", "//", "\n", "\r", "{", "}", "(", ")", "[", "]", "<", ">", ";", ",", ".", "@", "&", "*", "-", "=",
        " ", "fn ", "const ", "\nfn ", "\nconst ", "let ", "var ", "return ", "if ", "else ", "switch ", "struct ",
        "f32", "vec4", "x", "main", "args", "each", "_", "0x", "1e999", "\u{0}", "ä",
    ];
    let mut dice = Dice(2);
    let mut joined = 0;
    for k in 0..6000 {
        let valid = if k % 2 == 0 {
            named(LEAK, "leak", &format!("mutant{k}"))
        } else {
            named(RICH, "rich", &format!("mutant{k}"))
        };
        let mut text: Vec<char> = valid.chars().collect();
        for _ in 0..=dice.roll(3) {
            let (at, other) = (dice.roll(text.len()), dice.roll(text.len()));
            let (start, end) = (at.min(other), at.max(other).min(at.min(other) + 1 + dice.roll(20)));
            match dice.roll(5) {
                0 => drop(text.drain(start..end)),
                1 => text.splice(at..at, PIECES[dice.roll(PIECES.len())].chars()).for_each(drop),
                2 => {
                    let copy = text[start..end].to_vec();
                    text.splice(at..at, copy).for_each(drop);
                }
                3 => text.swap(at, other),
                _ => text.splice(at..at + 1, PIECES[dice.roll(PIECES.len())].chars()).for_each(drop),
            }
        }
        joined += usize::from(joins(&format!("mutant{k}"), &text.into_iter().collect::<String>()));
    }
    assert!((100..5000).contains(&joined), "{joined} of the mutants were valid");
}

/// What the fuzzer starts from, and what it found.
#[test]
fn seeds_and_their_mutations() {
    let mut joined = 0;
    for bytes in inputs("custom", 3000) {
        let name = format!("seed{joined}");
        joined += usize::from(joins(&name, &String::from_utf8_lossy(&bytes).replace("fuzz", &name)));
    }
    assert!(joined > 20, "{joined} of the mutants were valid");
}

/// The body of `deep`, `n` times as deep or as long.
fn bodies(n: usize) -> Vec<String> {
    let nest = |open: &str, close: &str| format!("return {}x{};", open.repeat(n), close.repeat(n));
    vec![
        nest("(", ")"),
        nest("(", ""),
        nest("", ")"),
        nest("-", ""),
        nest("- ", ""),
        nest("!", ""),
        nest("&", ""),
        nest("sin(", ")"),
        nest("vec4(", ").x"),
        nest("vec2<", ">"),
        nest("x + ", ""),
        nest("(x + ", ")"),
        nest("x + (", ")"),
        nest("x < ", ""),
        nest("x == ", ""),
        nest("", " + x"),
        nest("", "[0]"),
        nest("", ".x"),
        nest("", ". x"),
        nest("", "\n.\nx"),
        nest("max(x, max(", ", x), x)"),
        format!("{}{} return x;", "{".repeat(n), "}".repeat(n)),
        format!("{}{} return x;", "if x > 0.0 {".repeat(n), "}".repeat(n)),
        format!("if x > 0.0 {{}} {} return x;", "else if x < 1.0 {}".repeat(n)),
        format!("{} return x;", "switch 1 { default: {".repeat(n) + &"}}".repeat(n)),
        format!(
            "switch 1 {{ default: {{}} {} }} return x;",
            (0..n).map(|k| format!("case {k}: {{}} ")).collect::<String>()
        ),
        format!("return vec4({}x).x;", "x, ".repeat(n)),
        format!("var s = x; {} return s;", "s += x;".repeat(n)),
    ]
}

#[test]
fn deep_and_long_texts() {
    let wrap = |name: &str, body: &str| {
        format!("fn {name}(x: f32) -> f32 {{ {body} }}\nfn {name}_dx(x: f32) -> f32 {{ return 1.0; }}")
    };
    for n in [10, 30, 36, 100, 1000, 5000] {
        for (k, body) in bodies(n).into_iter().enumerate() {
            let name = format!("deep{k}_{n}");
            if let Ok(a) = Activation::custom(&name, &wrap(&name, &body), &[]) {
                compose(a);
            }
        }
    }
    for n in [100_000, 1_000_000] {
        for body in bodies(n) {
            assert!(refused("deep", &wrap("deep", &body), &[]).1.contains("bytes"));
        }
    }
}

#[test]
fn calls_that_grow_when_they_are_inlined() {
    for (calls, valid) in [(2, true), (60, false), (2000, false)] {
        let grow = |k: usize| {
            format!(
                "fn grow{calls}_{}(x: f32) -> f32 {{ let y = grow{calls}_{k}(x); return grow{calls}_{k}(y); }}\n",
                k + 1
            )
        };
        let name = format!("grow{calls}");
        let text = format!(
            "fn {name}_0(x: f32) -> f32 {{ return 2.0 * x; }}\n{}",
            (0..calls).map(grow).collect::<String>()
        ) + &format!(
            "fn {name}(x: f32) -> f32 {{ return {name}_{calls}(x); }}\nfn {name}_dx(x: f32) -> f32 {{ return x; }}"
        );
        let result = Activation::custom(&name, &text, &[]);
        assert_eq!(result.is_ok(), valid, "{result:?}");
    }
}
