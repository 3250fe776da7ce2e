//! Evidence as Markdown: what ran where, what is beyond its bound, and every function on every driver.

use std::fmt::Write;

use super::file::{Evidence, matrix, short};

/// How many of the lines that are nearest to their bounds are told.
const NEAREST: usize = 10;
/// What is rounded once reaches this bound, wherever it runs.
const ROUNDED: f64 = 0.5;

pub(super) fn report(all: &[Evidence]) -> String {
    let mut text = String::from(
        "# What was found on drivers and compilers\n\n\
         `activations evidence --render` made this of the files beside it, and index.html, which also says where each error is.\n\n\
         | | adapter | driver | backend | day | checks | within | beyond | inputs |\n|---|---|---|---|---|--:|--:|--:|--:|\n",
    );
    for e in all {
        let (checks, beyond) = (e.check.len(), e.beyond().count());
        let inputs: u64 = e.check.iter().map(|line| line.inputs).sum();
        let row = [&e.label, &e.name(), e.adapter("driver"), e.adapter("backend"), &e.date]
            .map(|cell| cell.replace('|', "/"));
        let _ = writeln!(
            text,
            "| {} | {checks} | {} | {beyond} | {:.1} M |",
            row.join(" | "),
            checks - beyond,
            inputs as f64 / 1e6
        );
    }
    text += "\n## Beyond a bound\n\n";
    let mut none = true;
    for e in all {
        for line in e.beyond() {
            let _ = writeln!(text, "* {}: {}: {}", e.label, line.title(), line.told());
            none = false;
        }
    }
    text += if none { "Nothing.\n" } else { "" };
    text += "\n## Nearest to a bound\n\n";
    let mut near: Vec<_> =
        all.iter().flat_map(|e| e.check.iter().filter(|l| l.ok && l.bound() > ROUNDED).map(move |l| (e, l))).collect();
    near.sort_by(|(_, a), (_, b)| b.share().total_cmp(&a.share()));
    for (e, line) in near.into_iter().take(NEAREST) {
        let _ = writeln!(text, "* {}: {}: {}", e.label, line.title(), line.told());
    }
    text += &speed(all);
    text += "\n## The largest error of each function, as a share of its bound\n\n";
    let labels: Vec<&str> = all.iter().map(|e| e.label.as_str()).collect();
    let _ = writeln!(text, "| | {} |\n|---|{}", labels.join(" | "), "--:|".repeat(all.len()));
    for (name, cells) in matrix(all) {
        let cells = cells.iter().map(|cell| {
            cell.map_or(String::new(), |line| match line.ok {
                true => format!("{:.2}", line.share()),
                false => format!("**{}**", short(line.share())),
            })
        });
        let _ = writeln!(text, "| `{name}` | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
    text
}

/// Times in copies of as much data, where some were taken.
fn speed(all: &[Evidence]) -> String {
    let timed: Vec<&Evidence> = all.iter().filter(|e| !e.bench.is_empty()).collect();
    if timed.is_empty() {
        return String::new();
    }
    let mut keys: Vec<(&str, &str, u64)> = Vec::new();
    for b in timed.iter().flat_map(|e| &e.bench) {
        let key = (b.function.as_str(), b.pass.as_str(), b.elements);
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let labels: Vec<&str> = timed.iter().map(|e| e.label.as_str()).collect();
    let mut text = format!(
        "\n## The time of a call, in copies of as much data\n\nMedians of the ratios of each repetition; what is below 1.1 is as good as a \
         copy.\n\n| | elements | {} |\n|---|--:|{}\n",
        labels.join(" | "),
        "--:|".repeat(timed.len())
    );
    for (function, pass, elements) in keys {
        let cell = |e: &&Evidence| {
            let found = e
                .bench
                .iter()
                .find(|b| (b.function.as_str(), b.pass.as_str(), b.elements) == (function, pass, elements));
            found.map_or(String::new(), |b| format!("{:.2}", b.copies()))
        };
        let _ = writeln!(
            text,
            "| `{function}` {pass} | {elements} | {} |",
            timed.iter().map(cell).collect::<Vec<_>>().join(" | ")
        );
    }
    text
}
