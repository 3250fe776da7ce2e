//! Kernels over rows: their tensors, bindings and dispatches.
//!
//! Two shapes: a workgroup takes one or more whole rows; or, where there are few rows of great length, many workgroups take
//! chunks of a row, whose results are joined in between.

mod access;
mod attention;
mod chunks;
mod loss;
mod packs;
mod scores;
mod text;
mod unaligned;
mod whole;
mod window;

use window::Window;

pub(crate) use attention::Attention;
pub use loss::Reduction;

use super::{
    Access, Block, Body, Family, Join, Key, Layout, Limits, PACK, Placement, Plan, Slot, Spec, Tensor, WORKGROUP,
    narrow,
};
use crate::error::{Error, Result};
use crate::function::{Fold, Gradient, RowFunction, check_mask};
use crate::tensor::{Extent, Pass};

/// The uniform `Args` of `kernel/row/args.wgsl`; the fields are explained there.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
pub(in crate::plan) struct RowArgs {
    pub(in crate::plan) rows: u32,
    pub(in crate::plan) width: u32,
    pub(in crate::plan) span: u32,
    pub(in crate::plan) inner: u32,
    pub(in crate::plan) length: u32,
    pub(in crate::plan) packs: u32,
    pub(in crate::plan) threads: u32,
    pub(in crate::plan) rounds: u32,
    pub(in crate::plan) first: u32,
    pub(in crate::plan) outer: u32,
    pub(in crate::plan) repeat: u32,
    pub(in crate::plan) next_row: u32,
    pub(in crate::plan) chunks: u32,
    pub(in crate::plan) chunk: u32,
    pub(in crate::plan) second: u32,
    pub(in crate::plan) to: u32,
}

/// What all dispatches of a plan have in common.
#[derive(Clone)]
struct Rows<'a> {
    spec: &'a Spec,
    row: &'a RowFunction,
    extent: Extent,
    mask: u64,
    key: Key,
    at: &'a Placement<'a>,
    /// Elements before the tensors in the vectors that they begin in, where rows are unaligned.
    before: u64,
    /// What whole rows bind.
    slots: Vec<Slot>,
}

/// How often a thread goes over its share of a row.
pub(super) fn passes(fold: Fold) -> u64 {
    match fold {
        Fold::Key => 1,
        Fold::Sum => 2,
        Fold::First => 3,
        Fold::KeySum(rounds) => u64::from(rounds) + 2,
    }
}

impl Family for RowFunction {
    fn check(&self, spec: &Spec) -> Result<()> {
        let function = self.name;
        if self.targets {
            return spec.check_loss(self);
        }
        match spec.pass {
            Pass::Forward | Pass::Backward if spec.in_place => Err(Error::NoKernel {
                function,
                reason: "rows are read more than once and not in place: use an output of its own",
            }),
            Pass::Backward if self.gradient == Gradient::None => Err(Error::NoGradient { function }),
            Pass::Forward | Pass::Backward if spec.per_channel => {
                Err(Error::NoKernel { function, reason: "rows share their parameters, none are per channel" })
            }
            Pass::Forward | Pass::Backward => Ok(()),
            _ => Err(Error::NoOutputDerivative { function }),
        }
    }

    fn shape(&self, _: &Spec, extent: Extent, _: u64) -> Result<Extent> {
        Ok(extent)
    }

    fn tensors(&self, spec: &Spec, shape: Extent, _: u64, mask: u64) -> Vec<Tensor> {
        let read = |slot, role, len| Tensor { slot, role, len, written: false };
        let out = |role, len| Tensor { slot: Slot::Out, role, len, written: true };
        let len = shape.len().unwrap_or(u64::MAX);
        let result = if self.reduces { shape.outer.saturating_mul(shape.inner) } else { len };
        if self.targets {
            return spec.loss_tensors(shape.outer.saturating_mul(shape.inner), len);
        }
        let first = if spec.pass != Pass::Forward && self.gradient == Gradient::Output { "y" } else { "x" };
        let second = match spec.pass {
            Pass::Forward => spec.masked().then(|| read(Slot::B, "mask", mask)),
            _ => Some(read(Slot::B, "dy", result)),
        };
        let third = spec.thirds().then(|| read(Slot::C, "x", len));
        let last = if spec.pass == Pass::Forward { out("y", result) } else { out("dx", len) };
        let own = [Some(read(Slot::A, first, len)), second, third, Some(last)];
        own.into_iter().flatten().chain(spec.tensors_of_heads()).collect()
    }

    fn keys(&self, spec: &Spec, limits: &Limits) -> Vec<Key> {
        let (fold, tuning) = (spec.fold(self), &limits.tuning);
        let key = |body, layout, threads| Key { threads, ..Key::new(body, PACK, layout) };
        let rows = |join, threads| {
            let of = move |layout| Key { join, ..key(Body::Rows, layout, threads) };
            let shared = [Layout::Vector, Layout::Gathered].map(of).into_iter().flat_map(|key| key.and_aliased(true));
            shared.chain((!spec.in_place).then(|| of(Layout::Unaligned)))
        };
        let mut keys = Vec::new();
        if tuning.thread_per_row.is_some() && fold != Fold::Key {
            keys.extend(rows(Join::Thread, tuning.row_threads));
        }
        keys.extend(rows(Join::Workgroup, tuning.row_threads));
        let bodies: &[Body] = match fold {
            // These never go in chunks: where a row is too long for few threads, it takes more.
            _ if self.targets => {
                keys.extend(rows(Join::Workgroup, WORKGROUP as u32));
                for body in [Body::Targets, Body::Losses] {
                    let of = [tuning.row_threads, WORKGROUP as u32].map(|n| key(body, Layout::Gathered, n));
                    keys.extend(of.into_iter().flat_map(|key| key.and_aliased(body == Body::Losses)));
                }
                &[]
            }
            Fold::Key if u64::from(tuning.row_threads) < WORKGROUP => {
                keys.extend(rows(Join::Workgroup, WORKGROUP as u32));
                &[]
            }
            Fold::Key => &[],
            Fold::First => &[Body::ChunkKeys, Body::StateKeys, Body::ChunkPlaces, Body::StatePlaces],
            Fold::Sum => &[Body::ChunkSums, Body::StateSums],
            Fold::KeySum(_) => &[Body::ChunkKeys, Body::StateKeys, Body::ChunkSums, Body::StateSums],
        };
        for &body in bodies {
            let states = matches!(body, Body::StateKeys | Body::StatePlaces | Body::StateSums);
            let layouts = [Layout::Vector, Layout::Gathered].into_iter().take(if states { 1 } else { 2 });
            keys.extend(layouts.map(|layout| key(body, layout, tuning.row_threads)));
        }
        if !bodies.is_empty() {
            let layouts = [Layout::Vector, Layout::Gathered].into_iter();
            let values = layouts.map(|layout| key(Body::ChunkValues, layout, tuning.row_threads));
            keys.extend(values.flat_map(|key| key.and_aliased(true)));
        }
        if spec.attention.sink_gradient {
            keys.push(key(Body::Heads, Layout::Vector, tuning.row_threads));
        }
        keys
    }

    fn slots(&self, spec: &Spec, key: Key) -> Vec<Slot> {
        if self.targets {
            return spec.loss_slots(key);
        }
        let params = (!self.params.is_empty()).then_some(Slot::Params);
        let states = match key.body {
            Body::ChunkPlaces | Body::ChunkSums | Body::ChunkValues => true,
            Body::Rows => spec.attention.sink_gradient,
            _ => false,
        };
        let states = states.then_some(Slot::States);
        let joins = matches!(key.body, Body::StateKeys | Body::StatePlaces | Body::StateSums | Body::Heads);
        let second = (!joins && (spec.pass != Pass::Forward || spec.masked())).then_some(Slot::B);
        let third = (!joins && spec.thirds()).then_some(Slot::C);
        let own = [Some(Slot::Args), params, Some(Slot::A), second, third, Some(Slot::Out), states];
        own.into_iter().flatten().chain(spec.slots_of_heads(key.body)).collect()
    }

    fn accesses(&self, spec: &Spec, key: Key) -> Vec<Access> {
        if self.targets { spec.loss_accesses(self, key) } else { spec.row_accesses(self, key) }
    }

    fn text(&self, spec: &Spec, key: Key) -> (Vec<String>, String) {
        spec.row_text(self, key)
    }

    fn plan(&self, spec: &Spec, extent: Extent, outer: u64, _: u64, mask: u64, at: &Placement<'_>) -> Result<Plan> {
        self.check_length(extent)?;
        if extent.is_empty() {
            return Ok(Plan::default());
        }
        let mask = if spec.masked() { mask } else { 0 };
        if mask > 0 && spec.mask_axes().is_none() {
            check_mask(self.name, extent, mask)?;
        }
        let Extent { channels, inner, .. } = extent;
        let (fold, tuning) = (spec.fold(self), &at.limits.tuning);
        let wide = inner == 1 && channels.is_multiple_of(PACK);
        let layout = if wide {
            at.layout(spec, &spec.packed(&[Slot::A, Slot::B, Slot::C, Slot::Out]))
        } else {
            Layout::Gathered
        };
        let packs = channels.div_ceil(PACK);
        // Whether a thread's loops stay within what drivers run.
        let fits = |threads: u64| packs.div_ceil(threads).saturating_mul(passes(fold)) < tuning.iterations;
        let few = u64::from(tuning.row_threads);
        let whole = fold == Fold::Key || self.targets;
        let threads = if !whole || fits(few) { few } else { WORKGROUP };
        if whole && !fits(threads) {
            let (size, limit) = (channels, tuning.iterations * threads * PACK);
            return Err(Error::TooLarge { what: "a row whose loops end in time", size, limit, unit: "elements" });
        }
        let key = Key { threads: narrow(threads)?, aliased: at.aliased, ..Key::new(Body::Rows, PACK, layout) };
        let slots = self.slots(spec, key);
        let rows = Rows { spec, row: self, extent, mask, key, at, before: 0, slots };
        if spec.mask_axes().is_some() && rows.cuts_mask() {
            let limit = rows.room();
            let what = "a mask with axes of its own: give it all axes of the scores, or";
            return Err(Error::TooLarge { what, size: mask, limit, unit: "elements" });
        }
        let count = extent.outer.saturating_mul(inner);
        let few = count < tuning.few_rows && channels >= tuning.long_row;
        if !whole && (inner == 1 && channels > rows.room() || few || !fits(threads)) {
            return rows.chunked(fold, outer);
        }
        // A thread with a row to itself takes four packs at once.
        let single = fold != Fold::Key && tuning.thread_per_row.is_some_and(|rows| count >= rows);
        let single = single && (packs / 4 + 4).saturating_mul(passes(fold)) < tuning.iterations;
        let join = if single { Join::Thread } else { Join::Workgroup };
        let rows = Rows { key: Key { join, ..key }, ..rows };
        let (count, unaligned) = (extent.outer, rows.unaligned());
        let first = unaligned.as_ref().map_or(0, |&(_, n)| n);
        let mut plan = rows.whole(outer, first..count)?;
        if let Some((unaligned, n)) = unaligned {
            plan.dispatches.extend(unaligned.whole(outer, 0..n)?.dispatches);
        }
        plan.dispatches.extend(rows.of_sinks()?);
        if self.targets {
            let [first, last] = rows.of_targets()?;
            plan.dispatches.insert(0, first);
            plan.dispatches.push(last);
            plan.states = 16;
        }
        Ok(plan)
    }

    fn smallest(&self, slot: Slot, key: Key) -> u64 {
        match (key.body, slot) {
            (Body::Heads, Slot::A)
            | (Body::Targets, Slot::Out)
            | (_, Slot::States)
            | (Body::StateKeys | Body::StatePlaces | Body::StateSums, Slot::Out) => 16,
            (Body::ChunkSums, Slot::Out) | (Body::StateSums, Slot::A) => 8,
            _ => 4,
        }
    }
}

pub(in crate::plan) fn block(args: RowArgs) -> Block {
    bytemuck::cast(args)
}
