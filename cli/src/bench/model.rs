//! `bench --model`: what the activations of a network take together.

use anyhow::Result;
use clap::ValueEnum;
use serde_json::{Value, json};
use wgpu_activations::{Op, Pass, Storage};
use wgpu_activations_harness::measure::{Caches, Job};

use super::collect::Stage;
use super::head::bytes;
use super::line::{Line, milliseconds};
use super::network::{Model, Shape};
use crate::number;
use crate::text::Table;

/// All tensors of a measurement together are no larger.
const MOST: u64 = 1 << 30;
/// Tensors of a measurement, whatever its jobs use of them.
const TENSORS: u64 = 5;

/// A shape of a network, as it is measured.
struct Call {
    shape: Shape,
    function: Op,
    /// A call that is too large is measured in so many equal parts.
    parts: u64,
}

/// The calls of a network.
pub(super) struct Network {
    model: Model,
    calls: Vec<Call>,
}

/// What one of a network's calls takes.
struct Taken<'a> {
    call: &'a Call,
    /// Seconds of the call, all parts together.
    seconds: f64,
    /// Bytes that are bound at once.
    bytes: f64,
}

impl Network {
    pub(super) fn new(model: Model, storage: Storage) -> Result<Self> {
        let call = |shape: Shape| {
            let function = Op::find(shape.function)?;
            Ok(Call { shape, function, parts: parts(&shape, MOST / TENSORS / storage.bytes()) })
        };
        Ok(Self { model, calls: model.shapes().into_iter().map(call).collect::<Result<_>>()? })
    }

    /// Its functions, each once.
    pub(super) fn functions(&self) -> Vec<Op> {
        let mut functions: Vec<Op> = Vec::new();
        for Call { function, .. } in &self.calls {
            if !functions.iter().any(|known| known.name() == function.name()) {
                functions.push(*function);
            }
        }
        functions
    }

    /// What is to be measured, the smallest tensors first.
    pub(super) fn stages(&self) -> Vec<Stage> {
        let mut stages: Vec<Stage> = Vec::new();
        for call in &self.calls {
            let (elements, job) = (call.elements(), call.job());
            match stages.iter_mut().find(|stage| stage.elements == elements) {
                Some(stage) => stage.jobs.push(job),
                None => stages.push(Stage { elements, caches: Caches::Hot, jobs: vec![job] }),
            }
        }
        stages.sort_by_key(|stage| stage.elements);
        stages
    }

    fn taken<'a>(&'a self, lines: &'a [Line]) -> impl Iterator<Item = Taken<'a>> {
        self.calls.iter().filter_map(|call| {
            let m = lines.iter().find(|line| call.is_of(line))?.gpu.as_ref()?;
            Some(Taken { call, seconds: m.seconds * call.parts as f64, bytes: m.bytes })
        })
    }

    pub(super) fn title(&self) -> String {
        format!("{}, forward, {}", self.name(), self.model.batch())
    }

    fn name(&self) -> String {
        self.model.to_possible_value().map_or(String::new(), |value| value.get_name().to_owned())
    }

    /// A row for each shape.
    pub(super) fn table(&self, lines: &[Line]) -> Table<7> {
        let mut table = Table::new(["function", ">row", ">elements", ">parts", ">ms", ">calls", ">ms in all"]);
        for Taken { call: Call { shape, parts, .. }, seconds, .. } in self.taken(lines) {
            table.row([
                shape.function.into(),
                if shape.length > 1 { shape.length.to_string() } else { String::new() },
                shape.elements.to_string(),
                parts.to_string(),
                milliseconds(seconds),
                shape.count.to_string(),
                milliseconds(seconds * shape.count as f64),
            ]);
        }
        table
    }

    /// The whole, and what the figures are of.
    pub(super) fn summary(&self, lines: &[Line]) -> String {
        let (seconds, most) = self.whole(lines);
        let mut text = format!(
            "in all {} ms; the largest call, as measured, binds {} at once\n",
            milliseconds(seconds),
            bytes(most)
        );
        if self.calls.iter().any(|call| call.parts > 1) {
            text += &format!(
                "parts: a call whose tensors would be too large is measured on one of so many equal parts, and takes as many \
                 times; {TENSORS} tensors stay within {}\n",
                bytes(MOST)
            );
        }
        text + &format!("note: {}\nshapes: {}\n", self.model.note(), self.model.source())
    }

    /// Seconds of all calls, and the bytes that the largest binds.
    fn whole(&self, lines: &[Line]) -> (f64, u64) {
        let seconds = self.taken(lines).map(|taken| taken.seconds * taken.call.shape.count as f64).sum();
        (seconds, self.taken(lines).map(|taken| taken.bytes as u64).max().unwrap_or(0))
    }

    pub(super) fn to_json(&self, lines: &[Line]) -> Value {
        let (seconds, most) = self.whole(lines);
        let call = |Taken { call: Call { shape, parts, .. }, seconds, bytes }: Taken<'_>| {
            json!({
                "function": shape.function,
                "row": shape.length,
                "elements": shape.elements,
                "parts": parts,
                "calls": shape.count,
                "seconds": number::json(seconds),
                "bytes_at_once": bytes as u64,
            })
        };
        json!({
            "name": self.name(),
            "batch": self.model.batch(),
            "source": self.model.source(),
            "note": self.model.note(),
            "seconds": number::json(seconds),
            "peak_bytes": most,
            "calls": self.taken(lines).map(call).collect::<Vec<_>>(),
        })
    }
}

impl Call {
    /// Elements of a part.
    fn elements(&self) -> u64 {
        self.shape.elements / self.parts
    }

    fn job(&self) -> Job {
        Job::rows(self.function, Pass::Forward, self.shape.length)
    }

    fn is_of(&self, line: &Line) -> bool {
        line.function == self.function.name() && line.length == self.shape.length && line.asked == self.elements()
    }
}

/// The fewest equal parts, of whole rows, that hold no more than so many elements.
fn parts(shape: &Shape, most: u64) -> u64 {
    let rows = shape.elements / shape.length;
    let fits = |parts: &u64| rows.is_multiple_of(*parts) && shape.elements / parts <= most;
    (shape.elements.div_ceil(most.max(1)).max(1)..=rows).find(fits).unwrap_or(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_equal_and_fit() {
        for storage in [Storage::F32, Storage::F16] {
            for model in Model::value_variants() {
                let network = Network::new(*model, storage).unwrap();
                for call in &network.calls {
                    let Call { shape, parts, .. } = call;
                    assert_eq!(call.elements() * parts, shape.elements, "{shape:?}");
                    assert!(call.elements().is_multiple_of(shape.length), "{shape:?}");
                    assert!(TENSORS * storage.bytes() * call.elements() <= MOST, "{shape:?}");
                }
                let jobs: usize = network.stages().iter().map(|stage| stage.jobs.len()).sum();
                assert_eq!(jobs, network.calls.len());
            }
        }
        let shape = Shape { function: "softmax", length: 10, elements: 600, count: 1 };
        assert_eq!([600, 599, 200, 130, 10].map(|most| parts(&shape, most)), [1, 2, 3, 5, 60]);
    }
}
