//! The floors of `cli/src`: a file imports only from lower floors, so no two files import each other.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of each folder, from the ground floor up. Its `mod.rs` is above all of them.
const FLOORS: [(&str, &[&str]); 10] = [
    (
        "",
        &[
            "catalogue device dtype environment kernel machine number output",
            "array draw text",
            "page params",
            "adapters bench check isa list plan plot run show study",
            "evidence",
            "main",
        ],
    ),
    ("array", &["path scalar shape", "layout", "npy safetensors", "npz", "source", "outputs property"]),
    ("draw", &["axis raster", "picture", "font path style svg", "legend panel png", "figure"]),
    ("evidence", &["bench file", "tables", "page report"]),
    ("isa", &["line", "compile"]),
    ("output", &["lock", "destination", "staged"]),
    ("params", &["setting"]),
    ("plot", &["interval request view", "curves errors", "gallery"]),
    ("study", &["chosen data report", "sheet", "flow gain gated landscape stats train"]),
    ("run", &["args shapes", "request", "elementwise gate rows"]),
];

#[test]
fn files_import_from_lower_floors() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut count, mut faults) = (0, Vec::new());
    for file in files(&src).iter().filter(|file| !file.ends_with("tests.rs")) {
        let name = file.strip_prefix(&src).unwrap().with_extension("");
        let mut module: Vec<&str> = name.iter().map(|part| part.to_str().unwrap()).collect();
        module.pop_if(|last| *last == "mod");
        let text = fs::read_to_string(file).unwrap();
        for (number, line) in text.lines().enumerate() {
            for import in imports(line, &module) {
                count += 1;
                let fault = fault(&module, &import);
                faults.extend(fault.map(|fault| format!("{}:{}: {fault}", file.display(), number + 1)));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert!(count > 100, "only {count} imports were found");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The paths, from `crate` on, that a line of a module imports: none, one, or all of a flat group such as `super::{a, b}`.
fn imports<'a>(line: &'a str, module: &[&'a str]) -> Vec<Vec<&'a str>> {
    // Within an inline module, which is indented, `super` is the file itself.
    let (base, rest) = match (line.find("crate::"), line.starts_with("use super::")) {
        (Some(start), _) => (&[][..], &line[start + "crate::".len()..]),
        (None, true) => (&module[..module.len() - 1], &line["use super::".len()..]),
        (None, false) => return Vec::new(),
    };
    let names = rest.strip_prefix('{').and_then(|rest| rest.split('}').next()).unwrap_or(rest);
    let names = if rest.starts_with('{') { names.split(", ").collect() } else { vec![names] };
    let path = |name: &'a str| name.split("::").map(|part| part.split([';', ' ', '{', '(']).next().unwrap_or(part));
    names.into_iter().map(|name| base.iter().copied().chain(path(name)).collect()).collect()
}

/// What is wrong with an import, if anything.
fn fault(from: &[&str], to: &[&str]) -> Option<String> {
    let shared = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    // A folder's `mod.rs` may import whatever is in the folder.
    let importer = from.get(shared)?;
    let folder = from[..shared].join("/");
    let (_, floors) = FLOORS.iter().find(|(known, _)| *known == folder)?;
    let floor = |module: &str| floors.iter().position(|floor| floor.split(' ').any(|known| known == module));
    let Some(own) = floor(importer) else { return Some(format!("{folder}/{importer} is on no floor")) };
    match to.get(shared).and_then(|imported| floor(imported)) {
        Some(below) if below < own => None,
        _ => Some(format!("imports {}; {importer} may import {:?}", to.join("::"), floors[..own].join(" "))),
    }
}
