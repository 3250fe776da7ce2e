//! Whether a function became slower: a statistic of two sets of samples.
//!
//! A sample is the time of a call over that of a copying kernel in the same repetition, so a machine that is busy, or whose
//! clock is lower, slows both. What is left of that is noise with heavy tails; medians and a bootstrap take it as it is.

use std::fmt;

/// Changes up to here do not matter.
const THRESHOLD: f64 = 0.05;
/// Fewer samples than these decide nothing.
pub(super) const LEAST: usize = 7;
/// What lies between two processes even if nothing changed: where memory and code happen to lie. The interval is wider by
/// this much, in logarithms, on either side.
const DRIFT: f64 = 0.02;
/// Samples drawn anew for the interval, and the part of them that it leaves out on either side.
const RESAMPLES: usize = 2000;
const OUTSIDE: f64 = 0.005;

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
    let mut random = Random(0x5eed);
    let mut drawn = |from: &[f64]| {
        let mut sample: Vec<f64> = from.iter().map(|_| from[random.below(from.len())]).collect();
        median(&mut sample)
    };
    let mut differences: Vec<f64> = (0..RESAMPLES).map(|_| drawn(after) - drawn(before)).collect();
    differences.sort_by(f64::total_cmp);
    let left_out = (OUTSIDE * RESAMPLES as f64) as usize;
    [differences[left_out] - DRIFT, differences[RESAMPLES - 1 - left_out] + DRIFT]
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
            let before = ratios(&mut random, 25, 1.0);
            let slow = ratios(&mut random, 25, 1.2);
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
