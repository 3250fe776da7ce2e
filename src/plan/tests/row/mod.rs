//! The planner of rows against its promises: every element of every row is folded and written once, within limits. The
//! kernels' index arithmetic is repeated here in plain loops.

mod huge;
mod share;

use share::{Share, share};

use super::numbers::Numbers;
use crate::error::Error;
use crate::function::{Gradient, RowFunction};
use crate::plan::row::{RowArgs, passes};
use crate::plan::{Body, Dispatch, Join, Key, Layout, Limits, Placement, Plan, Slot, Spec};
use crate::row::ALL;
use crate::tensor::{Extent, Pass, Storage};

fn limits(numbers: &mut Numbers<'_>) -> Limits {
    let bindings = [600 + numbers.below(3000), 4096 + numbers.below(200_000)];
    let (binding, groups) = (numbers.pick(&bindings), 2 + numbers.below(60));
    super::limits(numbers, binding, groups)
}

/// Whether a kernel goes through chunks, joins them, writes values.
fn kernel(key: Key) -> (bool, bool, bool) {
    match key.body {
        Body::Rows => (false, false, true),
        Body::ChunkValues => (true, false, true),
        Body::ChunkKeys | Body::ChunkPlaces | Body::ChunkSums => (true, false, false),
        Body::StateKeys | Body::StatePlaces | Body::StateSums => (true, true, false),
        other => panic!("{other:?} is no kernel over rows"),
    }
}

struct Case {
    row: &'static RowFunction,
    spec: Spec,
    extent: Extent,
    mask: u64,
    limits: Limits,
    offsets: [u64; Slot::COUNT],
}

/// A place counted from where a window begins, from one that wrapped around.
fn signed(place: u64, at: u64) -> u64 {
    place.checked_sub(at).unwrap_or_else(|| panic!("a place before the window: {place} of {at}"))
}

#[derive(Default)]
struct Seen {
    /// How often each element was folded since states were last made.
    folded: Vec<u8>,
    written: Vec<u8>,
    partials: Vec<u8>,
    /// Whole rows, chunks, and rows whose ends share vectors.
    kinds: [usize; 3],
}

impl Seen {
    fn all_once(what: &str, counts: &mut [u8]) {
        assert!(counts.iter().all(|&n| n == 1), "{what}: not once: {counts:?}");
        counts.fill(0);
    }
}

impl Case {
    /// The element of a tensor at a place of its window.
    fn element(&self, dispatch: &Dispatch, slot: Slot, place: u64) -> u64 {
        let range =
            dispatch.ranges.iter().find(|r| r.binding == slot).unwrap_or_else(|| panic!("{dispatch:?} lacks {slot:?}"));
        let own = matches!(range.from, Slot::Scratch | Slot::State);
        let bytes = if own { 4 } else { self.spec.stored(slot).bytes() };
        let lanes = if own { 1 } else { self.spec.row_lanes(self.row, dispatch.key.layout, slot) };
        let byte = range.offset + (range.at * lanes + place) * bytes;
        let end = (range.at + place / lanes + 1) * lanes * bytes;
        assert!(end <= range.size, "{slot:?}: {place} is beyond the binding, {dispatch:?}");
        let from =
            byte.checked_sub(self.offsets[range.from as usize]).unwrap_or_else(|| panic!("{slot:?}: {dispatch:?}"));
        assert!(from.is_multiple_of(bytes), "{slot:?} begins within an element, {dispatch:?}");
        from / bytes
    }

    fn check_limits(&self, dispatch: &Dispatch, args: &RowArgs) {
        let limits = &self.limits;
        assert!(dispatch.groups.iter().all(|&g| g > 0 && u64::from(g) <= limits.groups), "{dispatch:?}, {limits:?}");
        assert_eq!(args.width, dispatch.groups[0], "{dispatch:?}");
        for range in &dispatch.ranges {
            assert!(range.offset % limits.alignment == 0, "{dispatch:?} starts off an alignment");
            assert!(
                range.size > 0 && range.size <= limits.binding && range.size % 4 == 0,
                "{dispatch:?} binds too much"
            );
            let smallest = self.spec.smallest(range.binding, dispatch.key);
            assert!(range.size >= smallest, "{dispatch:?} binds too little");
        }
        let often = if dispatch.key.body == Body::Rows { passes(self.spec.fold(self.row)) } else { 1 };
        let four = |n: u64| if dispatch.key.join == Join::Thread { n / 4 + 4 } else { n };
        let iterations = four(args.rounds.into()) * often;
        assert!(iterations < 65_000, "{dispatch:?}: {iterations} iterations");
    }

    /// Goes through a dispatch as its kernel would.
    fn run(&self, dispatch: &Dispatch, seen: &mut Seen) {
        let args: RowArgs = bytemuck::cast(dispatch.args);
        let (chunked, joins, writes) = kernel(dispatch.key);
        let unaligned = dispatch.key.layout == Layout::Unaligned;
        self.check_limits(dispatch, &args);
        seen.kinds[if unaligned { 2 } else { usize::from(chunked) }] += 1;
        let (chunks, threads) = (u64::from(args.chunks), u64::from(dispatch.key.threads));
        let each = if chunked && !joins { chunks } else { 1 };
        let groups = u64::from(dispatch.groups[0]) * u64::from(dispatch.groups[1]);
        if joins {
            Seen::all_once("partial results", &mut seen.partials);
            Seen::all_once("folded", &mut seen.folded);
        }
        for group in 0..groups {
            let shares: Vec<Share> =
                (0..threads).map(|lane| share(&args, threads, group, group / each, lane)).collect();
            let mut own: Vec<u64> = shares.iter().map(|r| r.own).collect();
            own.sort_unstable();
            assert!(own.into_iter().eq(0..threads), "{dispatch:?}: two threads of one place");
            for r in shares.iter().filter(|r| r.live) {
                if joins {
                    for k in (0..u64::from(args.rounds)).map(|k| k * threads + r.thread).filter(|k| *k < chunks) {
                        seen.partials[(r.index * chunks + k) as usize] += 1;
                    }
                    assert!(self.element(dispatch, Slot::Out, r.index * 4 + 3) < dispatch.ranges[1].size / 4);
                } else {
                    self.elements(dispatch, &args, r, (chunked, writes), seen);
                }
            }
        }
        if joins {
            Seen::all_once("joined", &mut seen.partials);
        }
    }

    /// What a thread reads and writes of the tensor.
    fn elements(
        &self,
        dispatch: &Dispatch,
        args: &RowArgs,
        r: &Share,
        (chunked, writes): (bool, bool),
        seen: &mut Seen,
    ) {
        const WRAP: u64 = u32::MAX as u64;
        let Extent { channels, inner, .. } = self.extent;
        let forward = self.spec.pass == Pass::Forward;
        let number = u64::from(args.to) + r.group;
        let chunk = if chunked { r.group % u64::from(args.chunks) + u64::from(args.chunk) } else { 0 };
        if chunked {
            assert_eq!(
                (number / u64::from(args.chunks), number % u64::from(args.chunks)),
                (r.row, chunk),
                "{dispatch:?}"
            );
            seen.partials[number as usize] += u8::from(r.thread == 0 && !writes);
        }
        let one = self.spec.gives_one(self.row);
        if one && writes && r.thread == 0 {
            let result = self.element(dispatch, Slot::Out, r.index);
            assert_eq!(result, r.row, "{dispatch:?}");
            seen.written[result as usize] += 1;
        }
        if one && writes && chunked {
            return;
        }
        let unaligned = dispatch.key.layout == Layout::Unaligned;
        let head = if unaligned { r.base % 4 } else { 0 };
        for k in 0..u64::from(args.rounds) {
            let q = (chunk * u64::from(args.rounds) + k) * u64::from(args.threads) + r.thread;
            let all = (4 * q..4 * q + 4).filter_map(|place| place.checked_sub(head));
            for at in all.filter(|&at| at < channels && q < u64::from(args.packs)) {
                // Bases before the binding wrap around, and come back.
                let range = |slot| dispatch.ranges.iter().find(|r| r.binding == slot).map_or(0, |r| r.at);
                let word = |slot: Slot, base: u64| match dispatch.key.layout == Layout::Vector {
                    true => signed((range(slot) + base + q) & WRAP, range(slot)) * 4 + at % 4,
                    false if unaligned && slot == Slot::Out => base - u64::from(args.first) + at,
                    false => signed((range(slot) + base + at * inner) & WRAP, range(slot)),
                };
                let e = self.element(dispatch, Slot::A, word(Slot::A, r.base));
                assert_eq!(
                    (e / (channels * inner) * inner + e % inner, e / inner % channels),
                    (r.row, at),
                    "{dispatch:?}"
                );
                seen.folded[e as usize] += 1;
                match (forward, self.row.reduces) {
                    (true, _) if self.mask > 0 => {
                        assert_eq!(
                            self.element(dispatch, Slot::B, word(Slot::B, r.mask)),
                            e % self.mask,
                            "{dispatch:?}"
                        );
                    }
                    (true, _) => {}
                    (false, true) => {
                        assert_eq!(
                            self.element(dispatch, Slot::B, u64::from(args.second) + r.index),
                            r.row,
                            "{dispatch:?}"
                        );
                    }
                    (false, false) => {
                        assert_eq!(self.element(dispatch, Slot::B, word(Slot::B, r.base)), e, "{dispatch:?}");
                    }
                }
                if writes && !one {
                    assert_eq!(self.element(dispatch, Slot::Out, word(Slot::Out, r.base)), e, "{dispatch:?}");
                    let byte = self.offsets[Slot::Out as usize] + e * self.spec.output.bytes();
                    let four = unaligned && (at + head) % 4 == 0 && at + 4 <= channels;
                    assert!(!four || byte.is_multiple_of(4), "four elements within a word, {dispatch:?}");
                    seen.written[e as usize] += 1;
                }
            }
        }
    }

    fn plan(&self) -> Result<Plan, Error> {
        let at = Placement { limits: &self.limits, offsets: self.offsets, aliased: false, shrinks: false };
        self.spec.plan_at(self.extent, 0, self.extent.len().unwrap(), self.mask, &at)
    }

    /// Runs the plan, if there is one.
    fn check(&self, kinds: &mut [usize; 3]) -> bool {
        let plan = match self.plan() {
            Ok(plan) => plan,
            Err(Error::TooLarge { .. }) => return false,
            Err(error) => panic!("{error}"),
        };
        let one = self.spec.gives_one(self.row);
        let len = self.extent.len().unwrap();
        let out = if one { self.extent.outer * self.extent.inner } else { len };
        let mut seen = Seen {
            folded: vec![0; len as usize],
            written: vec![0; out as usize],
            partials: vec![0; plan.scratch as usize / 8],
            kinds: [0; 3],
        };
        for dispatch in &plan.dispatches {
            self.run(dispatch, &mut seen);
        }
        // Values of one a row are made of states.
        if !(one && plan.states > 0) {
            Seen::all_once("folded", &mut seen.folded);
        }
        Seen::all_once("written", &mut seen.written);
        kinds.iter_mut().zip(seen.kinds).for_each(|(sum, n)| *sum += n);
        true
    }
}

fn specs() -> impl Iterator<Item = (&'static RowFunction, Spec)> {
    let of = |row: &&'static RowFunction| {
        let backward = (row.gradient != Gradient::None).then_some((*row, Spec::backward(*row)));
        [Some((*row, Spec::forward(*row))), backward].into_iter().flatten()
    };
    ALL.iter().flat_map(of)
}

/// Every element of every row is folded and written once; whether there is a plan.
pub(in crate::plan) fn rows_hold(numbers: &mut Numbers<'_>, kinds: &mut [usize; 3]) -> bool {
    let (row, spec) = numbers.pick(&specs().collect::<Vec<_>>());
    let [input, output] = [(); 2].map(|()| numbers.pick(&Storage::ALL));
    let spec = if numbers.below(3) > 0 { spec.storages(input, output) } else { spec };
    let mut offsets = [0; Slot::COUNT];
    let anywhere = numbers.below(2) == 1;
    for slot in [Slot::A, Slot::B, Slot::Out].into_iter().filter(|_| anywhere) {
        offsets[slot as usize] = numbers.below(3000) * spec.stored(slot).bytes();
    }
    let limits = limits(numbers);
    let inner = [1, 1, 1 + numbers.below(5), 1 + numbers.below(60)][numbers.below(4) as usize];
    let most = [8, 300, 6000, 40_000][numbers.below(4) as usize] / inner;
    let channels = (1 + numbers.below(most)).next_multiple_of(1 + 3 * numbers.below(2));
    let outer = 1 + numbers.below(20_000 / (channels * inner));
    let extent = Extent { outer, channels, inner };
    let repeat = if outer.is_multiple_of(2) { outer / 2 } else { 1 };
    let mask = if row.masked && spec.pass == Pass::Forward { repeat * channels * inner } else { 0 };
    let case = Case { row, spec, extent, mask, limits, offsets };
    let done = case.check(kinds);
    // What a binding holds together with its neighbours is no reason to refuse.
    let small = channels * inner * 4 + limits.alignment.max(16) + 16 <= limits.binding;
    let few = outer * inner < limits.groups && limits.groups > 20;
    assert!(done || !small || !few, "{extent:?} is refused, {limits:?}");
    done
}

#[test]
fn every_element_of_every_row_is_folded_and_written_once() {
    let (mut numbers, mut kinds) = (Numbers::seeded(5), [0; 3]);
    let planned = (0..1600).filter(|_| rows_hold(&mut numbers, &mut kinds)).count();
    let refused = 1600 - planned;
    assert!(kinds.iter().all(|&n| n > 500) && planned > 600, "{kinds:?} calls of {planned} plans, {refused} refused");
}
