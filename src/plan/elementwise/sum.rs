//! Sums for parameters' gradients: partial sums of windows, and sums of these, in a fixed order.

use super::windows::{Args, Step, window};
use crate::error::{Error, Result};
use crate::plan::{Body, Join, Key, Layout, Placement, Plan, Slot, Spec, Tensor, WORD, WORKGROUP, narrow};
use crate::tensor::{Extent, Storage};

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
fn windows(len: u64, extent: Extent, storage: Storage, at: &Placement<'_>) -> Result<Vec<Window>> {
    let Extent { channels, inner, .. } = extent;
    let span = extent.span().max(1);
    let tensors = [Slot::A, Slot::B].map(|slot| (slot, storage));
    let mut windows = Vec::new();
    let mut start = 0;
    while start < len {
        let within = start % span;
        let most = window(&tensors, start, at)?;
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
pub(in crate::plan) fn sums(len: u64, extent: Extent, storage: Storage, at: &Placement<'_>) -> Result<Sums> {
    let Extent { channels, inner, .. } = extent;
    let windows = windows(len, extent, storage, at)?;
    let most = windows.iter().map(|w| w.terms).max().unwrap_or(0);
    let threads = threads(channels, inner, most);
    let each = most.div_ceil(threads).max(1);
    let rounds = each.isqrt().max(MIN_ROUNDS).min(each);
    let blocks = most.div_ceil(threads * rounds).max(1);
    let of_window = channels * blocks;
    let partials = of_window * windows.len() as u64;
    let limit = at.binding() / WORD;
    if partials.max(channels) > limit {
        return Err(Error::TooLarge {
            what: "the partial sums",
            size: partials.max(channels),
            limit,
            unit: "elements",
        });
    }

    let step = |body, start: u64, end: u64, args: Args| -> Result<Step> {
        let tasks = u64::from(args.blocks) * u64::from(args.live).div_ceil(WORKGROUP / u64::from(args.threads));
        let groups = at.limits.fold(tasks)?;
        let args = Args { count: narrow(tasks)?, width: groups[0], channels: narrow(channels)?, ..args };
        let join = if args.threads == 1 { Join::Thread } else { Join::Workgroup };
        let key = Key { join, aliased: at.aliased && body == Body::Sum, ..Key::new(body, 1, Layout::Gathered) };
        Ok(Step { key, start, len: (end - start).max(1), args, groups, share: None })
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
        steps.push(step(Body::Sum, window.start, window.start + window.len, args)?);
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
    let total = step(Body::Total, 0, partials, args)?;
    Ok(Sums { steps, partials, total })
}

/// Threads of a workgroup that share a channel: all of them, unless channels are short, or so interleaved that
/// neighbouring threads had better read neighbouring channels.
fn threads(channels: u64, inner: u64, terms: u64) -> u64 {
    let wanted = if inner == 1 { 1 } else { terms.clamp(1, WORKGROUP).next_power_of_two() };
    let slots = channels.clamp(1, WORKGROUP).next_power_of_two();
    wanted.max(WORKGROUP / slots)
}

impl Spec {
    /// The kernels of sums; the second one binds memory of its own.
    pub(super) fn sum_keys() -> Vec<Key> {
        let key = |body, join| Key { join, ..Key::new(body, 1, Layout::Gathered) };
        let joins = [Join::Workgroup, Join::Thread];
        let sums = joins.into_iter().flat_map(|join| key(Body::Sum, join).and_aliased(true));
        sums.chain(joins.map(|join| key(Body::Total, join))).collect()
    }

    pub(super) fn sum_plan(&self, tensors: &[Tensor], extent: Extent, len: u64, at: &Placement<'_>) -> Result<Plan> {
        if extent.channels == 0 {
            return Ok(Plan::default());
        }
        let sums = sums(len, extent, self.input, at)?;
        // Sums go where their arguments say, within all of the output.
        let results = |args: &Args| WORD * u64::from(args.channels) * u64::from(args.blocks);
        let of_window = |step: &Step| {
            let of = |tensor: &Tensor| match tensor.slot {
                Slot::Out => {
                    let bytes = WORD * u64::from(step.args.to) + results(&step.args);
                    at.range(Slot::Out, Slot::Scratch, 0, bytes, WORD)
                }
                slot => {
                    self.beside(slot, extent, step.start, step.len, at).unwrap_or_else(|| self.window(slot, step, at))
                }
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
