//! What a study gives: a table, and the same as files.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde_json::{Map, Value, json};
use wgpu_activations::wgpu::AdapterInfo;

use super::report::Report;
use crate::draw::{Figure, Format};
use crate::output::{Claims, Output};
use crate::page;
use crate::text::{Console, Table};
use crate::{device, machine};

/// Where a study's results go.
#[derive(Args)]
#[command(next_help_heading = "Files")]
pub(super) struct Files {
    /// Also write the results to a JSON file; with - to standard output, and the table to standard error
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Also write the results to a CSV file
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Also draw them, as .svg or .png
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Also write a page with picture and table
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Add to the page of other studies, if it exists
    #[arg(long, requires = "report")]
    append: bool,
    /// Replace existing files
    #[arg(long)]
    force: bool,
}

/// Files that can be written once there are results.
pub(super) struct Places {
    json: Option<Output>,
    csv: Option<Output>,
    plot: Option<(Output, Format)>,
    report: Option<Report>,
    console: Console,
}

impl Files {
    /// Refuses what cannot be written, before the work begins.
    pub(super) fn claim(&self) -> Result<Places> {
        let mut claims = Claims::new(self.force);
        let json = claims.claim_if(self.json.as_deref(), &["json"])?;
        let csv = claims.claim_if(self.csv.as_deref(), &["csv"])?;
        let plot = claims.claim_if(self.plot.as_deref(), &Format::ENDINGS)?;
        let format = self.plot.as_deref().map_or(Format::Svg, Format::of);
        let report = self.report.as_deref().map(|path| Report::claim(&mut claims, path, self.append)).transpose()?;
        Ok(Places { json, csv, plot: plot.map(|plot| (plot, format)), report, console: Console::beside(&claims) })
    }
}

/// The results of a study.
pub(super) struct Sheet<const N: usize> {
    pub(super) study: &'static str,
    pub(super) adapter: Option<AdapterInfo>,
    pub(super) seed: Option<u64>,
    /// What else was chosen.
    pub(super) settings: Map<String, Value>,
    /// A row for each result, all with the same names.
    pub(super) results: Vec<Value>,
    pub(super) head: String,
    pub(super) table: Table<N>,
    pub(super) notes: String,
    pub(super) figure: Figure,
}

impl<const N: usize> Sheet<N> {
    /// Prints the table and writes the files.
    pub(super) fn write(&self, places: &Places) -> Result<()> {
        if let Some(output) = &places.json {
            output.write(format!("{:#}\n", self.json()).as_bytes())?;
        }
        if let Some(output) = &places.csv {
            output.write(csv(&self.results).as_bytes())?;
        }
        if let Some((output, format)) = &places.plot {
            output.write(&format.render(&self.figure)?)?;
        }
        if let Some(report) = &places.report {
            report.write(&self.section()?)?;
        }
        places.console.print(format!("{}\n{}\n{}", self.origin(), self.table, self.notes))
    }

    fn json(&self) -> Value {
        let mut report = json!({
            "study": self.study,
            "adapter": self.adapter.as_ref().map(device::to_json),
            "seed": self.seed,
            "date": machine::date(),
            "command": machine::command(),
        });
        if let Some(report) = report.as_object_mut() {
            report.extend(self.settings.clone());
            report.insert("results".to_owned(), self.results.clone().into());
        }
        report
    }

    /// What was run, where, and with which seed.
    fn origin(&self) -> String {
        let adapter = self
            .adapter
            .as_ref()
            .map(|info| format!("{} ({}), driver: {}\n", info.name, device::kind(info), device::driver(info)));
        let seed = self.seed.map(|seed| format!("seed {seed}; "));
        format!("{}{}{}\n", adapter.unwrap_or_default(), seed.unwrap_or_default(), self.head)
    }

    /// The study on a page.
    fn section(&self) -> Result<String> {
        let mut html = String::new();
        let origin = page::escape(&self.origin()).replace('\n', "<br>");
        let (command, date) = (page::escape(&machine::command()), machine::date());
        write!(
            html,
            "<h2>{}</h2><p>{origin}<code>{command}</code>, {date}</p>{}",
            self.study,
            page::picture(&self.figure)?
        )?;
        page::table(&mut html, self.table.head(), self.table.rows().iter().map(|row| row.to_vec()))?;
        write!(html, "<p>{}</p>", page::escape(&self.notes).replace('\n', "<br>"))?;
        Ok(html)
    }
}

/// Rows with the names of the first; what is no single value as JSON.
fn csv(results: &[Value]) -> String {
    let rows: Vec<_> = results.iter().filter_map(Value::as_object).collect();
    let Some(first) = rows.first() else { return String::new() };
    let mut text = first.keys().map(String::as_str).collect::<Vec<_>>().join(",") + "\n";
    for row in rows {
        let cells: Vec<String> = row.values().map(cell).collect();
        text += &(cells.join(",") + "\n");
    }
    text
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if !text.contains([',', '"', '\n']) => text.clone(),
        Value::String(text) => quoted(text),
        Value::Array(_) | Value::Object(_) => quoted(&value.to_string()),
        _ => value.to_string(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_lines() {
        let rows = [
            json!({"function": "relu", "x": 1.5, "points": [1, 2]}),
            json!({"function": "a,\"b\"", "x": null, "points": []}),
        ];
        assert_eq!(csv(&rows), "function,x,points\nrelu,1.5,\"[1,2]\"\n\"a,\"\"b\"\"\",,\"[]\"\n");
        assert_eq!(csv(&[]), "");
    }
}
