//! What a function makes of real pre-activations.

use wgpu_activations::{Extent, Gpu, Halves, Mixed, Op};

use crate::error::{Error, Result};

/// Below this size a derivative counts as saturated.
pub const FLAT: f64 = 1e-3;

/// Numbers in bins of the same width.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Histogram {
    /// From where to where.
    pub range: [f64; 2],
    /// How many lie in each bin.
    pub counts: Vec<u64>,
}

/// Numbers before or behind a function.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Side {
    /// The mean of those that are finite.
    pub mean: f64,
    /// Their variance.
    pub variance: f64,
    /// The share of zeros.
    pub zeros: f64,
    /// How many are infinite or NaN.
    pub not_finite: u64,
    /// The finite ones.
    pub histogram: Histogram,
}

/// What a function makes of numbers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Stats {
    /// The function.
    pub function: &'static str,
    /// The numbers that it gets.
    pub before: Side,
    /// The numbers that it gives.
    pub after: Side,
    /// The share of derivatives that are 0.
    pub dead: f64,
    /// The share of derivatives below [`FLAT`], zeros among them.
    pub saturated: f64,
    /// The columns whose derivative is 0 in every row, of a gate along both its numbers: dead units.
    pub dead_columns: Vec<usize>,
}

/// Bins of a histogram.
const BINS: usize = 60;

impl Stats {
    /// Of rows of so many columns, one for each unit; of a gate, two: the first half and then the second.
    ///
    /// ```no_run
    /// use wgpu_activations::{Gpu, activation::RELU};
    /// use wgpu_activations_studies::stats::Stats;
    /// let stats = Stats::of(&Gpu::new()?, &RELU, &[], &[-1.0, 2.0, -3.0, 4.0], 2)?;
    /// assert_eq!((stats.after.zeros, stats.dead_columns), (0.5, vec![0]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Data`] for no numbers, or none that fill rows; what the library reports.
    pub fn of(gpu: &Gpu, function: impl Into<Op>, params: &[f32], x: &[f32], columns: usize) -> Result<Self> {
        let function = function.into();
        if x.is_empty() || columns == 0 || !x.len().is_multiple_of(columns) {
            let reason = format!("{} numbers make no rows of {columns}: there is nothing to tell", x.len());
            return Err(Error::Data { reason });
        }
        let mut with = if params.is_empty() { function.into() } else { function.with(params) };
        let taken = match function {
            Op::Activation(of) if Mixed::parts(of).is_some() => return Err(Error::Mixture { function: of.name }),
            Op::Activation(_) => 1,
            Op::Gate(_) => {
                with = with.halves(Extent::along(&[x.len() / columns, columns], -1)?, Halves::Split);
                2
            }
            _ => return Err(Error::Kind { function: function.name() }),
        };
        let y = gpu.forward(&with, x)?;
        let slopes = gpu.backward(&with, x, &vec![1.0; y.len()])?;
        let share = |count: usize| count as f64 / x.len() as f64;
        let mut alive = vec![false; columns];
        for row in slopes.chunks_exact(columns) {
            alive.iter_mut().zip(row).for_each(|(alive, &slope)| *alive |= slope != 0.0);
        }
        Ok(Self {
            function: function.name(),
            before: side(x),
            after: side(&y),
            dead: share(slopes.iter().filter(|&&slope| slope == 0.0).count()),
            saturated: share(slopes.iter().filter(|slope| f64::from(slope.abs()) < FLAT).count()),
            dead_columns: (0..columns / taken)
                .filter(|unit| alive.iter().skip(*unit).step_by(columns / taken).all(|alive| !alive))
                .collect(),
        })
    }
}

fn side(values: &[f32]) -> Side {
    let finite = || values.iter().filter(|v| v.is_finite()).map(|&v| f64::from(v));
    let count = finite().count();
    let mean = finite().sum::<f64>() / count as f64;
    let variance = finite().map(|v| (v - mean).powi(2)).sum::<f64>() / count as f64;
    let (low, high) = finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    let mut counts = vec![0; BINS];
    for value in finite() {
        let place = (value - low) / (high - low).max(f64::MIN_POSITIVE) * BINS as f64;
        counts[(place as usize).min(BINS - 1)] += 1;
    }
    Side {
        mean,
        variance,
        zeros: values.iter().filter(|&&v| v == 0.0).count() as f64 / values.len() as f64,
        not_finite: (values.len() - count) as u64,
        histogram: Histogram { range: [low, high], counts },
    }
}
