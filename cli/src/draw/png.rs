//! Pictures as PNG, at two pixels per unit.

use anyhow::{Context, Result};
use tiny_skia::{
    Color, FillRule, FilterQuality, LineJoin, Paint, Path, PathBuilder, Pixmap, PixmapPaint, Stroke, StrokeDash,
    Transform,
};

use super::font;
use super::picture::{Anchor, Colour, Mark, Pen, Picture, Point};

const SCALE: f32 = 2.0;
/// Pixels that a picture may have: a quarter of a gigabyte.
const MOST: f64 = (1u32 << 26) as f64;

pub(super) fn bytes(picture: &Picture) -> Result<Vec<u8>> {
    let size = picture.size.map(|length| (length * f64::from(SCALE)).round());
    let [width, height] = size.map(|length| length as u32);
    let canvas = if size[0] * size[1] <= MOST { Pixmap::new(width, height) } else { None };
    let mut canvas = canvas
        .with_context(|| format!("{width} x {height} pixels are too many: draw fewer functions, or an .svg file"))?;
    canvas.fill(Color::WHITE);
    for mark in &picture.marks {
        match mark {
            Mark::Line { pieces, pen, .. } => stroke(&mut canvas, path(pieces), pen),
            Mark::Area { outline, colour } => fill(&mut canvas, path(std::slice::from_ref(outline)), [0.0; 2], *colour),
            Mark::Dot { at: [x, y], radius, colour } => {
                fill(&mut canvas, PathBuilder::from_circle(*x as f32, *y as f32, *radius as f32), [0.0; 2], *colour);
            }
            Mark::Image { at: [x, y], size, raster } => {
                let image = raster.pixels()?;
                let scale = [size[0] / f64::from(image.width()), size[1] / f64::from(image.height())];
                let transform = Transform::from_scale(SCALE, SCALE)
                    .pre_translate(*x as f32, *y as f32)
                    .pre_scale(scale[0] as f32, scale[1] as f32);
                let quality = if raster.is_coarse() { FilterQuality::Nearest } else { FilterQuality::Bilinear };
                let paint = PixmapPaint { quality, ..PixmapPaint::default() };
                canvas.draw_pixmap(0, 0, image.as_ref(), &paint, transform, None);
            }
            Mark::Text { at: [x, y], text, size, anchor, colour } => {
                let width = font::width(text, *size);
                let start = match anchor {
                    Anchor::Start => *x,
                    Anchor::Middle => x - width / 2.0,
                    Anchor::End => x - width,
                };
                fill(&mut canvas, font::outline(text, *size), [start, *y], *colour);
            }
        }
    }
    canvas.encode_png().context("cannot encode the picture")
}

fn path(pieces: &[Vec<Point>]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for piece in pieces {
        for (i, point) in piece.iter().enumerate() {
            let [x, y] = point.map(|v| v as f32);
            if i == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
        }
    }
    path.finish()
}

fn paint(colour: Colour) -> Paint<'static> {
    let [_, red, green, blue] = colour.to_be_bytes();
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(red, green, blue, 255);
    paint
}

fn stroke(canvas: &mut Pixmap, path: Option<Path>, pen: &Pen) {
    let dashes = pen.dashes.iter().map(|&length| length as f32).collect();
    let stroke = Stroke {
        width: pen.width as f32,
        line_join: LineJoin::Round,
        dash: StrokeDash::new(dashes, 0.0),
        ..Stroke::default()
    };
    if let Some(path) = path {
        canvas.stroke_path(&path, &paint(pen.colour), &stroke, Transform::from_scale(SCALE, SCALE), None);
    }
}

fn fill(canvas: &mut Pixmap, path: Option<Path>, [x, y]: Point, colour: Colour) {
    let transform = Transform::from_scale(SCALE, SCALE).pre_translate(x as f32, y as f32);
    if let Some(path) = path {
        canvas.fill_path(&path, &paint(colour), FillRule::Winding, transform, None);
    }
}
