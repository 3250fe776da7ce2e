//! From which size on the GPU is the faster one.

use serde_json::{Value, json};
use wgpu_activations::Pass;

use super::line::Line;
use super::size::Size;
use crate::text::Table;

/// The smallest size from which on the GPU was faster at every size measured, if there is one.
pub(super) struct BreakEven {
    function: &'static str,
    pass: Pass,
    length: u64,
    /// With tensors that stay on the GPU: a call among many.
    resident: Option<u64>,
    /// With a call alone, its inputs brought there before and its outputs fetched after.
    moved: Option<u64>,
    /// The largest size measured.
    up_to: u64,
}

impl BreakEven {
    /// Of each function and pass that both have run.
    pub(super) fn all(lines: &[Line]) -> Vec<Self> {
        let both = |line: &&Line| line.gpu.is_some() && line.cpu.is_some();
        let mut found: Vec<Self> = Vec::new();
        for line in lines.iter().filter(both) {
            let same = |l: &&Line| l.function == line.function && l.pass == line.pass && l.length == line.length;
            if found.iter().any(|b| b.function == line.function && b.pass == line.pass && b.length == line.length) {
                continue;
            }
            let points: Vec<_> = lines.iter().filter(same).filter_map(point).collect();
            let of = |gpu: fn(&Point) -> f64| smallest(points.iter().map(|p| (p.elements, gpu(p) < p.cpu)).collect());
            found.push(Self {
                function: line.function,
                pass: line.pass,
                length: line.length,
                resident: of(|p| p.resident),
                moved: of(|p| p.moved),
                up_to: points.iter().map(|p| p.elements).max().unwrap_or(0),
            });
        }
        found
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "function": self.function,
            "pass": self.pass.to_string(),
            "row": self.length,
            "resident": self.resident,
            "with_transfers": self.moved,
            "up_to": self.up_to,
        })
    }

    /// Function, pass, row, and the two sizes in words.
    pub(super) fn cells(&self) -> [String; 5] {
        let size = |of: Option<u64>| match of {
            Some(elements) => format!("from {} on", Size(elements)),
            None => format!("never (up to {})", Size(self.up_to)),
        };
        let row = if self.length > 1 { self.length.to_string() } else { String::new() };
        [self.function.into(), self.pass.to_string(), row, size(self.resident), size(self.moved)]
    }
}

pub(super) const HEAD: [&str; 5] = ["function", "pass", ">row", "data stay there", "with transfers"];

pub(super) fn table(all: &[BreakEven]) -> Table<5> {
    let mut table = Table::new(HEAD);
    all.iter().for_each(|found| table.row(found.cells()));
    table
}

/// Seconds at a size.
struct Point {
    elements: u64,
    cpu: f64,
    resident: f64,
    moved: f64,
}

fn point(line: &Line) -> Option<Point> {
    let (gpu, cpu, moving) = (line.gpu.as_ref()?, line.cpu.as_ref()?, line.moving?);
    Some(Point { elements: line.elements, cpu: cpu.seconds, resident: gpu.seconds, moved: gpu.alone + moving })
}

/// The smallest size from which on all are true.
fn smallest(mut faster: Vec<(u64, bool)>) -> Option<u64> {
    faster.sort_unstable();
    faster.iter().rev().take_while(|(_, faster)| *faster).last().map(|(elements, _)| *elements)
}

#[cfg(test)]
mod tests {
    use super::smallest;

    #[test]
    fn a_win_counts_only_if_all_larger_sizes_are_won() {
        let cases = [
            (vec![(4, false), (16, true), (64, true)], Some(16)),
            (vec![(64, true), (4, true), (16, false)], Some(64)),
            (vec![(4, true), (16, true)], Some(4)),
            (vec![(4, true), (16, false)], None),
            (Vec::new(), None),
        ];
        for (faster, expected) in cases {
            assert_eq!(smallest(faster.clone()), expected, "{faster:?}");
        }
    }
}
