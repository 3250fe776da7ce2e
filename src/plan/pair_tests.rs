//! The planner of halves against its promises: every element is read and written where it belongs, once, within limits.
//! The kernels' index arithmetic is repeated here in plain loops.

use super::halves::{Roles, halves};
use super::numbers::Numbers;
use super::{Call, Limits, Site, Slot, Spec, Variant, WORKGROUP};
use crate::gate::{CRELU, SWIGLU};
use crate::tensor::{Extent, Halves, Storage, pieces, place};

/// Nothing has values per channel.
const ONE: Extent = Extent { outer: 1, channels: 1, inner: 1 };

fn limits(numbers: &mut Numbers<'_>) -> Limits {
    Limits {
        binding: 256 + numbers.below(20_000),
        alignment: numbers.pick(&[4, 16, 32, 256]),
        groups: 2 + numbers.below(40),
        buffers: 8,
        software: false,
    }
}

/// The kernels, and which of their tensors hold halves.
fn kernel(k: u64) -> (Spec, Roles) {
    let gate = |spec: Spec| spec.halves(Halves::Split);
    match k {
        0 => (gate(Spec::forward(&SWIGLU)), Roles { pair: Some(Slot::A), plain: None, splits: false }),
        1 => (gate(Spec::backward(&SWIGLU)), Roles { pair: Some(Slot::A), plain: Some(Slot::B), splits: true }),
        2 => (Spec::forward(&CRELU), Roles { pair: None, plain: Some(Slot::A), splits: true }),
        _ => (Spec::backward(&CRELU), Roles { pair: Some(Slot::B), plain: Some(Slot::A), splits: false }),
    }
}

/// Checks a call as its kernel would run, and counts what it writes.
fn run(call: &Call, spec: &Spec, roles: Roles, block: u64, site: &Site<'_>, written: &mut [u8]) {
    let limits = site.limits;
    let [count, width, packs, second, parts] = [0, 1, 2, 3, 4].map(|k: usize| u64::from(call.args[k]));
    assert!(call.groups.iter().all(|&g| g > 0 && u64::from(g) <= limits.groups), "{call:?}");
    assert!(u64::from(call.groups[0]) == width && width * u64::from(call.groups[1]) * WORKGROUP >= count, "{call:?}");
    for range in &call.ranges {
        assert!(range.offset % limits.alignment == 0, "{call:?} starts off an alignment");
        assert!(range.size > 0 && range.size <= limits.binding && range.size % 4 == 0, "{call:?} binds too much");
    }
    let lanes = spec.lanes(call.variant);
    // The element of the tensor that lies at a pack of a binding.
    let at = |slot: Slot, pack: u64| {
        let range = call.ranges.iter().find(|r| r.binding == slot).unwrap();
        let bytes = spec.stored(range.from).bytes();
        let each = if call.form.loose { bytes } else { lanes * bytes };
        let byte = range.offset + range.at * each + pack * lanes * bytes;
        assert!(byte + lanes * bytes <= range.offset + range.size, "{range:?}: pack {pack} is beyond the binding");
        let from = byte.checked_sub(site.offsets[range.from as usize]).unwrap_or_else(|| panic!("{call:?}"));
        assert!(from.is_multiple_of(bytes), "{call:?} begins within an element");
        from / bytes
    };
    for i in 0..count {
        let k = i + i / packs * packs;
        // The number within its half of the first element of a pack.
        let first = match (roles.plain, roles.pair) {
            (Some(_), _) => at(Slot::C, i),
            _ if !roles.splits => at(Slot::Out, i),
            _ => unreachable!("every kernel has a plain tensor"),
        };
        let mut write = |e: u64| written[e as usize] += 1;
        let whole = place(first, block);
        if call.variant == Variant::Pairs {
            assert_eq!((at(Slot::A, 2 * i), at(Slot::A, 2 * i + 1)), (2 * first, 2 * first + 4), "{call:?}");
            if roles.splits {
                (0..2).for_each(|j| (0..4).for_each(|l| write(at(Slot::Out, 2 * i + j) + l)));
                assert_eq!(at(Slot::Out, 2 * i), 2 * first, "{call:?}");
            }
        } else {
            if roles.pair.is_some() {
                assert_eq!((at(Slot::A, k), at(Slot::B, k)), (whole, whole + block), "{call:?}");
            }
            if roles.splits && parts & 1 != 0 {
                assert_eq!(at(Slot::Out, k), whole, "{call:?}");
                (0..lanes).for_each(|l| write(whole + l));
            }
            if roles.splits && parts & 2 != 0 {
                assert_eq!(at(Slot::Out, second + k), whole + block, "{call:?}");
                (0..lanes).for_each(|l| write(whole + block + l));
            }
        }
        if !roles.splits {
            assert_eq!(at(Slot::Out, i), first, "{call:?}");
            (0..lanes).for_each(|l| write(first + l));
        }
    }
}

/// Every element of every half is written once; `seen` counts calls that are wide, narrow or of pairs.
pub(super) fn halves_hold(numbers: &mut Numbers<'_>, seen: &mut [usize; 3]) {
    let limits = limits(numbers);
    let block = match numbers.below(4) {
        0 => 1,
        1 => 4 * (1 + numbers.below(300)),
        2 => 1 + numbers.below(30),
        _ => 1 + numbers.below(6000),
    };
    let len = block * (1 + numbers.below(12_000 / block));
    let (spec, roles) = kernel(numbers.below(4));
    let [input, output] = [(); 2].map(|()| numbers.pick(&Storage::ALL));
    let spec = if numbers.below(3) > 0 { spec.storages(input, output) } else { spec };
    let mut site = Site::new(&limits);
    let anywhere = numbers.below(2) == 1;
    for slot in [Slot::A, Slot::B, Slot::Out].into_iter().filter(|_| anywhere) {
        site.offsets[slot as usize] = numbers.below(3000) * spec.stored(slot).bytes();
    }
    let mut written = vec![0u8; (if roles.splits { 2 * len } else { len }) as usize];
    let calls = match halves(&spec, roles, len, ONE, block, &site) {
        Ok(calls) => calls,
        // A binding that begins where it must has no room for a pack.
        Err(error) => {
            assert!(limits.binding < site.unit() + 16, "{error}, {limits:?}");
            return;
        }
    };
    for call in calls {
        run(&call, &spec, roles, block, &site, &mut written);
        seen[[Variant::Wide, Variant::Narrow, Variant::Pairs].iter().position(|v| *v == call.variant).unwrap()] += 1;
    }
    assert!(written.iter().all(|&n| n == 1), "{len} elements in blocks of {block}, {roles:?}, {limits:?}");
}

#[test]
fn every_element_of_every_half_is_written_once() {
    let (mut numbers, mut seen) = (Numbers::seeded(3), [0; 3]);
    (0..800).for_each(|_| halves_hold(&mut numbers, &mut seen));
    assert!(seen.iter().all(|&n| n > 100), "wide, narrow and pairs: {seen:?}");
}

/// Pieces are whole blocks or lie within one.
pub(super) fn pieces_hold(numbers: &mut Numbers<'_>) {
    let block = 1 + numbers.below(50);
    let (end, whole, run) = (block * numbers.below(20), numbers.below(100), 1 + numbers.below(60));
    let mut next = 0;
    for (first, count) in pieces(0, end, block, whole, run) {
        assert_eq!(first, next);
        next += count;
        let blocks = first % block == 0 && count % block == 0 && count <= whole;
        let within = first % block + count <= block && count <= run;
        assert!(count > 0 && (blocks || within), "({first}, {count}) of blocks of {block}");
    }
    assert_eq!(next, end);
}

#[test]
fn pieces_are_whole_blocks_or_lie_within_one() {
    let mut numbers = Numbers::seeded(4);
    (0..500).for_each(|_| pieces_hold(&mut numbers));
}

/// 40 GiB in two halves: nothing overflows, and each half of the gradient has dispatches of its own.
#[test]
fn halves_larger_than_any_binding() {
    let limits = Limits { binding: 128 << 20, alignment: 256, groups: 65_535, buffers: 8, software: false };
    let half = 5 << 30;
    let (spec, roles) = kernel(1);
    let calls = halves(&spec, roles, half, ONE, half, &Site::new(&limits)).unwrap();
    let windows = (half * 4).div_ceil((128 << 20) - 240);
    assert_eq!(calls.len() as u64, 2 * windows);
    assert!(calls.iter().all(|c| c.ranges.iter().all(|r| r.size <= 128 << 20)));
    assert_eq!(calls.last().unwrap().ranges.iter().map(|r| r.offset + r.size).max(), Some(half * 8));
}
