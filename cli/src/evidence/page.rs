//! Evidence as a page: the matrix, with the place of each error.

use std::fmt::Write;

use anyhow::Result;

use super::file::{Evidence, matrix, short};
use crate::page::{END, begin, escape};

const STYLE: &str = "<style>body{max-width:none}td.no{font-weight:700;text-decoration:underline}td.no::after{content:' \u{2717}'}\
    thead th{position:sticky;top:0;background:#fff}</style>";

pub(super) fn page(all: &[Evidence]) -> Result<String> {
    let mut html = begin("Activation functions on drivers and compilers")
        + STYLE
        + "<h1>Activation functions on drivers and compilers</h1>";
    html += "<p>The largest error of each function in ULP, beside its bound; where it is, and what ran there, is the cell's title. What is \
             beyond its bound is underlined and has a cross.</p><div class=\"wide\"><table><thead><tr><th>function</th>";
    for e in all {
        let title = format!(
            "{}, {}, {}, {}, version {}",
            e.name(),
            e.adapter("driver"),
            e.adapter("backend"),
            e.date,
            e.version
        );
        write!(html, "<th title=\"{}\">{}</th>", escape(&title), escape(&e.label))?;
    }
    html += "</tr></thead><tbody>";
    for (name, cells) in matrix(all) {
        write!(html, "<tr><td>{}</td>", escape(&name))?;
        for cell in cells {
            let Some(line) = cell else {
                html += "<td></td>";
                continue;
            };
            let class = if line.ok { "" } else { " class=\"no\"" };
            let title = escape(&format!("{}: {}", line.title(), line.told()));
            let value = if line.error.is_some() { "error".to_owned() } else { short(line.ulp()) };
            write!(html, "<td{class} title=\"{title}\">{value} / {}</td>", short(line.bound()))?;
        }
        html += "</tr>";
    }
    html += "</tbody></table></div>";
    Ok(html + END)
}
