//! Losses: rows with a target each, and what their losses add up to.

use std::fmt;
use std::str::FromStr;

use super::{Rows, block};
use crate::error::{Error, Result};
use crate::function::{Op, RowFunction};
use crate::plan::{Access, Body, Dispatch, Join, Key, Layout, Range, Slot, Spec, Tensor};
use crate::tensor::{Pass, Storage};

/// What the losses of rows become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Reduction {
    /// Their sum by the number of targets that take part; gradients are those of that mean.
    #[default]
    Mean,
    /// Their sum.
    Sum,
}

impl fmt::Display for Reduction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mean => "mean",
            Self::Sum => "sum",
        })
    }
}

impl FromStr for Reduction {
    type Err = Error;

    /// The reduction that [`Display`](fmt::Display) writes so.
    fn from_str(text: &str) -> Result<Self> {
        [Self::Mean, Self::Sum].into_iter().find(|reduction| reduction.to_string() == text).ok_or_else(|| {
            Error::Unsupported { reason: format!("no reduction of losses is {text:?}: choose of mean and sum") }
        })
    }
}

impl Spec {
    /// The same loss with another reduction; without it, the mean.
    pub fn reduction(self, reduction: Reduction) -> Self {
        Self { reduction, ..self }
    }

    /// Whether its rows have targets.
    pub(in crate::plan) fn has_targets(&self) -> bool {
        matches!(self.of, Op::RowFunction(row) if row.targets)
    }

    /// Fails if there is no such loss.
    pub(super) fn check_loss(&self, row: &RowFunction) -> Result<()> {
        let wrong = |reason| Err(Error::NoKernel { function: row.name, reason });
        match () {
            () if self.in_place && !self.value => wrong("a loss alone leaves its logits as they are"),
            () if self.accumulate => wrong("a loss does not accumulate: give it an output of its own"),
            () if self.per_channel => wrong("rows share their parameters, none are per channel"),
            () if self.pass == Pass::Backward && !self.value => wrong("the gradient comes with the loss: Spec::both"),
            () => Ok(()),
        }
    }

    /// The tensors of a loss over so many rows of `len` logits in all.
    pub(super) fn loss_tensors(&self, rows: u64, len: u64) -> Vec<Tensor> {
        let read = |slot, role, len| Tensor { slot, role, len, written: false };
        let out = |slot, role, len| Tensor { slot, role, len, written: true };
        let x = if self.in_place { out(Slot::Out, "x", len) } else { read(Slot::A, "x", len) };
        let dx = (self.value && !self.in_place).then(|| out(Slot::Out, "dx", len));
        let rest = [out(Slot::Out2, "losses", rows), out(Slot::Weights, "loss", 3)];
        [x, read(Slot::B, "targets", rows)].into_iter().chain(dx).chain(rest).collect()
    }

    /// What a kernel of a loss binds.
    pub(super) fn loss_slots(&self, key: Key) -> Vec<Slot> {
        match key.body {
            Body::Targets => vec![Slot::Args, Slot::Params, Slot::A, Slot::Out],
            Body::Losses => vec![Slot::Args, Slot::A, Slot::Out, Slot::States],
            _ => {
                let x = (!self.in_place).then_some(Slot::A);
                let dx = self.value.then_some(Slot::Out);
                let slots = [Some(Slot::Args), Some(Slot::Params), x, Some(Slot::B), dx, Some(Slot::Out2)];
                slots.into_iter().flatten().chain([Slot::States]).collect()
            }
        }
    }

    /// How it reaches them.
    pub(super) fn loss_accesses(&self, row: &RowFunction, key: Key) -> Vec<Access> {
        let words = |slot| Access::read(slot, Storage::F32, 1);
        let lanes = |slot| self.row_lanes(row, key.layout, slot);
        match key.body {
            Body::Targets => vec![words(Slot::A)],
            Body::Losses => vec![words(Slot::A), Access::write(Slot::Out, Storage::F32, 1)],
            _ => {
                let x = Access::read(Slot::A, self.input, lanes(Slot::A));
                let dx = Access::write(Slot::Out, self.output, lanes(Slot::Out));
                let dx = Access { reads: self.in_place, ..dx };
                let losses = Access::write(Slot::Out2, Storage::F32, 1);
                let own = [(!self.in_place).then_some(x), Some(words(Slot::B)), self.value.then_some(dx), Some(losses)];
                own.into_iter().flatten().collect()
            }
        }
    }

    /// The lines that a kernel of a loss knows targets by.
    pub(super) fn loss_glue(&self, row: &RowFunction, key: Key) -> String {
        let name = if self.attention.softcap { format!("{}_capped", row.symbol) } else { row.symbol.to_owned() };
        let mean = self.reduction == Reduction::Mean;
        let rows = key.body == Body::Rows;
        let pack = if key.layout == Layout::Gathered { "u32" } else { "Pack" };
        let in_place = match self.in_place && rows {
            true => format!("fn read_a(k: u32) -> {pack} {{\n    return read_out(k);\n}}\n\n"),
            false => String::new(),
        };
        let states = match self.value && rows {
            true => {
                "@group(0) @binding(10) var<storage, read> states: array<vec4<f32>>;\n\n\
                 fn factor() -> f32 {\n    return states[0].x;\n}\n\n"
            }
            false => "fn factor() -> f32 {\n    return 1.0;\n}\n\n",
        };
        format!(
            "const MEAN = {mean};\n\n{in_place}{states}\
             fn seen_of(row: u32) -> vec3<i32> {{\n    return vec3<i32>(0);\n}}\n\n\
             fn is_ignored(t: u32) -> bool {{\n    return bitcast<i32>(t) == i32(param(4u, 0u));\n}}\n\n\
             fn is_class(t: u32) -> bool {{\n    return t < args.length && !is_ignored(t);\n}}\n\n\
             // The target of a row; as many as there are classes if it takes no part.\n\
             fn target_of(r: Share) -> u32 {{\n    let t = read_b(args.second + r.index);\n    \
             return select(args.length, t, is_class(t));\n}}\n\n\
             fn keep_state(r: Share, s: vec4<f32>) {{\n    if r.live && r.thread == 0u {{\n        \
             let loss = select(bitcast<u32>({name}(s, parameters(r.row))), 0x7fc00000u, s.w > 0.5);\n        \
             write_out2(r.index, select(loss, 0u, target_of(r) == args.length));\n    }}\n}}\n\n"
        )
    }
}

impl Rows<'_> {
    /// The range of the state that a loss has for all rows.
    pub(super) fn of_loss(&self) -> Range {
        self.at.range(Slot::States, Slot::State, 0, 16, 16)
    }

    /// The dispatches before and after those over rows: one counts targets, one adds up losses.
    pub(super) fn of_targets(&self) -> Result<[Dispatch; 2]> {
        let rows = self.extent.outer.saturating_mul(self.extent.inner);
        let threads = u64::from(self.key.threads);
        let (rounds, tuning) = (rows.div_ceil(threads), &self.at.limits.tuning);
        let limit = (tuning.iterations * threads).min(self.at.binding() / 4);
        if rounds >= tuning.iterations || rows > limit {
            return Err(Error::TooLarge { what: "the rows of a loss", size: rows, limit, unit: "rows" });
        }
        let (args, groups) = self.joining(1, rows, rounds)?;
        let dispatch = |body, aliased, ranges| {
            let key = Key { body, layout: Layout::Gathered, join: Join::Workgroup, aliased, ..self.key };
            Dispatch { key, args: block(args), ranges, groups, share: None }
        };
        let state = self.at.range(Slot::Out, Slot::State, 0, 16, 16);
        let targets = self.at.range(Slot::A, Slot::B, 0, 4 * rows, 4);
        let losses = self.at.range(Slot::A, Slot::Out2, 0, 4 * rows, 4);
        let loss = self.at.range(Slot::Out, Slot::Weights, 0, 12, 4);
        Ok([
            dispatch(Body::Targets, false, vec![targets, state]),
            dispatch(Body::Losses, self.key.aliased, vec![losses, loss, self.of_loss()]),
        ])
    }
}
