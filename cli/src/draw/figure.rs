//! Panels on a page.

use super::legend::Legend;
use super::panel::{Frame, Panel};
use super::picture::Picture;

/// Panels in two columns, with one legend for all if they show the same functions.
pub(crate) struct Figure {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) panels: Vec<Panel>,
    /// The height of each panel's axes.
    pub(crate) height: f64,
    pub(crate) legend: bool,
}

const WIDTH: f64 = 840.0;
const COLUMNS: usize = 2;
/// Space around the axes of a panel.
const EDGE: f64 = 8.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 38.0;
const BOTTOM: f64 = 30.0;

impl Figure {
    pub(super) fn picture(&self) -> Picture {
        let margins = self.panels.iter().map(|panel| panel.margin(self.height));
        let side = EDGE + margins.fold(0.0, f64::max);
        let cell = [WIDTH / COLUMNS as f64, TOP + self.height + BOTTOM];
        let mut marks = Vec::new();
        for (i, panel) in self.panels.iter().enumerate() {
            let [column, row] = [i % COLUMNS, i / COLUMNS].map(|k| k as f64);
            let (left, top) = (column * cell[0] + side, row * cell[1] + TOP);
            panel.draw(Frame { left, top, width: cell[0] - side - RIGHT, height: self.height }, &mut marks);
        }
        let mut foot = self.panels.len().div_ceil(COLUMNS) as f64 * cell[1];
        if let (true, Some(panel)) = (self.legend, self.panels.first()) {
            let labels = panel.series.iter().map(|series| series.label.as_str()).collect();
            let legend = Legend::new(labels, WIDTH - side - RIGHT);
            legend.draw(side, foot + 4.0, &mut marks);
            foot += legend.height() + 8.0;
        }
        let (title, description) = (self.title.clone(), self.description.clone());
        Picture { title, description, size: [WIDTH, foot + 4.0], marks }
    }
}
