//! One pair of axes with curves.

use super::axis::Axis;
use super::font;
use super::path;
use super::picture::{Anchor, Mark, Point};
use super::raster::Raster;
use super::style;

/// A curve; points that are not finite leave gaps.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) label: String,
    pub(crate) points: Vec<Point>,
    /// Single points: values at jumps.
    pub(crate) dots: Vec<Point>,
    /// Whether the area down to the x axis is tinted.
    pub(crate) filled: bool,
}

/// Curves over common axes.
pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    pub(crate) series: Vec<Series>,
    /// A value of y that is marked by a line, and its label.
    pub(crate) limit: Option<(f64, String)>,
    /// What fills the space between the axes.
    pub(crate) raster: Option<Raster>,
}

/// The rectangle that a panel's axes span in a picture.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Frame {
    fn right(&self) -> f64 {
        self.left + self.width
    }

    fn bottom(&self) -> f64 {
        self.top + self.height
    }
}

/// Pixels between ticks, at least; along x also between their labels.
const TICK_GAP: [f64; 2] = [46.0, 30.0];
const BETWEEN_LABELS: f64 = 8.0;
/// From an axis to its labels.
const LABEL_GAP: f64 = 7.0;

impl Panel {
    /// From back to front: grid, areas, curves, dots.
    pub(super) fn draw(&self, frame: Frame, marks: &mut Vec<Mark>) {
        let title = font::fit(&self.title, style::TITLE_SIZE, frame.width);
        let at = [frame.left, frame.top - 12.0];
        marks.push(Mark::Text { at, text: title, size: style::TITLE_SIZE, anchor: Anchor::Start, colour: style::INK });
        self.grid(frame, marks);
        if let Some(raster) = &self.raster {
            let (at, size) = ([frame.left, frame.top], [frame.width, frame.height]);
            marks.push(Mark::Image { at, size, raster: raster.clone() });
        }
        let position = |&[x, y]: &Point| self.position(frame, [x, y]);
        let lines = self.series.iter().enumerate().map(|(i, series)| {
            let points: Vec<Point> = series.points.iter().map(position).collect();
            (style::pen(i), series, path::pieces(&points, [frame.top, frame.bottom()]))
        });
        for (pen, series, pieces) in lines {
            if series.filled {
                marks.extend(pieces.iter().map(|piece| area(piece, frame, style::tint(pen.colour))));
            }
            let pen = if series.filled { style::thin(pen) } else { pen };
            marks.push(Mark::Line { pieces, pen, name: series.label.clone() });
        }
        for (i, series) in self.series.iter().enumerate() {
            let inside = |&[_, y]: &Point| (frame.top..=frame.bottom()).contains(&y);
            let colour = style::pen(i).colour;
            let dots = series.dots.iter().map(position).filter(inside);
            marks.extend(dots.map(|at| Mark::Dot { at, radius: 3.5, colour }));
        }
        if let Some((value, label)) = &self.limit {
            let [right, y] = [frame.right(), self.position(frame, [0.0, *value])[1]];
            marks.push(Mark::rule([frame.left, y], [right, y], style::LIMIT));
            let (at, size) = ([right, y - 5.0], style::TICK_SIZE);
            marks.push(Mark::Text { at, text: label.clone(), size, anchor: Anchor::End, colour: style::INK });
        }
    }

    fn position(&self, frame: Frame, [x, y]: Point) -> Point {
        [frame.left + self.x.fraction(x) * frame.width, frame.bottom() - self.y.fraction(y) * frame.height]
    }

    /// The width of the labels on the left of the axes.
    pub(super) fn margin(&self, height: f64) -> f64 {
        let ticks = self.y.ticks((height / TICK_GAP[1]) as usize);
        ticks.iter().map(|(_, label)| label_width(label)).fold(0.0, f64::max) + LABEL_GAP
    }

    /// As many ticks as their labels leave space for.
    fn x_ticks(&self, width: f64) -> Vec<(f64, String)> {
        let half = |(value, label): &(f64, String)| (self.x.fraction(*value) * width, label_width(label) / 2.0);
        let fits = |ticks: &Vec<(f64, String)>| {
            let mut pairs = ticks.iter().map(half).zip(ticks.iter().skip(1).map(half));
            pairs.all(|((x0, half0), (x1, half1))| x0 + half0 + BETWEEN_LABELS <= x1 - half1)
        };
        let most = (width / TICK_GAP[0]) as usize;
        (1..=most).rev().map(|count| self.x.ticks(count)).find(fits).unwrap_or_default()
    }

    fn grid(&self, frame: Frame, marks: &mut Vec<Mark>) {
        let pen = |value: f64| if value == 0.0 { style::ZERO } else { style::GRID };
        let text = |at, text, anchor| Mark::Text { at, text, size: style::TICK_SIZE, anchor, colour: style::FAINT };
        let mut zeros = Vec::new();
        let mut rule = |value, from, to, marks: &mut Vec<Mark>| {
            let line = Mark::rule(from, to, pen(value));
            if value == 0.0 { zeros.push(line) } else { marks.push(line) }
        };
        for (value, label) in self.x_ticks(frame.width) {
            let x = frame.left + self.x.fraction(value) * frame.width;
            rule(value, [x, frame.top], [x, frame.bottom()], marks);
            marks.push(text([x, frame.bottom() + LABEL_GAP + style::TICK_SIZE], label, Anchor::Middle));
        }
        for (value, label) in self.y.ticks((frame.height / TICK_GAP[1]) as usize) {
            let y = frame.bottom() - self.y.fraction(value) * frame.height;
            rule(value, [frame.left, y], [frame.right(), y], marks);
            marks.push(text([frame.left - LABEL_GAP, y + 0.36 * style::TICK_SIZE], label, Anchor::End));
        }
        marks.extend(zeros);
    }
}

fn label_width(label: &str) -> f64 {
    font::width(label, style::TICK_SIZE) * font::SLACK
}

/// The area between a line and the bottom of its panel.
fn area(piece: &[Point], frame: Frame, colour: u32) -> Mark {
    let foot = |point: Option<&Point>| point.map(|&[x, _]| [x, frame.bottom()]);
    let ends = [foot(piece.last()), foot(piece.first())];
    Mark::Area { outline: piece.iter().copied().chain(ends.into_iter().flatten()).collect(), colour }
}
