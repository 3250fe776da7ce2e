//! The text of kernels over rows, from what they are to do.

use super::packs::Packs;
use crate::function::{Fatal, Fold, RowFunction};
use crate::plan::{Body, Join, Key, Layout, PACK, Slot, Spec};
use crate::tensor::{Pass, Storage};
use crate::wgsl::{self, each};

impl Spec {
    /// What the pass folds from a row.
    pub(in crate::plan) fn fold(&self, row: &RowFunction) -> Fold {
        if self.pass == Pass::Forward { row.forward } else { row.backward }
    }

    /// The files of a kernel over rows, and the lines that join them.
    pub(super) fn row_text(&self, row: &RowFunction, key: Key) -> (Vec<String>, String) {
        let body = match (key.body, self.fold(row)) {
            (Body::ChunkKeys, _) => "chunk_keys",
            (Body::ChunkPlaces, _) => "chunk_places",
            (Body::ChunkSums, _) => "chunk_sums",
            (Body::ChunkValues, _) => "chunk_values",
            (Body::StateKeys | Body::StatePlaces, _) => "state_keys",
            (Body::StateSums, _) => "state_sums",
            (Body::Heads, _) => "sinks",
            (Body::Targets, _) => "targets",
            (Body::Losses, _) => "losses",
            (_, Fold::Key) => "key",
            (_, Fold::First) => "first",
            (_, Fold::Sum) => "sum",
            (_, Fold::KeySum(1)) if key.join == Join::Thread && self.rescales(row) => "running",
            (_, Fold::KeySum(1)) => "key_sum",
            (_, Fold::KeySum(_)) => "rounds",
        };
        let layout = match key.layout {
            Layout::Vector => "vector",
            Layout::Gathered => "gathered",
            Layout::Unaligned => "unaligned",
        };
        let join = if key.join == Join::Thread { "thread" } else { "workgroup" };
        let write = match (self.gives_one(row), row.targets && !self.value) {
            (true, _) => "write_one",
            (_, true) => "write_none",
            _ => "write",
        };
        let kernel = [body, layout, join, write].map(|file| format!("kernel/row/{file}"));
        let params = if self.param_room() > 4 { "params/uniform_eight" } else { "params/uniform" };
        let masks = if self.mask_axes().is_none() { "kernel/row/repeat" } else { "kernel/row/args" };
        let scores = if row.attention { "kernel/row/scores" } else { "kernel/row/args" };
        let shared = ["storage/f32x4", "storage/lanes", params, masks, scores].map(str::to_owned);
        let files = kernel.into_iter().chain(shared).chain([self.row_file(row)]);
        (files.collect(), self.row_glue(row, key))
    }

    /// Whether a row gives one element.
    pub(in crate::plan) fn gives_one(&self, row: &RowFunction) -> bool {
        row.reduces && self.pass == Pass::Forward
    }

    /// What the names of the pass's functions begin with.
    fn row_name(&self, row: &RowFunction) -> String {
        let name = if self.attention.softcap { format!("{}_capped", row.symbol) } else { row.symbol.to_owned() };
        if self.pass == Pass::Forward || row.targets { name } else { name + "_dx" }
    }

    /// The function's file.
    fn row_file(&self, row: &RowFunction) -> String {
        if self.attention.softcap { format!("{}_capped", row.file()) } else { row.file() }
    }

    /// Whether its file has this function.
    fn has(&self, row: &RowFunction, function: &str) -> bool {
        wgsl::source(&self.row_file(row)).is_some_and(|text| text.contains(&format!("fn {function}(")))
    }

    /// Whether terms can go from the state of one key to that of another.
    fn rescales(&self, row: &RowFunction) -> bool {
        self.has(row, &format!("{}_rescale", self.row_name(row)))
    }

    /// The few lines that join kernel, storage, parameters and function; the linker keeps what a kernel reaches of them.
    fn row_glue(&self, row: &RowFunction, key: Key) -> String {
        let forward = self.pass == Pass::Forward;
        let name = self.row_name(row);
        let rounds = if let Fold::KeySum(rounds) = self.fold(row) { rounds } else { 1 };
        let value = |k: usize| match (row.attention, k < row.params.len()) {
            (true, true) if k == 3 => "sink_of(row)".to_owned(),
            (_, true) if k == 3 && row.targets => "param(3u, 0u) * factor()".to_owned(),
            (_, true) => format!("param({k}u, 0u)"),
            (_, false) => "0.0".to_owned(),
        };
        let values: Vec<String> = (0..4).map(value).collect();
        let begin = match self.has(row, &format!("{name}_begin")) {
            true => format!("{name}_begin(unordered(key), parameters(row))"),
            false => "vec4<f32>(unordered(key), 0.0, 0.0, 0.0)".to_owned(),
        };
        let fatal = match row.fatal {
            Fatal::Nan => "key > 0xff000001u",
            Fatal::Inf => "key >= 0xff000001u",
            Fatal::BothInf => "key >= 0xff000001u || key == 0u",
        };
        let next_state = if key.body == Body::StatePlaces { "from_place(s, key)" } else { "from_key(row, key)" };
        let sum = if rounds > 1 || row.targets { "sum" } else { "sum.xy" };
        let next = match self.has(row, &format!("{name}_next")) {
            true => format!("{name}_next(s, {sum}, parameters(row), round)"),
            false => "vec4<f32>(s.x, sum.xy, s.w)".to_owned(),
        };
        let rescale = match self.rescales(row) {
            true => format!(
                "fn rescale(s: vec4<f32>, next: vec4<f32>) -> f32 {{\n    \
                 return {name}_rescale(s, next, parameters(0u));\n}}\n\n"
            ),
            false => String::new(),
        };
        // Sums alone poison no row.
        let last = if self.fold(row) == Fold::Sum { "0.0" } else { "select(n.w, 1.0, s.w > 0.5)" };
        let glue = format!(
            "const THREADS = {}u;\n\nconst ROUNDS = {rounds}u;\n\n\
             fn parameters(row: u32) -> vec4<f32> {{\n    return vec4<f32>({});\n}}\n\n\
             // A state whose last number is 1 makes the whole row NaN.\n\
             fn from_key(row: u32, key: u32) -> vec4<f32> {{\n    let s = {begin};\n    \
             return vec4<f32>(s.xyz, select(s.w, 1.0, {fatal}));\n}}\n\n\
             fn next_state(row: u32, s: vec4<f32>, key: u32) -> vec4<f32> {{\n    return {next_state};\n}}\n\n\
             fn from_terms(row: u32, s: vec4<f32>, sum: Terms, round: u32) -> vec4<f32> {{\n    let n = {next};\n    \
             return vec4<f32>(n.xyz, {last});\n}}\n\n\
             // Whether more rounds change nothing.\n\
             fn is_settled(s: vec4<f32>) -> bool {{\n    return s.w == 0.0 || s.w > 0.5;\n}}\n\n",
            key.threads,
            values.join(", ")
        );
        let slope = self.thirds().then(|| format!("{}_capped_slope", row.symbol));
        let packs = Packs {
            name: &name,
            slope: slope.as_deref(),
            layout: key.layout,
            third: rounds > 1 || row.targets,
            forward,
            one: self.gives_one(row),
            scores: row.attention && forward,
            targets: row.targets,
        };
        let third = if self.thirds() { self.third(row, key.layout) } else { String::new() };
        glue + &rescale
            + &if row.targets { self.loss_glue(row, key) } else { self.glue_of_scores(row, key) }
            + &third
            + &self.second(row, key.layout)
            + &each(&self.row_file(row), self.short())
            + &packs.text()
            + WHOLE
            + &self.write_whole()
    }

    /// How four elements are written that begin with a word.
    fn write_whole(&self) -> String {
        let each = [".x", ".y", ".z", ".w"].into_iter().zip(0..);
        let body = match self.output {
            Storage::F32 => each.map(|(l, k)| format!("    write_out(i + {k}u, p{l});\n")).collect::<String>(),
            storage => {
                let sum = |(l, k)| match self.accumulate {
                    true => format!("plus(p{l}, read_out(i + {k}u))"),
                    false => format!("p{l}"),
                };
                let v: Vec<String> = each.map(sum).collect();
                let word = |k: usize| format!("shorten_{storage}({}, {})", v[2 * k], v[2 * k + 1]);
                let (first, second) = (word(0), word(1));
                format!(
                    "    let at = (args.offset.out + i) >> 1u;\n    atomicStore(&out[at], {first});\n    \
                     atomicStore(&out[at + 1u], {second});\n"
                )
            }
        };
        format!("fn write_whole(i: u32, p: Pack) {{\n{body}}}\n\n")
    }

    /// How the second tensor is read: a mask that repeats, the upstream gradient of an element or of a row, or none.
    fn second(&self, row: &RowFunction, layout: Layout) -> String {
        let forward = self.pass == Pass::Forward;
        let (at, whole) = match (forward, row.masked, row.reduces) {
            _ if row.targets => ("Pack(target_of(r))".to_owned(), "second(r, q)".to_owned()),
            (true, ..) if row.attention => ("added(r, q, q * LANES - head(r))".to_owned(), "second(r, q)".to_owned()),
            (true, false, _) => ("Pack(0u)".to_owned(), "Pack(0u)".to_owned()),
            (false, _, true) => ("Pack(read_b(args.second + r.index))".to_owned(), "second(r, q)".to_owned()),
            (_, masked, _) => {
                let base = if masked && forward { "r.mask" } else { "r.base" };
                let all = |at: &dyn Fn(u32) -> String| format!("Pack({})", [0, 1, 2, 3].map(at).join(", "));
                let gathered = all(&|k| format!("read_b(position({base}, q * LANES - head(r) + {k}u))"));
                let straight = all(&|k| format!("read_b({base} + (q * LANES - head(r) + {k}u) * args.inner)"));
                match self.row_lanes(row, layout, Slot::B) {
                    1 => (gathered, straight),
                    _ if layout == Layout::Unaligned => {
                        ("read_b(r.base / LANES + q)".to_owned(), "second(r, q)".to_owned())
                    }
                    _ => (format!("read_b({base} + q)"), "second(r, q)".to_owned()),
                }
            }
        };
        let text = format!(
            "fn second(r: Share, q: u32) -> Pack {{\n    return {at};\n}}\n\n\
             fn second_whole(r: Share, q: u32) -> Pack {{\n    return {whole};\n}}\n\n"
        );
        // The second of four elements counted from the row's first, from the vectors that hold it or else as they lie.
        let (vector, own) = match (forward && !row.masked && !row.attention, self.row_lanes(row, layout, Slot::B)) {
            _ if layout != Layout::Unaligned => return text,
            (false, PACK) => ("second(r, q)", "shifted(last, next, head(r))".to_owned()),
            _ => ("Pack(0u)", at.replace(" - head(r)", "")),
        };
        text + &format!(
            "fn second_vector(r: Share, q: u32) -> Pack {{\n    return {vector};\n}}\n\n\
             fn second_own(r: Share, q: u32, last: Pack, next: Pack) -> Pack {{\n    return {own};\n}}\n\n"
        )
    }
}

/// The same of a pack by its number, where it is whole.
const WHOLE: &str = "fn keys_whole(r: Share, q: u32) -> u32 {
    return whole_keys(load_whole(r, q), second_whole(r, q), q * LANES - head(r), r.row);
}

fn values_whole(r: Share, q: u32, s: vec4<f32>) -> Pack {
    return item_values(load_whole(r, q), second_whole(r, q), q * LANES - head(r), r.row, s);
}

";
