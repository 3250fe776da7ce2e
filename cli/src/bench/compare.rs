//! Whether a function became slower: a statistic of two sets of samples.
//!
//! A sample is the time of a call over that of a copying kernel in the same repetition, so a machine that is busy, or whose
//! clock is lower, slows both. What is left of that is noise with heavy tails; medians and a bootstrap take it as it is.

use std::fmt;

/// Changes up to here do not matter.
const THRESHOLD: f64 = 0.05;
/// Fewer samples than these decide nothing.
pub(super) const LEAST: usize = 7;
/// What lies between two processes even if nothing changed, in logarithms: the interval is wider by this much on either side.
/// With a software driver, whose copies and calls do not lose quite the same to other work, rows were seen up to 6 % apart
/// on a busy machine and on an idle one; with this, 8 % and the noise are needed for a verdict.
const DRIFT: f64 = 0.03;
/// Samples drawn anew for the interval, and the part of them that it leaves out on either side.
const RESAMPLES: usize = 2000;
const OUTSIDE: f64 = 0.005;
const SEED: u64 = 0x5eed;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Slower,
    Faster,
    Same,
    Undecided,
}

impl Verdict {
    pub(super) const ALL: [Self; 4] = [Self::Slower, Self::Faster, Self::Same, Self::Undecided];
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Slower => "slower",
            Self::Faster => "faster",
            Self::Same => "same",
            Self::Undecided => "undecided",
        })
    }
}

/// How much longer a call takes, as a part of what it took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Change {
    /// 0.2 is a fifth longer.
    pub(super) change: f64,
    /// Where the change lies with 99 %.
    pub(super) interval: [f64; 2],
    pub(super) verdict: Verdict,
}

impl Change {
    /// The change from the ratios of `before` to those of all rounds together. That something is slower or faster, every
    /// round must say on its own as well: what a single one says may be the place of its tensors.
    pub(super) fn of(before: &[f64], rounds: &[&[f64]]) -> Self {
        let logs = |ratios: &[f64]| -> Vec<f64> { ratios.iter().map(|ratio| ratio.ln()).collect() };
        let (before, after) = (logs(before), logs(&rounds.concat()));
        let difference = median(&mut after.clone()) - median(&mut before.clone());
        let [low, high] = interval(&before, &after).map(f64::exp_m1);
        let change = difference.exp_m1();
        let enough = before.len().min(after.len()) >= LEAST && before.iter().chain(&after).all(|log| log.is_finite());
        let agree = rounds.iter().all(|round| {
            let alone = (median(&mut logs(round)) - median(&mut before.clone())).exp_m1();
            alone.signum() == change.signum() && alone.abs() > THRESHOLD
        });
        let verdict = match () {
            () if !enough => Verdict::Undecided,
            () if low > THRESHOLD && agree => Verdict::Slower,
            () if high < -THRESHOLD && agree => Verdict::Faster,
            () if low >= -THRESHOLD && high <= THRESHOLD => Verdict::Same,
            () => Verdict::Undecided,
        };
        Self { change, interval: [low, high], verdict }
    }

    /// Whether more samples may show a change that matters.
    pub(super) fn suspect(&self) -> bool {
        self.verdict != Verdict::Same && self.change.abs() > THRESHOLD
    }
}

/// The difference of the medians of two sets of logarithms: the bootstrap's interval, and the drift.
fn interval(before: &[f64], after: &[f64]) -> [f64; 2] {
    if before.is_empty() || after.is_empty() {
        return [f64::NAN; 2];
    }
    let mut random = Random(SEED);
    let mut differences: Vec<f64> =
        (0..RESAMPLES).map(|_| resampled(after, &mut random) - resampled(before, &mut random)).collect();
    let [low, high] = inner(&mut differences);
    [low - DRIFT, high + DRIFT]
}

/// How far the median of some ratios may be from that of all there could be: half the bootstrap's interval.
pub(super) fn noise(ratios: &[f64]) -> f64 {
    if ratios.is_empty() {
        return f64::NAN;
    }
    let logs: Vec<f64> = ratios.iter().map(|ratio| ratio.ln()).collect();
    let mut random = Random(SEED);
    let mut medians: Vec<f64> = (0..RESAMPLES).map(|_| resampled(&logs, &mut random)).collect();
    let [low, high] = inner(&mut medians);
    (high - low) / 2.0
}

/// The median of as many samples, drawn from these with replacement.
fn resampled(from: &[f64], random: &mut Random) -> f64 {
    median(&mut from.iter().map(|_| from[random.below(from.len())]).collect::<Vec<_>>())
}

/// The ends of what the bootstrap does not leave out.
fn inner(values: &mut [f64]) -> [f64; 2] {
    values.sort_by(f64::total_cmp);
    let left_out = (OUTSIDE * values.len() as f64) as usize;
    [values[left_out], values[values.len() - 1 - left_out]]
}

/// The middle, or that of the two numbers about it; NaN if there are none.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        n => (values[(n - 1) / 2] + values[n / 2]) / 2.0,
    }
}

/// SplitMix64: the same numbers in every run, so the same samples give the same verdict.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In (0, 1).
    fn uniform(random: &mut Random) -> f64 {
        ((random.next() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    fn normal(random: &mut Random) -> f64 {
        let radius = (-2.0 * uniform(random).ln()).sqrt();
        radius * (std::f64::consts::TAU * uniform(random)).cos()
    }

    /// So many ratios about 1.5 times `factor`, with 5 % of noise.
    fn ratios(random: &mut Random, count: usize, factor: f64) -> Vec<f64> {
        (0..count).map(|_| 1.5 * factor * (0.05 * normal(random)).exp()).collect()
    }

    #[test]
    fn the_same_data_are_the_same() {
        let data: Vec<f64> = (0..15).map(|k| 1.5 + 0.002 * f64::from(k)).collect();
        let change = Change::of(&data, &[&data]);
        assert_eq!((change.change, change.verdict), (0.0, Verdict::Same));
        assert!(change.interval[0] < 0.0 && 0.0 < change.interval[1]);
        assert_eq!(Change::of(&data, &[&data]), change);
    }

    #[test]
    fn a_fifth_is_found_behind_noise() {
        for seed in 0..50 {
            let mut random = Random(seed);
            let before = ratios(&mut random, 40, 1.0);
            let slow = ratios(&mut random, 40, 1.2);
            let change = Change::of(&before, &[&slow]);
            assert_eq!(change.verdict, Verdict::Slower, "{seed}: {change:?}");
            let back = Change::of(&slow, &[&before]);
            assert_eq!(back.verdict, Verdict::Faster, "{seed}: {back:?}");
        }
    }

    #[test]
    fn few_samples_decide_nothing() {
        let (one, two) = ([1.0; LEAST], [2.0; LEAST]);
        for count in 0..LEAST {
            assert_eq!(Change::of(&one[..count], &[&two]).verdict, Verdict::Undecided, "{count}");
            assert_eq!(Change::of(&one, &[&two[..count]]).verdict, Verdict::Undecided, "{count}");
        }
        assert_eq!(Change::of(&one, &[&two]).verdict, Verdict::Slower);
        assert_eq!(Change::of(&one, &[&two[..4], &two[4..]]).verdict, Verdict::Slower);
    }

    /// Ratios of which one in five is several times too large, as beside other work.
    #[test]
    fn heavy_tails_are_no_change() {
        let disturbed = |random: &mut Random| -> Vec<f64> {
            let tail = |random: &mut Random| if uniform(random) < 0.2 { uniform(random).powf(-0.7) } else { 1.0 };
            ratios(random, 15, 1.0).iter().map(|ratio| ratio * tail(random)).collect()
        };
        for seed in 0..1000 {
            let mut random = Random(seed);
            let (before, after) = (disturbed(&mut random), disturbed(&mut random));
            let change = Change::of(&before, &[&after]);
            assert!(matches!(change.verdict, Verdict::Same | Verdict::Undecided), "{seed}: {change:?}");
        }
    }

    #[test]
    fn noise_shrinks_with_more_samples() {
        let mut random = Random(1);
        let all = ratios(&mut random, 400, 1.0);
        let [few, many] = [noise(&all[..20]), noise(&all)];
        assert!(0.0 < many && many < 0.5 * few && few < 0.1, "{few} {many}");
        assert!(noise(&[1.5; 9]) == 0.0 && noise(&[]).is_nan());
    }

    #[test]
    fn every_round_must_agree() {
        let (before, slow, usual) = ([1.0; 15], [1.5; 15], [1.0; 9]);
        let change = Change::of(&before, &[&slow, &usual]);
        assert!(change.verdict == Verdict::Undecided && change.suspect(), "{change:?}");
        let change = Change::of(&before, &[&slow, &slow]);
        assert!(change.verdict == Verdict::Slower && change.suspect(), "{change:?}");
    }

    #[test]
    fn what_is_no_number_decides_nothing() {
        for wrong in [f64::NAN, 0.0, f64::INFINITY] {
            assert_eq!(Change::of(&[wrong; 9], &[&[1.0; 9]]).verdict, Verdict::Undecided, "{wrong}");
        }
    }
}
