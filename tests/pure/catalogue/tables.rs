//! The generated parts of the documentation agree with the catalogues.
//!
//! `UPDATE=1 cargo test --test pure current` writes them anew, between lines `<!-- NAME: ... -->` and `<!-- /NAME -->`.

use std::fs;
use std::sync::{Mutex, PoisonError};

use wgpu_activations::activation::Param;
use wgpu_activations::row::Gradient;
use wgpu_activations::{Activation, Gate, Op, RowFunction, activation, gate, row};

use super::root;

/// Fails if what lies between the lines is not what `wanted` makes of it, or writes it.
fn assert_current(file: &str, name: &str, wanted: impl Fn(&str) -> String) {
    static FILES: Mutex<()> = Mutex::new(());
    let _one_at_a_time = FILES.lock().unwrap_or_else(PoisonError::into_inner);
    let text = fs::read_to_string(root(file)).unwrap();
    let (start, end) = (format!("<!-- {name}:"), format!("<!-- /{name} -->"));
    let at = text.find(&start).unwrap_or_else(|| panic!("{file} lacks a line {start} ... -->"));
    let from = at + text[at..].find("-->\n").unwrap() + "-->\n".len();
    let to = from + text[from..].find(&end).unwrap_or_else(|| panic!("{file} lacks the line {end}"));
    let found = text[from..to].trim();
    let wanted = wanted(found);
    if found == wanted.trim() {
        return;
    }
    let update = std::env::var("UPDATE").is_ok_and(|v| v == "1");
    assert!(update, "{name} in {file} is out of date: run UPDATE=1 cargo test --test pure current");
    fs::write(root(file), format!("{}\n{}\n\n{}", &text[..from], wanted.trim(), &text[to..])).unwrap();
}

/// Text as code in a cell of a Markdown table.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

fn names(name: &str, aliases: &[&str]) -> String {
    [name].iter().chain(aliases).map(|n| code(n)).collect::<Vec<_>>().join(", ")
}

/// Parameters with their defaults; 1/6 as such. A star marks those that can be trained.
fn params(params: &[Param]) -> String {
    let short = |v: f64| if v == 1.0 / 6.0 { "1/6".to_owned() } else { v.to_string() };
    let star = |p: &Param| if p.trainable() { "\\*" } else { "" };
    let all: Vec<String> =
        params.iter().map(|p| format!("{}{} = {}", code(p.name), star(p), short(p.default))).collect();
    if all.is_empty() { "–".to_owned() } else { all.join(", ") }
}

#[test]
fn table_of_activations_is_current() {
    let line = |a: &&Activation| {
        let Activation { formula, derivative, bounds, .. } = a;
        let from_output = if a.has_output_derivative() { bounds.from_output.to_string() } else { "–".to_owned() };
        let (names, formula, derivative) = (names(a.name, a.aliases), code(formula), code(derivative));
        let (params, forward, backward) = (params(a.params), bounds.forward, bounds.backward);
        format!("| {names} | {formula} | {derivative} | {params} | {forward} | {backward} | {from_output} |\n")
    };
    let head = "| function | formula | derivative | parameters | forward | backward | from output |\n\
                |---|---|---|---|--:|--:|--:|\n";
    let table = head.to_owned() + &activation::ALL.iter().map(line).collect::<String>();
    assert_current("docs/functions.md", "functions", |_| table.clone());
}

#[test]
fn table_of_gates_is_current() {
    let line = |gate: &&Gate| {
        let ([y, da, db], names, formula) = (gate.bounds, names(gate.name, gate.aliases), code(gate.formula));
        let ([along_a, along_b], params) = (gate.derivatives.map(code), params(gate.params));
        format!("| {names} | {formula} | {along_a} | {along_b} | {params} | {y} | {da} | {db} |\n")
    };
    let head =
        "| gate | formula | along a | along b | parameters | forward | da | db |\n|---|---|---|---|---|--:|--:|--:|\n";
    let table = head.to_owned() + &gate::ALL.iter().map(line).collect::<String>();
    assert_current("docs/functions.md", "gates", |_| table.clone());
}

#[test]
fn table_of_rows_is_current() {
    let line = |row: &&RowFunction| {
        let none = row.gradient == Gradient::None;
        let or_none = |text: String| if none { "–".to_owned() } else { text };
        let (names, formula, params) = (names(row.name, row.aliases), code(row.formula), params(row.params));
        let (gradient, backward) = (or_none(code(row.derivative)), or_none(row.bounds.backward.to_string()));
        format!("| {names} | {formula} | {gradient} | {params} | {} | {backward} |\n", row.bounds.forward)
    };
    let head = "| function | formula | gradient | parameters | forward | backward |\n|---|---|---|---|--:|--:|\n";
    let table = head.to_owned() + &row::ALL.iter().map(line).collect::<String>();
    assert_current("docs/functions.md", "rows", |_| table.clone());
}

/// A text in lines of at most 120 characters.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        if lines.last().is_some_and(|line| line.len() + 1 + word.len() > 120) {
            lines.push(String::new());
        }
        let line = lines.last_mut().unwrap();
        line.push_str(if line.is_empty() { "" } else { " " });
        line.push_str(word);
    }
    lines.join("\n")
}

#[test]
fn names_in_the_readme_are_current() {
    let list = |names: &[&str]| names.iter().map(|n| code(n)).collect::<Vec<_>>().join(", ");
    let elementwise: Vec<&str> = activation::ALL.iter().map(|a| a.name).collect();
    let gates: Vec<&str> = gate::ALL.iter().map(|g| g.name).chain([gate::CRELU.name]).collect();
    let rows: Vec<&str> = row::ALL.iter().map(|r| r.name).collect();
    let texts = [
        format!("**Elementwise:** {}.", list(&elementwise)),
        format!("**Gates:** {}, and `NAME_glu` of every elementwise NAME.", list(&gates)),
        format!("**Row-wise:** {}.", list(&rows)),
    ];
    assert_current("README.md", "names", |_| texts.each_ref().map(|text| wrapped(text)).join("\n\n"));
}

/// The bounds of a function, forward and backward.
fn bounds(name: &str) -> [f64; 2] {
    match Op::find(name).unwrap() {
        Op::Activation(a) => [a.bounds.forward, a.bounds.backward],
        Op::Gate(Gate { bounds: [y, da, db], .. }) => [*y, da.max(*db)],
        Op::RowFunction(row) => [row.bounds.forward, row.bounds.backward],
        other => panic!("{} has no bounds", other.name()),
    }
}

#[test]
fn bounds_in_the_readme_are_current() {
    let line = |line: &str| match line.split('|').collect::<Vec<_>>()[..] {
        [start, name, _, _, forward, backward, end] if name.starts_with(" `") => {
            let [y, dx] = bounds(name.trim_matches([' ', '`']));
            format!("{start}|{name}| {y} | {dx} |{forward}|{backward}|{end}")
        }
        _ => line.to_owned(),
    };
    assert_current("README.md", "results", |found| found.lines().map(line).collect::<Vec<_>>().join("\n"));
}
