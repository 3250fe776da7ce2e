//! Pictures of curves: panels with axes, laid out as a list of plain marks that is written as SVG or PNG.
//!
//! Fonts and sizes are the same everywhere: nothing is looked up on the machine.

mod axis;
mod figure;
mod font;
mod legend;
mod panel;
mod path;
mod picture;
mod png;
mod raster;
mod style;
mod svg;
#[cfg(test)]
mod tests;

pub(crate) use axis::{Axis, Scale};
pub(crate) use figure::Figure;
pub(crate) use panel::{Panel, Series};
pub(crate) use picture::Point;
pub(crate) use raster::Raster;

use std::path::Path;

use anyhow::Result;

use crate::output::ending;

/// How a picture is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Format {
    Svg,
    Png,
}

impl Format {
    pub(crate) const ENDINGS: [&str; 2] = ["svg", "png"];

    /// The format that a file's ending names, or else SVG.
    pub(crate) fn of(path: &Path) -> Self {
        if ending(path).is_some_and(|ending| ending == "png") { Self::Png } else { Self::Svg }
    }

    /// The content of a file.
    pub(crate) fn render(self, figure: &Figure) -> Result<Vec<u8>> {
        let picture = figure.picture();
        match self {
            Self::Svg => Ok(svg::text(&picture)?.into_bytes()),
            Self::Png => png::bytes(&picture),
        }
    }
}
