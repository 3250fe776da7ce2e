//! What kernels call for each pack: functions of packs, from functions of single values.

use super::{Key, Place, Spec};
use crate::function::Op;
use crate::wgsl;

/// How many elements a pack has, and whether functions are linked in the form that takes them all at once.
#[derive(Clone, Copy)]
pub(super) struct Lanes {
    pub(super) count: u64,
    pub(super) packed: bool,
    /// How their elements lie among the channels.
    pub(super) place: Place,
}

impl Spec {
    /// Those of a kernel.
    pub(super) fn lanes(&self, key: Key) -> Lanes {
        // Kernels over rows have functions in both forms.
        let elements = !matches!(self.of, Op::RowFunction(_));
        Lanes {
            count: key.lanes,
            packed: elements && key.lanes > 1 && wgsl::has_lanes(&self.of.file()),
            place: key.place,
        }
    }
}

impl Lanes {
    /// The function `name` of packs with this body for single values, of these inputs and parameters p0, p1 ...
    pub(super) fn function(self, name: &str, inputs: &[&str], params: usize, body: &str) -> String {
        let parameters = (0..params).map(|k| format!("p{k}"));
        let names: Vec<String> = inputs.iter().map(|&n| n.to_owned()).chain(parameters).collect();
        let of = |kind: &str| names.iter().map(|n| format!("{n}: {kind}")).collect::<Vec<_>>().join(", ");
        let single = |name: &str| format!("fn {name}({}) -> f32 {{\n    {body}\n}}\n\n", of("f32"));
        if self.count == 1 {
            return single(name);
        }
        if let Some(text) = wgsl::lanes(&single(name)).filter(|_| self.packed) {
            return text;
        }
        let one = format!("{name}_one");
        let call = |lane| {
            let values: Vec<String> = names.iter().map(|n| format!("{n}.{lane}")).collect();
            format!("{one}({})", values.join(", "))
        };
        let calls: Vec<String> = self.names().map(call).collect();
        single(&one)
            + &format!("fn {name}({}) -> Lanes {{\n    return Lanes({});\n}}\n\n", of("Lanes"), calls.join(", "))
    }

    /// The parameters' values as further arguments, in a function that knows the channels `c`.
    pub(super) fn parameters(self, count: usize, per_channel: bool) -> String {
        let value = |k: usize| match (self.count, per_channel, self.place) {
            (1, false, _) => format!(", param({k}u, 0u)"),
            (1, true, _) | (_, true, Place::Together) => format!(", param({k}u, c)"),
            (_, false, _) => format!(", Lanes(param({k}u, 0u))"),
            (_, true, Place::Same) => format!(", Lanes(param({k}u, c))"),
            (_, true, Place::Apart) => {
                let each: Vec<String> = self.names().map(|lane| format!("param({k}u, c.{lane})")).collect();
                format!(", Lanes({})", each.join(", "))
            }
        };
        (0..count).map(value).collect()
    }

    /// A pack of what `value` gives for each element of another one, the variable `of`, or for all of them.
    pub(super) fn each(self, of: &str, value: impl Fn(&str) -> String) -> String {
        match (self.count, self.place) {
            (1, _) => value(of),
            (_, Place::Apart) => {
                let each: Vec<String> = self.names().map(|lane| value(&format!("{of}.{lane}"))).collect();
                format!("Pack({})", each.join(", "))
            }
            _ => format!("Pack({})", value(of)),
        }
    }

    fn names(self) -> impl Iterator<Item = &'static str> {
        ["x", "y", "z", "w"].into_iter().take(self.count as usize)
    }
}
