//! The planner against its promises: whatever the lengths and limits, every element is covered once, and nothing asks
//! for more than the device allows. The kernels' index arithmetic is repeated here in plain loops.

use super::numbers::Numbers;
use super::steps::{Args, Limits, Step, elementwise, sums};
use super::{Call, Form, Site, Slot, Spec, WORKGROUP};
use crate::activation::RELU;
use crate::tensor::{Extent, Storage};

fn limits(numbers: &mut Numbers<'_>) -> Limits {
    Limits {
        // Two aligned windows, at least.
        binding: 512 + numbers.below(40_000),
        alignment: numbers.pick(&[4, 16, 32, 256]),
        groups: 4 + numbers.below(40),
        buffers: 8,
        software: numbers.below(2) == 0,
    }
}

fn check_limits(call: &Call, limits: &Limits) {
    for range in &call.ranges {
        assert!(range.offset.is_multiple_of(limits.alignment), "{call:?} starts off an alignment, {limits:?}");
        assert!(range.size > 0 && range.size <= limits.binding, "{call:?} binds too much, {limits:?}");
        assert!(range.size.is_multiple_of(4), "{call:?} binds part of a word, {limits:?}");
    }
    assert!(call.groups.iter().all(|&g| g > 0 && u64::from(g) <= limits.groups), "{call:?} is too wide, {limits:?}");
}

/// The elements that a call writes, with the channel each of them gets; its tensors lie where the others' do.
fn written(call: &Call, spec: &Spec, site: &Site<'_>) -> Vec<(u64, u64)> {
    let Args { count, start, channels, inner, .. } = bytemuck::cast(call.args);
    let (count, lanes) = (u64::from(count), spec.lanes(call.variant));
    let threads = u64::from(call.groups[0]) * u64::from(call.groups[1]) * WORKGROUP * (1 + u64::from(call.form.first));
    assert!(threads >= count, "{call:?} runs too few threads");
    let first = |slot| {
        let range = call.ranges.iter().find(|r| r.binding == slot).unwrap();
        let bytes = spec.stored(slot).bytes();
        let each = if call.form.loose { bytes } else { lanes * bytes };
        let byte = range.offset + range.at * each;
        assert!(byte + count * lanes * bytes <= range.offset + range.size, "{call:?} reaches beyond its binding");
        assert!(byte >= site.offsets[slot as usize] && byte % bytes == 0, "{call:?} begins before its tensor");
        (byte - site.offsets[slot as usize]) / bytes
    };
    let element = first(Slot::Out);
    assert_eq!(first(Slot::A), element, "{call:?}");
    let channel = |k| (u64::from(start) + k) / u64::from(inner) % u64::from(channels);
    (0..count * lanes).map(|k| (element + k, channel(k))).collect()
}

/// Every element is written once, with its channel; how many calls are for tensors that begin anywhere.
pub(super) fn map_holds(numbers: &mut Numbers<'_>) -> usize {
    let mut loose = 0;
    let limits = limits(numbers);
    let most = numbers.pick(&[2, 60]);
    let (channels, inner) = (1 + numbers.below(most), 1 + numbers.below(most / 2));
    let extent = Extent { outer: numbers.below(40), channels, inner };
    let len = extent.len().unwrap();
    let base = numbers.below(1000);
    let [input, output] = [(); 2].map(|()| numbers.pick(&Storage::ALL));
    let spec = Spec::forward(&RELU).storages(input, output);
    let mut site = Site::new(&limits);
    let anywhere = numbers.below(2) == 1;
    for slot in [Slot::A, Slot::Out].into_iter().filter(|_| anywhere) {
        site.offsets[slot as usize] = numbers.below(3000) * spec.stored(slot).bytes();
    }
    let mut seen = vec![0u8; len as usize];
    for call in spec.plan(extent, base, len, 0, &site).unwrap().calls {
        check_limits(&call, &limits);
        loose += usize::from(call.form.loose);
        let written = written(&call, &spec, &site);
        if output != Storage::F32 && spec.lanes(call.variant) == 1 {
            assert_eq!(written.len(), 1, "several invocations write one word");
        } else if output != Storage::F32 {
            let byte = site.offsets[Slot::Out as usize] + written[0].0 * 2;
            assert!(byte.is_multiple_of(4), "{call:?} writes parts of words");
        }
        for (element, channel) in written {
            seen[element as usize] += 1;
            let expected = (base + element) / extent.inner % extent.channels;
            assert_eq!(channel, expected, "element {element} of {extent:?}, {limits:?}");
        }
    }
    assert!(seen.iter().all(|&n| n == 1), "{extent:?} with {limits:?} is not covered once");
    loose
}

#[test]
fn elementwise_steps_cover_every_element_once() {
    let mut numbers = Numbers::seeded(1);
    let loose: usize = (0..600).map(|_| map_holds(&mut numbers)).sum();
    assert!(loose > 300, "{loose} calls on tensors that begin anywhere");
}

/// Adds up what the sum kernel adds: `value(element, channel)` into `out`.
fn run_sum(step: &Step, value: &dyn Fn(u64, u64) -> u64, out: &mut [u64]) {
    let a = step.args;
    let [count, first, channels, inner] = [a.count, a.start, a.channels, a.inner].map(u64::from);
    let [len, channel, live] = [a.len, a.channel, a.live].map(u64::from);
    let [term, terms, blocks, rounds] = [a.term, a.terms, a.blocks, a.rounds].map(u64::from);
    let [threads, to] = [a.threads, a.to].map(u64::from);
    assert!(len <= step.len, "{a:?} reads beyond its window");
    assert!(threads.is_power_of_two() && threads <= WORKGROUP, "{a:?}");
    assert!(u64::from(step.groups[0]) * u64::from(step.groups[1]) >= count, "{a:?}");
    let slots = WORKGROUP / threads;
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
                    out[(to + c * blocks + block) as usize] += value(step.start + at - first, c);
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
    let mut site = Site::new(&limits);
    site.offsets[Slot::A as usize] = numbers.below(1000) * storage.bytes();
    site.offsets[Slot::B as usize] = numbers.below(1000) * storage.bytes();
    let Ok(plan) = sums(len, extent, storage, &site) else {
        // Partial sums that one binding cannot hold are refused, not split.
        assert!(extent.channels * 2 * len.div_ceil(64) > limits.binding / 4 / 4, "{extent:?}, {limits:?}");
        return false;
    };
    let mut partials = vec![0; plan.partials as usize];
    for step in &plan.steps {
        let ranges = [Slot::A, Slot::B].map(|slot| {
            site.range(slot, slot, step.start * storage.bytes(), step.len * storage.bytes(), storage.bytes())
        });
        check_limits(&step.call(Form::default(), ranges.to_vec()), &limits);
        // Element numbers as values: a double or a missing one shows in the sum.
        let value = |element: u64, channel: u64| {
            assert_eq!(element / extent.inner % extent.channels, channel, "{extent:?}, {limits:?}");
            element * element + 1
        };
        run_sum(step, &value, &mut partials);
    }
    let mut totals = vec![0; extent.channels as usize];
    check_limits(&plan.total.call(Form::default(), Vec::new()), &limits);
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
fn two_packs_go_to_an_invocation_where_that_pays() {
    let limits = |software| Limits { binding: 128 << 20, alignment: 256, groups: 1000, buffers: 8, software };
    let (large, odd) = (1 << 20, (1 << 20) + 1025);
    let relu = Spec::forward(&RELU);
    let half = relu.storages(Storage::F16, Storage::F32);
    for (spec, software, len, offset, expected) in [
        (relu, true, large, 0, true),
        (relu, true, odd, 256, true),
        (half, true, odd, 0, true),
        (relu, true, 100_000_000, 0, true),
        (relu, true, 1 << 17, 0, false),
        (relu, true, large, 16, false),
        (relu, false, large, 0, false),
    ] {
        let (limits, extent) = (limits(software), Extent { outer: len, channels: 1, inner: 1 });
        let mut site = Site::new(&limits);
        site.offsets[Slot::Out as usize] = offset;
        let mut start = 0;
        for call in spec.plan(extent, 0, len, 0, &site).unwrap().calls {
            check_limits(&call, &limits);
            let case = format!("{len} elements at byte {offset}, software {software}: {call:?}");
            assert_eq!(call.form.first, expected && call.args[0] >= 1 << 16, "{case}");
            let packs = u64::from(call.args[0]);
            let groups = u64::from(call.groups[0]) * u64::from(call.groups[1]);
            let each = WORKGROUP * (1 + u64::from(call.form.first));
            assert!((groups - u64::from(call.groups[0])) * each < packs && packs <= groups * each, "{case}");
            assert!(
                call.args[1] == call.groups[0] && (!call.form.first || call.ranges.iter().all(|r| r.at == 0)),
                "{case}"
            );
            start += packs * spec.lanes(call.variant);
        }
        assert_eq!(start, len);
    }
}

#[test]
fn impossible_sizes_are_refused() {
    let limits = Limits { binding: 128 << 20, alignment: 256, groups: 65_535, buffers: 8, software: false };
    let channels = Extent { outer: 1, channels: 1 << 28, inner: 1 };
    let site = Site::new(&limits);
    assert!(sums(1 << 28, channels, Storage::F32, &site).is_err(), "partial sums beyond a binding");
    let tensor = Extent { outer: 1 << 40, channels: 1, inner: 1 };
    let relu = Spec::forward(&RELU);
    let (_, steps) = elementwise(&relu, 1 << 34, 0, tensor, &site).unwrap();
    assert_eq!(steps.len(), 512, "64 GiB in windows of 128 MiB");
    assert!(Extent::along(&[usize::MAX, usize::MAX], 0).is_err());
    assert!(Extent::along(&[2, 3], 2).is_err() && Extent::along(&[2, 3], -3).is_err());
}
