//! Gates hold together: files, list, WGSL signatures and documentation agree.

use std::collections::BTreeSet;
use std::fs;

use wgpu_activations::Activation;
use wgpu_activations::gate::{ALL, CRELU, Gate};
use wgpu_activations::wgsl;

use super::{cited, root, stems};

/// Whether a gate has a WGSL file of its own.
fn own(gate: &Gate) -> bool {
    wgsl::source(&format!("gate/{}", gate.symbol)).is_some()
}

#[test]
fn files_are_the_list() {
    let all: BTreeSet<String> = ALL.iter().map(|gate| gate.name.to_owned()).collect();
    let mut own: BTreeSet<String> = ALL.iter().filter(|gate| own(gate)).map(|gate| gate.symbol.to_owned()).collect();
    own.insert(CRELU.name.to_owned());
    assert_eq!(stems("tests/golden/gate", "csv"), all);
    assert_eq!(stems("shaders/gate", "wgsl"), own);
    own.extend(["mod", "products"].map(str::to_owned));
    assert_eq!(stems("src/gate", "rs"), own);
    for folder in ["src/gate", "shaders/gate"] {
        for gate in ALL {
            for ending in ["rs", "wgsl"] {
                let path = root(folder).join(gate.name).with_extension(ending);
                let lines = fs::read_to_string(&path).map_or(0, |text| text.lines().count());
                assert!(lines <= 60, "{} has {lines} lines", path.display());
            }
        }
    }
}

#[test]
fn names_are_unique_and_documented() {
    let mut names = BTreeSet::new();
    for gate in ALL {
        for name in std::iter::once(&gate.name).chain(gate.aliases) {
            assert!(names.insert(*name), "{name} is there twice");
            assert!(Activation::find(name).is_err(), "{name} is an activation, too");
        }
        let texts = [gate.formula, gate.derivatives[0], gate.derivatives[1], gate.convention];
        assert!(cited(gate.paper), "{}: {:?} names no paper, nor why there is none", gate.name, gate.paper);
        assert!(texts.iter().all(|text| !text.is_empty()), "{}: a text is missing", gate.name);
        assert!(gate.params.iter().all(|p| !p.doc.is_empty()), "{}: a parameter without a description", gate.name);
        assert!(gate.variants.iter().all(|v| v.len() == gate.params.len()), "{}: a variant does not fit", gate.name);
        assert!(gate.source().starts_with("// "), "{}: the WGSL file does not begin with its formula", gate.name);
    }
}

#[test]
fn wgsl_files_declare_what_the_catalogue_says() {
    for gate in ALL.iter().filter(|gate| own(gate)) {
        let params: String = gate.params.iter().map(|p| format!(", {}: f32", p.name)).collect();
        for (ending, dy) in [("", ""), ("_da", ", dy: f32"), ("_db", ", dy: f32")] {
            let signature = format!("fn {}{ending}(a: f32, b: f32{dy}{params}) -> f32 {{", gate.symbol);
            assert!(gate.source().contains(&signature), "{} lacks {signature}", gate.name);
        }
    }
}
