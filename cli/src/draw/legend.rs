//! Which line is which: entries in columns below the panels.

use super::font;
use super::picture::{Anchor, Mark};
use super::style;

const SAMPLE: f64 = 36.0;
const GAP: f64 = 8.0;
const BETWEEN: f64 = 26.0;
const ROW: f64 = 22.0;

pub(super) struct Legend<'a> {
    labels: Vec<&'a str>,
    rows: usize,
    /// The width of each column.
    columns: Vec<f64>,
    width: f64,
}

impl<'a> Legend<'a> {
    /// As few rows as fit.
    pub(super) fn new(labels: Vec<&'a str>, width: f64) -> Self {
        let entry = |label: &&str| SAMPLE + GAP + font::width(label, style::LABEL_SIZE) * font::SLACK;
        let entries: Vec<f64> = labels.iter().map(entry).collect();
        let columns = |rows: &usize| -> Vec<f64> {
            entries.chunks(*rows).map(|column| column.iter().copied().fold(0.0, f64::max)).collect()
        };
        let fits = |rows: &usize| used(&columns(rows)) <= width;
        let rows = (1..labels.len()).find(fits).unwrap_or(labels.len().max(1));
        let columns = columns(&rows).iter().map(|column| column.min(width)).collect();
        Self { labels, rows, columns, width }
    }

    pub(super) fn height(&self) -> f64 {
        self.rows as f64 * ROW
    }

    /// Centred below `top`, column after column.
    pub(super) fn draw(&self, left: f64, top: f64, marks: &mut Vec<Mark>) {
        let start = left + (self.width - used(&self.columns)) / 2.0;
        for (i, label) in self.labels.iter().enumerate() {
            let (column, row) = (i / self.rows, i % self.rows);
            let x = start + self.columns[..column].iter().map(|width| width + BETWEEN).sum::<f64>();
            let y = top + (row as f64 + 0.5) * ROW;
            marks.push(Mark::rule([x, y], [x + SAMPLE, y], style::pen(i)));
            let text = font::fit(label, style::LABEL_SIZE, self.columns[column] - SAMPLE - GAP);
            let (at, size) = ([x + SAMPLE + GAP, y + 0.36 * style::LABEL_SIZE], style::LABEL_SIZE);
            marks.push(Mark::Text { at, text, size, anchor: Anchor::Start, colour: style::INK });
        }
    }
}

/// The width of columns and what lies between them.
fn used(columns: &[f64]) -> f64 {
    columns.iter().sum::<f64>() + columns.len().saturating_sub(1) as f64 * BETWEEN
}
