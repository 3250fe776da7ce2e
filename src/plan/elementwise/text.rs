//! The text of elementwise kernels, from what they are to do.

use crate::function::{Activation, Kinks};
use crate::plan::lanes::Lanes;
use crate::plan::{Body, Join, Key, Scale, Spec};
use crate::tensor::Pass;

impl Spec {
    /// The files and the glue of a variant of an elementwise kernel.
    pub(super) fn elementwise_text(&self, a: &Activation, key: Key) -> (Vec<String>, String) {
        if key.body == Body::Total {
            let files = vec![sum_file(key), Self::pack_file(key.lanes).to_owned()];
            return (files, total_text(key));
        }
        let params = self.params_file(key);
        let params = (!a.params.is_empty()).then_some(params);
        let sum = self.sums();
        let work = match (self.pass, self.in_place) {
            _ if sum => None,
            (Pass::Forward, false) => Some("kernel/map1"),
            (Pass::Forward, true) => Some("kernel/map1_in_place"),
            (_, false) if self.value => Some("kernel/both"),
            (_, true) if self.value => Some("kernel/both_in_place"),
            (_, false) => Some("kernel/map2"),
            (_, true) => Some("kernel/map2_in_place"),
        };
        let spec_entry = self.quantized_file();
        let entry: &[&str] = match key.body {
            _ if sum => &[],
            Body::Batch => &["kernel/batch"],
            _ if spec_entry.is_some() => &["kernel/args"],
            _ if key.doubled => &["kernel/args", "kernel/flat_double"],
            _ => &["kernel/args", "kernel/flat"],
        };
        let lanes = self.lanes(key);
        let storage = Self::pack_file(lanes.count);
        let files = [work, Some(storage), lanes.packed.then_some("storage/lanes"), params].into_iter().flatten();
        let files = files.chain(self.files_beside()).chain(self.value.then_some("storage/two"));
        let sum = sum.then(|| sum_file(key));
        let files =
            entry.iter().copied().chain(spec_entry).chain(files).map(str::to_owned).chain(sum).chain([a.file()]);
        (files.collect(), self.quantized_glue(key) + &self.glue(a, key))
    }

    /// The few lines that join kernel, storage, parameters and function.
    fn glue(&self, a: &Activation, key: Key) -> String {
        let (Activation { symbol, params, .. }, name) = (a, a.stem());
        let lanes = self.lanes(key);
        let list: String = (0..params.len()).map(|k| format!(", p{k}")).collect();
        let values = lanes.parameters(params.len(), self.per_channel);
        let gradient = |derivative: String| {
            let body = format!("let d = {derivative};\n    return select(dy * d, 0.0, d == 0.0);");
            let op_y = || lanes.function("op_y", &["x"], params.len(), &format!("return {symbol}(x{list});"));
            if self.sums() {
                let op = lanes.function("op", &["x", "dy"], params.len(), &body);
                let value = if self.tiles() { op_y() } else { String::new() };
                return format!("{STOP}{value}{op}{}", self.term(lanes, key, &values));
            }
            let (before, names) = self.arrivals(lanes, self.positions(lanes), &["x", "dy"]);
            let (x, dy) = (&names[0], &names[1]);
            if self.value {
                let y = self.departure(lanes, format!("keep_nan(pack(op_y(unpack({x}){values})), {x})"));
                return format!(
                    "{STOP}{}{}fn each(i: u32, x: Pack, dy: Pack) -> Two {{\n{before}    return Two(\n        \
                     keep_nan(keep_nan(pack(op(unpack({x}), unpack({dy}){values})), {dy}), {x}),\n        {y},\n    );\n}}\n",
                    lanes.function("op", &["x", "dy"], params.len(), &body),
                    op_y()
                );
            }
            format!(
                "{STOP}{}fn each(i: u32, x: Pack, dy: Pack) -> Pack {{\n{before}    \
                 return keep_nan(keep_nan(pack(op(unpack({x}), unpack({dy}){values})), {dy}), {x});\n}}\n",
                lanes.function("op", &["x", "dy"], params.len(), &body)
            )
        };
        match self.pass {
            Pass::Forward => {
                let (before, names) = self.arrivals(lanes, self.positions(lanes), &["x"]);
                let x = &names[0];
                let value = self.departure(lanes, format!("keep_nan(pack(op(unpack({x}){values})), {x})"));
                format!(
                    "{}fn each(i: u32, x: Pack) -> Pack {{\n{before}    return {value};\n}}\n",
                    lanes.function("op", &["x"], params.len(), &format!("return {symbol}(x{list});"))
                )
            }
            Pass::Backward => {
                let of = if self.kinks == Kinks::Torch { String::new() } else { format!("_{}", self.kinks) };
                gradient(format!("{name}_dx{of}(x{list})"))
            }
            Pass::BackwardFromOutput => gradient(format!("{name}_dx_from_y(x{list})")),
            Pass::ParamGradient(k) => {
                let param = params.get(k).map_or("", |p| p.name);
                gradient(format!("{name}_d{param}(x{list})"))
            }
        }
    }

    /// The term of a sum, of a function `op` of x and dy, and what is written beside it.
    fn term(&self, lanes: Lanes, key: Key, values: &str) -> String {
        let mut positions = String::new();
        if self.per_channel || self.neighbours.bias {
            positions += "    let c = channel;\n";
        }
        if self.neighbours.scale == Some(Scale::Rows) {
            positions += "    let row = outer;\n";
        }
        let (before, names) = self.arrivals(lanes, positions, &["x", "dy"]);
        let (x, dy) = (&names[0], &names[1]);
        // What the row's scale gets: the value times the upstream gradient as it comes.
        let kept = match self.tiles() {
            true => format!("    row_gets(times(keep_nan(pack(op_y(unpack({x}){values})), {x}), dy));\n"),
            false => String::new(),
        };
        let gradient = if self.in_place { "read_out2(i)" } else { "read_b(i)" };
        let written = if self.neighbours.bias_gradient || self.tiles() { "    write_out2(i, d);\n" } else { "" };
        let value = match (key.body, lanes.count) {
            (Body::Columns | Body::Tiles, _) | (_, 1) => "unpack(d)",
            _ => "run_of(unpack(d))",
        };
        let run = "fn run_of(v: Lanes) -> f32 {\n    return (v.x + v.y) + (v.z + v.w);\n}\n\n";
        format!(
            "{}{run}fn term(i: u32, channel: u32, outer: u32) -> Sum {{\n    let x = read_a(i);\n    let dy = {gradient};\n{before}{kept}    \
             let d = keep_nan(keep_nan(pack(op(unpack({x}), unpack({dy}){values})), {dy}), {x});\n{written}    \
             return {value};\n}}\n",
            if self.tiles() { self.glue_of_tiles(key) } else { sum_types(key) + WRITE },
            run = if value == "run_of(unpack(d))" { run } else { "" },
        )
    }
}

/// The glue for the sum of partial sums.
pub(in crate::plan) fn total_text(key: Key) -> String {
    format!("{}{WRITE}{TOTAL}", sum_types(key))
}

/// What a sum is of, how it is written, how many channels a term has, and in which row it is.
fn sum_types(key: Key) -> String {
    let types = match (key.body, key.lanes) {
        (Body::Sum, _) | (_, 1) => "alias Sum = f32;\nalias Word = u32;\nconst SPREAD = 1u;\n\n",
        _ => "alias Sum = Lanes;\nalias Word = Pack;\nconst SPREAD = LANES;\n\n",
    };
    types.to_owned() + &row_of(key)
}

/// In which row a channel's term is.
pub(in crate::plan) fn row_of(key: Key) -> String {
    // Where nothing lies inside a channel, each row has a term of it.
    let row = if key.body == Body::Columns { "k" } else { "k / args.inner" };
    format!("fn row_of(k: u32) -> u32 {{\n    return {row};\n}}\n\n")
}

/// The file of a sum.
pub(in crate::plan) fn sum_file(key: Key) -> String {
    if key.body == Body::Tiles {
        return "kernel/tiles".to_owned();
    }
    let join = if key.join == Join::Thread { "thread" } else { "workgroup" };
    format!("kernel/sum_{join}")
}

/// What glue says of derivatives.
const STOP: &str = "// Where the derivative is 0 no gradient passes, however large.\n";

/// How a sum of a channel's block is written.
const WRITE: &str = "fn write_sum(c: u32, block: u32, sum: Sum) {\n    write_out(args.to + c * args.blocks + block, bitcast<Word>(sum));\n}\n\n";

/// Terms of the sum of partial sums.
const TOTAL: &str = "fn term(i: u32, channel: u32, outer: u32) -> Sum {\n    return bitcast<Sum>(read_a(i));\n}\n";
