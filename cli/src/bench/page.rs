//! The report as a page that needs no other file.

use std::fmt::Write;

use anyhow::Result;

use super::break_even::{self, BreakEven};
use super::report::Report;
use super::size::Size;
use super::{chart, line};
use crate::page::{END, begin, escape, picture, table};

pub(super) fn page(report: &Report, named: bool) -> Result<String> {
    let mut html = begin(&format!("Activation functions: {}", report.side()));
    write!(html, "<h1>Activation functions, measured</h1><p>{}</p>", escape(&report.head).replace('\n', "<br>"))?;
    write!(html, "<p>{}</p>", escape(&report.origin()))?;
    if let Some(network) = &report.network {
        write!(html, "<h2>The activations of a network</h2><p>{}</p>", escape(&network.title()))?;
        let rows = network.table(&report.lines);
        table(&mut html, rows.head(), rows.rows().iter().map(|row| row.to_vec()))?;
        write!(html, "<p>{}</p>", escape(&network.summary(&report.lines)).replace('\n', "<br>"))?;
    }
    if let Some(compared) = &report.compared {
        write!(html, "<h2>Compared with an earlier run</h2><p>{}</p>", escape(&compared.title()))?;
        let rows = compared.table();
        table(&mut html, rows.head(), rows.rows().iter().map(|row| row.to_vec()))?;
        write!(html, "<p>{}</p>", escape(&compared.summary()).replace('\n', "<br>"))?;
    }
    if let Some(figure) = chart::throughput(report, named) {
        write!(html, "<h2>Throughput over size</h2>{}", picture(&figure)?)?;
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
    let after = report.clocks.as_ref().map(|[_, after]| format!("clocks after: {after}"));
    for note in [report.clock().map(str::to_owned), after, report.small_calls()].into_iter().flatten() {
        write!(html, "<p>{}</p>", escape(&note))?;
    }
    let figures = line::table(&report.lines);
    table(&mut html, figures.head(), figures.rows().iter().map(|row| row.to_vec()))?;
    let spread = line::percentiles(&report.lines);
    if !spread.rows().is_empty() {
        html += "<h2>How the times of calls are spread</h2>";
        table(&mut html, spread.head(), spread.rows().iter().map(|row| row.to_vec()))?;
    }
    Ok(html + END)
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
