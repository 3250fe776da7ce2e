//! The report as a page that needs no other file.

use std::fmt::Write;

use anyhow::Result;

use super::break_even::{self, BreakEven};
use super::size::Size;
use super::{Report, chart, line};
use crate::draw::Format;

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}\
    svg{max-width:100%;height:auto}table{border-collapse:collapse;font-size:13px}td,th{padding:.15em .7em;\
    border-bottom:1px solid #e4e4e4;text-align:right;white-space:nowrap}td:first-child,th:first-child,td:nth-child(2),\
    th:nth-child(2){text-align:left}.bar{display:inline-block;height:.8em;margin-right:.5em}.gpu{background:#004488}\
    .cpu{background:#d55e00}.wide{overflow-x:auto}.bars td{text-align:left}";

pub(super) fn page(report: &Report, named: bool) -> Result<String> {
    let mut html = String::from("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    write!(html, "<title>Activation functions: {}</title><style>{STYLE}</style></head><body>", escape(&report.side()))?;
    write!(html, "<h1>Activation functions, measured</h1><p>{}</p>", escape(&report.head).replace('\n', "<br>"))?;
    write!(html, "<p>{}</p>", escape(&report.origin()))?;
    if let Some(figure) = chart::throughput(report, named) {
        let svg = String::from_utf8(Format::Svg.render(&figure)?)?;
        // What stands before the root element belongs to a file of its own.
        let root = svg.find("<svg").map_or("", |at| &svg[at..]);
        write!(html, "<h2>Throughput over size</h2>{root}")?;
    }
    bars(&mut html, report)?;
    let found = BreakEven::all(&report.lines);
    if !found.is_empty() {
        write!(html, "<h2>From which size on the {} is faster than the CPU</h2>", escape(&report.side()))?;
        let rows = found.iter().map(|found| found.cells().to_vec());
        table(&mut html, &break_even::HEAD, rows)?;
    }
    if report.info.is_some() {
        html += "<h2>Transfers of one tensor</h2>";
        let transfers = report.transfer_table();
        table(&mut html, transfers.head(), transfers.rows().iter().map(|row| row.to_vec()))?;
    }
    html += "<h2>All figures</h2>";
    for note in [report.clock().map(str::to_owned), report.small_calls()].into_iter().flatten() {
        write!(html, "<p>{}</p>", escape(&note))?;
    }
    let figures = line::table(&report.lines);
    table(&mut html, figures.head(), figures.rows().iter().map(|row| row.to_vec()))?;
    html += "</body></html>\n";
    Ok(html)
}

/// Both sides at the largest size of each function and pass.
fn bars(html: &mut String, report: &Report) -> Result<()> {
    let largest = |title: &str| report.lines.iter().filter(|l| l.title() == title).map(|l| l.elements).max();
    let shown = || report.lines.iter().filter(|line| largest(&line.title()) == Some(line.elements));
    let top = shown().flat_map(|line| [line.gpu_rate(), line.cpu_rate()]).flatten().fold(1e-9, f64::max);
    write!(html, "<h2>GB/s at the largest size</h2><table class=\"bars\">")?;
    for line in shown() {
        let (title, size) = (escape(&line.title()), Size(line.elements));
        write!(html, "<tr><td>{title}</td><td>{size}</td><td>")?;
        for (class, rate) in [("gpu", line.gpu_rate()), ("cpu", line.cpu_rate())] {
            if let Some(rate) = rate {
                let width = 20.0 * rate / top;
                write!(html, "<div><span class=\"bar {class}\" style=\"width:{width:.2}em\"></span>{rate:.1}</div>")?;
            }
        }
        *html += "</td></tr>";
    }
    let side = escape(&report.side());
    write!(html, "</table><p><span class=\"bar gpu\" style=\"width:1em\"></span>{side} ")?;
    write!(html, "<span class=\"bar cpu\" style=\"width:1em\"></span>CPU</p>")?;
    Ok(())
}

fn table(html: &mut String, head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<()> {
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

fn escape(text: &str) -> String {
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
