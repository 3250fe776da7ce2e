//! Kernels over rows: their tensors, bindings and dispatches.
//!
//! Two shapes: a workgroup takes one or more whole rows; or, where there are few rows of great length, many workgroups take
//! chunks of a row, whose results are joined in between.

mod chunks;
mod edged;
mod packs;
mod reach;
#[cfg(any(test, fuzzing))]
pub(super) mod tests;
mod text;
mod whole;

use whole::{MANY, lonely};

use super::steps::{ELEMENT, PACK, narrow};
use super::{Block, Form, Plan, Range, Shape, Site, Slot, Spec, Tensor, Variant};
use crate::error::{Error, Result};
use crate::function::{Fold, Gradient, RowFunction, check_mask};
use crate::tensor::{Extent, Pass};

/// The uniform `Args` of `kernel/row_args.wgsl`; the fields are explained there.
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

/// Mesa's software drivers end a thread's loops after 65,535 iterations in all, without a word.
const MAX_ITERATIONS: u64 = 60_000;

/// What all dispatches of a call have in common.
#[derive(Clone)]
struct Rows<'a> {
    spec: &'a Spec,
    row: &'static RowFunction,
    extent: Extent,
    mask: u64,
    shape: Shape,
    form: Form,
    site: &'a Site<'a>,
    /// Elements before the tensors in the vectors that they begin in, where rows are edged.
    before: u64,
    /// The bindings of one variant that follow the rows' elements.
    slots: Vec<Slot>,
}

/// A part of the tensor that one dispatch goes through, in elements.
struct Window {
    start: u64,
    len: u64,
}

/// The fewest bytes that a binding of a kernel's own may have.
pub(in crate::plan) fn smallest(slot: Slot, variant: Variant) -> u64 {
    match (variant, slot) {
        (_, Slot::States) | (Variant::StateKeys(_) | Variant::StatePlaces(_) | Variant::StateSums(_), Slot::Out) => 16,
        (Variant::ChunkSums(_), Slot::Out) | (Variant::StateSums(_), Slot::A) => 8,
        _ => ELEMENT,
    }
}

impl Spec {
    /// Fails if there is no such kernel.
    pub(in crate::plan) fn row_check(&self, row: &RowFunction) -> Result<()> {
        let function = row.name;
        match self.pass {
            Pass::Forward | Pass::Backward if self.in_place => {
                Err(Error::WrongBuffers { function, expected: "an output of its own: rows are read more than once" })
            }
            Pass::Backward if row.gradient == Gradient::None => Err(Error::NoGradient { function }),
            Pass::Forward | Pass::Backward if self.per_channel => {
                Err(Error::ParameterCount { function, expected: row.params.len() as u64, got: 0 })
            }
            Pass::Forward | Pass::Backward => Ok(()),
            _ => Err(Error::NoOutputDerivative { function }),
        }
    }

    pub(in crate::plan) fn row_buffers(&self, row: &RowFunction) -> &'static str {
        match (self.pass, row.masked, row.gradient) {
            (Pass::Forward, false, _) => "Buffers::unary(x, y)",
            (Pass::Forward, true, _) => "Buffers::masked(x, mask, y)",
            (_, _, Gradient::Output) => "Buffers::binary(y, dy, dx)",
            _ => "Buffers::binary(x, dy, dx)",
        }
    }

    pub(in crate::plan) fn row_tensors(&self, row: &RowFunction, extent: Extent, mask: u64) -> Vec<Tensor> {
        let read = |slot, role, len| Tensor { slot, role, len, written: false };
        let out = |role, len| Tensor { slot: Slot::Out, role, len, written: true };
        let len = extent.len().unwrap_or(u64::MAX);
        let result = if row.reduces { extent.outer.saturating_mul(extent.inner) } else { len };
        match (self.pass, row.gradient) {
            (Pass::Forward, _) if row.masked => {
                vec![read(Slot::A, "x", len), read(Slot::B, "mask", mask), out("y", result)]
            }
            (Pass::Forward, _) => vec![read(Slot::A, "x", len), out("y", result)],
            (_, Gradient::Output) => vec![read(Slot::A, "y", len), read(Slot::B, "dy", result), out("dx", len)],
            _ => vec![read(Slot::A, "x", len), read(Slot::B, "dy", result), out("dx", len)],
        }
    }

    pub(in crate::plan) fn row_variants(&self, row: &RowFunction) -> Vec<Variant> {
        let shapes = [(256, true), (256, false), (8, true), (8, false)].map(|(threads, wide)| Shape {
            threads,
            wide,
            edged: false,
        });
        let whole = || shapes.into_iter().chain([256, 8].map(|threads| Shape { threads, wide: false, edged: true }));
        let alone = whole().filter(|s| s.threads == 8 && lonely(self.fold(row))).map(Variant::Alone);
        let rows: Vec<Variant> = whole().map(Variant::Rows).chain(alone).collect();
        let chunks: &[fn(Shape) -> Variant] = match self.fold(row) {
            Fold::Key => &[],
            Fold::First => &[
                Variant::ChunkKeys,
                Variant::StateKeys,
                Variant::ChunkPlaces,
                Variant::StatePlaces,
                Variant::ChunkValues,
            ],
            Fold::Sum => &[Variant::ChunkSums, Variant::StateSums, Variant::ChunkValues],
            Fold::KeySum(_) => {
                &[Variant::ChunkKeys, Variant::StateKeys, Variant::ChunkSums, Variant::StateSums, Variant::ChunkValues]
            }
        };
        rows.into_iter().chain(chunks.iter().flat_map(|of| shapes.map(of))).collect()
    }

    /// The bindings of a variant, in order.
    pub(in crate::plan) fn row_slots(&self, row: &RowFunction, variant: Variant) -> Vec<Slot> {
        let params = (!row.params.is_empty()).then_some(Slot::Params);
        let second = (self.pass != Pass::Forward || row.masked).then_some(Slot::B);
        let states = matches!(variant, Variant::ChunkPlaces(_) | Variant::ChunkSums(_) | Variant::ChunkValues(_));
        let states = states.then_some(Slot::States);
        let joins = matches!(variant, Variant::StateKeys(_) | Variant::StatePlaces(_) | Variant::StateSums(_));
        let second = if joins { None } else { second };
        [Some(Slot::Args), params, Some(Slot::A), second, Some(Slot::Out), states].into_iter().flatten().collect()
    }

    pub(in crate::plan) fn row_plan(
        &self,
        row: &'static RowFunction,
        extent: Extent,
        outer: u64,
        mask: u64,
        site: &Site<'_>,
    ) -> Result<Plan> {
        let function = row.name;
        row.check_length(extent)?;
        if extent.is_empty() {
            return Ok(Plan::default());
        }
        let mask = if self.pass == Pass::Forward && row.masked { mask } else { 0 };
        if mask > 0 {
            check_mask(function, Extent { outer: extent.outer, ..extent }, mask)?;
        }
        let Extent { channels, inner, .. } = extent;
        let fold = self.fold(row);
        let (limits, form) = (site.limits, site.form(self, &[Slot::A, Slot::B, Slot::Out]));
        let wide = inner == 1 && channels.is_multiple_of(PACK) && !form.loose;
        // Kernels of this shape reach each element by itself.
        let form = Form { loose: !wide, ..form };
        let packs = channels.div_ceil(PACK);
        // How often a thread goes over its share of a row, and whether its loops stay within what drivers run.
        let passes = match fold {
            Fold::Key => 1,
            Fold::Sum => 2,
            Fold::First => 3,
            Fold::KeySum(rounds) => u64::from(rounds) + 2,
        };
        let fits = |threads: u64| packs.div_ceil(threads).saturating_mul(passes) < MAX_ITERATIONS;
        let threads = if limits.software && (fold != Fold::Key || fits(8)) { 8 } else { 256 };
        if fold == Fold::Key && limits.software && !fits(threads.into()) {
            let (size, limit) = (channels, MAX_ITERATIONS * u64::from(threads) * PACK);
            return Err(Error::TooLarge { what: "a row on a software device", size, limit, unit: "elements" });
        }
        let shape = Shape { threads, wide, edged: false };
        let slots = self.row_slots(row, Variant::Rows(shape));
        let rows = Rows { spec: self, row, extent, mask, shape, form, site, before: 0, slots };
        let few = extent.outer.saturating_mul(inner) < if limits.software { 4 } else { 128 } && channels >= 1 << 16;
        if fold != Fold::Key && (inner == 1 && channels > rows.room() || few || !fits(u64::from(threads))) {
            return rows.chunked(fold, outer);
        }
        // Alone, a thread takes four packs at once.
        let alone = limits.software && lonely(fold) && extent.outer.saturating_mul(inner) >= MANY;
        let alone = alone && (packs / 4 + 4).saturating_mul(passes) < MAX_ITERATIONS;
        let (count, edged) = (extent.outer, rows.edged());
        let first = edged.as_ref().map_or(0, |&(_, n)| n);
        let mut plan = rows.whole(outer, first..count, alone)?;
        if let Some((edged, n)) = edged {
            plan.calls.extend(edged.whole(outer, 0..n, alone)?.calls);
        }
        Ok(plan)
    }
}

impl Rows<'_> {
    /// Elements of what places count.
    fn unit(&self) -> u64 {
        if self.shape.wide { PACK } else { 1 }
    }

    /// Elements that a binding holds, wherever it starts.
    fn room(&self) -> u64 {
        let bytes = self.spec.input.bytes().max(self.spec.output.bytes());
        let room = self.site.binding().saturating_sub(self.site.unit()) / bytes / PACK * PACK;
        if self.shape.edged { room.saturating_sub(PACK) } else { room }
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
            self.site.range(slot, slot, w.start * bytes, w.len * bytes, lanes * bytes)
        };
        let forward = self.spec.pass == Pass::Forward;
        let result = Window { start: results.0, len: results.1 };
        let lanes = |slot| self.spec.row_lanes(self.row, self.shape, slot);
        let of = |&slot: &Slot| match slot {
            Slot::B if forward => Some(part(slot, &self.of_mask(window), lanes(slot))),
            Slot::Out if self.spec.gives_one(self.row) => Some(part(slot, &result, 1)),
            Slot::B if self.row.reduces => Some(part(slot, &result, 1)),
            Slot::A | Slot::B | Slot::Out => Some(part(slot, window, lanes(slot))),
            _ => None,
        };
        self.slots.iter().filter_map(of).collect()
    }

    /// What all dispatches are told; `threads` share a row of `packs` packs.
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
