//! Dispatches: windows that a binding can hold, counts that a dispatch can run, and where parts of a sum lie.

use super::{Extent, Spec, Storage, Variant, WORKGROUP};
use crate::error::{Error, Result};

/// Bytes of an element.
pub(super) const ELEMENT: u64 = 4;
/// Elements of a wide invocation.
pub(super) const PACK: u64 = 4;
/// No binding is larger, whatever the device says: element counts and byte addresses then stay far below 2^32.
pub(super) const MAX_BINDING: u64 = (1 << 31) - 256;
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
    pub(crate) first: u32,
    pub(crate) width: u32,
    pub(crate) start: u32,
    pub(crate) channels: u32,
    pub(crate) inner: u32,
    pub(crate) len: u32,
    pub(crate) skip: u32,
    pub(crate) channel: u32,
    pub(crate) live: u32,
    pub(crate) term: u32,
    pub(crate) terms: u32,
    pub(crate) blocks: u32,
    pub(crate) rounds: u32,
    pub(crate) threads: u32,
    pub(crate) to: u32,
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

impl Limits {
    /// Elements of the largest window: what a binding holds and a dispatch reaches, ending at an aligned byte.
    pub(super) fn window(&self) -> u64 {
        self.window_of(Storage::F32, Storage::F32)
    }

    /// The same for tensors of two storages at once.
    fn window_of(&self, a: Storage, b: Storage) -> u64 {
        let unit = self.unit_of(a, b).max(PACK);
        let reach = self.groups.saturating_mul(self.groups).saturating_mul(WORKGROUP);
        let held = self.binding.min(MAX_BINDING) / a.bytes().max(b.bytes());
        (held.min(reach) / unit).max(1) * unit
    }

    /// What the first element of a binding must be a multiple of, in tensors of either storage.
    fn unit_of(&self, a: Storage, b: Storage) -> u64 {
        (self.alignment / a.bytes().min(b.bytes())).max(1)
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

/// The dispatches that map `len` elements of a tensor, the first of which is number `base`.
pub(crate) fn elementwise(spec: &Spec, len: u64, base: u64, extent: Extent, limits: &Limits) -> Result<Vec<Step>> {
    let window = limits.window_of(spec.input, spec.output);
    let unit = limits.unit_of(spec.input, spec.output);
    let mut steps = Vec::new();
    // A binding must start at an aligned byte, so the last few elements come with some that are done already.
    let mut push = |variant, at: u64, count: u64| -> Result<()> {
        let lanes = spec.lanes(variant);
        let from = at - at % unit;
        let first = (at - from) / lanes;
        let groups = limits.fold(count.div_ceil(WORKGROUP))?;
        let args = Args {
            count: narrow(count)?,
            first: narrow(first)?,
            width: groups[0],
            start: narrow((base + from) % extent.span().max(1))?,
            channels: narrow(extent.channels)?,
            inner: narrow(extent.inner)?,
            ..Args::default()
        };
        steps.push(Step { variant, start: from, len: (first + count) * lanes, args, groups });
        Ok(())
    };
    for start in (0..len).step_by(usize::try_from(window).unwrap_or(usize::MAX)) {
        let count = window.min(len - start);
        let few = !count.is_multiple_of(PACK) && count < NARROW_BELOW.min(limits.groups.saturating_mul(WORKGROUP));
        let mut done = 0;
        for variant in [Variant::Wide, Variant::Narrow, Variant::Last] {
            let packs = if few && variant == Variant::Wide { 0 } else { (count - done) / spec.lanes(variant) };
            if packs > 0 {
                push(variant, start + done, packs)?;
                done += packs * spec.lanes(variant);
            }
        }
    }
    Ok(steps)
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
fn windows(len: u64, extent: Extent, storage: Storage, limits: &Limits) -> Vec<Window> {
    let Extent { channels, inner, .. } = extent;
    let (span, most) = (extent.span().max(1), limits.window_of(storage, storage));
    let mut windows = Vec::new();
    let mut start = 0;
    while start < len {
        let within = start % span;
        windows.push(if span <= most {
            let count = most.min(len - start);
            let terms = (within + count).div_ceil(span) * inner;
            Window { start, len: count, channel: 0, live: channels, term: 0, terms }
        } else {
            let skip = start % limits.unit_of(storage, storage);
            let count = (most - skip).min(span - within).min(len - start);
            let (channel, last) = (within / inner, (within + count - 1) / inner);
            let (term, terms) = if channel == last { (within % inner, count) } else { (0, inner) };
            Window { start, len: count, channel, live: last - channel + 1, term, terms }
        });
        start += windows.last().map_or(len, |w| w.len);
    }
    windows
}

/// The dispatches that sum `len` elements of this storage for each channel.
pub(crate) fn sums(len: u64, extent: Extent, storage: Storage, limits: &Limits) -> Result<Sums> {
    let Extent { channels, inner, .. } = extent;
    let windows = windows(len, extent, storage, limits);
    let most = windows.iter().map(|w| w.terms).max().unwrap_or(0);
    let threads = threads(channels, inner, most);
    let rounds = most.div_ceil(threads).isqrt().max(MIN_ROUNDS);
    let blocks = most.div_ceil(threads * rounds).max(1);
    let of_window = channels * blocks;
    let partials = of_window * windows.len() as u64;
    let limit = limits.binding.min(MAX_BINDING) / ELEMENT;
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
        let groups = limits.fold(tasks)?;
        let args = Args { count: narrow(tasks)?, width: groups[0], channels: narrow(channels)?, ..args };
        Ok(Step { variant, start, len: (end - start).max(1), args, groups })
    };
    let mut steps = Vec::new();
    for (k, window) in windows.iter().enumerate() {
        // A binding starts at an aligned byte.
        let skip = window.start % limits.unit_of(storage, storage);
        let args = Args {
            first: narrow(window.start % extent.span().max(1))?,
            inner: narrow(inner.max(1))?,
            len: narrow(window.len)?,
            skip: narrow(skip)?,
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
        steps.push(step(Variant::Wide, window.start - skip, window.start + window.len, args)?);
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
