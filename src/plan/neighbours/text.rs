//! The lines of kernels that work out what stands around a function.

use super::{Neighbours, Scale};
use crate::function::Op;
use crate::plan::lanes::Lanes;
use crate::plan::{Key, Place, Spec};
use crate::tensor::Pass;

impl Spec {
    /// The file with the parameters' values.
    pub(in crate::plan) fn params_file(&self, key: Key) -> &'static str {
        match (self.per_channel, key.place) {
            (false, _) => "params/uniform",
            (true, Place::Together) => "params/channels",
            (true, _) => "params/channel",
        }
    }

    /// Lines of `each` that work out where a pack's elements lie, where that is asked for.
    pub(in crate::plan) fn positions(&self, lanes: Lanes) -> String {
        let channels = self.per_channel && !self.of.params().is_empty() || self.neighbours.bias;
        let rows = self.neighbours.scale == Some(Scale::Rows);
        if !channels && !rows {
            return String::new();
        }
        let count = lanes.count as usize;
        let mut text = match lanes.place {
            Place::Apart => "    let e0 = position(i * LANES);\n".to_owned(),
            Place::Together => "    let e0 = position_of_channels(i);\n".to_owned(),
            Place::Same => "    let e0 = position_in_channel(i);\n".to_owned(),
        };
        let count = if lanes.place == Place::Apart { count } else { 1 };
        (1..count).for_each(|k| text += &format!("    let e{k} = after(e{});\n", k - 1));
        for (wanted, name, field) in [(channels, "c", "x"), (rows, "row", "z")] {
            let each: Vec<String> = (0..count).map(|k| format!("e{k}.{field}")).collect();
            let value = if count > 1 { format!("Pack({})", each.join(", ")) } else { each.concat() };
            text += &if wanted { format!("    let {name} = {value};\n") } else { String::new() };
        }
        text
    }

    /// Lines of `each` that make of its packs what the function is of, and the packs' names from then on.
    pub(in crate::plan) fn arrivals(&self, lanes: Lanes, positions: String, inputs: &[&str]) -> (String, Vec<String>) {
        let mut text = positions;
        let mut names: Vec<String> = inputs.iter().map(|&name| name.to_owned()).collect();
        let values = if matches!(self.of, Op::Gate(_)) { 2 } else { 1 };
        for (k, name) in names.iter_mut().enumerate() {
            let moved = match k < values {
                true if self.neighbours.bias => format!("added({name}, {})", self.biases(lanes, k)),
                false if self.neighbours.scale.is_some() => format!("times({name}, {})", self.scales(lanes)),
                _ => continue,
            };
            text += &format!("    let {name}1 = {moved};\n");
            *name += "1";
        }
        (text, names)
    }

    /// A result of `each` with what comes after the function.
    pub(in crate::plan) fn departure(&self, lanes: Lanes, mut value: String) -> String {
        if (self.pass == Pass::Forward || self.value) && self.neighbours.scale.is_some() {
            value = format!("times({value}, {})", self.scales(lanes));
        }
        if self.neighbours.residual {
            value = format!("added({value}, read_c(i))");
        }
        value
    }

    /// The files that these lines need.
    pub(in crate::plan) fn files_beside(&self) -> impl Iterator<Item = &'static str> + use<> {
        let around = (self.neighbours != Neighbours::default()).then_some("kernel/around");
        let position = (self.placed() && !self.sums()).then_some("kernel/position");
        [around, position].into_iter().flatten()
    }

    /// The bias of the elements of input number k.
    fn biases(&self, lanes: Lanes, k: usize) -> String {
        if lanes.place == Place::Together {
            return if k == 0 { "read_biases(c)" } else { "read_biases(args.channels / LANES + c)" }.to_owned();
        }
        let value = |c: &str| match (k, self.interleaved()) {
            (_, true) => format!("read_biases(2u * {c} + {k}u)"),
            (0, false) => format!("read_biases({c})"),
            (_, false) => format!("read_biases(args.channels + {c})"),
        };
        lanes.each("c", value)
    }

    fn scales(&self, lanes: Lanes) -> String {
        match self.neighbours.scale {
            Some(Scale::Rows) => lanes.each("row", |row| format!("read_scales({row})")),
            _ => "Pack(read_scales(0u))".to_owned(),
        }
    }
}
