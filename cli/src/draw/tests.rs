use std::path::Path;

use super::legend::Legend;
use super::path::pieces;
use super::picture::{Mark, Picture, Point};
use super::{Axis, Figure, Format, Panel, Scale, Series, font, style, svg};

fn labels(axis: Axis, count: usize) -> Vec<String> {
    axis.ticks(count).into_iter().map(|(_, label)| label).collect()
}

#[test]
fn ticks_are_round_numbers() {
    let linear = |low, high, count| labels(Axis::new(Scale::Linear, low, high), count);
    assert_eq!(linear(-5.0, 5.0, 7), ["−4", "−2", "0", "2", "4"]);
    assert_eq!(linear(-0.13, 1.13, 8), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
    assert_eq!(linear(0.0, 1e-6, 2), ["0", "5e−7", "1e−6"]);
    assert_eq!(linear(0.0, 2e6, 2), ["0", "1e6", "2e6"]);
    assert_eq!(linear(100.0, 100.25, 2), ["100.0", "100.2"]);
    assert_eq!(linear(1.0, 1.0000002, 2), ["1.0000000", "1.0000001", "1.0000002"]);
    assert_eq!(linear(2e20, 2.00002e20, 2), ["2e20", "2.00001e20", "2.00002e20"]);
    assert_eq!(labels(Axis::new(Scale::Log, 1e-6, 1e2), 4), ["1e−6", "1e−4", "0.01", "1", "100"]);
    assert_eq!(labels(Axis::new(Scale::Log, 0.5, 12.0), 7), ["0.5", "1", "2", "5", "10"]);
    let floats = Axis::new(Scale::Floats, f32::MIN.into(), f32::MAX.into());
    assert_eq!(labels(floats, 7), ["−1e20", "−1", "−1e−20", "0", "1e−20", "1", "1e20"]);
    assert_eq!(labels(floats, 1), ["−1", "0", "1"]);
}

#[test]
fn fractions_and_values_are_inverse() {
    for (scale, low, high) in [
        (Scale::Linear, -3.0, 5.0),
        (Scale::Log, 1e-20, 1e20),
        (Scale::Floats, f64::from(f32::MIN), f64::from(f32::MAX)),
    ] {
        let axis = Axis::new(scale, low, high);
        for k in 0..=64 {
            let fraction = f64::from(k) / 64.0;
            assert!((axis.fraction(axis.value(fraction)) - fraction).abs() < 1e-6, "{scale:?} at {fraction}");
        }
        assert!(!axis.fraction(f64::NAN).is_finite(), "{scale:?}");
    }
    assert!(!Axis::new(Scale::Log, 1.0, 10.0).fraction(0.0).is_finite());
}

/// Where the pieces between 0 and 10 begin and end.
fn ends(points: &[Point]) -> Vec<[Point; 2]> {
    pieces(points, [0.0, 10.0]).iter().map(|piece| [piece[0], piece[piece.len() - 1]]).collect()
}

#[test]
fn lines_end_at_gaps_and_edges() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    assert_eq!(ends(&[[0.0, 5.0], [1.0, 6.0]]), [[[0.0, 5.0], [1.0, 6.0]]]);
    let gaps = [[0.0, 5.0], [1.0, 6.0], [2.0, nan], [3.0, 5.0], [4.0, 6.0], [5.0, inf]];
    assert_eq!(ends(&gaps), [[[0.0, 5.0], [1.0, 6.0]], [[3.0, 5.0], [4.0, 6.0]]]);
    let out_and_in = [[0.0, 5.0], [2.0, 15.0], [4.0, 15.0], [6.0, 5.0]];
    assert_eq!(ends(&out_and_in), [[[0.0, 5.0], [1.0, 10.0]], [[5.0, 10.0], [6.0, 5.0]]]);
    let pole = [[0.0, 5.0], [1.0, 15.0], [2.0, -15.0], [3.0, 5.0]];
    assert_eq!(ends(&pole), [[[0.0, 5.0], [0.5, 10.0]], [[2.75, 0.0], [3.0, 5.0]]]);
    assert_eq!(ends(&[[0.0, -1.0], [1.0, -2.0], [2.0, 20.0]]), [] as [[Point; 2]; 0]);
    assert_eq!(ends(&[]), [] as [[Point; 2]; 0]);
}

#[test]
fn fewer_points_show_the_same() {
    let straight: Vec<Point> = (0..1000).map(|i| [f64::from(i), 2.0 * f64::from(i)]).collect();
    assert_eq!(pieces(&straight, [0.0, 2000.0]), [[straight[0], straight[999]]]);
    let wave: Vec<Point> = (0..1000).map(|i| [f64::from(i), 50.0 * (f64::from(i) / 50.0).sin()]).collect();
    let [line] = &pieces(&wave, [-50.0, 50.0])[..] else { panic!("one piece") };
    assert!((50..500).contains(&line.len()), "{}", line.len());
    for [x, y] in &wave {
        let k = line.windows(2).position(|pair| (pair[0][0]..=pair[1][0]).contains(x)).unwrap();
        let [[x0, y0], [x1, y1]] = [line[k], line[k + 1]];
        assert!((y0 + (x - x0) / (x1 - x0) * (y1 - y0) - y).abs() < 0.1, "at {x}");
    }
}

#[test]
fn the_font_has_what_pictures_say() {
    let face = ttf_parser::Face::parse(notosans::REGULAR_TTF, 0).unwrap();
    let ascii = (' '..='~').collect::<String>();
    for c in (ascii + "−′…").chars() {
        assert!(face.glyph_index(c).is_some(), "{c:?}");
    }
    assert!(font::width("mm", 10.0) > font::width("ii", 10.0));
    assert_eq!(font::fit("leaky_relu", 13.0, 1000.0), "leaky_relu");
    let cut = font::fit("leaky_relu", 13.0, 40.0);
    assert!(cut.ends_with('…') && font::width(&cut, 13.0) <= 40.0, "{cut}");
    assert!(font::outline("x", 10.0).is_some());
}

#[test]
fn legends_wrap_and_stay_inside() {
    let names: Vec<String> = (0..40).map(|i| format!("{}{i}", "long_name_".repeat(i % 4))).collect();
    for count in [1, 3, 8, 40] {
        let legend = Legend::new(names.iter().take(count).map(String::as_str).collect(), 700.0);
        let mut marks = Vec::new();
        legend.draw(50.0, 100.0, &mut marks);
        for mark in &marks {
            let Mark::Text { at: [x, y], text, size, .. } = mark else { continue };
            assert!(*x >= 50.0 && x + font::width(text, *size) <= 750.0, "{text}");
            assert!((100.0..=100.0 + legend.height()).contains(y), "{text}");
        }
    }
    assert!(Legend::new(vec!["a", "b", "c"], 700.0).height() < 30.0);
}

#[test]
fn sixty_four_curves_differ() {
    let pens: Vec<_> = (0..64).map(style::pen).collect();
    for (i, a) in pens.iter().enumerate() {
        assert!(pens[..i].iter().all(|b| (a.colour, a.dashes) != (b.colour, b.dashes)), "{i}");
    }
}

#[test]
fn text_is_escaped() {
    let text = svg::text(&Picture {
        title: "a < b & \"c\"\u{1b}".into(),
        description: String::new(),
        size: [10.0, 10.0],
        marks: Vec::new(),
    })
    .unwrap();
    assert!(text.contains("<title>a &lt; b &amp; &quot;c&quot; </title>"), "{text}");
}

#[test]
fn endings_name_formats() {
    for (name, format) in [("a.svg", Format::Svg), ("b/c.PNG", Format::Png), ("-", Format::Svg)] {
        assert_eq!(Format::of(Path::new(name)), format);
    }
}

#[test]
fn empty_and_huge_pictures() {
    let axis = Axis::new(Scale::Linear, 0.0, 1.0);
    let series = Series { label: "nothing".into(), points: vec![[f64::NAN; 2]; 3], dots: Vec::new(), filled: true };
    let panel = Panel { title: String::new(), x: axis, y: axis, series: vec![series], limit: None, raster: None };
    let mut figure =
        Figure { title: "t".into(), description: "d".into(), panels: vec![panel], height: 100.0, legend: true };
    assert!(!Format::Svg.render(&figure).unwrap().is_empty());
    assert!(Format::Png.render(&figure).unwrap().starts_with(b"\x89PNG"));
    figure.height = 1e6;
    assert!(Format::Png.render(&figure).unwrap_err().to_string().contains("too many"));
}
