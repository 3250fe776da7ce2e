//! A picture as a list of marks, which every format can write.

use super::raster::Raster;

/// x to the right and y downwards, from the upper left corner.
pub(crate) type Point = [f64; 2];

/// Red, green and blue in a byte each.
pub(super) type Colour = u32;

pub(super) struct Picture {
    pub(super) title: String,
    pub(super) description: String,
    /// In pixels of 1/96 inch.
    pub(super) size: [f64; 2],
    /// From back to front.
    pub(super) marks: Vec<Mark>,
}

pub(super) enum Mark {
    /// One curve in pieces, with a name.
    Line {
        pieces: Vec<Vec<Point>>,
        pen: Pen,
        name: String,
    },
    /// A tinted area within a closed line.
    Area {
        outline: Vec<Point>,
        colour: Colour,
    },
    Dot {
        at: Point,
        radius: f64,
        colour: Colour,
    },
    /// An image, stretched from its upper left corner to this size.
    Image {
        at: Point,
        size: [f64; 2],
        raster: Raster,
    },
    /// `at` is on the base line.
    Text {
        at: Point,
        text: String,
        size: f64,
        anchor: Anchor,
        colour: Colour,
    },
}

#[derive(Clone, Copy)]
pub(super) struct Pen {
    pub(super) colour: Colour,
    pub(super) width: f64,
    /// Lengths of dashes and gaps in turn; none for a solid line.
    pub(super) dashes: &'static [f64],
}

/// Which point of a text its position is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Mark {
    /// A straight line without a name.
    pub(super) fn rule(from: Point, to: Point, pen: Pen) -> Self {
        Self::Line { pieces: vec![vec![from, to]], pen, name: String::new() }
    }
}
