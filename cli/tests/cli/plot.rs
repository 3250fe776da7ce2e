//! `plot`: pictures that a browser can show, with every curve where it belongs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use roxmltree::{Document, Node};
use serde_json::Value;
use tiny_skia::Pixmap;
use wgpu_activations::Pass;
use wgpu_activations::activation::GELU;

use crate::support::{Sandbox, gpu};

/// The elements of this name, with the text they contain.
fn texts(svg: &str, name: &str) -> Vec<String> {
    let document = Document::parse(svg).unwrap();
    let text = |node: Node| node.descendants().filter(Node::is_text).filter_map(|n| n.text()).collect();
    document.descendants().filter(|node| node.has_tag_name(name)).map(text).collect()
}

/// The pieces of each curve with this name, as points.
fn curves(svg: &str, label: &str) -> Vec<Vec<Vec<[f64; 2]>>> {
    let document = Document::parse(svg).unwrap();
    let named = |node: &Node| node.has_tag_name("path") && node.descendants().any(|n| n.text() == Some(label));
    let piece = |text: &str| -> Vec<[f64; 2]> {
        let numbers: Vec<f64> = text.split([' ', 'L']).map(|number| number.parse().unwrap()).collect();
        numbers.chunks(2).map(|pair| [pair[0], pair[1]]).collect()
    };
    let pieces = |node: Node| node.attribute("d").unwrap().split('M').skip(1).map(piece).collect();
    document.descendants().filter(named).map(pieces).collect()
}

/// The elementwise functions.
fn names() -> BTreeSet<String> {
    let all: Value = serde_json::from_str(&Sandbox::new().succeed("list --json")).unwrap();
    let elementwise = |f: &&Value| !["gate", "doubling", "row-wise"].contains(&f["kind"].as_str().unwrap());
    all.as_array().unwrap().iter().filter(elementwise).map(|f| f["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn curves_side_by_side() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.succeed("plot relu gelu elu:alpha=0.5 elu gelu"), "wrote plot.svg\n");
    let bytes = sandbox.bytes("plot.svg");
    let svg = std::str::from_utf8(&bytes).unwrap();
    let labels = texts(svg, "text");
    for label in ["relu", "gelu", "elu (alpha = 0.5)", "elu"] {
        assert_eq!(labels.iter().filter(|text| *text == label).count(), 1, "{label} in the legend");
        let [values, slopes] = &curves(svg, label)[..] else { panic!("two curves of {label}") };
        assert!(values[0][0][0] < slopes[0][0][0], "f is left of its derivative");
        assert_eq!(values.len(), 1, "{label} has no gap");
        assert_eq!(slopes.len(), if ["gelu", "elu"].contains(&label) { 1 } else { 2 }, "{label}: jumps of f'");
    }
    assert!(texts(svg, "desc")[0].contains("gelu: f(x) = x Phi(x)"));
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");

    sandbox.succeed("plot relu gelu elu:alpha=0.5 elu gelu -o again.svg");
    assert!(sandbox.bytes("again.svg") == bytes, "two pictures of the same functions differ");
}

#[test]
fn values_stand_where_the_axes_say() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.succeed("plot identity --range=-1,1");
    let svg = String::from_utf8(sandbox.bytes("plot.svg")).unwrap();
    let document = Document::parse(&svg).unwrap();
    // The tick labels of the first panel, by their text: where 0.5 lies on each axis.
    let place = |attribute: &str, first: bool| -> f64 {
        let mut ticks = document.descendants().filter(|n| n.has_tag_name("text") && n.text() == Some("0.5"));
        let tick = if first { ticks.next() } else { ticks.nth(1) };
        tick.unwrap().attribute(attribute).unwrap().parse().unwrap()
    };
    let [[x0, y0], [x1, y1]] = curves(&svg, "identity")[0][0][..] else { panic!("a straight line") };
    let at = y0 + (place("x", true) - x0) / (x1 - x0) * (y1 - y0);
    // Labels stand a third of their height below their line.
    assert!((at + 4.0 - place("y", false)).abs() < 1.0, "0.5 is drawn at {at}");
}

#[test]
fn gaps_jumps_and_cuts() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let draw = |args: &str| {
        sandbox.succeed(&format!("plot {args} --force"));
        String::from_utf8(sandbox.bytes("plot.svg")).unwrap()
    };
    // This is ln(x).
    let svg = draw("soft_exponential:alpha=-1 --range=-10,10");
    let curve = &curves(&svg, "soft_exponential (alpha = −1)")[0];
    assert_eq!(curve.len(), 1);
    let (start, end) = (curve[0][0][0], curve[0].last().unwrap()[0]);
    assert!((0.48..0.52).contains(&((end - start) / 360.0)), "from {start} to {end}");

    let svg = draw("sign");
    let sign = &curves(&svg, "sign")[0];
    assert_eq!(sign.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2], "two level lines");
    assert!(sign.iter().all(|piece| piece[0][1] == piece[1][1]), "{sign:?}");
    assert_eq!(svg.matches("<circle").count(), 1, "the value at 0");

    // An exponential leaves the picture and flattens nothing.
    let height = |svg: &str| {
        let curve = &curves(svg, "tanh")[0][0];
        curve[0][1] - curve.last().unwrap()[1]
    };
    let svg = draw("tanh exponential square");
    assert!(height(&svg) > 40.0, "tanh is {} high", height(&svg));
    for curve in ["exponential", "square"].iter().flat_map(|name| curves(&svg, name)) {
        assert!(curve.iter().flatten().all(|&[_, y]| (38.0..=308.0).contains(&y)));
    }
}

#[test]
fn png_files() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.succeed("plot relu gelu -o a.png");
    let bytes = sandbox.bytes("a.png");
    let image = Pixmap::decode_png(&bytes).unwrap();
    sandbox.succeed("plot relu gelu");
    let svg = String::from_utf8(sandbox.bytes("plot.svg")).unwrap();
    let document = Document::parse(&svg).unwrap();
    let size = |name| document.root_element().attribute(name).unwrap().parse::<u32>().unwrap();
    assert_eq!((image.width(), image.height()), (2 * size("width"), 2 * size("height")));
    for colour in [[0x00, 0x44, 0x88], [0xd5, 0x5e, 0x00]] {
        let inked = image.pixels().iter().filter(|p| [p.red(), p.green(), p.blue()] == colour).count();
        assert!(inked > 1000, "{inked} pixels of the colour {colour:x?}");
    }
    sandbox.succeed("plot relu gelu -o b.png");
    assert!(sandbox.bytes("b.png") == bytes);
}

#[test]
fn errors_and_bounds() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    for (range, panels) in [("", 2), ("--range=-3,3", 1), ("--range 0.001,100", 1)] {
        sandbox.succeed(&format!("plot --errors gelu relu --force {range}"));
        let svg = String::from_utf8(sandbox.bytes("plot.svg")).unwrap();
        let labels = texts(&svg, "text");
        for pass in [Pass::Forward, Pass::Backward] {
            let bound = format!("bound {}", GELU.bound(pass));
            assert_eq!(labels.iter().filter(|text| **text == bound).count(), panels, "{bound} {range}");
        }
        let foot = |curve: &[Vec<[f64; 2]>]| curve[0].iter().map(|p| p[1]).fold(0.0, f64::max);
        let flat = |curve: &Vec<Vec<[f64; 2]>>| curve[0].iter().all(|p| p[1] == foot(curve));
        let (gelu, relu) = (curves(&svg, "gelu"), curves(&svg, "relu"));
        assert_eq!((gelu.len(), relu.len()), (2 * panels, 2 * panels), "{range}");
        assert!(relu.iter().all(flat), "relu rounds nothing: {range}");
        assert!(!gelu.iter().any(flat), "gelu rounds: {range}");
    }
    sandbox.succeed("plot --errors silu -o errors.png");
    assert_eq!(Pixmap::decode_png(&sandbox.bytes("errors.png")).unwrap().width(), 1680);
}

#[test]
fn mistakes() {
    let sandbox = Sandbox::new();
    sandbox.write("kept.svg", "precious");
    for (args, parts) in [
        ("plot geluu", &["geluu", "gelu"][..]),
        ("plot relu swiglu", &["swiglu", "gate", "elementwise"]),
        ("plot softmax", &["softmax", "row-wise", "elementwise"]),
        ("plot elu:beta=1", &["elu", "beta", "alpha"]),
        ("plot elu:alpha", &["elu:alpha", "PARAM=VALUE"]),
        ("plot elu:", &["PARAM=VALUE"]),
        ("plot elu:alpha=1,alpha=2", &["elu:alpha=1,alpha=2", "parameter alpha is given twice"]),
        ("plot elu:alpha=1e39", &["elu:alpha=1e39", "beyond the largest f32"]),
        ("plot elu:alpha=high", &["high", "not a number"]),
        ("plot relu -o kept.svg", &["kept.svg already exists; use --force"]),
        ("plot relu -o picture.jpg", &["picture.jpg", ".svg", ".png"]),
        ("plot relu -o no/picture.svg", &["no directory no"]),
        ("plot --gallery kept.svg", &["kept.svg"]),
    ] {
        let line = sandbox.fail(args);
        for part in parts {
            assert!(line.contains(part), "{args}: no {part:?} in {line}");
        }
    }
    assert_eq!(sandbox.names(), ["kept.svg"]);
    assert_eq!(sandbox.bytes("kept.svg"), b"precious");
}

#[test]
fn galleries() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.succeed("plot --gallery pictures/all");
    let folder = sandbox.path("pictures/all");
    is_complete(&folder);
    // All or nothing: one file in the way stops all of them.
    fs::remove_file(folder.join("relu.svg")).unwrap();
    assert!(sandbox.fail("plot --gallery pictures/all").contains("already exists"));
    assert!(!folder.join("relu.svg").exists());
    sandbox.succeed("plot --gallery pictures/all --force");
    is_complete(&folder);
}

#[test]
fn the_gallery_of_the_documentation_is_complete() {
    is_complete(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/gallery"));
}

/// A picture of every function and nothing else, and a page that shows each.
#[track_caller]
fn is_complete(folder: &Path) {
    let page = fs::read_to_string(folder.join("README.md")).unwrap();
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let pictures = files.filter(|path| path.extension().is_some_and(|ending| ending == "svg"));
    let pictures: BTreeSet<String> =
        pictures.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let remedy = "`activations plot --gallery docs/gallery --force` draws it anew";
    assert_eq!(pictures, names(), "{remedy}");
    for name in pictures {
        assert!(page.contains(&format!("<img src=\"{name}.svg\"")), "the page lacks {name}: {remedy}");
        let svg = fs::read_to_string(folder.join(format!("{name}.svg"))).unwrap();
        assert_eq!(texts(&svg, "title")[0].split([' ', ',']).next(), Some(&*name), "{remedy}");
    }
}
