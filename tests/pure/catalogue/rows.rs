//! Row-wise functions hold together: files, list, WGSL and documentation agree.

use std::collections::BTreeSet;
use std::fs;

use wgpu_activations::Activation;
use wgpu_activations::Gate;
use wgpu_activations::row::{ALL, Gradient, RowFunction};
use wgpu_activations::{gate, wgsl};

use super::{cited, root, stems};

#[test]
fn files_are_the_list() {
    let mut names: BTreeSet<String> = ALL.iter().map(|row| row.name.to_owned()).collect();
    let mut symbols: BTreeSet<String> = ALL.iter().map(|row| row.symbol.to_owned()).collect();
    assert_eq!(stems("tests/golden/row", "csv"), symbols);
    names.insert("mod".to_owned());
    assert_eq!(stems("src/row", "rs"), names);
    for helper in ["item", "place", "simplex", "soft"] {
        let used = ALL.iter().any(|row| row.source().contains(&format!("row/{helper}")));
        assert!(used, "nothing requires shaders/row/{helper}.wgsl");
        symbols.insert(helper.to_owned());
    }
    // Attention's scores have a second file, for caps.
    symbols.extend(ALL.iter().filter(|row| row.attention).map(|row| format!("{}_capped", row.symbol)));
    assert_eq!(stems("shaders/row", "wgsl"), symbols);
    for row in ALL {
        for (folder, name, ending) in [("src/row", row.name, "rs"), ("shaders/row", row.symbol, "wgsl")] {
            let path = root(folder).join(name).with_extension(ending);
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines <= 60, "{} has {lines} lines", path.display());
        }
    }
}

#[test]
fn names_are_unique_and_documented() {
    let mut names = BTreeSet::from([gate::CRELU.name]);
    for row in ALL {
        for name in std::iter::once(&row.name).chain(row.aliases) {
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{name}");
            assert!(names.insert(*name), "{name} is there twice");
            assert!(Activation::find(name).is_err(), "{name} is an activation, too");
            assert!(Gate::find(name).is_err(), "{name} is a gate, too");
            assert!(std::ptr::eq(RowFunction::find(name).unwrap(), *row), "{name}");
        }
        let texts = [row.formula, row.derivative, row.convention];
        assert!(cited(row.paper), "{}: {:?} names no paper, nor why there is none", row.name, row.paper);
        assert!(texts.iter().all(|text| !text.is_empty()), "{}: a text is missing", row.name);
        assert_eq!(row.gradient == Gradient::None, row.derivative == "none", "{}", row.name);
        assert!(row.params.iter().all(|p| !p.doc.is_empty()), "{}: a parameter without a description", row.name);
        assert!(row.variants.iter().all(|v| v.len() == row.params.len()), "{}: a variant does not fit", row.name);
        assert!(row.source().starts_with("// "), "{}: the WGSL file does not begin with its formula", row.name);
    }
}

/// What a row's files declare begins with its name, and both passes are there.
#[test]
fn wgsl_files_declare_what_the_catalogue_says() {
    for row in ALL {
        let source = row.source();
        let mut declared = source.lines().filter_map(|line| line.strip_prefix("fn ")?.split('(').next());
        assert!(declared.all(|name| name.starts_with(row.symbol)), "{}: a function of another name", row.name);
        let item = if row.reduces { "" } else { "e: Item, " };
        let forward = format!("fn {}({item}s: vec4<f32>, p: vec4<f32>) -> f32 {{", row.symbol);
        assert!(source.contains(&forward), "{} lacks {forward}", row.name);
        let backward = format!("fn {}_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {{", row.symbol);
        assert_eq!(source.contains(&backward), row.gradient != Gradient::None, "{}: {backward}", row.name);
    }
    for helper in ["row/item", "row/place", "row/simplex", "row/soft"] {
        assert!(wgsl::source(helper).is_some(), "{helper}");
    }
}
