//! The embedded font: Noto Sans, under the SIL Open Font License.

use std::sync::LazyLock;

use tiny_skia::{Path, PathBuilder, Transform};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// How much wider other fonts may be in which an SVG is shown.
pub(super) const SLACK: f64 = 1.12;

static FACE: LazyLock<Option<Face<'static>>> = LazyLock::new(|| Face::parse(notosans::REGULAR_TTF, 0).ok());

/// The glyphs of a text with their offsets, in ems, and the width of all.
fn glyphs(face: &Face<'_>, text: &str) -> (Vec<(GlyphId, f64)>, f64) {
    let em = f64::from(face.units_per_em());
    let mut end = 0.0;
    let glyph = |c| {
        let glyph = face.glyph_index(c).unwrap_or_default();
        let start = end;
        end += f64::from(face.glyph_hor_advance(glyph).unwrap_or(0)) / em;
        (glyph, start)
    };
    (text.chars().map(glyph).collect(), end)
}

/// The width of a text.
pub(super) fn width(text: &str, size: f64) -> f64 {
    FACE.as_ref().map_or(0.0, |face| glyphs(face, text).1 * size)
}

/// The text cut to a width, with an ellipsis where something is missing.
pub(super) fn fit(text: &str, size: f64, most: f64) -> String {
    if width(text, size) <= most {
        return text.to_owned();
    }
    let mut kept: Vec<char> = text.chars().collect();
    let shown = |kept: &[char]| kept.iter().chain(['…'].iter()).collect::<String>();
    while !kept.is_empty() && width(&shown(&kept), size) > most {
        kept.pop();
    }
    shown(&kept)
}

/// The outline of a text that starts at 0 on the base line.
pub(super) fn outline(text: &str, size: f64) -> Option<Path> {
    let face = FACE.as_ref()?;
    let scale = size / f64::from(face.units_per_em());
    let mut pen = Pen { path: PathBuilder::new(), start: 0.0 };
    for (glyph, start) in glyphs(face, text).0 {
        pen.start = (start * size / scale) as f32;
        face.outline_glyph(glyph, &mut pen);
    }
    // Fonts count y upwards.
    pen.path.finish()?.transform(Transform::from_scale(scale as f32, -scale as f32))
}

/// Draws one glyph after another.
struct Pen {
    path: PathBuilder,
    start: f32,
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(self.start + x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(self.start + x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.path.quad_to(self.start + x1, y1, self.start + x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.path.cubic_to(self.start + x1, y1, self.start + x2, y2, self.start + x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
