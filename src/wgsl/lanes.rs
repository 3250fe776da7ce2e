//! Functions of single values as functions of packs: the same text with other types.
//!
//! A function that calculates and neither branches nor takes vectors apart means the same for each lane of a vector, so
//! `f32` becomes `Lanes` and `u32` becomes `Pack`, which `storage/f32x4` and `storage/f32x2` declare beside the rest. Compilers
//! for CPUs then see four independent calculations at once, where they would go through four calls one after the other.
//!
//! Work that few values need may stand behind an `if` on a name alone in the project's own texts: `if far {` becomes
//! `if any(far) {`, so lanes that are not far have to keep what they had.

use std::collections::BTreeSet;

use super::link::{Form, concatenate, declared, is_word, rename, requirements};
use super::{joined_lanes, source};

/// Statements that there are not for vectors.
const BRANCHES: &[&str] = &["else", "if", "switch"];

/// Functions that mean something else for a vector.
const WHOLE: &[&str] = &["all", "any", "distance", "dot", "length", "normalize"];

/// Whether a function's file and all that it requires has a form for packs.
pub(crate) fn has_lanes(path: &str) -> bool {
    let has = |text| form(text, Branches::OnAny).is_some() && requirements(text).all(has_lanes);
    joined_lanes(path).unwrap_or(true) && source(path).is_some_and(has)
}

/// The form of a file that holds functions of single values.
pub(super) fn file(path: &str, text: &str) -> Option<String> {
    let values = ["math/", "short/", "activation/", "gate/", "custom/"].iter().any(|folder| path.starts_with(folder));
    if values { form(text, Branches::OnAny) } else { None }
}

/// What begins the names of functions that a kernel has in both forms.
const EACH: &str = "each_";

/// The form of a file with all that it requires, its names beginning with `each_`, for kernels that have the other form, too.
pub(crate) fn each(path: &str, short: bool) -> String {
    let single = concatenate(&[path], Form { packed: false, short });
    let text = form(&single, Branches::OnAny).unwrap_or_default();
    let names: BTreeSet<String> = declared(&text).map(str::to_owned).collect();
    rename(&text, |word| names.contains(word), EACH)
}

/// Which branches a text may have.
#[derive(Clone, Copy, PartialEq)]
enum Branches {
    None,
    /// On a name alone, for any lane of it.
    OnAny,
}

/// A user's text for packs; none where a word tells that there is no such form. Not every other text is valid then.
pub(crate) fn of(text: &str) -> Option<String> {
    form(text, Branches::None)
}

fn form(text: &str, branches: Branches) -> Option<String> {
    let (mut out, mut rest) = (String::with_capacity(text.len() * 2), text);
    // Where operands of conditions begin, in each pair of brackets that is open.
    let mut begins = vec![Operand::default()];
    while let Some(c) = rest.chars().next() {
        let (token, tail) = rest.split_at(length(rest, c));
        rest = tail;
        if [")", "]", ",", ";", "{", "}"].contains(&token) {
            begins.last_mut()?.end(&mut out);
        }
        match token {
            "f32" => out += "Lanes",
            "u32" => out += "Pack",
            "i32" => out += "Wholes",
            "bool" => out += "Flags",
            // Vectors have no `&&`, and `&` asks for brackets around its operands.
            "&&" | "||" => {
                begins.last_mut()?.joined = true;
                out.truncate(out.trim_end().len());
                out += &format!(") {} (", &token[1..]);
                rest = rest.trim_start();
            }
            "vec2" | "vec3" | "vec4" => {
                let (kind, tail) = rest.strip_prefix('<')?.split_once('>')?;
                let kind = match kind {
                    "f32" => "Lanes",
                    "u32" => "Pack",
                    _ => return None,
                };
                // A vector of vectors is a structure with the same members.
                out += kind;
                out += token.strip_prefix("vec")?;
                rest = tail;
            }
            "if" if branches == Branches::OnAny && lone(rest).is_some() => {
                let (name, tail) = lone(rest)?;
                out += &format!("if any({name})");
                rest = tail;
            }
            _ if BRANCHES.contains(&token) || token.starts_with("vec") || token.starts_with("mat") => return None,
            _ if WHOLE.contains(&token) && rest.trim_start().starts_with('(') => return None,
            _ if c.is_ascii_digit() => out += &format!("{}({token})", kind(token)),
            _ => out += token,
        }
        match token {
            "(" | "[" => begins.push(Operand::at(&out)),
            ")" | "]" => {
                begins.pop();
            }
            "," | ";" | "{" | "}" | "=" | "return" => *begins.last_mut()? = Operand::at(&out),
            _ => {}
        }
    }
    Some(out)
}

/// An expression under way, between two brackets or commas.
#[derive(Default)]
struct Operand {
    begin: usize,
    joined: bool,
}

impl Operand {
    fn at(out: &str) -> Self {
        Self { begin: out.len(), joined: false }
    }

    fn end(&mut self, out: &mut String) {
        if std::mem::take(&mut self.joined) {
            let spaces = out[self.begin..].len() - out[self.begin..].trim_start().len();
            out.insert(self.begin + spaces, '(');
            out.push(')');
        }
    }
}

/// The name that is a condition by itself, and what follows it.
fn lone(condition: &str) -> Option<(&str, &str)> {
    let condition = condition.trim_start();
    let (name, tail) = condition.split_at(condition.find(|c| !is_word(c))?);
    (!name.is_empty() && tail.trim_start().starts_with('{')).then_some((name, tail))
}

/// The type that a number has for packs.
fn kind(number: &str) -> &'static str {
    let hex = number.starts_with("0x");
    match number {
        _ if number.ends_with('u') => "Pack",
        _ if hex && number.contains(['.', 'p']) || !hex && number.contains(['.', 'e', 'f']) => "Lanes",
        _ => "Wholes",
    }
}

/// The length of the token that a text begins with: a word, a number, a comment, or what stands between.
fn length(text: &str, first: char) -> usize {
    let end = |stops: &dyn Fn(char) -> bool| text.find(|c: char| stops(c)).unwrap_or(text.len());
    match first {
        '/' if text.starts_with("//") => end(&|c| c == '\n'),
        '0'..='9' => {
            let mut end = end(&|c| !is_word(c) && c != '.');
            let exponent = if text.starts_with("0x") { ['p', 'P'] } else { ['e', 'E'] };
            if text[..end].ends_with(exponent) && text[end..].starts_with(['+', '-']) {
                end += 1 + text[end + 1..].find(|c| !is_word(c)).unwrap_or(text.len() - end - 1);
            }
            end
        }
        _ if is_word(first) => end(&|c| !is_word(c)),
        _ if ["&&", "||", "==", "!=", "<=", ">="].iter().any(|pair| text.starts_with(pair)) => 2,
        _ => first.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Branches, form, of};
    use crate::{activation, gate, wgsl};

    fn valid(path: &str, storage: &str) -> Result<(), String> {
        validated(&wgsl::concatenate(&[path, storage, "storage/lanes"], wgsl::Form { packed: true, short: false }))
    }

    fn validated(text: &str) -> Result<(), String> {
        let module = naga::front::wgsl::parse_str(text).map_err(|e| e.emit_to_string(text))?;
        let mut validator = naga::valid::Validator::new(Default::default(), naga::valid::Capabilities::empty());
        validator.validate(&module).map(|_| ()).map_err(|e| e.emit_to_string(text))
    }

    #[test]
    fn functions_of_the_catalogue_have_valid_forms_for_packs() {
        let paths = activation::SOURCES.iter().chain(gate::SOURCES).map(|(path, _)| *path);
        let (with, without): (Vec<_>, Vec<_>) = paths.partition(|path| wgsl::has_lanes(path));
        let all = with.iter().flat_map(|path| ["storage/f32x4", "storage/f32x2"].map(|storage| (path, storage)));
        let wrong: Vec<String> =
            all.filter_map(|(path, storage)| valid(path, storage).err().map(|e| format!("{path}: {e}"))).collect();
        assert!(wrong.is_empty(), "{} fail\n{}", wrong.len(), wrong.join("\n"));
        assert_eq!(without, ["activation/soft_exponential"], "it branches; the others need not");
    }

    #[test]
    fn functions_of_rows_have_valid_forms_for_packs() {
        for row in crate::row::ALL {
            let text = wgsl::concatenate(&["storage/f32x4", "storage/lanes"], wgsl::Form::default())
                + &wgsl::each(&row.file(), false);
            assert!(text.contains(&format!("fn each_{}", row.symbol)), "{}", row.name);
            assert_eq!(validated(&text), Ok(()), "{}", row.name);
        }
    }

    #[test]
    fn types_numbers_and_conditions_change_and_nothing_else() {
        let text = "// f32 && 1.0\nfn f(x: f32, n: u32) -> vec2<f32> {\n    let a = bitcast<u32>(x) & 0x7fu;\n    \
                    return vec2<f32>(select(x, 1e-3, x > 2.5 && a == 3u), f32(i32(x) >> 1u) + 0x1p-24);\n}\n";
        let lanes = "// f32 && 1.0\nfn f(x: Lanes, n: Pack) -> Lanes2 {\n    let a = bitcast<Pack>(x) & Pack(0x7fu);\n    \
                    return Lanes2(select(x, Lanes(1e-3), (x > Lanes(2.5)) & (a == Pack(3u))), \
                    Lanes(Wholes(x) >> Pack(1u)) + Lanes(0x1p-24));\n}\n";
        assert_eq!(of(text).as_deref(), Some(lanes));
        let branch = "fn f(v: f32, far: bool) -> f32 {\n    if far {}\n}\n";
        assert!(form(branch, Branches::OnAny).unwrap().contains("    if any(far) {}\n"));
        assert_eq!(of(branch), None, "a user's lanes may part");
        for word in [
            "if x > 0.0 {}",
            "if far {} else {}",
            "length(x)",
            "vec4f(x)",
            "vec2<bool>(a, b)",
            "vec3(x, x, x)",
            "any(b)",
        ] {
            assert_eq!(of(&format!("fn f(x: f32) -> f32 {{\n    {word}\n}}\n")), None, "{word}");
        }
    }
}
