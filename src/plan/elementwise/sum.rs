//! Sums for parameters' gradients: partial sums of windows, and sums of these, in a fixed order.

use super::windows::{Args, Step, window};
use crate::error::{Error, Result};
use crate::plan::{Body, Join, Key, Layout, PACK, Placement, Plan, Scale, Slot, Spec, Tensor, WORD, WORKGROUP, narrow};
use crate::tensor::{Extent, Halves, Storage};

/// Fewest terms that a thread of a sum adds.
const MIN_ROUNDS: u64 = 16;

/// The dispatches of a sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::plan) struct Sums {
    /// One for each window, into the partial sums.
    pub(in crate::plan) steps: Vec<Step>,
    /// Partial sums, all of them.
    pub(in crate::plan) partials: u64,
    /// From the partial sums to the result.
    pub(in crate::plan) total: Step,
}

/// A part of a tensor that one dispatch of a sum goes through. All of it counts in units.
struct Window {
    /// The first one, and how many there are.
    start: u64,
    len: u64,
    /// Channels with terms in the window: the first, and how many.
    channel: u64,
    live: u64,
    /// Terms of each of them that may lie in it: the first, and how many.
    term: u64,
    terms: u64,
}

/// What a term is: one element, or a pack in a channel, or a pack of one element of each of four channels.
#[derive(Clone, Copy)]
pub(in crate::plan) struct Unit {
    body: Body,
    pub(in crate::plan) lanes: u64,
    /// Channels that a unit has.
    pub(in crate::plan) spread: u64,
}

impl Unit {
    /// The largest that a tensor is whole ones of.
    pub(in crate::plan) fn of(extent: Extent) -> Self {
        let Extent { channels, inner, .. } = extent;
        match () {
            () if inner == 1 && channels.is_multiple_of(PACK) => {
                Self { body: Body::Columns, lanes: PACK, spread: PACK }
            }
            () if inner.is_multiple_of(PACK) => Self { body: Body::Sum, lanes: PACK, spread: 1 },
            () => Self { body: Body::Sum, lanes: 1, spread: 1 },
        }
    }

    /// The tensor in units.
    fn extent(self, extent: Extent) -> Extent {
        Extent { channels: extent.channels / self.spread, inner: extent.inner / (self.lanes / self.spread), ..extent }
    }
}

/// Cuts a tensor for sums. Where bindings hold whole spans of channels a window takes all channels; where a span is
/// larger it takes a part of one span, and only the channels in that part.
fn windows(tensors: &[(Slot, Storage)], extent: Extent, unit: Unit, at: &Placement<'_>) -> Result<Vec<Window>> {
    let Extent { channels, inner, .. } = extent;
    let (span, len) = (extent.span().max(1), extent.len().unwrap_or(0));
    let mut windows = Vec::new();
    let mut start = 0;
    while start < len {
        let within = start % span;
        let most = window(tensors, start * unit.lanes, at)? / unit.lanes;
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

/// The same where one of the tensors holds two halves of each row: windows of whole rows.
fn windows_of_rows(tensors: &[(Slot, Storage)], extent: Extent, unit: Unit, at: &Placement<'_>) -> Result<Vec<Window>> {
    let Extent { channels, inner, .. } = extent;
    let (span, len) = (extent.span().max(1), extent.len().unwrap_or(0));
    let mut windows = Vec::new();
    let mut start = 0;
    while start < len {
        let held = window(tensors, 2 * start * unit.lanes, at)? / unit.lanes / 2;
        let rows = held / span;
        if rows == 0 {
            let bytes = tensors.iter().map(|(_, storage)| storage.bytes()).max().unwrap_or(WORD);
            let (size, limit) = (2 * span * unit.lanes * bytes + at.unit(), at.binding());
            return Err(Error::TooLarge { what: "a row of both halves", size, limit, unit: "bytes" });
        }
        let count = (rows * span).min(len - start);
        windows.push(Window { start, len: count, channel: 0, live: channels, term: 0, terms: count / span * inner });
        start += count;
    }
    Ok(windows)
}

/// What is summed up.
#[derive(Clone, Copy, Debug)]
pub(in crate::plan) struct Terms {
    /// Whether what channels have is read in packs, too.
    pub(in crate::plan) packs: bool,
    /// Sums of a channel: two of what a gate's inputs get.
    pub(in crate::plan) each: u64,
    /// How both halves lie in one tensor, which windows cut between rows.
    pub(in crate::plan) halves: Option<Halves>,
}

/// The dispatches that sum the elements of these tensors for each channel.
pub(in crate::plan) fn sums(
    tensors: &[(Slot, Storage)],
    extent: Extent,
    of: Terms,
    at: &Placement<'_>,
) -> Result<Sums> {
    // A single run is of whatever length; what is left of its packs has a dispatch to itself.
    let run = |inner| Extent { outer: 1, channels: 1, inner };
    let (whole, rest) = match extent {
        Extent { outer: 1, channels: 1, inner } if of.each == 1 => {
            (run(inner / PACK * PACK), Some(inner % PACK).filter(|&rest| rest > 0))
        }
        _ => (extent, None),
    };
    let single = Unit { body: Body::Sum, lanes: 1, spread: 1 };
    let unit = if of.halves.is_some_and(Halves::alternate) { single } else { Unit::of(whole) };
    let units = unit.extent(whole);
    let windows = match of.halves {
        Some(_) => windows_of_rows(tensors, units, unit, at)?,
        None => windows(tensors, units, unit, at)?,
    };
    let most = windows.iter().map(|w| w.terms).max().unwrap_or(0);
    let threads = threads(units.channels, units.inner, most);
    let each = most.div_ceil(threads).max(1);
    let rounds = each.isqrt().max(MIN_ROUNDS).min(each);
    let blocks = most.div_ceil(threads * rounds).max(1);
    let of_window = units.channels * of.each * blocks;
    let partials = of_window * windows.len() as u64 + u64::from(rest.is_some());
    let limit = at.binding() / WORD;
    let size = partials.max(units.channels * of.each) * unit.spread;
    if size > limit {
        return Err(Error::TooLarge { what: "the partial sums", size, limit, unit: "elements" });
    }

    let aligned = if of.packs && at.head(tensors) == Some(0) { Layout::Vector } else { Layout::Gathered };
    let step = |unit: Unit, start: u64, len: u64, args: Args| -> Result<Step> {
        let tasks = u64::from(args.blocks) * u64::from(args.live).div_ceil(WORKGROUP / u64::from(args.threads));
        let groups = at.limits.fold(tasks)?;
        let args = Args { count: narrow(tasks)?, width: groups[0], channels: narrow(extent.channels)?, ..args };
        let join = if args.threads == 1 { Join::Thread } else { Join::Workgroup };
        let key = Key { join, aliased: at.aliased, ..Key::new(unit.body, unit.lanes, aligned) };
        Ok(Step { key, start: start * unit.lanes, len: (len * unit.lanes).max(1), args, groups, share: None })
    };
    let mut steps = Vec::new();
    for (k, window) in windows.iter().enumerate() {
        let args = Args {
            start: narrow(window.start % units.span().max(1))?,
            inner: narrow(units.inner.max(1))?,
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
        steps.push(step(unit, window.start, window.len, args)?);
    }
    if let Some(inner) = rest {
        // Up to three elements, each of which has a thread, and one more partial sum.
        let (inner, to) = (narrow(inner)?, narrow(partials - 1)?);
        let args =
            Args { inner, len: inner, live: 1, terms: inner, blocks: 1, rounds: 1, threads: 4, to, ..Args::default() };
        steps.push(step(single, whole.inner, inner.into(), args)?);
    }
    // The partial sums are a tensor [windows, channels, blocks] in turn; those of channels without terms stay 0.
    let terms = windows.len() as u64 * blocks + u64::from(rest.is_some());
    let total = total(units.channels * of.each, blocks, terms, unit.spread, at)?;
    Ok(Sums { steps, partials: partials * unit.spread, total })
}

/// The dispatch that joins partial sums [.., results, blocks] in packs of `spread`, so many terms of each result.
pub(in crate::plan) fn total(results: u64, blocks: u64, terms: u64, spread: u64, at: &Placement<'_>) -> Result<Step> {
    let threads = threads(results, blocks, terms);
    let tasks = results.div_ceil(WORKGROUP / threads);
    let groups = at.limits.fold(tasks)?;
    let len = terms * results;
    let args = Args {
        count: narrow(tasks)?,
        width: groups[0],
        channels: narrow(results * spread)?,
        inner: narrow(blocks.max(1))?,
        len: narrow(len)?,
        live: narrow(results)?,
        terms: narrow(terms)?,
        blocks: 1,
        rounds: narrow(terms.div_ceil(threads))?,
        threads: narrow(threads)?,
        ..Args::default()
    };
    let join = if threads == 1 { Join::Thread } else { Join::Workgroup };
    let key = Key { join, ..Key::new(Body::Total, spread, Layout::Gathered) };
    Ok(Step { key, start: 0, len: (len * spread).max(1), args, groups, share: None })
}

/// Threads of a workgroup that share a channel: all of them, unless channels are short, or so interleaved that
/// neighbouring threads had better read neighbouring channels.
fn threads(channels: u64, inner: u64, terms: u64) -> u64 {
    let wanted = if inner == 1 { 1 } else { terms.clamp(1, WORKGROUP).next_power_of_two() };
    let slots = channels.clamp(1, WORKGROUP).next_power_of_two();
    wanted.max(WORKGROUP / slots)
}

impl Spec {
    /// The kernels of sums; the last ones bind memory of their own.
    pub(in crate::plan) fn sum_keys() -> Vec<Key> {
        let of = |body, lanes, layout| {
            let joins = [Join::Workgroup, Join::Thread].into_iter();
            joins.map(move |join| Key { join, ..Key::new(body, lanes, layout) })
        };
        let packs =
            [Body::Columns, Body::Sum].into_iter().flat_map(|body| [(body, Layout::Vector), (body, Layout::Gathered)]);
        let packs = packs.flat_map(|(body, layout)| of(body, PACK, layout));
        let sums = packs.chain(of(Body::Sum, 1, Layout::Gathered)).flat_map(|key| key.and_aliased(true));
        sums.chain([PACK, 1].into_iter().flat_map(|lanes| of(Body::Total, lanes, Layout::Gathered))).collect()
    }

    pub(super) fn sum_plan(&self, tensors: &[Tensor], extent: Extent, at: &Placement<'_>) -> Result<Plan> {
        if extent.channels == 0 {
            return Ok(Plan::default());
        }
        let of_elements: Vec<_> = tensors.iter().map(|t| t.slot).filter(|slot| *slot != Slot::Out).collect();
        let rows = self.neighbours.scale == Some(Scale::Rows);
        let run = Extent { outer: 1, inner: extent.len().unwrap_or(0), ..extent };
        let counted = if extent.channels == 1 && !rows { run } else { extent };
        let packs = self.reads_packs(Key::new(Body::Columns, PACK, Layout::Vector), at);
        let of = Terms { packs, each: 1, halves: None };
        let sums = sums(&self.stored_in(&of_elements), counted, of, at)?;
        // Sums go where their arguments say, within all of the output.
        let spread = sums.total.key.lanes;
        let results = |args: &Args| WORD * spread * u64::from(args.live + args.channel) * u64::from(args.blocks);
        let of_window = |step: &Step| {
            let of = |tensor: &Tensor| match tensor.slot {
                Slot::Out => {
                    let bytes = WORD * spread * u64::from(step.args.to) + results(&step.args);
                    at.range(
                        Slot::Out,
                        Slot::Scratch,
                        0,
                        bytes,
                        WORD * if step.key.binds_vectors() { spread } else { 1 },
                    )
                }
                slot => self
                    .beside(slot, extent, (step.key, step.start, step.len), at)
                    .unwrap_or_else(|| self.window(slot, step, at)),
            };
            step.dispatch(tensors.iter().map(of).collect())
        };
        let mut dispatches: Vec<_> = sums.steps.iter().map(of_window).collect();
        let total = sums.total;
        let partials = at.range(Slot::A, Slot::Scratch, 0, WORD * total.len, WORD);
        let out = at.range(Slot::Out, Slot::Out, 0, results(&total.args), WORD);
        dispatches.push(total.dispatch(vec![partials, out]));
        Ok(Plan { dispatches, scratch: WORD * sums.partials.max(1), ..Plan::default() })
    }
}
