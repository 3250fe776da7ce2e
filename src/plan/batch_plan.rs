//! Dispatches for many tensors at once.

use super::batch::{Task, key};
use super::{Block, Dispatch, Limits, PACK, Placement, Plan, Range, Slot, Spec, WORKGROUP, narrow};
use crate::error::Result;
use crate::tensor::Storage;

/// Elements of a part.
const PART: u64 = WORKGROUP * PACK;

/// One of many tensors: where it and those that go with it begin, in bytes, and how many elements they have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) offsets: [u64; Slot::COUNT],
    pub(crate) len: u64,
}

impl Spec {
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
        let dispatches = vec![Dispatch { key: key(aliased), args, ranges, groups, share: None }];
        Ok((Plan { dispatches, ..Plan::default() }, tasks))
    }
}
