//! Dispatches: windows that a binding can hold, counts that a dispatch can run, and where parts of a sum lie.

use super::{Call, Form, Range, Site, Slot, Spec, Variant, WORKGROUP};
use crate::error::{Error, Result};
use crate::tensor::{Extent, Storage};

/// Bytes of an element.
pub(super) const ELEMENT: u64 = 4;
/// Elements of a wide invocation.
pub(super) const PACK: u64 = 4;
/// Below this length an odd tensor is done one element at a time: a second dispatch would cost more than it saves.
const NARROW_BELOW: u64 = 16 * 1024;
/// Fewest terms that a thread of a sum adds.
const MIN_ROUNDS: u64 = 16;

/// What a device allows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Bytes of a storage binding.
    pub(crate) binding: u64,
    /// Bytes that a storage binding's offset must be a multiple of.
    pub(crate) alignment: u64,
    /// Workgroups along a dimension of a dispatch.
    pub(crate) groups: u64,
    /// Whether a CPU does the work: a few threads to a row are best there.
    pub(crate) software: bool,
    /// Storage buffers of a kernel.
    pub(crate) buffers: u64,
}

/// The uniform `Args` of `kernel/args.wgsl`; the fields are explained there.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
pub(crate) struct Args {
    pub(crate) count: u32,
    pub(crate) width: u32,
    pub(crate) start: u32,
    pub(crate) channels: u32,
    pub(crate) inner: u32,
    pub(crate) len: u32,
    pub(crate) channel: u32,
    pub(crate) live: u32,
    pub(crate) term: u32,
    pub(crate) terms: u32,
    pub(crate) blocks: u32,
    pub(crate) rounds: u32,
    pub(crate) threads: u32,
    pub(crate) to: u32,
    pub(crate) unused: [u32; 2],
}

/// One dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) variant: Variant,
    /// The first element of the inputs' window.
    pub(crate) start: u64,
    /// Elements of that window.
    pub(crate) len: u64,
    pub(crate) args: Args,
    /// Workgroups along x and y.
    pub(crate) groups: [u32; 2],
}

/// The dispatches of a sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sums {
    /// One for each window, into the partial sums.
    pub(crate) steps: Vec<Step>,
    /// Partial sums, all of them.
    pub(crate) partials: u64,
    /// From the partial sums to the result.
    pub(crate) total: Step,
}

impl Step {
    /// The dispatch, with the ranges that it binds.
    pub(super) fn call(&self, form: Form, ranges: Vec<Range>) -> Call {
        Call { variant: self.variant, form, args: bytemuck::cast(self.args), ranges, groups: self.groups }
    }
}

impl Limits {
    /// Those of a device that does everything.
    pub(super) const ANY: Self =
        Self { binding: u64::MAX, alignment: 4, groups: 1 << 31, software: false, buffers: u64::MAX };

    /// Invocations that one dispatch reaches.
    pub(super) fn reach(&self) -> u64 {
        self.groups.saturating_mul(self.groups).saturating_mul(WORKGROUP)
    }

    /// A number of workgroups as the rows of a two-dimensional dispatch.
    pub(super) fn fold(&self, groups: u64) -> Result<[u32; 2]> {
        let width = groups.clamp(1, self.groups);
        let rows = groups.div_ceil(width);
        if rows > self.groups {
            let limit = self.groups * self.groups;
            return Err(Error::TooLarge { what: "one dispatch", size: groups, limit, unit: "workgroups" });
        }
        Ok([narrow(width)?, narrow(rows)?])
    }
}

/// A count that the planner keeps below 2^32.
pub(super) fn narrow(value: u64) -> Result<u32> {
    u32::try_from(value).map_err(|_| Error::TooLarge {
        what: "a count within one dispatch",
        size: value,
        limit: u64::from(u32::MAX),
        unit: "elements",
    })
}

/// Elements of a window that begins at `start`: what bindings hold and a dispatch reaches, so that the next one begins as
/// this one does.
fn window(tensors: &[(Slot, Storage)], start: u64, site: &Site<'_>) -> Result<u64> {
    let step = site.step(tensors);
    let most = site.held(tensors, start).min(site.limits.reach());
    match most {
        0..PACK => {
            let limit = site.binding();
            Err(Error::TooLarge { what: "a binding", size: site.unit() + 4 * PACK, limit, unit: "bytes" })
        }
        _ if most < step => Ok(most / PACK * PACK),
        _ => Ok(most / step * step),
    }
}

/// The dispatches that map `len` elements of a tensor, the first of which is number `base`, and how they bind it.
pub(crate) fn elementwise(
    spec: &Spec,
    len: u64,
    base: u64,
    extent: Extent,
    site: &Site<'_>,
) -> Result<(Form, Vec<Step>)> {
    let tensors = spec.stored_in(&spec.slots(Variant::Wide));
    let head = site.head(&tensors);
    let form = Form { loose: head.is_none(), shared: site.shared, first: false };
    let mut steps = Vec::new();
    // The elements from one on, as many at once as a variant takes.
    let mut push = |variants: &[Variant], start: u64, count: u64| -> Result<()> {
        let mut done = 0;
        for &variant in variants {
            let packs = (count - done) / spec.lanes(variant);
            if packs == 0 {
                continue;
            }
            let groups = site.limits.fold(packs.div_ceil(WORKGROUP))?;
            let args = Args {
                count: narrow(packs)?,
                width: groups[0],
                start: narrow((base + start + done) % extent.span().max(1))?,
                channels: narrow(extent.channels)?,
                inner: narrow(extent.inner)?,
                ..Args::default()
            };
            let elements = packs * spec.lanes(variant);
            steps.push(Step { variant, start: start + done, len: elements, args, groups });
            done += elements;
        }
        Ok(())
    };
    // What lies before the first pack that is a vector; or the first element of an output that begins in the middle of a
    // word, so that the others write whole words.
    let middle = !site.offsets[Slot::Out as usize].is_multiple_of(4);
    let before = head.unwrap_or(u64::from(middle));
    let single = (before % spec.lanes(Variant::Narrow)).min(len);
    push(&[Variant::Single], 0, single)?;
    push(&[Variant::Narrow, Variant::Single], single, before.min(len) - single)?;
    let mut start = before.min(len);
    while start < len {
        let count = window(&tensors, start, site)?.min(len - start);
        let few = !count.is_multiple_of(PACK) && count < NARROW_BELOW.min(site.limits.groups.saturating_mul(WORKGROUP));
        let variants = [Variant::Wide, Variant::Narrow, Variant::Single];
        push(&variants[usize::from(few)..], start, count)?;
        start += count;
    }
    Ok((form, steps))
}

/// A part of a tensor that one dispatch of a sum goes through.
struct Window {
    /// The first element, and how many there are.
    start: u64,
    len: u64,
    /// Channels with terms in the window: the first, and how many.
    channel: u64,
    live: u64,
    /// Terms of each of them that may lie in it: the first, and how many.
    term: u64,
    terms: u64,
}

/// Cuts a tensor for sums. Where bindings hold whole spans of channels a window takes all channels; where a span is
/// larger it takes a part of one span, and only the channels in that part.
fn windows(len: u64, extent: Extent, storage: Storage, site: &Site<'_>) -> Result<Vec<Window>> {
    let Extent { channels, inner, .. } = extent;
    let span = extent.span().max(1);
    let tensors = [Slot::A, Slot::B].map(|slot| (slot, storage));
    let mut windows = Vec::new();
    let mut start = 0;
    while start < len {
        let within = start % span;
        let most = window(&tensors, start, site)?;
        windows.push(if span <= most {
            let count = most.min(len - start);
            let terms = (within + count).div_ceil(span) * inner;
            Window { start, len: count, channel: 0, live: channels, term: 0, terms }
        } else {
            let count = most.min(span - within).min(len - start);
            let (channel, last) = (within / inner, (within + count - 1) / inner);
            let (term, terms) = if channel == last { (within % inner, count) } else { (0, inner) };
            Window { start, len: count, channel, live: last - channel + 1, term, terms }
        });
        start += windows.last().map_or(len, |w| w.len);
    }
    Ok(windows)
}

/// The dispatches that sum `len` elements of this storage for each channel.
pub(crate) fn sums(len: u64, extent: Extent, storage: Storage, site: &Site<'_>) -> Result<Sums> {
    let Extent { channels, inner, .. } = extent;
    let windows = windows(len, extent, storage, site)?;
    let most = windows.iter().map(|w| w.terms).max().unwrap_or(0);
    let threads = threads(channels, inner, most);
    let rounds = most.div_ceil(threads).isqrt().max(MIN_ROUNDS);
    let blocks = most.div_ceil(threads * rounds).max(1);
    let of_window = channels * blocks;
    let partials = of_window * windows.len() as u64;
    let limit = site.binding() / ELEMENT;
    if partials.max(channels) > limit {
        return Err(Error::TooLarge {
            what: "the partial sums",
            size: partials.max(channels),
            limit,
            unit: "elements",
        });
    }

    let step = |variant, start: u64, end: u64, args: Args| -> Result<Step> {
        let tasks = u64::from(args.blocks) * u64::from(args.live).div_ceil(WORKGROUP / u64::from(args.threads));
        let groups = site.limits.fold(tasks)?;
        let args = Args { count: narrow(tasks)?, width: groups[0], channels: narrow(channels)?, ..args };
        Ok(Step { variant, start, len: (end - start).max(1), args, groups })
    };
    let mut steps = Vec::new();
    for (k, window) in windows.iter().enumerate() {
        let args = Args {
            start: narrow(window.start % extent.span().max(1))?,
            inner: narrow(inner.max(1))?,
            len: narrow(window.len)?,
            channel: narrow(window.channel)?,
            live: narrow(window.live)?,
            term: narrow(window.term)?,
            terms: narrow(window.terms)?,
            blocks: narrow(blocks)?,
            rounds: narrow(rounds)?,
            threads: narrow(threads)?,
            to: narrow(k as u64 * of_window)?,
            ..Args::default()
        };
        steps.push(step(Variant::Wide, window.start, window.start + window.len, args)?);
    }
    // The partial sums are a tensor [windows, channels, blocks] in turn; those of channels without terms stay 0.
    let terms = windows.len() as u64 * blocks;
    let threads = self::threads(channels, blocks, terms);
    let args = Args {
        inner: narrow(blocks)?,
        len: narrow(partials)?,
        live: narrow(channels)?,
        terms: narrow(terms)?,
        blocks: 1,
        rounds: narrow(terms.div_ceil(threads))?,
        threads: narrow(threads)?,
        ..Args::default()
    };
    let total = step(Variant::Total, 0, partials, args)?;
    Ok(Sums { steps, partials, total })
}

/// Threads of a workgroup that share a channel: all of them, unless channels are short, or so interleaved that
/// neighbouring threads had better read neighbouring channels.
fn threads(channels: u64, inner: u64, terms: u64) -> u64 {
    let wanted = if inner == 1 { 1 } else { terms.clamp(1, WORKGROUP).next_power_of_two() };
    let slots = channels.clamp(1, WORKGROUP).next_power_of_two();
    wanted.max(WORKGROUP / slots)
}
