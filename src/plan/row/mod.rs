//! Kernels over rows: their tensors, bindings and dispatches.
//!
//! Two shapes: a workgroup takes one or more whole rows; or, where there are few rows of great length, many workgroups take
//! chunks of a row, whose results are joined in between.

mod access;
mod chunks;
mod packs;
mod text;
mod unaligned;
mod whole;

use super::{
    Access, Block, Body, Family, Join, Key, Layout, Limits, PACK, Placement, Plan, Range, Slot, Spec, Tensor,
    WORKGROUP, narrow,
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

/// A part of the tensor that one dispatch goes through, in elements.
struct Window {
    start: u64,
    len: u64,
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
        match (spec.pass, self.gradient) {
            (Pass::Forward, _) if self.masked => {
                vec![read(Slot::A, "x", len), read(Slot::B, "mask", mask), out("y", result)]
            }
            (Pass::Forward, _) => vec![read(Slot::A, "x", len), out("y", result)],
            (_, Gradient::Output) => vec![read(Slot::A, "y", len), read(Slot::B, "dy", result), out("dx", len)],
            _ => vec![read(Slot::A, "x", len), read(Slot::B, "dy", result), out("dx", len)],
        }
    }

    fn keys(&self, spec: &Spec, limits: &Limits) -> Vec<Key> {
        let (fold, tuning) = (spec.fold(self), &limits.tuning);
        let key = |body, layout, threads| Key { threads, ..Key::new(body, PACK, layout) };
        let rows = |join, threads| {
            let of = move |layout| Key { join, ..key(Body::Rows, layout, threads) };
            let shared = [Layout::Vector, Layout::Gathered].map(of).into_iter().flat_map(|key| key.and_aliased(true));
            shared.chain([of(Layout::Unaligned)])
        };
        let mut keys = Vec::new();
        if tuning.thread_per_row.is_some() && fold != Fold::Key {
            keys.extend(rows(Join::Thread, tuning.row_threads));
        }
        keys.extend(rows(Join::Workgroup, tuning.row_threads));
        let bodies: &[Body] = match fold {
            // These never go in chunks: where a row is too long for few threads, it takes more.
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
        keys
    }

    fn slots(&self, spec: &Spec, key: Key) -> Vec<Slot> {
        let params = (!self.params.is_empty()).then_some(Slot::Params);
        let states = matches!(key.body, Body::ChunkPlaces | Body::ChunkSums | Body::ChunkValues);
        let states = states.then_some(Slot::States);
        let joins = matches!(key.body, Body::StateKeys | Body::StatePlaces | Body::StateSums);
        let second = (!joins && (spec.pass != Pass::Forward || self.masked)).then_some(Slot::B);
        [Some(Slot::Args), params, Some(Slot::A), second, Some(Slot::Out), states].into_iter().flatten().collect()
    }

    fn accesses(&self, spec: &Spec, key: Key) -> Vec<Access> {
        spec.row_accesses(self, key)
    }

    fn text(&self, spec: &Spec, key: Key) -> (Vec<String>, String) {
        spec.row_text(self, key)
    }

    fn plan(&self, spec: &Spec, extent: Extent, outer: u64, _: u64, mask: u64, at: &Placement<'_>) -> Result<Plan> {
        self.check_length(extent)?;
        if extent.is_empty() {
            return Ok(Plan::default());
        }
        let mask = if spec.pass == Pass::Forward && self.masked { mask } else { 0 };
        if mask > 0 {
            check_mask(self.name, extent, mask)?;
        }
        let Extent { channels, inner, .. } = extent;
        let (fold, tuning) = (spec.fold(self), &at.limits.tuning);
        let wide = inner == 1 && channels.is_multiple_of(PACK);
        let layout = if wide { at.layout(spec, &[Slot::A, Slot::B, Slot::Out]) } else { Layout::Gathered };
        let packs = channels.div_ceil(PACK);
        // Whether a thread's loops stay within what drivers run.
        let fits = |threads: u64| packs.div_ceil(threads).saturating_mul(passes(fold)) < tuning.iterations;
        let few = u64::from(tuning.row_threads);
        let threads = if fold != Fold::Key || fits(few) { few } else { WORKGROUP };
        if fold == Fold::Key && !fits(threads) {
            let (size, limit) = (channels, tuning.iterations * threads * PACK);
            return Err(Error::TooLarge { what: "a row whose loops end in time", size, limit, unit: "elements" });
        }
        let key = Key { threads: narrow(threads)?, aliased: at.aliased, ..Key::new(Body::Rows, PACK, layout) };
        let slots = self.slots(spec, key);
        let rows = Rows { spec, row: self, extent, mask, key, at, before: 0, slots };
        let count = extent.outer.saturating_mul(inner);
        let few = count < tuning.few_rows && channels >= tuning.long_row;
        if fold != Fold::Key && (inner == 1 && channels > rows.room() || few || !fits(threads)) {
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
        Ok(plan)
    }

    fn smallest(&self, slot: Slot, key: Key) -> u64 {
        match (key.body, slot) {
            (_, Slot::States) | (Body::StateKeys | Body::StatePlaces | Body::StateSums, Slot::Out) => 16,
            (Body::ChunkSums, Slot::Out) | (Body::StateSums, Slot::A) => 8,
            _ => 4,
        }
    }
}

impl Rows<'_> {
    /// Elements of what positions count.
    fn unit(&self) -> u64 {
        if self.key.layout == Layout::Vector { PACK } else { 1 }
    }

    /// Elements that a binding holds, wherever it starts.
    fn room(&self) -> u64 {
        let bytes = self.spec.input.bytes().max(self.spec.output.bytes());
        let room = self.at.binding().saturating_sub(self.at.unit()) / bytes / PACK * PACK;
        if self.key.layout == Layout::Unaligned { room.saturating_sub(PACK) } else { room }
    }

    /// Whether the mask is too large to be bound whole.
    fn cuts_mask(&self) -> bool {
        self.mask > self.room()
    }

    /// The part of the mask that a window sees.
    fn of_mask(&self, window: &Window) -> Window {
        match self.cuts_mask() {
            true => Window { start: window.start % self.mask, len: window.len },
            false => Window { start: 0, len: self.mask },
        }
    }

    /// Outer indices from this one on that a window may hold: a mask is bound whole, or ends with the window.
    fn until_mask_ends(&self, outer: u64) -> u64 {
        let repeat = (self.mask / self.extent.span()).max(1);
        if self.cuts_mask() { repeat - outer % repeat } else { u64::MAX }
    }

    /// Where a mask's first element would lie, from the part that a window sees; it may wrap around.
    fn mask_first(&self, window: &Window) -> Result<u32> {
        if self.mask == 0 {
            return Ok(0);
        }
        Ok(0u32.wrapping_sub(narrow(self.of_mask(window).start / self.unit())?))
    }

    /// The ranges of a dispatch over a window of the tensor; `results` elements of one a row begin at `from`.
    fn ranges(&self, window: &Window, results: (u64, u64)) -> Vec<Range> {
        let part = |slot, w: &Window, lanes: u64| {
            let bytes = self.spec.stored(slot).bytes();
            self.at.range(slot, slot, w.start * bytes, w.len * bytes, lanes * bytes)
        };
        let forward = self.spec.pass == Pass::Forward;
        let result = Window { start: results.0, len: results.1 };
        let lanes = |slot| self.spec.row_lanes(self.row, self.key.layout, slot);
        let of = |&slot: &Slot| match slot {
            Slot::B if forward => Some(part(slot, &self.of_mask(window), lanes(slot))),
            Slot::Out if self.spec.gives_one(self.row) => Some(part(slot, &result, 1)),
            Slot::B if self.row.reduces => Some(part(slot, &result, 1)),
            Slot::A | Slot::B | Slot::Out => Some(part(slot, window, lanes(slot))),
            _ => None,
        };
        self.slots.iter().filter_map(of).collect()
    }

    /// The arguments that all dispatches have; `threads` share a row of `packs` packs.
    fn args(&self, threads: u64, packs: u64) -> Result<RowArgs> {
        let Extent { channels, inner, outer } = self.extent;
        let each = packs.div_ceil(threads).max(1);
        // Neighbouring threads read neighbouring elements.
        let next_row = if inner == 1 { threads } else { 1 };
        let repeat = if self.mask == 0 { outer.max(1) } else { self.mask / (channels * inner) };
        Ok(RowArgs {
            span: narrow(channels * inner / self.unit())?,
            inner: narrow(inner)?,
            length: narrow(channels)?,
            packs: narrow(self.packs())?,
            threads: narrow(threads)?,
            rounds: narrow(each)?,
            repeat: narrow(repeat)?,
            next_row: narrow(next_row)?,
            chunks: 1,
            ..RowArgs::default()
        })
    }
}

fn block(args: RowArgs) -> Block {
    bytemuck::cast(args)
}
