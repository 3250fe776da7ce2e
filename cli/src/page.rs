//! Pages that need no other file.

use std::fmt::Write;

use anyhow::Result;

use crate::draw::{Figure, Format};

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}\
    svg{max-width:100%;height:auto}table{border-collapse:collapse;font-size:13px}td,th{padding:.15em .7em;\
    border-bottom:1px solid #e4e4e4;text-align:right;white-space:nowrap}td:first-child,th:first-child,td:nth-child(2),\
    th:nth-child(2){text-align:left}.bar{display:inline-block;height:.8em;margin-right:.5em}.gpu{background:#004488}\
    .cpu{background:#d55e00}.wide{overflow-x:auto}.bars td{text-align:left}";

/// What ends a page.
pub(crate) const END: &str = "</body></html>\n";

/// What begins a page of this title.
pub(crate) fn begin(title: &str) -> String {
    let head = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">";
    format!("{head}<title>{}</title><style>{STYLE}</style></head><body>", escape(title))
}

/// A figure as it stands within a page.
pub(crate) fn picture(figure: &Figure) -> Result<String> {
    let svg = String::from_utf8(Format::Svg.render(figure)?)?;
    // What stands before the root element belongs to a file of its own.
    Ok(svg.find("<svg").map_or(String::new(), |at| svg[at..].to_owned()))
}

pub(crate) fn table(html: &mut String, head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<()> {
    let cells = |tag: &str, cells: &mut dyn Iterator<Item = &str>| -> String {
        cells.map(|cell| format!("<{tag}>{}</{tag}>", escape(cell))).collect()
    };
    let titles = cells("th", &mut head.iter().map(|title| title.trim_start_matches('>')));
    write!(html, "<div class=\"wide\"><table><tr>{titles}</tr>")?;
    for row in rows {
        write!(html, "<tr>{}</tr>", cells("td", &mut row.iter().map(String::as_str)))?;
    }
    *html += "</table></div>";
    Ok(())
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn a_name_stays_text() {
        assert_eq!(escape("<b> & \"c\""), "&lt;b&gt; &amp; &quot;c&quot;");
    }
}
