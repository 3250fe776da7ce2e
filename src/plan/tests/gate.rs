//! The planner of halves against its promises: every element is read and written where it belongs, once, within limits.
//! The kernels' index arithmetic is repeated here in plain loops.

use super::numbers::Numbers;
use crate::gate::{CRELU, SWIGLU};
use crate::plan::gate::{Roles, halves};
use crate::plan::{Body, Dispatch, Limits, Placement, Slot, Spec, WORKGROUP};
use crate::tensor::{Extent, Halves, Storage, pieces, place};

/// Nothing has values per channel.
const ONE: Extent = Extent { outer: 1, channels: 1, inner: 1 };

fn limits(numbers: &mut Numbers<'_>) -> Limits {
    let (binding, groups) = (256 + numbers.below(20_000), 2 + numbers.below(40));
    super::limits(numbers, binding, groups)
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

/// Checks a dispatch as its kernel would run, and counts what it writes.
fn run(dispatch: &Dispatch, spec: &Spec, roles: Roles, block: u64, at: &Placement<'_>, written: &mut [u8]) {
    let limits = at.limits;
    let [count, width, packs, second, parts] = [0, 1, 2, 3, 4].map(|k: usize| u64::from(dispatch.args[k]));
    assert!(dispatch.groups.iter().all(|&g| g > 0 && u64::from(g) <= limits.groups), "{dispatch:?}");
    assert!(
        u64::from(dispatch.groups[0]) == width && width * u64::from(dispatch.groups[1]) * WORKGROUP >= count,
        "{dispatch:?}"
    );
    for range in &dispatch.ranges {
        assert!(range.offset % limits.alignment == 0, "{dispatch:?} starts off an alignment");
        assert!(range.size > 0 && range.size <= limits.binding && range.size % 4 == 0, "{dispatch:?} binds too much");
    }
    let lanes = dispatch.key.lanes;
    // The element of the tensor that lies at a pack of a binding.
    let of = |slot: Slot, pack: u64| {
        let range = dispatch.ranges.iter().find(|r| r.binding == slot).unwrap();
        let bytes = spec.stored(range.from).bytes();
        let each = if dispatch.key.binds_vectors() { lanes * bytes } else { bytes };
        let byte = range.offset + range.at * each + pack * lanes * bytes;
        assert!(byte + lanes * bytes <= range.offset + range.size, "{range:?}: pack {pack} is beyond the binding");
        let from = byte.checked_sub(at.offsets[range.from as usize]).unwrap_or_else(|| panic!("{dispatch:?}"));
        assert!(from.is_multiple_of(bytes), "{dispatch:?} begins within an element");
        from / bytes
    };
    for i in 0..count {
        let k = i + i / packs * packs;
        // The number within its half of the first element of a pack.
        let first = match (roles.plain, roles.pair) {
            (Some(_), _) => of(Slot::C, i),
            _ if !roles.splits => of(Slot::Out, i),
            _ => unreachable!("every kernel has a plain tensor"),
        };
        let mut write = |e: u64| written[e as usize] += 1;
        let whole = place(first, block);
        if dispatch.key.body == Body::Interleaved {
            assert_eq!((of(Slot::A, 2 * i), of(Slot::A, 2 * i + 1)), (2 * first, 2 * first + 4), "{dispatch:?}");
            if roles.splits {
                (0..2).for_each(|j| (0..4).for_each(|l| write(of(Slot::Out, 2 * i + j) + l)));
                assert_eq!(of(Slot::Out, 2 * i), 2 * first, "{dispatch:?}");
            }
        } else {
            if roles.pair.is_some() {
                assert_eq!((of(Slot::A, k), of(Slot::B, k)), (whole, whole + block), "{dispatch:?}");
            }
            if roles.splits && parts & 1 != 0 {
                assert_eq!(of(Slot::Out, k), whole, "{dispatch:?}");
                (0..lanes).for_each(|l| write(whole + l));
            }
            if roles.splits && parts & 2 != 0 {
                assert_eq!(of(Slot::Out, second + k), whole + block, "{dispatch:?}");
                (0..lanes).for_each(|l| write(whole + block + l));
            }
        }
        if !roles.splits {
            assert_eq!(of(Slot::Out, i), first, "{dispatch:?}");
            (0..lanes).for_each(|l| write(first + l));
        }
    }
}

/// Every element of every half is written once; `seen` counts dispatches of vectors, of single elements and of interleaved halves.
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
    let mut at = Placement::new(&limits);
    let anywhere = numbers.below(2) == 1;
    for slot in [Slot::A, Slot::B, Slot::Out].into_iter().filter(|_| anywhere) {
        at.offsets[slot as usize] = numbers.below(3000) * spec.stored(slot).bytes();
    }
    let mut written = vec![0u8; (if roles.splits { 2 * len } else { len }) as usize];
    let calls = match halves(&spec, roles, len, ONE, block, &at) {
        Ok(calls) => calls,
        // A binding that begins where it must has no room for a pack.
        Err(error) => {
            assert!(limits.binding < at.unit() + 16, "{error}, {limits:?}");
            return;
        }
    };
    for dispatch in calls {
        run(&dispatch, &spec, roles, block, &at, &mut written);
        seen[if dispatch.key.body == Body::Interleaved { 2 } else { usize::from(dispatch.key.lanes == 1) }] += 1;
    }
    assert!(written.iter().all(|&n| n == 1), "{len} elements in blocks of {block}, {roles:?}, {limits:?}");
}

#[test]
fn every_element_of_every_half_is_written_once() {
    let (mut numbers, mut seen) = (Numbers::seeded(3), [0; 3]);
    (0..800).for_each(|_| halves_hold(&mut numbers, &mut seen));
    assert!(seen.iter().all(|&n| n > 100), "vectors, elements and interleaved: {seen:?}");
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
    let limits = Limits::default();
    let half = 5 << 30;
    let (spec, roles) = kernel(1);
    let calls = halves(&spec, roles, half, ONE, half, &Placement::new(&limits)).unwrap();
    let windows = (half * 4).div_ceil((128 << 20) - 240);
    assert_eq!(calls.len() as u64, 2 * windows);
    assert!(calls.iter().all(|c| c.ranges.iter().all(|r| r.size <= 128 << 20)));
    assert_eq!(calls.last().unwrap().ranges.iter().map(|r| r.offset + r.size).max(), Some(half * 8));
}
