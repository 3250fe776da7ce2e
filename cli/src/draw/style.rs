//! Colours, lines and sizes of all pictures.

use super::picture::{Colour, Pen};

pub(super) const INK: Colour = 0x22_22_22;
pub(super) const FAINT: Colour = 0x55_55_55;
pub(super) const GRID: Pen = Pen { colour: 0xe4_e4_e4, width: 1.0, dashes: &[] };
pub(super) const ZERO: Pen = Pen { colour: 0x99_99_99, width: 1.0, dashes: &[] };
pub(super) const LIMIT: Pen = Pen { colour: INK, width: 1.25, dashes: &[6.0, 3.0] };

pub(super) const TITLE_SIZE: f64 = 14.0;
pub(super) const LABEL_SIZE: f64 = 13.0;
pub(super) const TICK_SIZE: f64 = 11.5;

/// Alternately dark and light, and distinct for every kind of colour vision.
const COLOURS: [Colour; 8] =
    [0x00_44_88, 0xd5_5e_00, 0x00_9e_73, 0x00_00_00, 0xe6_9f_00, 0xaa_33_77, 0x56_b4_e9, 0x7f_7f_7f];

/// Distinct without colours, too.
const DASHES: [&[f64]; 8] = [
    &[],
    &[9.0, 4.0],
    &[2.5, 2.5],
    &[10.0, 3.0, 2.5, 3.0],
    &[16.0, 4.0],
    &[5.0, 3.0],
    &[10.0, 3.0, 2.5, 3.0, 2.5, 3.0],
    &[5.0, 2.5, 1.5, 2.5],
];

/// The pen of a picture's `index`-th curve: 64 are different.
pub(super) fn pen(index: usize) -> Pen {
    let round = index / COLOURS.len();
    Pen { colour: COLOURS[index % COLOURS.len()], width: 2.0, dashes: DASHES[(index + round) % DASHES.len()] }
}

/// The edge of an area.
pub(super) fn thin(pen: Pen) -> Pen {
    Pen { width: 1.0, ..pen }
}

/// The colour of an area below a curve.
pub(super) fn tint(colour: Colour) -> Colour {
    let channel = |shift: u32| {
        let value = colour >> shift & 0xff;
        (255 - (255 - value) * 3 / 10) << shift
    };
    channel(16) | channel(8) | channel(0)
}
