//! Many tensors at once: a table of their parts, each of which a workgroup does.

use super::{Block, Body, Dispatch, Key, Layout, Limits, PACK, Placement, Plan, Range, Slot, Spec, WORKGROUP, narrow};
use crate::error::Result;
use crate::function::Op;
use crate::tensor::{Pass, Storage};

/// Elements of a part.
const PART: u64 = WORKGROUP * PACK;

/// An entry of the table: offsets as in `kernel/index.wgsl`, how many elements, and a number that only uniforms have.
pub(crate) type Task = [u32; 10];

/// One of many tensors: where it and those that go with it begin, in bytes, and how many elements they have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) offsets: [u64; Slot::COUNT],
    pub(crate) len: u64,
}

/// The kernel of a batch. Its tensors may begin anywhere.
fn key(aliased: bool) -> Key {
    Key { aliased, ..Key::new(Body::Batch, PACK, Layout::Gathered) }
}

impl Spec {
    /// Whether many tensors of it can go at once: values from elements, with one parameter for all, and no more buffers
    /// than the device binds.
    pub(crate) fn batches(&self, limits: &Limits) -> bool {
        let elements = match self.of {
            Op::Activation(_) => !self.per_channel && !matches!(self.pass, Pass::ParamGradient(_)),
            Op::Gate(_) => !self.has_halves() && !self.per_channel,
            _ => false,
        };
        let buffers = || self.slots(key(false)).iter().filter(|slot| !slot.uniform()).count() as u64;
        elements && buffers() <= limits.buffers
    }

    /// The kernels of batches.
    pub(super) fn batch_keys(&self, limits: &Limits) -> impl Iterator<Item = Key> {
        self.batches(limits).then_some(key(false)).into_iter().flat_map(|key| key.and_aliased(true))
    }

    /// How many of these entries, from the first on, one dispatch can do: bindings that reach from the first to the last
    /// byte, and a table.
    pub(crate) fn batch_size(&self, entries: &[Entry], limits: &Limits) -> usize {
        let at = Placement::new(limits);
        let (mut tasks, mut spans) = (0, [(u64::MAX, 0); Slot::COUNT]);
        let most = (at.binding() / size_of::<Task>() as u64).min(limits.groups.saturating_mul(limits.groups));
        let fits = |entry: &&Entry| {
            tasks += entry.len.div_ceil(PART);
            let within = |(slot, storage): (Slot, Storage)| {
                let first = entry.offsets[slot as usize];
                let span = &mut spans[slot as usize];
                *span = (span.0.min(first), span.1.max(first + entry.len * storage.bytes()));
                span.1 - span.0 / at.unit() * at.unit() <= at.binding()
            };
            tasks <= most && self.batch_slots().all(within)
        };
        entries.iter().take_while(fits).count()
    }

    fn batch_slots(&self) -> impl Iterator<Item = (Slot, Storage)> {
        let slots = self.slots(key(false)).into_iter().filter(|slot| slot.of_elements());
        slots.map(|slot| (slot, self.stored(slot)))
    }

    /// The dispatch for these entries, which can be done at once, and its table.
    pub(crate) fn batch_plan(&self, entries: &[Entry], aliased: bool, limits: &Limits) -> Result<(Plan, Vec<Task>)> {
        let mut at = Placement { aliased, ..Placement::new(limits) };
        let mut ends = [0; Slot::COUNT];
        for (slot, storage) in self.batch_slots() {
            let k = slot as usize;
            at.offsets[k] = entries.iter().map(|e| e.offsets[k]).min().unwrap_or(0);
            ends[k] = entries.iter().map(|e| e.offsets[k] + e.len * storage.bytes()).max().unwrap_or(0);
        }
        let range = |(slot, storage): (Slot, Storage)| {
            at.range(slot, slot, 0, ends[slot as usize] - at.offsets[slot as usize], storage.bytes())
        };
        let mut ranges: Vec<Range> = self.batch_slots().map(range).collect();
        let mut tasks = Vec::new();
        for entry in entries {
            for first in (0..entry.len).step_by(PART as usize) {
                let mut task = Task::default();
                for (range, (slot, storage)) in ranges.iter().zip(self.batch_slots()) {
                    let before = (entry.offsets[slot as usize] - at.offsets[slot as usize]) / storage.bytes();
                    if let Some(index) = slot.offset() {
                        task[index] = narrow(range.at + before + first)?;
                    }
                }
                task[8] = narrow(PART.min(entry.len - first))?;
                tasks.push(task);
            }
        }
        let bytes = tasks.len() as u64 * size_of::<Task>() as u64;
        ranges.iter_mut().for_each(|range| range.at = 0);
        ranges.push(Range { binding: Slot::Tasks, from: Slot::Tasks, offset: 0, size: bytes, at: 0 });
        let groups = limits.fold(tasks.len() as u64)?;
        let mut args = Block::default();
        (args[0], args[1]) = (narrow(tasks.len() as u64)?, groups[0]);
        let dispatches = vec![Dispatch { key: key(aliased), args, ranges, groups }];
        Ok((Plan { dispatches, ..Plan::default() }, tasks))
    }
}
