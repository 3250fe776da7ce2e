//! The planner against its promises: whatever the lengths and limits, every element is covered once, and nothing asks
//! for more than the device allows. The kernels' index arithmetic is repeated here in plain loops.

use super::steps::{Args, Limits, Step, elementwise, sums};
use super::{Extent, Spec, Storage, WORKGROUP};
use crate::activation::RELU;

/// Numerical Recipes' generator: the same cases in every run.
struct Random(u32);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u64::from(self.0 >> 8) % limit.max(1)
    }

    fn limits(&mut self) -> Limits {
        let alignment = [4, 16, 32, 256][self.below(4) as usize];
        Limits {
            // Two aligned windows, at least.
            binding: 512 + self.below(40_000),
            alignment,
            groups: 4 + self.below(40),
            buffers: 8,
            software: self.below(2) == 0,
        }
    }
}

fn check_limits(step: &Step, storage: Storage, limits: &Limits) {
    let (offset, size) = (step.start * storage.bytes(), storage.words(step.len));
    assert!(offset.is_multiple_of(limits.alignment), "{step:?} of {storage} starts off an alignment, {limits:?}");
    assert!(size > 0 && size <= limits.binding, "{step:?} of {storage} binds too much, {limits:?}");
    assert!(step.groups.iter().all(|&g| g > 0 && u64::from(g) <= limits.groups), "{step:?} is too wide, {limits:?}");
}

/// The elements that an elementwise step writes, with the channel each of them gets.
fn written(step: &Step, lanes: u64) -> impl Iterator<Item = (u64, u64)> {
    let Args { count, first, start, channels, inner, .. } = step.args;
    let threads = u64::from(step.groups[0]) * u64::from(step.groups[1]) * WORKGROUP;
    assert!(threads >= u64::from(count), "{step:?} runs too few threads");
    let offset = step.start;
    assert!((u64::from(first) + u64::from(count)) * lanes <= step.len, "{step:?} writes beyond its window");
    (0..u64::from(count) * lanes).map(move |k| {
        let element = u64::from(first) * lanes + k;
        let channel = (u64::from(start) + element) / u64::from(inner) % u64::from(channels);
        (offset + element, channel)
    })
}

#[test]
fn elementwise_steps_cover_every_element_once() {
    let mut random = Random(1);
    for _ in 0..400 {
        let limits = random.limits();
        let extent = Extent { outer: random.below(40), channels: 1 + random.below(60), inner: 1 + random.below(20) };
        let len = extent.len().unwrap();
        let base = random.below(1000);
        let [input, output] = [(); 2].map(|()| Storage::ALL[random.below(3) as usize]);
        let spec = Spec::forward(&RELU).storages(input, output);
        let mut seen = vec![0u8; len as usize];
        for step in elementwise(&spec, len, base, extent, &limits).unwrap() {
            [input, output].iter().for_each(|&storage| check_limits(&step, storage, &limits));
            if output != Storage::F32 && spec.lanes(step.variant) == 1 {
                assert_eq!(step.args.count, 1, "several invocations write one word");
            }
            for (element, channel) in written(&step, spec.lanes(step.variant)) {
                seen[element as usize] += 1;
                let expected = (base + element) / extent.inner % extent.channels;
                assert_eq!(channel, expected, "element {element} of {extent:?}, {limits:?}");
            }
        }
        assert!(seen.iter().all(|&n| n == 1), "{extent:?} with {limits:?} is not covered once");
    }
}

/// Adds up what the sum kernel adds: `value(element, channel)` into `out`.
fn run_sum(step: &Step, value: &dyn Fn(u64, u64) -> u64, out: &mut [u64]) {
    let a = step.args;
    let [count, first, channels, inner] = [a.count, a.first, a.channels, a.inner].map(u64::from);
    let [len, skip, channel, live] = [a.len, a.skip, a.channel, a.live].map(u64::from);
    let [term, terms, blocks, rounds] = [a.term, a.terms, a.blocks, a.rounds].map(u64::from);
    let [threads, to] = [a.threads, a.to].map(u64::from);
    assert!(skip + len <= step.len, "{a:?} reads beyond its window");
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
                    out[(to + c * blocks + block) as usize] += value(step.start + skip + at - first, c);
                }
            }
        }
    }
}

#[test]
fn sums_add_every_element_to_its_channel_once() {
    let mut random = Random(2);
    let mut refused = 0;
    for _ in 0..120 {
        let limits = random.limits();
        let extent = Extent { outer: random.below(30), channels: 1 + random.below(60), inner: 1 + random.below(300) };
        let len = extent.len().unwrap();
        let storage = Storage::ALL[random.below(3) as usize];
        let Ok(plan) = sums(len, extent, storage, &limits) else {
            // Partial sums that one binding cannot hold are refused, not split.
            assert!(extent.channels * 2 * len.div_ceil(64) > limits.binding / 4 / 4, "{extent:?}, {limits:?}");
            refused += 1;
            continue;
        };
        let mut partials = vec![0; plan.partials as usize];
        for step in &plan.steps {
            check_limits(step, storage, &limits);
            // Element numbers as values: a double or a missing one shows in the sum.
            let value = |element: u64, channel: u64| {
                assert_eq!(element / extent.inner % extent.channels, channel, "{extent:?}, {limits:?}");
                element * element + 1
            };
            run_sum(step, &value, &mut partials);
        }
        let mut totals = vec![0; extent.channels as usize];
        check_limits(&plan.total, Storage::F32, &limits);
        run_sum(&plan.total, &|element, _| partials[element as usize], &mut totals);
        let mut expected = vec![0; extent.channels as usize];
        (0..len).for_each(|e| expected[(e / extent.inner % extent.channels) as usize] += e * e + 1);
        assert_eq!(totals, expected, "{extent:?} with {limits:?}");
    }
    assert!(refused < 60, "{refused} of 120 cases proved nothing");
}

#[test]
fn impossible_sizes_are_refused() {
    let limits = Limits { binding: 128 << 20, alignment: 256, groups: 65_535, buffers: 8, software: false };
    let channels = Extent { outer: 1, channels: 1 << 28, inner: 1 };
    assert!(sums(1 << 28, channels, Storage::F32, &limits).is_err(), "partial sums beyond a binding");
    let tensor = Extent { outer: 1 << 40, channels: 1, inner: 1 };
    let relu = Spec::forward(&RELU);
    let steps = elementwise(&relu, 1 << 34, 0, tensor, &limits).unwrap();
    assert_eq!(steps.len(), 512, "64 GiB in windows of 128 MiB");
    assert!(Extent::along(&[usize::MAX, usize::MAX], 0).is_err());
    assert!(Extent::along(&[2, 3], 2).is_err() && Extent::along(&[2, 3], -3).is_err());
}
