//! The text of kernels over rows, from what they are to do.

use super::packs::elements;
use super::{PACK, Shape, Slot, Spec, Variant};
use crate::function::{Fatal, Fold, RowFunction};
use crate::tensor::{Pass, Storage};

impl Spec {
    /// What the pass folds from a row.
    pub(super) fn fold(&self, row: &RowFunction) -> Fold {
        if self.pass == Pass::Forward { row.forward } else { row.backward }
    }

    /// The files and the glue of a variant of a kernel over rows.
    pub(in crate::plan) fn row_text(&self, row: &RowFunction, variant: Variant) -> (Vec<String>, String) {
        let (kernel, shape) = match (variant, self.fold(row)) {
            (Variant::ChunkKeys(shape), _) => ("kernel/row_chunk_keys", shape),
            (Variant::ChunkPlaces(shape), _) => ("kernel/row_chunk_places", shape),
            (Variant::ChunkSums(shape), _) => ("kernel/row_chunk_sums", shape),
            (Variant::ChunkValues(shape), _) => ("kernel/row_chunk_values", shape),
            (Variant::StateKeys(shape) | Variant::StatePlaces(shape), _) => ("kernel/row_state_keys", shape),
            (Variant::StateSums(shape), _) => ("kernel/row_state_sums", shape),
            (Variant::Alone(shape), Fold::Sum) => ("kernel/row_alone_sum", shape),
            (Variant::Alone(shape), Fold::First) => ("kernel/row_alone_first", shape),
            (Variant::Alone(shape), Fold::KeySum(1)) if has(row, &format!("{}_rescale", self.row_name(row))) => {
                ("kernel/row_alone_running", shape)
            }
            (Variant::Alone(shape), Fold::KeySum(1)) => ("kernel/row_alone_key_sum", shape),
            (Variant::Alone(shape), _) => ("kernel/row_alone_rounds", shape),
            (Variant::Rows(shape), Fold::Key) => ("kernel/row_key", shape),
            (Variant::Rows(shape), Fold::First) => ("kernel/row_first", shape),
            (Variant::Rows(shape), Fold::Sum) => ("kernel/row_sum", shape),
            (Variant::Rows(shape), Fold::KeySum(1)) => ("kernel/row_key_sum", shape),
            (Variant::Rows(shape), Fold::KeySum(_)) => ("kernel/row_rounds", shape),
            _ => return Default::default(),
        };
        let states = matches!(variant, Variant::StateKeys(_) | Variant::StatePlaces(_) | Variant::StateSums(_));
        let writes = matches!(variant, Variant::Rows(_) | Variant::Alone(_) | Variant::ChunkValues(_));
        let one = self.gives_one(row);
        let write = if one { "kernel/row_write_one" } else { "kernel/row_write" };
        let (tensor, result, sums) = match (shape.wide, shape.edged) {
            (true, _) => ("kernel/row_wide", "kernel/row_wide_out", "kernel/row_sums"),
            (_, true) => ("kernel/row_edge", "kernel/row_edge_out", "kernel/row_edge_sums"),
            _ => ("kernel/row_loose", "kernel/row_loose_out", "kernel/row_sums"),
        };
        let params = (!row.params.is_empty()).then_some("params/uniform");
        let folds = !states && !matches!(variant, Variant::ChunkValues(_));
        let sums = folds.then_some(sums);
        let storage = [
            Some("storage/f32"),
            (!states).then_some("storage/lanes"),
            (!states).then_some(tensor),
            sums,
            (writes && !one).then_some(result),
            writes.then_some(write),
        ];
        let files = [Some(kernel), params].into_iter().chain(storage).flatten().map(str::to_owned).chain([row.file()]);
        (files.collect(), self.row_glue(row, shape, variant))
    }

    /// Whether a row gives one element.
    pub(super) fn gives_one(&self, row: &RowFunction) -> bool {
        row.reduces && self.pass == Pass::Forward
    }

    /// What the names of the pass's functions begin with.
    fn row_name(&self, row: &RowFunction) -> String {
        if self.pass == Pass::Forward { row.symbol.to_owned() } else { format!("{}_dx", row.symbol) }
    }

    /// The few lines that join kernel, storage, parameters and function.
    fn row_glue(&self, row: &RowFunction, shape: Shape, variant: Variant) -> String {
        let forward = self.pass == Pass::Forward;
        let name = self.row_name(row);
        let fold = self.fold(row);
        let rounds = if let Fold::KeySum(rounds) = fold { rounds } else { 1 };
        let terms = if rounds > 1 { "vec3<f32>" } else { "vec2<f32>" };
        let alone = matches!(variant, Variant::Alone(_));
        let mut glue = format!(
            "const THREADS = {}u;\nconst ROUNDS = {rounds}u;\nconst ALONE = {alone};\n\n// What sums add up.\nalias Terms = {terms};\n\n",
            shape.threads
        );
        let values: Vec<String> =
            (0..4).map(|k| if k < row.params.len() { format!("param({k}u, 0u)") } else { "0.0".to_owned() }).collect();
        glue += &format!("fn parameters() -> vec4<f32> {{\n    return vec4<f32>({});\n}}\n\n", values.join(", "));

        let states = matches!(variant, Variant::StateKeys(_) | Variant::StatePlaces(_) | Variant::StateSums(_));
        let writes = matches!(variant, Variant::Rows(_) | Variant::Alone(_) | Variant::ChunkValues(_));
        let one = self.gives_one(row);
        let values = writes && !one;
        if !states {
            glue += &self.second(row, shape);
            glue += &crate::wgsl::each(&row.file());
            glue += &elements(&name, shape.wide, fold, forward, one);
            glue += WHOLE;
            glue += if values { WHOLE_VALUES } else { "" };
            glue += &if values && shape.edged { self.write_whole() } else { String::new() };
        }
        let has = |function: &str| has(row, function);
        if matches!(fold, Fold::Key | Fold::First | Fold::KeySum(_)) {
            let begin = match has(&format!("{name}_begin")) {
                true => format!("{name}_begin(unordered(key), parameters())"),
                false => "vec4<f32>(unordered(key), 0.0, 0.0, 0.0)".to_owned(),
            };
            let fatal = match row.fatal {
                Fatal::Nan => "key == 0xffffffffu",
                Fatal::Inf => "key >= 0xff800000u",
                Fatal::BothInf => "key >= 0xff800000u || key <= 0x007fffffu",
            };
            glue += &format!(
                "// A state whose last number is 1 makes the whole row NaN.\n\
                 fn from_key(key: u32) -> vec4<f32> {{\n    let s = {begin};\n    \
                 return vec4<f32>(s.xyz, select(s.w, 1.0, {fatal}));\n}}\n\n"
            );
        }
        if has(&format!("{name}_rescale")) {
            glue += &format!(
                "// What is left of terms when a state takes another's place.\n\
                 fn rescale(s: vec4<f32>, next: vec4<f32>) -> f32 {{\n    return {name}_rescale(s, next, parameters());\n}}\n\n"
            );
        }
        if states && fold != Fold::Sum {
            let place = matches!(variant, Variant::StatePlaces(_));
            let next = if place { "from_place(s, key)" } else { "from_key(key)" };
            glue += &format!("fn next_state(s: vec4<f32>, key: u32) -> vec4<f32> {{\n    return {next};\n}}\n\n");
        }
        if matches!(fold, Fold::Sum | Fold::KeySum(_)) {
            let next = match has(&format!("{name}_next")) {
                true => format!("{name}_next(s, sum, parameters(), round)"),
                false => "vec4<f32>(s.x, sum, s.w)".to_owned(),
            };
            let last = if fold == Fold::Sum { "0.0" } else { "select(n.w, 1.0, s.w > 0.5)" };
            // Sums that are joined have two columns.
            let joined = if rounds > 1 { "Terms(sum, 0.0)" } else { "sum" };
            glue += &format!(
                "fn from_terms(s: vec4<f32>, sum: Terms, round: u32) -> vec4<f32> {{\n    let n = {next};\n    \
                 return vec4<f32>(n.xyz, {last});\n}}\n\n\
                 fn from_sum(s: vec4<f32>, sum: vec2<f32>, round: u32) -> vec4<f32> {{\n    \
                 return from_terms(s, {joined}, round);\n}}\n\n\
                 // Whether more rounds change nothing.\n\
                 fn is_settled(s: vec4<f32>) -> bool {{\n    return s.w == 0.0 || s.w > 0.5;\n}}\n"
            );
        }
        glue
    }

    /// How four elements are written that begin with a word.
    fn write_whole(&self) -> String {
        let each = [".x", ".y", ".z", ".w"].into_iter().zip(0..);
        let body = match self.output {
            Storage::F32 => each.map(|(l, k)| format!("    write_out(i + {k}u, p{l});\n")).collect::<String>(),
            storage => {
                let sum = |(l, k)| match self.accumulate {
                    true => format!("shorten_{storage}(plus(p{l}, read_out(i + {k}u)))"),
                    false => format!("shorten_{storage}(p{l})"),
                };
                let v: Vec<String> = each.map(sum).collect();
                let word = |k: usize| format!("{} | ({} << 16u)", v[2 * k], v[2 * k + 1]);
                let (first, second) = (word(0), word(1));
                format!(
                    "    let at = (args.at.out + i) >> 1u;\n    atomicStore(&out[at], {first});\n    \
                     atomicStore(&out[at + 1u], {second});\n"
                )
            }
        };
        format!("fn write_whole(i: u32, p: Pack) {{\n{body}}}\n\n")
    }

    /// How the second tensor is read: a mask that repeats, the upstream gradient of an element or of a row, or none.
    fn second(&self, row: &RowFunction, shape: Shape) -> String {
        let forward = self.pass == Pass::Forward;
        let (at, whole) = match (forward, row.masked, row.reduces) {
            (true, false, _) => ("Pack(0u)".to_owned(), "Pack(0u)".to_owned()),
            (false, _, true) => ("Pack(read_b(args.second + r.index))".to_owned(), "second(r, q)".to_owned()),
            (_, masked, _) => {
                let base = if masked && forward { "r.mask" } else { "r.base" };
                let all = |at: &dyn Fn(u32) -> String| format!("Pack({})", [0, 1, 2, 3].map(at).join(", "));
                let gathered = all(&|k| format!("read_b(place({base}, q * LANES - head(r) + {k}u))"));
                let straight = all(&|k| format!("read_b({base} + (q * LANES - head(r) + {k}u) * args.inner)"));
                match self.row_lanes(row, shape, Slot::B) {
                    1 => (gathered, straight),
                    _ if shape.edged => ("read_b(r.base / LANES + q)".to_owned(), "second(r, q)".to_owned()),
                    _ => (format!("read_b({base} + q)"), "second(r, q)".to_owned()),
                }
            }
        };
        let text = format!(
            "fn second(r: Share, q: u32) -> Pack {{\n    return {at};\n}}\n\n\
             fn second_whole(r: Share, q: u32) -> Pack {{\n    return {whole};\n}}\n\n"
        );
        // The second of four elements counted from the row's first, from the vectors that hold it or else as they lie.
        let (vector, own) = match (forward && !row.masked, self.row_lanes(row, shape, Slot::B)) {
            _ if !shape.edged => return text,
            (false, PACK) => ("second(r, q)", "shifted(last, next, head(r))".to_owned()),
            _ => ("Pack(0u)", at.replace(" - head(r)", "")),
        };
        text + &format!(
            "fn second_vector(r: Share, q: u32) -> Pack {{\n    return {vector};\n}}\n\n\
             fn second_own(r: Share, q: u32, last: Pack, next: Pack) -> Pack {{\n    return {own};\n}}\n\n"
        )
    }
}

/// Whether a function's file has this one.
fn has(row: &RowFunction, function: &str) -> bool {
    row.source().contains(&format!("fn {function}("))
}

/// The same of a pack by its number, where it is whole.
const WHOLE: &str = "fn keys_whole(r: Share, q: u32) -> u32 {
    return whole_keys(load_whole(r, q), second_whole(r, q), q * LANES - head(r), r.row);
}

";

/// And the values.
const WHOLE_VALUES: &str = "fn values_whole(r: Share, q: u32, s: vec4<f32>) -> Pack {
    return item_values(load_whole(r, q), second_whole(r, q), q * LANES - head(r), r.row, s);
}

";
