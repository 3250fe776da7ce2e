//! How a kernel reaches its tensors: for each a binding, and functions that read and write its elements as packs of `f32`.

use super::{Key, Slot};
use crate::tensor::Storage;

/// A tensor as a kernel sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Access {
    pub(super) slot: Slot,
    pub(super) storage: Storage,
    /// Elements that are read or written at once.
    pub(super) lanes: u64,
    pub(super) reads: bool,
    pub(super) writes: bool,
    /// Adds to what is there instead of replacing it.
    pub(super) adds: bool,
    /// Reads bytes, 0 as -inf and others as 0.
    pub(super) bools: bool,
    /// Writes no element from number `args.count` on; only where packs are gathered.
    pub(super) ends: bool,
}

impl Access {
    pub(super) fn read(slot: Slot, storage: Storage, lanes: u64) -> Self {
        Self { slot, storage, lanes, reads: true, writes: false, adds: false, bools: false, ends: false }
    }

    pub(super) fn write(slot: Slot, storage: Storage, lanes: u64) -> Self {
        Self { reads: false, writes: true, ..Self::read(slot, storage, lanes) }
    }

    /// The files that its functions need.
    pub(super) fn files(&self) -> impl Iterator<Item = &'static str> + use<> {
        let (widens, shortens) = match self.storage {
            Storage::F32 => ("", ""),
            Storage::F16 => ("storage/widen_f16", "storage/shorten_f16"),
            Storage::Bf16 => ("storage/widen_bf16", "storage/shorten_bf16"),
        };
        let files = [(self.reads || self.adds, widens), (self.writes, shortens), (self.adds, "storage/plus")];
        files.into_iter().filter_map(|(used, file)| (used && !file.is_empty()).then_some(file))
    }

    /// Whether several invocations may write one word: numbers of 16 bits that go alone, or begin in the middle of a word.
    fn atomic(&self, key: Key) -> bool {
        self.writes && self.storage != Storage::F32 && (!key.binds_vectors() || self.lanes == 1)
    }

    /// What its binding is an array of, and the bytes of that: packs if it begins with one, else words.
    fn element(&self, key: Key) -> (&'static str, u64) {
        match (self.lanes * self.storage.bytes(), key.binds_vectors()) {
            _ if self.atomic(key) => ("atomic<u32>", 4),
            (16, true) => ("vec4<u32>", 16),
            (8, true) => ("vec2<u32>", 8),
            _ => ("u32", 4),
        }
    }

    /// The fewest bytes that its binding may have.
    pub(super) fn smallest(&self, key: Key) -> u64 {
        self.element(key).1
    }

    /// The text: the binding and the functions `read_NAME(k)` and `write_NAME(k, p)` of pack number k.
    pub(super) fn text(&self, key: Key) -> String {
        let (name, number) = (self.slot.name(), self.slot as u32);
        let access = if self.writes || key.aliased { "read_write" } else { "read" };
        let pack = if self.lanes == 1 { "u32" } else { "Pack" };
        let element = self.element(key).0;
        let mut text = format!("@group(0) @binding({number}) var<storage, {access}> {name}: array<{element}>;\n\n");
        // Where packs cannot be bound as such, offsets count elements.
        let counted = !key.doubled && self.slot.offset().is_some();
        let offset = if counted { format!("args.offset.{name} + ") } else { String::new() };
        let at = match self.lanes {
            lanes if lanes > 1 && !key.binds_vectors() => format!("{offset}k * {lanes}u"),
            _ => format!("{offset}k"),
        };
        if self.reads || self.adds {
            text += &format!("fn read_{name}(k: u32) -> {pack} {{\n    let i = {at};\n{}}}\n\n", self.reading(key));
        }
        if self.atomic(key) {
            text += &format!(
                "// Nobody else writes this half of a word: its bits are known, and the other half's stay.\n\
                 fn half_{name}(i: u32, v: u32) {{\n    let s = 16u * (i & 1u);\n    \
                 atomicXor(&{name}[i >> 1u], (((atomicLoad(&{name}[i >> 1u]) >> s) ^ v) & 0xffffu) << s);\n}}\n\n"
            );
        }
        if self.writes {
            let sum = match self.lanes {
                _ if !self.adds => "p".to_owned(),
                1 => format!("plus(p, read_{name}(k))"),
                lanes => {
                    let lanes = LANES.iter().take(lanes as usize).map(|l| format!("plus(p{l}, old{l})"));
                    text += &format!(
                        "fn sum_{name}(p: Pack, old: Pack) -> Pack {{\n    return Pack({});\n}}\n\n",
                        lanes.collect::<Vec<_>>().join(", ")
                    );
                    format!("sum_{name}(p, read_{name}(k))")
                }
            };
            text += &format!(
                "fn write_{name}(k: u32, p: {pack}) {{\n    let i = {at};\n    let v = {sum};\n{}{}}}\n\n",
                if self.ends { self.ending() } else { String::new() },
                self.writing(key)
            );
        }
        text
    }

    /// Lines that return the pack at i.
    fn reading(&self, key: Key) -> String {
        let (name, tight) = (self.slot.name(), key.binds_vectors());
        if self.bools {
            return format!(
                "    return select(0u, 0xff800000u, (({name}[i >> 2u] >> (8u * (i & 3u))) & 0xffu) == 0u);\n"
            );
        }
        let word = |i: &str| match self.atomic(key) {
            true => format!("atomicLoad(&{name}[{i}])"),
            false => format!("{name}[{i}]"),
        };
        let widen = |word: &str| format!("widen_{}({word})", self.storage);
        match (self.storage, self.lanes) {
            (Storage::F32, lanes) if tight || lanes == 1 => format!("    return {};\n", word("i")),
            (Storage::F32, lanes) => {
                let words = (0..lanes).map(|k| word(&format!("i + {k}u")));
                format!("    return Pack({});\n", words.collect::<Vec<_>>().join(", "))
            }
            (_, 1) => format!("    return {}.x;\n", widen(&format!("{} >> (16u * (i & 1u))", word("i >> 1u")))),
            (_, 2) if tight => format!("    return {};\n", widen(&word("i"))),
            (_, _) if tight => {
                format!("    let v = {};\n    return Pack({}, {});\n", word("i"), widen("v.x"), widen("v.y"))
            }
            (_, lanes) => {
                // A number in the second half of its word has its neighbour in the next one.
                let last = |k: &str| word(&format!("(i >> 1u) + {k}(i & 1u)"));
                let next = if lanes == 2 { last("") } else { word("(i >> 1u) + 1u") };
                let joined = |p, q| format!("({p} >> s) | (({q} << (16u - s)) << 16u)");
                let mut text = format!(
                    "    let s = 16u * (i & 1u);\n    let p = {};\n    let q = {next};\n    let v = {};\n",
                    word("i >> 1u"),
                    joined("p", "q")
                );
                if lanes == 2 {
                    return text + &format!("    return {};\n", widen("v"));
                }
                text += &format!("    let w = {};\n", joined("q", &last("1u + ")));
                text + &format!("    return Pack({}, {});\n", widen("v"), widen("w"))
            }
        }
    }

    /// Lines that write the first elements of the last pack v at i.
    fn ending(&self) -> String {
        let name = self.slot.name();
        let one = |(l, k): (&&str, u64)| match self.storage {
            Storage::F32 => format!("        if left > {k}u {{\n            {name}[i + {k}u] = v{l};\n        }}\n"),
            _ => format!(
                "        if left > {k}u {{\n            half_{name}(i + {k}u, shorten_{}(v{l}, 0u));\n        }}\n",
                self.storage
            ),
        };
        let lines: String = LANES.iter().zip(0..self.lanes).map(one).collect();
        format!(
            "    let left = args.count - k * {0}u;\n    if left < {0}u {{\n{lines}        return;\n    }}\n",
            self.lanes
        )
    }

    /// Lines that write the pack v at i.
    fn writing(&self, key: Key) -> String {
        let (name, tight) = (self.slot.name(), key.binds_vectors());
        let two = |first: &str, second: &str| format!("shorten_{}({first}, {second})", self.storage);
        let half = |k, value| format!("        half_{name}(i + {k}u, {});\n", two(value, "0u"));
        let whole =
            |k, first, second| format!("        atomicStore(&{name}[(i >> 1u) + {k}u], {});\n", two(first, second));
        let either =
            |even: String, odd: String| format!("    if (i & 1u) == 0u {{\n{even}    }} else {{\n{odd}    }}\n");
        match (self.storage, self.lanes) {
            (Storage::F32, lanes) if tight || lanes == 1 => format!("    {name}[i] = v;\n"),
            (Storage::F32, lanes) => {
                LANES.iter().zip(0..lanes).map(|(l, k)| format!("    {name}[i + {k}u] = v{l};\n")).collect()
            }
            (_, 1) => format!("    half_{name}(i, {});\n", two("v", "0u")),
            (_, 2) if tight => format!("    {name}[i] = {};\n", two("v.x", "v.y")),
            (_, 2) => either(whole(0, "v.x", "v.y"), half(0, "v.x") + &half(1, "v.y")),
            (_, _) if tight => format!("    {name}[i] = vec2<u32>({}, {});\n", two("v.x", "v.y"), two("v.z", "v.w")),
            (_, _) => either(
                whole(0, "v.x", "v.y") + &whole(1, "v.z", "v.w"),
                half(0, "v.x") + &whole(1, "v.y", "v.z") + &half(3, "v.w"),
            ),
        }
    }
}

const LANES: [&str; 4] = [".x", ".y", ".z", ".w"];
