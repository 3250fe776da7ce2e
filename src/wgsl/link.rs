//! The linker: files with all that they require, of which a text keeps what its roots reach.
//!
//! Module-scope declarations of WGSL may stand in any order, so linking is concatenation. A file that needs others says so in
//! a comment, `// requires: math/exp, math/log1p`; every file is plain WGSL without it. Each of our declarations begins a
//! line, which is all that the linker knows of the language.

use std::collections::{BTreeMap, BTreeSet};

use super::{lanes, source};

const REQUIRES: &str = "// requires: ";

/// The files that a file's text asks for.
pub(crate) fn requirements(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.strip_prefix(REQUIRES)).flat_map(|list| list.split(", "))
}

/// How functions are linked.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Form {
    /// Functions of values in the form for packs.
    pub(crate) packed: bool,
    /// Mathematics as results of 16 bits need it: `short/exp` in place of `math/exp`, where there is one.
    pub(crate) short: bool,
}

/// Appends a file, after all that it requires, unless it is there already.
fn append(path: &str, form: Form, seen: &mut BTreeSet<String>, out: &mut String) {
    if !seen.insert(path.to_owned()) {
        return;
    }
    let short = path.strip_prefix("math/").filter(|_| form.short).map(|name| format!("short/{name}"));
    let short = short.as_deref().and_then(|path| Some((path, source(path)?)));
    let (path, text) = short.unwrap_or_else(|| (path, source(path).unwrap_or_default()));
    for needed in requirements(text) {
        append(needed, form, seen, out);
    }
    let form = if form.packed { lanes::file(path, text) } else { None };
    for line in form.as_deref().unwrap_or(text).lines().filter(|line| !line.starts_with(REQUIRES)) {
        out.push_str(line);
        out.push('\n');
    }
    out.push('\n');
}

/// The named files with all they require, each once.
pub(crate) fn concatenate<S: AsRef<str>>(paths: &[S], form: Form) -> String {
    let (mut seen, mut out) = (BTreeSet::new(), String::new());
    for path in paths {
        append(path.as_ref(), form, &mut seen, &mut out);
    }
    out
}

/// A kernel: what its entry point `main` reaches of some files, all they require and some lines of glue.
pub(crate) fn compose<S: AsRef<str>>(paths: &[S], glue: &str, form: Form) -> String {
    keep(&(concatenate(paths, form) + glue), |name| name == "main")
}

/// The declarations of a text that those whose names are `roots` reach, in their order.
pub(super) fn keep(text: &str, roots: impl Fn(&str) -> bool) -> String {
    let all = declarations(text);
    let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (k, (name, _)) in all.iter().enumerate() {
        named.entry(name).or_default().push(k);
    }
    let mut kept = vec![false; all.len()];
    let mut next: Vec<usize> = (0..all.len()).filter(|&k| roots(all[k].0)).collect();
    while let Some(k) = next.pop() {
        if !std::mem::replace(&mut kept[k], true) {
            next.extend(words(all[k].1).filter_map(|word| named.get(word)).flatten());
        }
    }
    let texts: Vec<&str> = all.iter().zip(kept).filter(|(_, kept)| *kept).map(|((_, text), _)| text.trim()).collect();
    texts.join("\n\n") + "\n"
}

/// The declarations of a text, each with the comments before it: name, text.
fn declarations(text: &str) -> Vec<(&str, &str)> {
    let (mut all, mut begin, mut name) = (Vec::new(), 0, None);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let found = name_of(line);
        // A comment, an attribute or a declaration ends the one before.
        let starts = found.is_some() || line.starts_with("//") || line.starts_with('@');
        if let Some(name) = name.take_if(|_| starts) {
            all.push((name, &text[begin..at]));
            begin = at;
        }
        name = found.or(name);
        at += line.len();
    }
    all.extend(name.map(|name| (name, &text[begin..])));
    all
}

/// The name that a line declares.
fn name_of(line: &str) -> Option<&str> {
    let rest = match line.split_once("var<") {
        Some((before, after)) if before.is_empty() || before.starts_with('@') => after.split_once("> ")?.1,
        _ => ["fn ", "const ", "struct ", "alias "].iter().find_map(|word| line.strip_prefix(word))?,
    };
    rest.split(|c: char| !is_word(c)).next().filter(|name| !name.is_empty())
}

/// The words of a text that may refer to declarations: no members, no names of parameters and fields, no comments.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let code = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    code.flat_map(|code| {
        let refers = move |word: &&str| {
            let at = word.as_ptr() as usize - code.as_ptr() as usize;
            !code[..at].ends_with('.') && !code[at + word.len()..].starts_with(':')
        };
        code.split(|c| !is_word(c)).filter(|word| !word.is_empty()).filter(refers)
    })
}

/// The names that a text declares at module scope.
pub(crate) fn declared(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(name_of)
}

pub(crate) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The text with a prefix before every whole word of a kind that is no comment's.
pub(crate) fn rename(text: &str, kind: impl Fn(&str) -> bool, prefix: &str) -> String {
    let lines = text.lines().map(|line| {
        let (code, comment) = line.split_at(line.find("//").unwrap_or(line.len()));
        rename_words(code, &kind, prefix) + comment + "\n"
    });
    lines.collect()
}

fn rename_words(code: &str, kind: &impl Fn(&str) -> bool, prefix: &str) -> String {
    let mut out = String::new();
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let end = rest.find(|d: char| is_word(d) != is_word(c)).unwrap_or(rest.len());
        let (token, tail) = rest.split_at(end);
        if kind(token) {
            out.push_str(prefix);
        }
        out.push_str(token);
        rest = tail;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::keep;

    #[test]
    fn a_text_keeps_what_its_roots_reach() {
        let text = "// Unused.\nconst A = 1.0;\n\nstruct S {\n    A: f32,\n}\n\n// Used by near.\nfn far() -> f32 {\n\n    \
                    return 2.0; // A\n}\nfn near(s: S) -> f32 {\n    return s.A + far();\n}\n@group(0) @binding(0) \
                    var<uniform> args: S;\n\n@compute @workgroup_size(1)\nfn main() {\n    let x = near(args);\n}\n";
        let kept = keep(text, |name| name == "main");
        assert!(!kept.contains("Unused") && !kept.contains("const A"), "{kept}");
        for part in ["// Used by near.\nfn far", "struct S", "@binding(0)", "@compute @workgroup_size(1)\nfn main"] {
            assert!(kept.contains(part), "{part} in {kept}");
        }
        assert_eq!(keep(text, |name| name == "A"), "// Unused.\nconst A = 1.0;\n");
    }
}
