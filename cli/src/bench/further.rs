//! Rounds beyond those that were asked for, where the samples of a row do not tell enough yet.

use anyhow::Result;
use wgpu_activations::{Gpu, Storage};

use super::collect::again;
use super::compare::{LEAST, noise};
use super::line::Line;
use super::saved::ratios;

/// How well the median of a row that is kept or compared should be known, as a part of it.
const NOISE: f64 = 0.02;
/// The most further rounds that this may take. On a busy machine a call takes one of a few times, by how many cores it got;
/// the median settles where its interval leaves the rarer ones out, at about 90 samples.
const ROUNDS: usize = 5;
/// The most samples of a row in such a round.
const SAMPLES: usize = 15;

/// More samples for rows that are still noisy. Rows with too few to be compared were meant to be quick, and stay so.
pub(super) fn settle(gpu: &Gpu, storage: Storage, lines: &mut [Line]) -> Result<()> {
    let first = lines.iter().map(|line| line.samples.len()).max().unwrap_or(0);
    for _ in 0..ROUNDS {
        let noisy = |line: &Line| {
            let by_device = line.gpu.as_ref().is_some_and(|m| m.by_device);
            line.samples.len() >= LEAST && noise(&ratios(&line.samples, by_device)) > NOISE
        };
        let which: Vec<usize> = (0..lines.len()).filter(|&k| noisy(&lines[k])).collect();
        if which.is_empty() {
            break;
        }
        further(gpu, storage, lines, &which, first.min(SAMPLES))?;
    }
    Ok(())
}

/// So many further samples of some lines, each size on tensors of its own.
pub(super) fn further(gpu: &Gpu, storage: Storage, lines: &mut [Line], which: &[usize], count: usize) -> Result<()> {
    let mut sizes: Vec<u64> = which.iter().map(|&k| lines[k].asked).collect();
    sizes.sort_unstable();
    sizes.dedup();
    for size in sizes {
        let these = lines.iter_mut().enumerate().filter(|(k, line)| line.asked == size && which.contains(k));
        again(gpu, storage, size, &mut these.map(|(_, line)| line).collect::<Vec<_>>(), count)?;
    }
    Ok(())
}
