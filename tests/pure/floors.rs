//! The floors of `src`: a room imports only from lower floors, so there is no circle and no import from above.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of each floor, from the ground up; `lib.rs` is above all of them.
const FLOORS: [&[&str]; 11] = [
    &["range"],
    &["error"],
    &["tensor"],
    &["function"],
    &["activation"],
    // A gate multiplies by an activation, a router scores by one.
    &["gate", "loss", "router", "row"],
    &["reference", "wgsl"],
    &["custom"],
    &["find"],
    &["plan"],
    &["gpu"],
];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&room))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The rooms that a line of code names.
fn rooms(line: &str) -> impl Iterator<Item = &str> {
    let code = line.split("//").next().unwrap_or_default();
    let groups = code.split("crate::").skip(1).flat_map(|path| match path.strip_prefix('{') {
        Some(group) => group.split('}').next().unwrap_or(group).split(", ").collect(),
        None => vec![path],
    });
    groups.filter_map(|path| path.split(|c: char| !c.is_ascii_lowercase() && c != '_').next()).filter(|r| !r.is_empty())
}

#[test]
fn rooms_import_from_lower_floors() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut count, mut faults) = (0, Vec::new());
    for file in files(&src) {
        let name = file.strip_prefix(&src).unwrap().with_extension("");
        let room = name.iter().next().unwrap().to_str().unwrap();
        if room == "lib" {
            continue;
        }
        let own = floor(room).unwrap_or_else(|| panic!("src/{room} is on no floor: give it one in this test"));
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in (1..).zip(text.lines()) {
            for imported in rooms(line).filter(|&imported| imported != room) {
                count += 1;
                if floor(imported).is_none_or(|below| below >= own) {
                    let below = FLOORS[..own].concat().join(", ");
                    let at = format!("src/{}:{number}", file.strip_prefix(&src).unwrap().display());
                    faults.push(format!("{at}: {room} imports {imported}, it may import {below}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert!(count > 300, "only {count} imports were found");
}

#[test]
fn what_lines_import_is_found() {
    let of = |line: &'static str| rooms(line).collect::<Vec<_>>();
    assert_eq!(of("use crate::plan::Spec; // crate::gpu"), ["plan"]);
    assert_eq!(of("use crate::{activation, gate::CRELU};"), ["activation", "gate"]);
    assert_eq!(of("    crate::wgsl::source(crate::range::number(x))"), ["wgsl", "range"]);
    assert_eq!(of("use crate::Error;"), Vec::<&str>::new());
}

/// A catalogue's folder holds functions and nothing else: each file declares one static at least.
#[test]
fn catalogues_hold_functions_alone() {
    for folder in ["activation", "gate", "row"] {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
        for file in files(&src).iter().filter(|file| !file.ends_with("mod.rs")) {
            let text = fs::read_to_string(file).unwrap();
            assert!(text.contains("\npub static "), "{} holds no function", file.display());
        }
    }
}
