//! Evidence as a page, with the place of each error.

use std::fmt::Write;

use anyhow::Result;

use super::tables::{Cell, Table};
use crate::page::{END, begin, escape};

const TITLE: &str = "Activation functions on drivers and compilers";
/// Losses are told apart without colour.
const STYLE: &str = "<style>body{max-width:none}td.loss{font-weight:700;text-decoration:underline}td.loss::after{content:' \u{2717}'}\
    thead th{position:sticky;top:0;background:#fff}td.text,th.text{text-align:left}</style>";

pub(super) fn page(tables: &[Table]) -> Result<String> {
    let mut html = begin(TITLE) + STYLE;
    write!(html, "<h1>{TITLE}</h1>")?;
    html += "<p>Errors stand beside their bounds, in ULP; where they are is the cell's title. A loss is underlined and has a cross.</p>";
    for table in tables {
        write!(html, "<h2>{}</h2><p>{}</p>", escape(&table.heading), code(&table.note))?;
        if table.head.is_empty() {
            continue;
        }
        html += "<div class=\"wide\"><table><thead><tr>";
        for title in &table.head {
            match title.strip_prefix('>') {
                Some(title) => write!(html, "<th>{}</th>", escape(title))?,
                None => write!(html, "<th class=\"text\">{}</th>", escape(title))?,
            }
        }
        html += "</tr></thead><tbody>";
        for row in &table.rows {
            html += "<tr>";
            for (cell, title) in row.iter().zip(&table.head) {
                html += &data(cell, !title.starts_with('>'));
            }
            html += "</tr>";
        }
        html += "</tbody></table></div>";
    }
    Ok(html + END)
}

fn data(cell: &Cell, text: bool) -> String {
    let class = [(text, "text"), (cell.loss, "loss")].into_iter().filter_map(|(is, name)| is.then_some(name));
    let class = class.collect::<Vec<_>>().join(" ");
    match &cell.more {
        Some([shown, title]) => {
            format!("<td class=\"{class}\" title=\"{}\">{}</td>", escape(title), escape(shown))
        }
        None => format!("<td class=\"{class}\">{}</td>", code(&cell.text)),
    }
}

/// A text in which what stands in backticks is code.
fn code(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.map(|(k, part)| if k % 2 == 1 { format!("<code>{}</code>", escape(part)) } else { escape(part) }).collect()
}
