//! The catalogue holds together: files, list, names, WGSL signatures, documentation and its tables agree.

mod gates;
mod rows;
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use naga::keywords::wgsl::{BUILTIN_IDENTIFIERS, RESERVED};
use wgpu_activations::Activation;
use wgpu_activations::activation::{ALL, MAX_PARAMS};
use wgpu_activations::wgsl;

pub(crate) fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The files below a folder with one of these endings; none if there is no such folder.
pub(crate) fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![root(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            match path.extension().and_then(|e| e.to_str()) {
                _ if path.is_dir() => folders.push(path),
                Some(e) if endings.contains(&e) => found.push(path),
                _ => {}
            }
        }
    }
    found
}

/// The names, without ending, of a folder's files, not those of its folders'.
fn stems(folder: &str, ending: &str) -> BTreeSet<String> {
    let here = |p: &&PathBuf| p.parent() == Some(&root(folder));
    files(folder, &[ending]).iter().filter(here).map(|p| p.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn files_are_the_list() {
    let list: BTreeSet<String> = ALL.iter().map(|a| a.name.to_owned()).collect();
    let mut rust = stems("src/activation", "rs");
    assert!(rust.remove("mod"), "src/activation/mod.rs is gone: correct this test");
    for (folder, found) in [
        ("src/activation", rust),
        ("shaders/activation", stems("shaders/activation", "wgsl")),
        ("tests/golden", stems("tests/golden", "csv")),
    ] {
        let differing: Vec<&String> = found.symmetric_difference(&list).collect();
        assert!(differing.is_empty(), "{folder} and the list ALL differ by {differing:?}");
    }
}

#[test]
fn every_shader_file_is_embedded() {
    let shaders = root("shaders");
    let name = |p: &PathBuf| p.strip_prefix(&shaders).unwrap().with_extension("").to_str().unwrap().replace('\\', "/");
    let on_disk: BTreeSet<String> = files("shaders", &["wgsl"]).iter().map(name).collect();
    let embedded: BTreeSet<String> = wgsl::files().map(|(path, _)| path.to_owned()).collect();
    let differing: Vec<&String> = on_disk.symmetric_difference(&embedded).collect();
    assert!(differing.is_empty(), "shaders/ and the embedded files differ by {differing:?}");
}

#[test]
fn names_are_unique_and_lowercase() {
    let mut owners = BTreeMap::new();
    for a in ALL {
        for &name in std::iter::once(&a.name).chain(a.aliases) {
            let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            assert!(plain && !name.is_empty(), "{}: {name:?} is no lowercase name", a.name);
            let other = owners.insert(name, a.name);
            assert!(other.is_none(), "{name:?} names {} and {}", a.name, other.unwrap_or_default());
            assert_eq!(Activation::find(name).unwrap().name, a.name, "find({name:?})");
        }
        let params: BTreeSet<&str> = a.params.iter().map(|p| p.name).collect();
        assert_eq!(params.len(), a.params.len(), "{}: two parameters of one name", a.name);
        assert!(a.params.len() <= MAX_PARAMS, "{} has too many parameters", a.name);
        for values in a.variants {
            assert_eq!(values.len(), a.params.len(), "{}: the variant {values:?} does not fit", a.name);
        }
    }
}

/// Names that WGSL gives a meaning: keywords, predeclared types, enumerants and built-in functions.
fn taken(name: &str) -> bool {
    // The short names of types (vec2f, mat3x4h ...) follow a pattern; naga's list leaves them out.
    let stem = name.strip_suffix(['f', 'h', 'i', 'u']).unwrap_or(name);
    let short = ["vec", "mat"].iter().any(|t| stem.starts_with(t)) && BUILTIN_IDENTIFIERS.contains(&stem);
    short || BUILTIN_IDENTIFIERS.contains(&name) || RESERVED.contains(&name)
}

/// A name declared at module scope: our files begin every such declaration at the start of a line.
fn declared(line: &str) -> Option<&str> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut rest = line;
    while rest.starts_with('@') {
        rest = rest.split_once(") ")?.1;
    }
    let (keyword, rest) = rest.split_at(rest.find(|c| !word(c))?);
    let rest = if rest.starts_with('<') { rest.split_once('>')?.1 } else { rest };
    let name = rest.trim_start().split(|c| !word(c)).next()?;
    ["fn", "const", "override", "struct", "alias", "var"].contains(&keyword).then_some(name)
}

#[test]
fn no_declared_name_is_wgsls() {
    for known in ["tanh", "abs", "step", "vec2f", "fn", "texture_2d"] {
        assert!(taken(known), "the list of WGSL's names lacks {known}");
    }
    for (path, text) in wgsl::files() {
        let names: Vec<&str> = text.lines().filter_map(declared).collect();
        assert!(!names.is_empty(), "{path} declares nothing that this test can see");
        for name in names {
            assert!(!taken(name), "{path} declares {name}, which is WGSL's");
        }
    }
}

/// The functions that a function calls, directly or not, with itself.
fn reached(module: &naga::Module, from: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::from([from.to_owned()]);
    loop {
        let before = found.len();
        let callers = module.functions.iter().filter(|(_, f)| f.name.as_ref().is_some_and(|n| found.contains(n)));
        // A call leaves a result expression that names its target.
        let called: Vec<String> = callers
            .flat_map(|(_, f)| f.expressions.iter())
            .filter_map(|(_, e)| match e {
                naga::Expression::CallResult(callee) => module.functions[*callee].name.clone(),
                _ => None,
            })
            .collect();
        found.extend(called);
        if found.len() == before {
            return found;
        }
    }
}

#[test]
fn wgsl_files_declare_what_the_catalogue_says() {
    let f32_type = naga::TypeInner::Scalar(naga::Scalar::F32);
    for a in ALL {
        let name = a.name;
        let expected_symbol = format!("{name}{}", if taken(name) { "_act" } else { "" });
        assert_eq!(a.symbol, expected_symbol, "{name}: symbol");
        let module = naga::front::wgsl::parse_str(&wgsl::snippet(&[a]).to_string())
            .unwrap_or_else(|e| panic!("{name}: {}", e.emit_to_string("")));
        let mut wanted = vec![(a.symbol.to_owned(), "x"), (format!("{name}_dx"), "x")];
        wanted.extend(a.dx_from_y.map(|_| (format!("{name}_dx_from_y"), "y")));
        wanted.extend(a.params.iter().filter(|p| p.trainable()).map(|p| (format!("{name}_d{}", p.name), "x")));
        wanted.extend(a.kinks_of.iter().map(|(kinks, _)| (format!("{name}_dx_{kinks}"), "x")));
        for (function, first) in &wanted {
            let found = module.functions.iter().find(|(_, f)| f.name.as_ref() == Some(function));
            let (_, f) = found.unwrap_or_else(|| panic!("{name}: no function {function}"));
            let arguments: Vec<&str> = f.arguments.iter().map(|arg| arg.name.as_deref().unwrap_or("")).collect();
            let names: Vec<&str> = [*first].into_iter().chain(a.params.iter().map(|p| p.name)).collect();
            assert_eq!(arguments, names, "{name}: arguments of {function}");
            let result = f.result.as_ref().map(|r| r.ty);
            for ty in f.arguments.iter().map(|arg| Some(arg.ty)).chain([result]) {
                let f32_only = ty.is_some_and(|ty| module.types[ty].inner == f32_type);
                assert!(f32_only, "{name}: {function} takes or returns something else than f32");
            }
        }
        let called: BTreeSet<String> = wanted.iter().flat_map(|(f, _)| reached(&module, f)).collect();
        let derivative = |f: &str| {
            f.starts_with(&format!("{name}_dx")) || a.params.iter().any(|p| f == format!("{name}_d{}", p.name))
        };
        for helper in a.source().lines().filter_map(declared).filter(|f| wanted.iter().all(|(w, _)| w != f)) {
            assert!(!derivative(helper), "{name}: the catalogue does not know of {helper}");
            assert!(helper.starts_with(&format!("{name}_")), "{name}: {helper} should be called {name}_{helper}");
            assert!(called.contains(helper), "{name}: nothing calls {helper}");
        }
    }
}

/// Whether a text says where a function was published, as "Name year", a URL or a DOI, and arXiv's numbers are such; or that and
/// why it was not.
pub(super) fn cited(paper: &str) -> bool {
    if let Some(reason) = paper.strip_prefix("unpublished: ") {
        return reason.len() > 3;
    }
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let year = |word: &str| word.len() == 4 && (word.starts_with("19") || word.starts_with("20")) && digits(word);
    let number = |text: &str| {
        let (month, number) = text.get(..10).unwrap_or(text).split_once('.').unwrap_or_default();
        month.len() == 4 && digits(month) && (4..=5).contains(&number.len()) && digits(number)
    };
    let dated = paper.split(|c: char| !c.is_ascii_alphanumeric()).any(year) && paper.starts_with(char::is_alphabetic);
    (dated || paper.contains("https://") || paper.contains("doi:10.")) && paper.split("arXiv:").skip(1).all(number)
}

#[test]
fn citations_are_told_from_other_texts() {
    for right in ["Xu et al. 2015, arXiv:1505.00853", "Maas et al. 2013, ICML", "unpublished: from timm", "doi:10.1/x"]
    {
        assert!(cited(right), "{right}");
    }
    for wrong in
        ["", "unpublished: ", "somewhere", "Xu et al.", "Xu 2015, arXiv:150.00853", "Xu 2015, arXiv:cs/0112017"]
    {
        assert!(!cited(wrong), "{wrong}");
    }
}

#[test]
fn documentation_is_complete() {
    for a in ALL {
        assert!(!a.formula.is_empty() && !a.derivative.is_empty(), "{}: no formula or derivative", a.name);
        assert!(a.params.iter().all(|p| !p.doc.is_empty()), "{}: a parameter without a description", a.name);
        assert!(cited(a.paper), "{}: {:?} names no paper, nor why there is none", a.name, a.paper);
        let first = a.source().lines().next().unwrap_or_default();
        assert!(first.starts_with("// "), "{}: the WGSL file does not begin with its formula", a.name);
    }
}

#[test]
fn files_are_short() {
    let mut long = Vec::new();
    for folder in
        ["src", "shaders", "cli/src", "cli/tests", "tests", "benches", "examples", "harness", "web/src", "web/page"]
    {
        for path in files(folder, &["rs", "wgsl", "js", "css"]) {
            let function = ALL.iter().any(|a| path.with_extension("").ends_with(format!("activation/{}", a.name)));
            let (lines, budget) = (fs::read_to_string(&path).unwrap().lines().count(), if function { 60 } else { 300 });
            if lines > budget {
                long.push(format!("{} has {lines} lines instead of {budget}", path.display()));
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("; "));
}

#[test]
fn documents_link_to_what_is_there() {
    let readme = fs::read_to_string(root("README.md")).unwrap();
    assert!(readme.lines().count() <= 200, "README.md has {} lines: docs/ is for the rest", readme.lines().count());
    let pages = ["README.md", "CONTRIBUTING.md", "DESIGN.md", "CHANGELOG.md"].map(root);
    for page in pages.into_iter().chain(files("docs", &["md"])) {
        let text = fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            let there = link.is_empty() || link.contains("://") || page.parent().unwrap().join(link).exists();
            assert!(there, "{} links to {link}, which is not there", page.display());
        }
    }
}
