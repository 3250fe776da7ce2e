//! The planner of halves against its promises: every element is read and written where it belongs, once, within limits.
//! The kernels' index arithmetic is repeated here in plain loops.

use super::halves::{Roles, halves, pieces, place};
use super::{Call, Halves, Limits, Site, Slot, Spec, Storage, Variant, WORKGROUP};
use crate::gate::{CRELU, SWIGLU};

/// Numerical Recipes' generator: the same cases in every run.
struct Random(u32);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u64::from(self.0 >> 8) % limit.max(1)
    }

    fn limits(&mut self) -> Limits {
        let alignment = [4, 16, 32, 256][self.below(4) as usize];
        Limits { binding: 256 + self.below(20_000), alignment, groups: 2 + self.below(40), buffers: 8, software: false }
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

#[test]
fn every_element_of_every_half_is_written_once() {
    let mut random = Random(3);
    let mut seen = [0; 3];
    for case in 0..800 {
        let limits = random.limits();
        let block = match random.below(4) {
            0 => 1,
            1 => 4 * (1 + random.below(300)),
            2 => 1 + random.below(30),
            _ => 1 + random.below(6000),
        };
        let len = block * (1 + random.below(12_000 / block));
        let (spec, roles) = kernel(random.below(4));
        let [input, output] = [(); 2].map(|()| Storage::ALL[random.below(3) as usize]);
        let spec = if case % 3 > 0 { spec.storages(input, output) } else { spec };
        let mut site = Site::new(&limits);
        for slot in [Slot::A, Slot::B, Slot::Out].into_iter().filter(|_| case % 2 == 1) {
            site.offsets[slot as usize] = random.below(3000) * spec.stored(slot).bytes();
        }
        let mut written = vec![0u8; (if roles.splits { 2 * len } else { len }) as usize];
        for call in halves(&spec, roles, len, block, &site).unwrap() {
            run(&call, &spec, roles, block, &site, &mut written);
            seen[[Variant::Wide, Variant::Narrow, Variant::Pairs].iter().position(|v| *v == call.variant).unwrap()] +=
                1;
        }
        assert!(written.iter().all(|&n| n == 1), "{len} elements in blocks of {block}, {roles:?}, {limits:?}");
    }
    assert!(seen.iter().all(|&n| n > 100), "wide, narrow and pairs: {seen:?}");
}

#[test]
fn pieces_are_whole_blocks_or_lie_within_one() {
    let mut random = Random(4);
    for _ in 0..500 {
        let block = 1 + random.below(50);
        let (end, whole, run) = (block * random.below(20), random.below(100), 1 + random.below(60));
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
}

/// 40 GiB in two halves: nothing overflows, and each half of the gradient has dispatches of its own.
#[test]
fn halves_larger_than_any_binding() {
    let limits = Limits { binding: 128 << 20, alignment: 256, groups: 65_535, buffers: 8, software: false };
    let half = 5 << 30;
    let (spec, roles) = kernel(1);
    let calls = halves(&spec, roles, half, half, &Site::new(&limits)).unwrap();
    let windows = (half * 4).div_ceil((128 << 20) - 240);
    assert_eq!(calls.len() as u64, 2 * windows);
    assert!(calls.iter().all(|c| c.ranges.iter().all(|r| r.size <= 128 << 20)));
    assert_eq!(calls.last().unwrap().ranges.iter().map(|r| r.offset + r.size).max(), Some(half * 8));
}
