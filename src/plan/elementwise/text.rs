//! The text of elementwise kernels, from what they are to do.

use crate::function::{Activation, Kinks};
use crate::plan::{Body, Join, Key, Spec};
use crate::tensor::Pass;

impl Spec {
    /// The files and the glue of a variant of an elementwise kernel.
    pub(super) fn elementwise_text(&self, a: &Activation, key: Key) -> (Vec<String>, String) {
        if key.body == Body::Total {
            return (vec![sum_file(key)], TOTAL.to_owned());
        }
        let params = if self.per_channel { "params/channel" } else { "params/uniform" };
        let params = (!a.params.is_empty()).then_some(params);
        let sum = matches!(self.pass, Pass::ParamGradient(_));
        let work = match (self.pass, self.in_place) {
            _ if sum => None,
            (Pass::Forward, false) => Some("kernel/map1"),
            (Pass::Forward, true) => Some("kernel/map1_in_place"),
            (_, false) => Some("kernel/map2"),
            (_, true) => Some("kernel/map2_in_place"),
        };
        let entry: &[&str] = match key.body {
            _ if sum => &[],
            Body::Batch => &["kernel/batch"],
            _ if key.doubled => &["kernel/args", "kernel/flat_double"],
            _ => &["kernel/args", "kernel/flat"],
        };
        let lanes = self.lanes(key);
        let storage = Self::pack_file(lanes.count);
        let files = [work, Some(storage), lanes.packed.then_some("storage/lanes"), params].into_iter().flatten();
        let files = files.chain(self.files_beside());
        let sum = sum.then(|| sum_file(key));
        let files = entry.iter().copied().chain(files).map(str::to_owned).chain(sum).chain([a.file()]);
        (files.collect(), self.glue(a, key))
    }

    /// The few lines that join kernel, storage, parameters and function.
    fn glue(&self, a: &Activation, key: Key) -> String {
        let (Activation { symbol, params, .. }, name) = (a, a.stem());
        let lanes = self.lanes(key);
        let list: String = (0..params.len()).map(|k| format!(", p{k}")).collect();
        let values = lanes.parameters(params.len(), self.per_channel);
        let gradient = |derivative: String| {
            let body = format!("let d = {derivative};\n    return select(dy * d, 0.0, d == 0.0);");
            let (before, names) = self.arrivals(lanes, &["x", "dy"]);
            let (x, dy) = (&names[0], &names[1]);
            format!(
                "{STOP}{}fn each(i: u32, x: Pack, dy: Pack) -> Pack {{\n{before}    \
                 return keep_nan(keep_nan(pack(op(unpack({x}), unpack({dy}){values})), {dy}), {x});\n}}\n",
                lanes.function("op", &["x", "dy"], params.len(), &body)
            )
        };
        match self.pass {
            Pass::Forward => {
                let (before, names) = self.arrivals(lanes, &["x"]);
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
                let list: String = (0..params.len()).map(|k| format!(", param({k}u, c)")).collect();
                let (x, dy) = self.terms();
                format!(
                    "{STOP}fn term(i: u32, c: u32) -> f32 {{\n    let x = {x};\n    let dy = {dy};\n    \
                     let d = {name}_d{}(unpack(x){list});\n    \
                     let v = select(unpack(dy) * d, 0.0, d == 0.0);\n    \
                     return unpack(keep_nan(keep_nan(pack(v), dy), x));\n}}\n",
                    params.get(k).map_or("", |p| p.name)
                )
            }
        }
    }
}

/// The file of a sum.
fn sum_file(key: Key) -> String {
    let join = if key.join == Join::Thread { "thread" } else { "workgroup" };
    format!("kernel/sum_{join}")
}

/// What glue says of derivatives.
const STOP: &str = "// Where the derivative is 0 no gradient passes, however large.\n";

/// Glue for the sum of partial sums.
const TOTAL: &str = "fn term(i: u32, c: u32) -> f32 {\n    return bitcast<f32>(read_a(i));\n}\n";
