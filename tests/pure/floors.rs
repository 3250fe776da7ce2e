//! Each crate is a house on floors: a room, which is a folder or file beside the root, imports rooms on lower floors alone.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::catalogue::{files, root};

/// The sources of a crate, and its rooms from the ground up; the root itself is the roof.
struct House {
    folder: &'static str,
    floors: &'static [&'static [&'static str]],
    /// Rooms and neighbours on their floor that they import all the same.
    doors: &'static [(&'static str, &'static str)],
}

const LIBRARY: House = House {
    folder: "src",
    floors: &[
        &["range"],
        &["error"],
        &["tensor"],
        &["function"],
        &["activation", "gate", "row"],
        &["find", "reference", "wgsl"],
        &["custom"],
        &["plan"],
        &["gpu"],
    ],
    // Gates are products of activations.
    doors: &[("gate", "activation")],
};

const HARNESS: House = House {
    folder: "harness/src",
    floors: &[&["compare", "error", "transfer"], &["check", "measure"], &["cpu"]],
    doors: &[],
};

const CLI: House = House {
    folder: "cli/src",
    floors: &[
        &["catalogue", "device", "dtype", "environment", "number", "output"],
        &["array", "draw", "text"],
        &["params"],
        &["adapters", "bench", "check", "list", "plot", "run", "show"],
    ],
    doors: &[],
};

impl House {
    fn may_import(&self, room: &str) -> BTreeSet<&'static str> {
        let floor = self.floors.iter().position(|floor| floor.contains(&room));
        let below = self.floors[..floor.unwrap_or(0)].iter().copied().flatten().copied();
        below.chain(self.doors.iter().filter(|door| door.0 == room).map(|door| door.1)).collect()
    }

    /// What is wrong with a file, and how many imports there are.
    fn look(&self, file: &str, text: &str) -> (Vec<String>, usize) {
        let room = file.split(['/', '.']).next().unwrap_or_default();
        let may = self.may_import(room);
        let all: Vec<_> = imports(file, text).into_iter().filter(|(_, other)| other != room).collect();
        let wrong = all.iter().filter(|(_, other)| !may.contains(other.as_str()));
        let told = |(line, other): &(usize, String)| {
            format!("{}/{file}:{line}: {room} imports {other}, but may import only {may:?}", self.folder)
        };
        (wrong.map(told).collect(), all.len())
    }
}

/// What a file names below its crate's root, with the lines; unit tests may name anything.
fn imports(file: &str, text: &str) -> Vec<(usize, String)> {
    let depth = file.trim_end_matches("/mod.rs").split('/').count();
    let code: String = text.lines().map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n").collect();
    let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code = code.replace(&"super::".repeat(depth), "crate::");
    let mut found = Vec::new();
    for (at, path) in code.match_indices("crate::") {
        let line = code[..at].lines().count().max(1);
        let rest = &code[at + path.len()..];
        let first =
            |part: &str| part.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_owned);
        match rest.strip_prefix('{') {
            Some(group) => found.extend(members(group).into_iter().filter_map(first).map(|name| (line, name))),
            None => found.extend(first(rest).map(|name| (line, name))),
        }
    }
    found.retain(|(_, name)| !name.is_empty());
    found
}

/// The parts of a group in braces, whose first brace is open.
fn members(group: &str) -> Vec<&str> {
    let (mut parts, mut begin, mut depth) = (Vec::new(), 0, 1);
    for (at, c) in group.char_indices() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 || depth == 1 && c == ',' {
            parts.push(&group[begin..at]);
            begin = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
    parts
}

#[test]
fn rooms_import_only_what_lies_below() {
    for house in [LIBRARY, HARNESS, CLI] {
        let (mut wrong, mut count, mut rooms) = (Vec::new(), 0, BTreeSet::new());
        for path in files(house.folder, &["rs"]) {
            let file = path.strip_prefix(root(house.folder)).unwrap().to_str().unwrap().replace('\\', "/");
            if ["lib.rs", "main.rs"].contains(&file.as_str())
                || Path::new(&file).with_extension("").iter().any(|part| part == "tests")
            {
                continue;
            }
            rooms.insert(file.split(['/', '.']).next().unwrap().to_owned());
            let (found, imports) = house.look(&file, &fs::read_to_string(&path).unwrap());
            wrong.extend(found);
            count += imports;
        }
        let listed: BTreeSet<String> = house.floors.iter().copied().flatten().map(|&room| room.to_owned()).collect();
        let differing: Vec<_> = rooms.symmetric_difference(&listed).collect();
        assert!(
            differing.is_empty(),
            "the rooms of {} and its floors in this test differ by {differing:?}",
            house.folder
        );
        assert!(count >= rooms.len(), "{}: {count} imports are too few to be all", house.folder);
        assert!(wrong.is_empty(), "{} imports go up:\n{}", wrong.len(), wrong.join("\n"));
    }
}

#[test]
fn imports_that_go_up_are_seen() {
    let up = |file: &str, text: &str| LIBRARY.look(file, text).0;
    let told = up("gate/mod.rs", "use crate::activation;\n\nuse crate::plan::Spec; // upwards\n");
    let may = r#"{"activation", "error", "function", "range", "tensor"}"#;
    assert_eq!(told, [format!("src/gate/mod.rs:3: gate imports plan, but may import only {may}")]);
    for (file, text) in [
        ("activation/gelu.rs", "fn f() -> crate::gate::Gate {}"),
        ("activation/gelu.rs", "use super::super::{\n    error::{Error, Result},\n    gate,\n};"),
        ("find.rs", "use super::plan;"),
        ("error/mod.rs", "use crate::{range, Error};"),
    ] {
        assert_eq!(up(file, text).len(), 1, "{text}");
    }
    for (file, text) in [
        ("plan/row/mod.rs", "use crate::{activation::{gelu, gate}, wgsl};\nuse super::gpu;"),
        ("gpu/fault.rs", "// crate::nothing\n#[cfg(test)]\nmod tests {\n    use crate::nothing;\n}"),
    ] {
        assert_eq!(up(file, text), [""; 0], "{text}");
    }
}
