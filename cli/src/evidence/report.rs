//! Evidence as Markdown.

use std::fmt::Write;

use super::tables::{Cell, Table};

pub(super) fn report(tables: &[Table]) -> String {
    let mut text = String::from(
        "# What was found on drivers and compilers\n\n\
         `activations evidence --render` made this, and index.html, of the files beside it. What is bold is a loss.\n",
    );
    for table in tables {
        let _ = write!(text, "\n## {}\n", plain(&table.heading));
        if !table.note.is_empty() {
            let _ = write!(text, "\n{}\n", plain(&table.note));
        }
        if table.head.is_empty() {
            continue;
        }
        let titles: Vec<String> = table.head.iter().map(|title| plain(title.trim_start_matches('>'))).collect();
        let rules: String =
            table.head.iter().map(|title| if title.starts_with('>') { "--:|" } else { "---|" }).collect();
        let _ = write!(text, "\n| {} |\n|{rules}\n", titles.join(" | "));
        for row in &table.rows {
            let _ = writeln!(text, "| {} |", row.iter().map(markdown).collect::<Vec<_>>().join(" | "));
        }
    }
    text
}

fn markdown(cell: &Cell) -> String {
    let text = plain(&cell.text);
    if cell.loss { format!("**{text}**") } else { text }
}

/// What a file says, on one line and in one cell.
fn plain(text: &str) -> String {
    text.replace('|', "/").replace(|c: char| c.is_control(), " ")
}
