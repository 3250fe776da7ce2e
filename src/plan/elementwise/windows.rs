//! Windows: parts of tensors that a binding can hold and a dispatch can run.

use crate::error::{Error, Result};
use crate::plan::{Body, Dispatch, Key, Layout, PACK, Placement, Range, Share, Slot, Spec, WORKGROUP, narrow};
use crate::tensor::{Extent, Storage};

/// The uniform `Args` of `kernel/args.wgsl`; the fields are explained there.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
pub(in crate::plan) struct Args {
    pub(in crate::plan) count: u32,
    pub(in crate::plan) width: u32,
    pub(in crate::plan) start: u32,
    pub(in crate::plan) channels: u32,
    pub(in crate::plan) inner: u32,
    pub(in crate::plan) len: u32,
    pub(in crate::plan) channel: u32,
    pub(in crate::plan) live: u32,
    pub(in crate::plan) term: u32,
    pub(in crate::plan) terms: u32,
    pub(in crate::plan) blocks: u32,
    pub(in crate::plan) rounds: u32,
    pub(in crate::plan) threads: u32,
    pub(in crate::plan) to: u32,
    pub(in crate::plan) unused: [u32; 2],
}

/// One dispatch over a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plan) struct Step {
    pub(in crate::plan) key: Key,
    /// The first element of the inputs' window.
    pub(in crate::plan) start: u64,
    /// Elements of that window.
    pub(in crate::plan) len: u64,
    pub(in crate::plan) args: Args,
    /// Workgroups along x and y.
    pub(in crate::plan) groups: [u32; 2],
    /// For a dispatch that may stop earlier.
    pub(in crate::plan) share: Option<Share>,
}

impl Step {
    /// The dispatch, with the ranges that it binds.
    pub(in crate::plan) fn dispatch(&self, ranges: Vec<Range>) -> Dispatch {
        let Self { key, args, groups, share, .. } = *self;
        Dispatch { key, args: bytemuck::cast(args), ranges, groups, share }
    }
}

impl Spec {
    /// Elements of the packs that kernels of elements have, the most first: words of numbers of 16 bits are two, and the last
    /// of an odd number, or the first if it shares its word, is one.
    pub(in crate::plan) fn pack_sizes(&self) -> &'static [u64] {
        if self.in_groups() {
            return &[PACK];
        }
        if self.has_shorts() { &[PACK, 2, 1] } else { &[PACK, 1] }
    }

    /// The kernels of elements.
    pub(in crate::plan) fn element_keys(&self, part: bool, may_share: bool) -> Vec<Key> {
        let layouts = |&lanes: &u64| {
            let layouts = [Layout::Vector, Layout::Gathered].into_iter().skip(usize::from(lanes == 1));
            layouts.map(move |layout| Key { part, ..Key::new(Body::Elements, lanes, layout) })
        };
        let keys = self.pack_sizes().iter().flat_map(layouts);
        keys.flat_map(|key| self.in_places(key)).flat_map(|key| key.and_aliased(may_share)).collect()
    }

    /// A window of a tensor as a binding.
    pub(in crate::plan) fn window(&self, slot: Slot, step: &Step, at: &Placement<'_>) -> Range {
        let bytes = self.bytes(slot);
        let each = if step.key.binds_vectors() { step.key.lanes } else { 1 };
        at.range(slot, slot, step.start * bytes, step.len * bytes, each * bytes)
    }
}

/// Elements of a window that begins at `start`: what bindings hold and a dispatch reaches, so that the next one begins as
/// this one does.
pub(super) fn window(tensors: &[(Slot, Storage)], start: u64, at: &Placement<'_>) -> Result<u64> {
    let step = at.step(tensors);
    let most = at.held(tensors, start).min(at.limits.reach());
    match most {
        0..PACK => {
            let limit = at.binding();
            Err(Error::TooLarge { what: "a binding", size: at.unit() + 4 * PACK, limit, unit: "bytes" })
        }
        _ if most < step => Ok(most / PACK * PACK),
        _ => Ok(most / step * step),
    }
}

/// The dispatches over `len` elements of tensors, the first of which is number `base`.
pub(in crate::plan) fn steps(
    spec: &Spec,
    len: u64,
    base: u64,
    extent: Extent,
    of_part: bool,
    at: &Placement<'_>,
) -> Result<Vec<Step>> {
    // All tensors, those of the other part among them.
    let tensors = spec.stored_in(&spec.slots(Key::new(Body::Elements, PACK, Layout::Vector)));
    // Groups of quantized numbers begin where tensors do.
    let whole = spec.in_groups();
    let head = at.head(&tensors).filter(|&head| !whole || head == 0);
    let layout = if head.is_some() { Layout::Vector } else { Layout::Gathered };
    let sizes = spec.pack_sizes();
    let mut steps = Vec::new();
    // Elements from one on, in packs of these sizes in turn.
    let mut push = |sizes: &[u64], start: u64, count: u64| -> Result<()> {
        let (mut done, mut larger) = (0, 0);
        for &lanes in sizes {
            let packs = (count - done) / lanes;
            let share = Share { start, len: count, unit: lanes, larger, group: WORKGROUP };
            larger = lanes;
            if packs == 0 && (!at.shrinks || count < lanes) {
                continue;
            }
            // What may stop earlier binds all packs that any length has, wherever those of this one begin.
            let part = if at.shrinks { (start, count / lanes * lanes) } else { (start + done, packs * lanes) };
            let groups = at.limits.fold(packs.div_ceil(WORKGROUP))?;
            let args = Args {
                count: narrow(packs)?,
                width: groups[0],
                start: narrow((base + part.0) % extent.span().max(1))?,
                channels: narrow(extent.channels)?,
                inner: narrow(extent.inner)?,
                ..Args::default()
            };
            let key = Key::new(Body::Elements, lanes, layout);
            let place = spec.place(key, extent, base + part.0, at);
            let key = Key { part: of_part, aliased: at.aliased, place, ..key };
            let share = at.shrinks.then_some(share);
            steps.push(Step { key, start: part.0, len: part.1, args, groups, share });
            done += packs * lanes;
        }
        Ok(())
    };
    // What lies before the first pack that is a vector; or the first element of an output that begins in the middle of a
    // word, so that the others write whole words.
    let middle = !at.offsets[Slot::Out as usize].is_multiple_of(4);
    let before = if whole { 0 } else { head.unwrap_or(u64::from(middle)) };
    let single = (before % sizes.get(1).copied().unwrap_or(1)).min(len);
    push(&[1], 0, single)?;
    push(&sizes[1..], single, before.min(len) - single)?;
    let mut start = before.min(len);
    while start < len {
        let count = window(&tensors, start, at)?.min(len - start);
        let small = at.limits.tuning.small.min(at.limits.groups.saturating_mul(WORKGROUP));
        let few = !count.is_multiple_of(PACK) && count < small && !at.shrinks;
        push(&sizes[usize::from(few)..], start, count)?;
        start += count;
    }
    Ok(steps)
}
