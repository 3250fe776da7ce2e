//! The text of kernels for pairs of values.

use super::Signature;
use crate::function::{Gate, Op, Output};
use crate::plan::elementwise::sum_file;
use crate::plan::lanes::Lanes;
use crate::plan::{Body, Key, Place, Spec};
use crate::tensor::Pass;
use crate::wgsl::gate_value;

impl Spec {
    /// The files of a kernel, and the lines that join them.
    pub(super) fn gate_text(&self, key: Key) -> (Vec<String>, String) {
        if key.body == Body::Total {
            return Self::text_of_total(key);
        }
        let interleaved = key.body == Body::Interleaved;
        let kernel = match self.signature() {
            Signature::Forward => "kernel/map2",
            Signature::ForwardInPlace => "kernel/map2_in_place",
            Signature::Backward if key.part => "kernel/back_part",
            Signature::Backward => "kernel/back",
            Signature::BackwardInPlace => "kernel/back_in_place",
            Signature::Join if interleaved => "kernel/join_pairs",
            Signature::Join => "kernel/join",
            Signature::JoinBackward if interleaved => "kernel/split3_pairs",
            Signature::JoinBackward => "kernel/split3",
            Signature::Double => "kernel/split",
            Signature::DoubleBackward => "kernel/join3",
        };
        let lanes = self.lanes(key);
        let params = self.params_file(key);
        let params = (!self.of.params().is_empty()).then_some(params);
        let two = matches!(
            self.signature(),
            Signature::Backward | Signature::BackwardInPlace | Signature::JoinBackward | Signature::Double
        );
        let helper = (self.pass != Pass::Forward && matches!(self.of, Op::Gate(_))).then_some("math/gradient");
        let args = match key.body {
            Body::Batch => "kernel/batch",
            _ if self.has_halves() => "kernel/halves",
            _ => "kernel/args",
        };
        let entry = if key.doubled { "kernel/flat_double" } else { "kernel/flat" };
        let entry = self.quantized_file().unwrap_or(entry);
        let entry = (key.body != Body::Batch).then_some(entry);
        let sum = self.sums().then(|| sum_file(key));
        let of_elements = [Some(args), entry, Some(kernel)].map(|file| file.filter(|_| sum.is_none()));
        let [args, entry, kernel] = of_elements;
        let files = [
            args,
            entry,
            kernel,
            Some(Self::pack_file(lanes.count)),
            lanes.packed.then_some("storage/lanes"),
            two.then_some("storage/two"),
            params,
            helper,
        ];
        let files = files.into_iter().flatten().chain(self.files_beside()).map(str::to_owned);
        let files = sum.into_iter().chain(files).chain([self.of.file()]);
        (files.collect(), self.quantized_glue(key) + &self.gate_glue(key, lanes))
    }

    /// The few lines that join kernel, storage, parameters and function.
    fn gate_glue(&self, key: Key, lanes: Lanes) -> String {
        let all = [true; 3];
        let values = lanes.parameters(self.of.params().len(), self.per_channel);
        let swapped = matches!(self.of, Op::Gate(gate) if self.halves.is_some_and(|h| h.swaps(gate.value_first)));
        let each = |result, ops: &[_], inputs| self.each(result, ops, inputs, swapped, (&values, lanes));
        match (self.of, self.pass) {
            (Op::Gate(gate), Pass::Forward) => {
                let each = each("Pack", &[("op", gate.depends(Output::Y))], 2);
                gate_op(gate, Output::Y, lanes) + &each
            }
            (Op::Gate(gate), _) => {
                let ops = [("op_da", gate.depends(Output::Da)), ("op_db", gate.depends(Output::Db))];
                let each = match self.sums() {
                    true => self.sums_of_each(key, &ops, swapped, (&values, lanes)),
                    false => each("Two", &ops, 3),
                };
                let value =
                    if self.neighbours.scale_gradient { gate_op(gate, Output::Y, lanes) } else { String::new() };
                value + &gate_op(gate, Output::Da, lanes) + &gate_op(gate, Output::Db, lanes) + &each
            }
            (_, Pass::Forward) => {
                let op = |name, value| lanes.function(name, &["x"], 0, value);
                op("op_first", "return crelu(x).x;")
                    + &op("op_second", "return crelu(x).y;")
                    + &each("Two", &[("op_first", all), ("op_second", all)], 1)
            }
            _ => {
                let op = lanes.function("op", &["dy1", "dy2", "x"], 0, "return crelu_dx(x, dy1, dy2);");
                op + &each("Pack", &[("op", all)], 3)
            }
        }
    }
}

/// A gate's function or gradient of packs.
fn gate_op(gate: &Gate, output: Output, lanes: Lanes) -> String {
    let list: String = (0..gate.params.len()).map(|k| format!(", p{k}")).collect();
    let (op, inputs): (_, &[&str]) = match output {
        Output::Y => ("op", &["a", "b"]),
        Output::Da => ("op_da", &["a", "b", "dy"]),
        Output::Db => ("op_db", &["a", "b", "dy"]),
    };
    lanes.function(op, inputs, gate.params.len(), &format!("return {};", gate_value(gate, output, &list)))
}

impl Spec {
    /// `each` of some packs by functions of packs; a NaN passes where a result depends on its input. Where halves are swapped the
    /// first pack is b, and the first result its gradient.
    fn each(
        &self,
        result: &str,
        ops: &[(&str, [bool; 3])],
        inputs: usize,
        swapped: bool,
        (values, lanes): (&str, Lanes),
    ) -> String {
        let packs = &["p", "q", "r"][..inputs];
        let (before, value) = self.results(result, ops, packs, swapped, (values, lanes), self.positions(lanes));
        let params: String = packs.iter().map(|n| format!(", {n}: Pack")).collect();
        format!("fn each(i: u32{params}) -> {result} {{\n{before}    return {value};\n}}\n")
    }

    /// The same within the term of a sum, whose channel and row are known.
    fn sums_of_each(&self, key: Key, ops: &[(&str, [bool; 3])], swapped: bool, with: (&str, Lanes)) -> String {
        // Where both inputs' channels alternate those of a pack are told apart.
        let (c, r) = match key.body {
            Body::Tiles if key.lanes > 1 && key.place == Place::Apart => {
                ("    let c = Pack(channel * LANES) + Pack(0u, 1u, 2u, 3u);\n", "    let row = Pack(outer);\n")
            }
            _ => ("    let c = channel;\n", "    let row = outer;\n"),
        };
        let channel = if self.per_channel || self.neighbours.bias { c } else { "" };
        let row = if self.scales_rows() { r } else { "" };
        let (before, value) = self.results("Two", ops, &["p", "q", "r"], swapped, with, format!("{channel}{row}"));
        self.glue_of_sums(key, &before, &value)
    }

    /// Lines that prepare packs, and what is made of them.
    fn results(
        &self,
        result: &str,
        ops: &[(&str, [bool; 3])],
        packs: &[&str],
        swapped: bool,
        (values, lanes): (&str, Lanes),
        positions: String,
    ) -> (String, String) {
        let (mut before, mut names) = self.arrivals(lanes, positions, packs);
        if swapped {
            names.swap(0, 1);
        }
        if self.neighbours.scale_gradient {
            let [a, b] = [0, 1].map(|k| &names[k]);
            let value = format!("keep_nan(keep_nan(pack(op(unpack({a}), unpack({b}){values})), {a}), {b})");
            before += &format!("    row_gets(times({value}, r));\n");
        }
        let unpacked = names.iter().map(|n| format!("unpack({n})")).collect::<Vec<_>>().join(", ");
        let value = |(op, depends): &(&str, [bool; 3])| {
            let packed = format!("pack({op}({unpacked}{values}))");
            let kept = names.iter().zip(depends).filter(|(_, d)| **d);
            self.departure(lanes, kept.fold(packed, |v, (n, _)| format!("keep_nan({v}, {n})")))
        };
        let mut each: Vec<String> = ops.iter().map(value).collect();
        if swapped {
            each.reverse();
        }
        let value = match result {
            "Two" => format!("Two(\n        {},\n    )", each.join(",\n        ")),
            _ => each.concat(),
        };
        (before, value)
    }
}
