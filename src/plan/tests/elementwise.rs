//! Elementwise kernels and sums.

use super::numbers::Numbers;
use crate::activation::RELU;
use crate::plan::Body;
use crate::plan::elementwise::{Args, Step, Terms, steps, sums};
use crate::plan::{Dispatch, Layout, Limits, Placement, Slot, Spec, Tuning, WORKGROUP};
use crate::tensor::{Extent, Storage};

fn limits(numbers: &mut Numbers<'_>) -> Limits {
    // Two aligned windows, at least.
    let (binding, groups) = (512 + numbers.below(40_000), 4 + numbers.below(40));
    super::limits(numbers, binding, groups)
}

fn check_limits(dispatch: &Dispatch, limits: &Limits) {
    for range in &dispatch.ranges {
        assert!(range.offset.is_multiple_of(limits.alignment), "{dispatch:?} starts off an alignment, {limits:?}");
        assert!(range.size > 0 && range.size <= limits.binding, "{dispatch:?} binds too much, {limits:?}");
        assert!(range.size.is_multiple_of(4), "{dispatch:?} binds part of a word, {limits:?}");
    }
    assert!(
        dispatch.groups.iter().all(|&g| g > 0 && u64::from(g) <= limits.groups),
        "{dispatch:?} is too wide, {limits:?}"
    );
}

/// The elements that a dispatch writes, with the channel each of them gets; its tensors lie where the others' do.
fn written(dispatch: &Dispatch, spec: &Spec, at: &Placement<'_>) -> Vec<(u64, u64)> {
    let Args { count, start, channels, inner, .. } = bytemuck::cast(dispatch.args);
    let (count, lanes) = (u64::from(count), dispatch.key.lanes);
    let threads = u64::from(dispatch.groups[0])
        * u64::from(dispatch.groups[1])
        * WORKGROUP
        * (1 + u64::from(dispatch.key.doubled));
    assert!(threads >= count, "{dispatch:?} runs too few threads");
    let first = |slot| {
        let range = dispatch.ranges.iter().find(|r| r.binding == slot).unwrap();
        let bytes = spec.stored(slot).bytes();
        let each = if dispatch.key.binds_vectors() { lanes * bytes } else { bytes };
        let byte = range.offset + range.at * each;
        assert!(byte + count * lanes * bytes <= range.offset + range.size, "{dispatch:?} reaches beyond its binding");
        assert!(byte >= at.offsets[slot as usize] && byte % bytes == 0, "{dispatch:?} begins before its tensor");
        (byte - at.offsets[slot as usize]) / bytes
    };
    let element = first(Slot::Out);
    assert_eq!(first(Slot::A), element, "{dispatch:?}");
    let channel = |k| (u64::from(start) + k) / u64::from(inner) % u64::from(channels);
    (0..count * lanes).map(|k| (element + k, channel(k))).collect()
}

/// Every element is written once, with its channel; how many dispatches are for tensors that begin anywhere.
pub(super) fn elements_hold(numbers: &mut Numbers<'_>) -> usize {
    let mut gathered = 0;
    let limits = limits(numbers);
    let most = numbers.pick(&[2, 60]);
    let (channels, inner) = (1 + numbers.below(most), 1 + numbers.below(most / 2));
    let extent = Extent { outer: numbers.below(40), channels, inner };
    let len = extent.len().unwrap();
    let base = numbers.below(1000);
    let [input, output] = [(); 2].map(|()| numbers.pick(&Storage::ALL));
    let spec = Spec::forward(&RELU).storages(input, output);
    let mut at = Placement::new(&limits);
    let anywhere = numbers.below(2) == 1;
    for slot in [Slot::A, Slot::Out].into_iter().filter(|_| anywhere) {
        at.offsets[slot as usize] = numbers.below(3000) * spec.stored(slot).bytes();
    }
    let mut seen = vec![0u8; len as usize];
    for dispatch in spec.plan_at(extent, base, len, 0, &at).unwrap().dispatches {
        check_limits(&dispatch, &limits);
        gathered += usize::from(dispatch.key.lanes > 1 && dispatch.key.layout == Layout::Gathered);
        let written = written(&dispatch, &spec, &at);
        if output != Storage::F32 && dispatch.key.lanes == 1 {
            assert_eq!(written.len(), 1, "several invocations write one word");
        } else if output != Storage::F32 {
            let byte = at.offsets[Slot::Out as usize] + written[0].0 * 2;
            assert!(byte.is_multiple_of(4), "{dispatch:?} writes parts of words");
        }
        for (element, channel) in written {
            seen[element as usize] += 1;
            let expected = (base + element) / extent.inner % extent.channels;
            assert_eq!(channel, expected, "element {element} of {extent:?}, {limits:?}");
        }
    }
    assert!(seen.iter().all(|&n| n == 1), "{extent:?} with {limits:?} is not covered once");
    gathered
}

#[test]
fn elementwise_steps_cover_every_element_once() {
    let mut numbers = Numbers::seeded(1);
    let gathered: usize = (0..600).map(|_| elements_hold(&mut numbers)).sum();
    assert!(gathered > 300, "{gathered} calls on tensors that begin anywhere");
}

/// Adds up what the sum kernel adds: `value(element, channel)` into `out`.
fn run_sum(step: &Step, value: &dyn Fn(u64, u64) -> u64, out: &mut [u64]) {
    let a = step.args;
    let [count, first, channels, inner] = [a.count, a.start, a.channels, a.inner].map(u64::from);
    let [len, channel, live] = [a.len, a.channel, a.live].map(u64::from);
    let [term, terms, blocks, rounds] = [a.term, a.terms, a.blocks, a.rounds].map(u64::from);
    let [threads, to] = [a.threads, a.to].map(u64::from);
    assert!(len * step.key.lanes <= step.len, "{a:?} reads beyond its window");
    assert!(threads.is_power_of_two() && threads <= WORKGROUP, "{a:?}");
    assert!(u64::from(step.groups[0]) * u64::from(step.groups[1]) >= count, "{a:?}");
    let slots = WORKGROUP / threads;
    let lanes = step.key.lanes;
    let spread = if step.key.body == Body::Sum { 1 } else { lanes };
    let (channels, start) = (channels / spread, step.start / lanes);
    for task in 0..count {
        for lane in 0..WORKGROUP {
            let (thread, block) = (lane / slots, task % blocks);
            let local = task / blocks * slots + lane % slots;
            let c = channel + local;
            for round in 0..rounds {
                let j = (block * rounds + round) * threads + thread;
                let k = term + j;
                let at = (k / inner * channels + c) * inner + k % inner;
                if local < live && j < terms && at >= first && at - first < len {
                    assert!(c < channels);
                    assert!(at <= u64::from(u32::MAX));
                    for lane in 0..lanes {
                        let element = (start + at - first) * lanes + lane;
                        let (channel, of) = (c * spread + lane % spread, to + c * blocks + block);
                        out[(of * spread + lane % spread) as usize] += value(element, channel);
                    }
                }
            }
        }
    }
}

/// Every element is added to its channel once; whether there is a plan.
pub(super) fn sums_hold(numbers: &mut Numbers<'_>) -> bool {
    let limits = limits(numbers);
    let extent = Extent { outer: numbers.below(30), channels: 1 + numbers.below(60), inner: 1 + numbers.below(300) };
    let len = extent.len().unwrap();
    let storage = numbers.pick(&Storage::ALL);
    let mut at = Placement::new(&limits);
    at.offsets[Slot::A as usize] = numbers.below(1000) * storage.bytes();
    at.offsets[Slot::B as usize] = numbers.below(1000) * storage.bytes();
    let tensors = [Slot::A, Slot::B].map(|slot| (slot, storage));
    let Ok(plan) = sums(&tensors, extent, Terms { packs: true, each: 1, halves: None }, &at) else {
        // Partial sums that one binding cannot hold are refused, not split.
        assert!(extent.channels * 2 * len.div_ceil(64) > limits.binding / 4 / 4, "{extent:?}, {limits:?}");
        return false;
    };
    let mut partials = vec![0; plan.partials as usize];
    for step in &plan.steps {
        let ranges = [Slot::A, Slot::B].map(|slot| {
            at.range(slot, slot, step.start * storage.bytes(), step.len * storage.bytes(), storage.bytes())
        });
        check_limits(&step.dispatch(ranges.to_vec()), &limits);
        // Element numbers as values: a double or a missing one shows in the sum.
        let value = |element: u64, channel: u64| {
            assert_eq!(element / extent.inner % extent.channels, channel, "{extent:?}, {limits:?}");
            element * element + 1
        };
        run_sum(step, &value, &mut partials);
    }
    let mut totals = vec![0; extent.channels as usize];
    check_limits(&plan.total.dispatch(Vec::new()), &limits);
    run_sum(&plan.total, &|element, _| partials[element as usize], &mut totals);
    let mut expected = vec![0; extent.channels as usize];
    (0..len).for_each(|e| expected[(e / extent.inner % extent.channels) as usize] += e * e + 1);
    assert_eq!(totals, expected, "{extent:?} with {limits:?}");
    true
}

#[test]
fn sums_add_every_element_to_its_channel_once() {
    let mut numbers = Numbers::seeded(2);
    let refused = (0..120).filter(|_| !sums_hold(&mut numbers)).count();
    assert!(refused < 60, "{refused} of 120 cases proved nothing");
}

#[test]
fn two_packs_go_to_an_invocation_where_tuning_has_it() {
    let (large, odd) = (1 << 20, (1 << 20) + 1025);
    let relu = Spec::forward(&RELU);
    let half = relu.storages(Storage::F16, Storage::F32);
    for (spec, tuning, len, offset, expected) in [
        (relu, Tuning::SOFTWARE, large, 0, true),
        (relu, Tuning::SOFTWARE, odd, 256, true),
        (half, Tuning::SOFTWARE, odd, 0, true),
        (relu, Tuning::SOFTWARE, 100_000_000, 0, true),
        (relu, Tuning::SOFTWARE, 1 << 17, 0, false),
        (relu, Tuning::SOFTWARE, large, 16, false),
        (relu, Tuning::DISCRETE, large, 0, false),
    ] {
        let (limits, extent) = (Limits { groups: 1000, tuning, ..Limits::default() }, Extent::from(len));
        let mut at = Placement::new(&limits);
        at.offsets[Slot::Out as usize] = offset;
        let mut start = 0;
        for dispatch in spec.plan_at(extent, 0, len as u64, 0, &at).unwrap().dispatches {
            check_limits(&dispatch, &limits);
            let packs = u64::from(dispatch.args[0]);
            let case = format!("{len} elements at byte {offset}: {dispatch:?}");
            assert_eq!(dispatch.key.doubled, expected && packs >= 1 << 16, "{case}");
            let groups = u64::from(dispatch.groups[0]) * u64::from(dispatch.groups[1]);
            let each = WORKGROUP * (1 + u64::from(dispatch.key.doubled));
            assert!((groups - u64::from(dispatch.groups[0])) * each < packs && packs <= groups * each, "{case}");
            assert_eq!(dispatch.args[1], dispatch.groups[0], "{case}");
            assert!(!dispatch.key.doubled || dispatch.ranges.iter().all(|range| range.at == 0), "{case}");
            start += packs * dispatch.key.lanes;
        }
        assert_eq!(start, len as u64);
    }
}

#[test]
fn impossible_sizes_are_refused() {
    let limits = Limits::default();
    let channels = Extent { outer: 1, channels: 1 << 28, inner: 1 };
    let at = Placement::new(&limits);
    assert!(
        sums(
            &[(Slot::A, Storage::F32), (Slot::B, Storage::F32)],
            channels,
            Terms { packs: true, each: 1, halves: None },
            &at
        )
        .is_err(),
        "partial sums beyond a binding"
    );
    let tensor = Extent { outer: 1 << 40, channels: 1, inner: 1 };
    let relu = Spec::forward(&RELU);
    let steps = steps(&relu, 1 << 34, 0, tensor, false, &at).unwrap();
    assert_eq!(steps.len(), 512, "64 GiB in windows of 128 MiB");
    assert!(Extent::along(&[usize::MAX, usize::MAX], 0).is_err());
    assert!(Extent::along(&[2, 3], 2).is_err() && Extent::along(&[2, 3], -3).is_err());
}
