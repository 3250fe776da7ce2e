//! Batches of experts, of whose rows some take part: as many as counts on the GPU say.

use super::{Dispatch, Key, Placement, Slot, Spec, Tensor, WORD, narrow};
use crate::error::{Error, Result};
use crate::function::Op;
use crate::tensor::{Extent, Pass};

impl Spec {
    /// The same of a batch of so many experts, each with equally many rows, of which the first take part: as many as the buffer
    /// `counts` says when it runs, `u32`, one for each expert. More than there are counts as all. Other rows are neither read
    /// nor written, and nothing is read back. For values and gradients of functions of elements and of gates; rows are the last axis,
    /// of a multiple of four elements.
    ///
    /// ```
    /// use wgpu_activations::{Extent, Limits, Spec, gate::SWIGLU};
    /// let batch = Extent::along(&[8, 64, 2048], -1)?; // eight experts with room for 64 tokens
    /// let plan = Spec::forward(&SWIGLU).experts(8).plan(batch, &Limits::default())?;
    /// assert_eq!(plan.buffers.iter().map(|b| (b.name, b.bytes)).last(), Some(("counts", 32)));
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn experts(self, count: u32) -> Self {
        Self { experts: count, ..self }
    }

    /// Fails if there is no such kernel.
    pub(super) fn check_experts(&self) -> Result<()> {
        let elements = matches!(self.of, Op::Activation(_) | Op::Gate(_));
        let reason = match self.pass {
            _ if self.experts == 0 => return Ok(()),
            Pass::Forward | Pass::Backward if elements && !self.sums() && !self.value => match () {
                () if self.quantized.is_some() => {
                    "whole rows are quantized and summed up: count them by another kernel"
                }
                () => return Ok(()),
            },
            _ => "values and gradients of functions of elements and of gates count the rows of experts",
        };
        Err(Error::NoKernel { function: self.name(), reason })
    }

    /// The tensor of the counts.
    pub(super) fn tensor_of_counts(&self) -> Option<Tensor> {
        let tensor = Tensor { slot: Slot::Counts, role: "counts", len: u64::from(self.experts), written: false };
        (self.experts > 0).then_some(tensor)
    }

    /// How a kernel asks whether a pack takes part.
    pub(super) fn glue_of_counts(&self, key: Key) -> String {
        if self.experts == 0 {
            return String::new();
        }
        let access = if key.aliased { "read_write" } else { "read" };
        format!(
            "@group(0) @binding(17) var<storage, {access}> counts: array<u32>;\n\n\
             fn takes_part(i: u32) -> bool {{\n    let row = args.blocks + i / (args.channels / LANES);\n    \
             return row % args.rounds < counts[args.threads + row / args.rounds];\n}}\n\n"
        )
    }

    /// The dispatch over rows from `start` on of so many, with its counts.
    pub(super) fn counted(&self, mut one: Dispatch, start: u64, rows: Extent, at: &Placement<'_>) -> Result<Dispatch> {
        let experts = u64::from(self.experts);
        if experts == 0 {
            return Ok(one);
        }
        if !rows.outer.is_multiple_of(experts) {
            let reason = format!("{}: {} rows are not as many for each of {experts} experts", self.name(), rows.outer);
            return Err(Error::Extent { reason });
        }
        let counts = at.range(Slot::Counts, Slot::Counts, 0, WORD * experts, WORD);
        one.ranges.retain(|range| range.binding != Slot::Counts);
        one.args[10..13].copy_from_slice(&[narrow(start)?, narrow(rows.outer / experts)?, narrow(counts.at)?]);
        one.ranges.push(counts);
        Ok(one)
    }
}
