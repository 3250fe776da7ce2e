//! The text of kernels for pairs of values.

use super::lanes::Lanes;
use super::pairs::Signature;
use super::{Pass, Spec, Subject, Variant};
use crate::activation::Param;
use crate::gate::{Form, Gate, Output};

impl Spec {
    /// The files and the glue of a variant.
    pub(super) fn pair_text(&self, variant: Variant) -> (Vec<String>, String) {
        let pairs = variant == Variant::Pairs;
        let kernel = match self.signature() {
            Signature::Forward => "kernel/map2",
            Signature::ForwardInPlace => "kernel/map2_in_place",
            Signature::Backward if variant.is_part() => "kernel/back_part",
            Signature::Backward => "kernel/back",
            Signature::BackwardInPlace => "kernel/back_in_place",
            Signature::Join if pairs => "kernel/join_pairs",
            Signature::Join => "kernel/join",
            Signature::JoinBackward if pairs => "kernel/split3_pairs",
            Signature::JoinBackward => "kernel/split3",
            Signature::Double => "kernel/split",
            Signature::DoubleBackward => "kernel/join3",
        };
        let lanes = self.lanes_of(variant);
        let params = if self.per_channel { "params/channel" } else { "params/uniform" };
        let params = (!self.of.params().is_empty()).then_some(params);
        let two = matches!(
            self.signature(),
            Signature::Backward | Signature::BackwardInPlace | Signature::JoinBackward | Signature::Double
        );
        let helper = (self.pass != Pass::Forward && matches!(self.of, Subject::Gated(_))).then_some("math/gradient");
        let args = match variant {
            Variant::List => "kernel/list",
            _ if self.has_halves() => "kernel/halves",
            _ => "kernel/args",
        };
        let entry = (variant != Variant::List).then_some("kernel/flat");
        let files = [
            Some(args),
            entry,
            Some(kernel),
            Some(Self::pack_file(lanes.count)),
            lanes.packed.then_some("storage/lanes"),
            two.then_some("storage/two"),
            params,
            helper,
        ];
        let files = files.into_iter().flatten().map(str::to_owned).chain([self.of.file()]);
        (files.collect(), self.pair_glue(lanes))
    }

    /// The few lines that join kernel, storage, parameters and function.
    fn pair_glue(&self, lanes: Lanes) -> String {
        let all = [true; 3];
        let (values, before) = lanes.parameters(self.of.params().len(), self.per_channel);
        let swapped = matches!(self.of, Subject::Gated(gate) if self.halves.is_some_and(|h| h.swaps(gate.value_first)));
        let each = |result, ops: &[_], inputs| each(result, ops, inputs, swapped, (&values, &before));
        match (self.of, self.pass) {
            // As much as a backward pass reads and writes, and the least that makes all of it be read.
            _ if self.copy => {
                "fn each(i: u32, p: Pack, q: Pack, r: Pack) -> Two {\n    return Two(p ^ r, q ^ r);\n}\n".to_owned()
            }
            (Subject::Gated(gate), Pass::Forward) => {
                let each = each("Pack", &[("op", gate.depends(Output::Y))], 2);
                gate_op(gate, Output::Y, lanes) + &each
            }
            (Subject::Gated(gate), _) => {
                let ops = [("op_da", gate.depends(Output::Da)), ("op_db", gate.depends(Output::Db))];
                let each = each("Two", &ops, 3);
                gate_op(gate, Output::Da, lanes) + &gate_op(gate, Output::Db, lanes) + &each
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

/// The functions of a product f(a) b, named as those of other gates are in their files; for snippets.
pub(crate) fn product_functions(gate: &Gate) -> String {
    let Form::Product(f) = &gate.form else { return String::new() };
    // A parameter may be called as an input is, or as the function itself, which it would hide.
    let taken = |p: &Param| if ["a", "b", "dy", f.symbol].contains(&p.name) { "param_" } else { "" };
    let names: Vec<String> = gate.params.iter().map(|p| taken(p).to_owned() + p.name).collect();
    let list: String = names.iter().map(|name| format!(", {name}")).collect();
    let params: String = names.iter().map(|name| format!(", {name}: f32")).collect();
    let of = |(output, ending, dy)| {
        let (name, value) = (gate.name, gate_value(gate, output, &list));
        format!("\nfn {name}{ending}(a: f32, b: f32{dy}{params}) -> f32 {{\n    return {value};\n}}\n")
    };
    [(Output::Y, "", ""), (Output::Da, "_da", ", dy: f32"), (Output::Db, "_db", ", dy: f32")].map(of).concat()
}

/// A gate's function or gradient as an expression of a, b, dy and the parameters in the list.
fn gate_value(gate: &Gate, output: Output, list: &str) -> String {
    let name = gate.symbol;
    match (&gate.form, output) {
        (Form::Product(f), Output::Y) => format!("{}(a{list}) * b", f.symbol),
        (Form::Product(f), Output::Da) => format!("gradient2(dy, b, {}_dx(a{list}))", f.name),
        (Form::Product(f), Output::Db) => format!("gradient(dy, {}(a{list}))", f.symbol),
        (Form::Own(_), Output::Y) => format!("{name}(a, b{list})"),
        (Form::Own(_), Output::Da) => format!("{name}_da(a, b, dy{list})"),
        (Form::Own(_), Output::Db) => format!("{name}_db(a, b, dy{list})"),
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

/// `each` of some packs by functions of packs; a NaN passes where a result depends on its input. Where halves are swapped the first
/// pack is b, and the first result its gradient.
fn each(
    result: &str,
    ops: &[(&str, [bool; 3])],
    inputs: usize,
    swapped: bool,
    (values, before): (&str, &str),
) -> String {
    let packs = &["p", "q", "r"][..inputs];
    let names = &if swapped { ["q", "p", "r"] } else { ["p", "q", "r"] }[..inputs];
    let unpacked = names.iter().map(|n| format!("unpack({n})")).collect::<Vec<_>>().join(", ");
    let value = |(op, depends): &(&str, [bool; 3])| {
        let packed = format!("pack({op}({unpacked}{values}))");
        names.iter().zip(depends).filter(|(_, d)| **d).fold(packed, |v, (n, _)| format!("keep_nan({v}, {n})"))
    };
    let mut each: Vec<String> = ops.iter().map(value).collect();
    if swapped {
        each.reverse();
    }
    let value =
        if result == "Two" { format!("Two(\n        {},\n    )", each.join(",\n        ")) } else { each.concat() };
    let params: String = packs.iter().map(|n| format!(", {n}: Pack")).collect();
    format!("fn each(i: u32{params}) -> {result} {{\n{before}    return {value};\n}}\n")
}
