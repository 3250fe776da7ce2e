//! Backward kernels that sum up along rows, and along columns too: the gradients of rows' scales, and of biases with them.

use crate::error::{Error, Result};
use crate::function::Op;
use crate::plan::elementwise::{Args, Step, Unit, total};
use crate::plan::{
    Body, Join, Key, Layout, PACK, Place, Placement, Plan, Range, Slot, Spec, Tensor, WORD, WORKGROUP, narrow,
};
use crate::tensor::Extent;

/// Rows that a tile joins at a time; the shader's `ROWS`.
const ROWS: u64 = 8;
/// How often it does so at most; the shader's `ROUNDS`.
const ROUNDS: u64 = 4;
/// Workgroups that are enough for any device: tiles have no more rows than that takes.
const ENOUGH: u64 = 512;

impl Spec {
    /// Whether its kernels sum up along rows.
    pub(in crate::plan) fn tiles(&self) -> bool {
        self.neighbours.scale_gradient
    }

    /// The tensor of the gradient of rows' scales.
    pub(in crate::plan) fn tensor_of_row_sums(&self, shape: Extent) -> Option<Tensor> {
        self.tiles().then_some(Tensor { slot: Slot::RowSums, role: "dscale", len: shape.outer, written: true })
    }

    /// The kernels of tiles, and of what joins their sums.
    pub(in crate::plan) fn tile_keys(&self) -> Vec<Key> {
        let places = if self.interleaved() { [Place::Apart, Place::Same] } else { [Place::Together, Place::Same] };
        let packs = places.into_iter().flat_map(|place| {
            let layouts = [Layout::Vector, Layout::Gathered].into_iter();
            layouts.map(move |layout| Key { place, ..Key::new(Body::Tiles, PACK, layout) })
        });
        let tiles = packs.chain([Key::new(Body::Tiles, 1, Layout::Gathered)]).flat_map(|key| key.and_aliased(true));
        let joins = [Join::Workgroup, Join::Thread].into_iter();
        tiles.chain(joins.map(|join| Key { join, ..Key::new(Body::Total, 1, Layout::Gathered) })).collect()
    }

    /// What a kernel of tiles binds as tensors of elements, from which of the caller's, and how many of its elements belong to one.
    fn elements_of_tiles(&self, bound: &[Slot]) -> Vec<(Slot, Slot, u64)> {
        let gate = matches!(self.of, Op::Gate(_));
        let of = |&slot: &Slot| match (slot, self.has_halves()) {
            (Slot::C, true) => (slot, Slot::B, 1),
            (_, true) => (slot, slot, 2),
            (Slot::Out2, _) if !gate && !self.neighbours.bias_gradient => (slot, Slot::Out, 1),
            _ => (slot, slot, 1),
        };
        bound.iter().filter(|slot| slot.of_elements()).map(of).collect()
    }

    /// A dispatch for each window of rows, and those that join the sums of columns and of rows. `half` is the shape of a gate's halves.
    pub(in crate::plan) fn tile_plan(&self, half: Extent, at: &Placement<'_>) -> Result<Plan> {
        let Extent { outer: rows, channels, inner } = half;
        let span = half.span();
        let unit = Unit::of(half);
        let place = match (unit.lanes, unit.spread) {
            (1, _) => Place::Apart,
            (_, 1) => Place::Same,
            _ if self.interleaved() => Place::Apart,
            _ => Place::Together,
        };
        let key = Key { place, ..Key::new(Body::Tiles, unit.lanes, Layout::Vector) };
        let slots = self.slots(key);
        let elements = self.elements_of_tiles(&slots);
        let sources: Vec<Slot> = elements.iter().map(|&(_, from, _)| from).collect();
        let tight = at.head(&self.stored_in(&sources)) == Some(0) && self.reads_packs(key, at);
        let key = Key { aliased: at.aliased, ..if tight { key } else { Key { layout: Layout::Gathered, ..key } } };

        let packs = span / unit.lanes;
        let threads = packs.clamp(1, WORKGROUP).next_power_of_two();
        let (strips, slots_of_group) = (packs.div_ceil(threads), WORKGROUP / threads);
        let tiles = (ENOUGH * slots_of_group).div_ceil(strips.max(1));
        let rounds = (rows / ROWS / tiles).clamp(1, ROUNDS);
        let each = if matches!(self.of, Op::Gate(_)) { 2 } else { 1 };
        let results = span.saturating_mul(each);
        let wide = elements.iter().map(|&(_, from, of)| of * self.bytes(from)).max().unwrap_or(WORD);
        let held = at.binding().saturating_sub(at.unit()) / wide.saturating_mul(span.max(1));
        if held == 0 && rows > 0 {
            let (size, limit) = (span.saturating_mul(wide), at.binding());
            return Err(Error::TooLarge { what: "a row whose scale has a gradient", size, limit, unit: "bytes" });
        }

        // Rows that are too many are refused before they are gone through.
        let most = at.binding() / WORD;
        let fits = |partials: u64| match partials {
            _ if partials <= most => Ok(partials),
            size => Err(Error::TooLarge { what: "the partial sums", size, limit: most, unit: "elements" }),
        };
        let of_all_rows = fits(rows.saturating_mul(strips.max(1)))?;
        let windows = (0..rows).step_by(held.max(1) as usize).map(|start| (start, held.min(rows - start)));
        let windows: Vec<(u64, u64, u64)> =
            windows.map(|(start, count)| (start, count, count.div_ceil(rounds * ROWS))).collect();
        let of_columns = if self.neighbours.bias_gradient { windows.iter().map(|w| w.2).sum() } else { 0 };
        let of_rows = results.saturating_mul(of_columns);
        let partials = fits(of_rows.saturating_add(of_all_rows))?;
        let mut dispatches = Vec::new();
        let mut to = 0;
        for (start, count, tiles) in windows.into_iter().filter(|_| span > 0) {
            let tasks = tiles.div_ceil(slots_of_group) * strips;
            let groups = at.limits.fold(tasks)?;
            let args = Args {
                count: narrow(tasks)?,
                width: groups[0],
                channels: narrow(channels)?,
                inner: narrow(inner / (unit.lanes / unit.spread))?,
                len: narrow(packs)?,
                live: narrow(count)?,
                term: narrow(of_rows + start * strips)?,
                blocks: narrow(strips)?,
                rounds: narrow(rounds)?,
                threads: narrow(threads)?,
                to: narrow(to)?,
                ..Args::default()
            };
            to += tiles * results;
            let step = Step { key, start: start * span, len: count * span, args, groups, share: None };
            let of = |&slot: &Slot| match elements.iter().find(|(binding, ..)| *binding == slot) {
                Some(&(binding, from, of)) => {
                    let part = Step { start: of * step.start, len: of * step.len, ..step };
                    Range { binding, ..self.window(from, &part, at) }
                }
                None if slot == Slot::Sums => at.range(slot, Slot::Scratch, 0, WORD * partials, WORD),
                None => self
                    .beside(slot, half, (key, step.start, step.len), at)
                    .unwrap_or_else(|| at.range(slot, slot, 0, 0, WORD)),
            };
            dispatches.push(step.dispatch(slots.iter().filter(|slot| !slot.uniform()).map(of).collect()));
        }

        let mut join = |step: Step, byte: u64, to: Slot| {
            let partials = at.range(Slot::A, Slot::Scratch, byte, WORD * step.len, WORD);
            let out = at.range(Slot::Out, to, 0, WORD * u64::from(step.args.live), WORD);
            dispatches.push(step.dispatch(vec![partials, out]));
        };
        if self.neighbours.bias_gradient && channels > 0 {
            let sums = total(each * channels, inner, of_columns * inner, 1, at)?;
            join(sums, 0, if each == 2 { Slot::Sums } else { Slot::Out });
        }
        if rows > 0 {
            join(total(rows, strips, strips, 1, at)?, WORD * of_rows, Slot::RowSums);
        }
        Ok(Plan { dispatches, scratch: WORD * partials.max(1), ..Plan::default() })
    }

    /// How the sums of a tile's columns are written: packs of one input's, or of two, as biases lie.
    pub(in crate::plan) fn glue_of_tiles(&self, key: Key) -> String {
        let sum_of = if key.lanes == 1 { "v" } else { "(v.x + v.y) + (v.z + v.w)" };
        let one = if matches!(self.of, Op::Gate(_)) { "" } else { "alias Sum = Lanes;\n\n" };
        let mut text = format!("{one}fn sum_of(v: Lanes) -> f32 {{\n    return {sum_of};\n}}\n\n");
        let two = matches!(self.of, Op::Gate(_));
        let of_lane = |sum: &str, lane: usize| if key.lanes == 1 { sum.to_owned() } else { format!("{sum}[{lane}]") };
        let mut lines = String::new();
        if self.neighbours.bias_gradient {
            let each = if two { "2u * " } else { "" };
            lines += &format!("    let base = args.to + tile * ({each}args.len * LANES);\n");
            let inner = if key.place == Place::Same { "args.inner * LANES" } else { "args.inner" };
            for lane in 0..key.lanes as usize {
                let e = format!("(q * LANES + {lane}u)");
                let at = match self.interleaved() {
                    true => [0, 1].map(|k| format!("2u * {e} - {e} % ({inner}) + {k}u * {inner}")),
                    false => [e.clone(), format!("args.len * LANES + {e}")],
                };
                for (k, at) in at.iter().enumerate().take(if two { 2 } else { 1 }) {
                    let value = of_lane(&if two { format!("sum[{k}]") } else { "sum".to_owned() }, lane);
                    lines += &format!("    write_partials(base + {at}, bitcast<u32>({value}));\n");
                }
            }
        }
        text += &format!("fn write_columns(q: u32, tile: u32, sum: Sum) {{\n{lines}}}\n\n");
        text
    }
}
