//! Pictures as SVG, without scripts, without names that could clash in a page, and in any font.

use std::fmt::{self, Display, Write};

use anyhow::Result;

use super::picture::{Anchor, Mark, Pen, Picture, Point};

const FAMILY: &str = "'Noto Sans','Helvetica Neue',Helvetica,Arial,'DejaVu Sans',sans-serif";

pub(super) fn text(picture: &Picture) -> Result<String> {
    let mut svg = String::new();
    write(picture, &mut svg)?;
    Ok(svg)
}

fn write(picture: &Picture, out: &mut String) -> Result<()> {
    let [width, height] = picture.size.map(Number);
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"{FAMILY}\">"
    )?;
    writeln!(out, "<title>{}</title>", Escaped(&picture.title))?;
    writeln!(out, "<desc>{}</desc>", Escaped(&picture.description))?;
    writeln!(out, "<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>")?;
    picture.marks.iter().try_for_each(|mark| write_mark(mark, out))?;
    Ok(writeln!(out, "</svg>")?)
}

fn write_mark(mark: &Mark, out: &mut String) -> Result<()> {
    Ok(match mark {
        Mark::Line { pieces, pen, name } => {
            write!(out, "<path d=\"")?;
            pieces.iter().try_for_each(|piece| write_piece(piece, out))?;
            write!(out, "\" fill=\"none\" {}", Stroke(pen))?;
            match name.is_empty() {
                true => writeln!(out, "/>"),
                false => writeln!(out, "><title>{}</title></path>", Escaped(name)),
            }
        }
        Mark::Area { outline, colour } => {
            write!(out, "<path d=\"")?;
            write_piece(outline, out)?;
            writeln!(out, "Z\" fill=\"#{colour:06x}\"/>")
        }
        Mark::Dot { at: [x, y], radius, colour } => {
            let (x, y, radius) = (Number(*x), Number(*y), Number(*radius));
            writeln!(out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"#{colour:06x}\"/>")
        }
        Mark::Image { at: [x, y], size, raster } => {
            let (x, y, [width, height], address) = (Number(*x), Number(*y), size.map(Number), raster.address()?);
            let place = format!("x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"");
            let style = if raster.is_coarse() { " style=\"image-rendering:pixelated\"" } else { "" };
            writeln!(out, "<image {place}{style} preserveAspectRatio=\"none\" href=\"{address}\"/>")
        }
        Mark::Text { at: [x, y], text, size, anchor, colour } => {
            let anchor = match anchor {
                Anchor::Start => "",
                Anchor::Middle => " text-anchor=\"middle\"",
                Anchor::End => " text-anchor=\"end\"",
            };
            let (x, y, size, text) = (Number(*x), Number(*y), Number(*size), Escaped(text));
            writeln!(out, "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"#{colour:06x}\"{anchor}>{text}</text>")
        }
    }?)
}

fn write_piece(points: &[Point], out: &mut String) -> fmt::Result {
    for (i, &[x, y]) in points.iter().enumerate() {
        let command = match i {
            0 => "M",
            1 => "L",
            _ => " ",
        };
        write!(out, "{command}{} {}", Number(x), Number(y))?;
    }
    Ok(())
}

/// A length to a hundredth of a pixel.
struct Number(f64);

impl Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Adding 0 turns -0 into 0.
        write!(f, "{}", (self.0 * 100.0).round() / 100.0 + 0.0)
    }
}

struct Stroke<'a>(&'a Pen);

impl Display for Stroke<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pen { colour, width, dashes } = self.0;
        write!(f, "stroke=\"#{colour:06x}\" stroke-width=\"{}\" stroke-linejoin=\"round\"", Number(*width))?;
        if dashes.is_empty() {
            return Ok(());
        }
        let dashes: Vec<String> = dashes.iter().map(|&length| Number(length).to_string()).collect();
        write!(f, " stroke-dasharray=\"{}\"", dashes.join(" "))
    }
}

struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            // XML does not allow other control characters.
            c if c.is_control() => f.write_char(' '),
            c => f.write_char(c),
        })
    }
}
