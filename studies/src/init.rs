//! Random weights.

use std::fmt;
use std::str::FromStr;

use rand::Rng;
use rand_distr::StandardNormal;
use wgpu_activations::{Activation, Mixed, Op, With};

use crate::error::{Error, Result};
use crate::gain::Gain;

/// How weights are drawn. Biases begin at 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Init {
    /// Variance 2 / (inputs + outputs) (Glorot and Bengio, 2010).
    Xavier,
    /// Variance 2 / inputs (He et al., 2015).
    He,
    /// Variance 1 / inputs (LeCun et al., 1998).
    Lecun,
    /// Orthogonal rows or columns (Saxe et al., 2014), times the function's forward gain.
    Orthogonal,
    /// Variance gain² / inputs with the function's own forward gain: E[f(z)²] stays 1 for z ~ N(0, 1).
    Matched,
}

impl Init {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Xavier, Self::He, Self::Lecun, Self::Orthogonal, Self::Matched];

    /// Weights of a layer whose inputs are values of this function, `outputs` rows of `inputs`.
    ///
    /// # Errors
    /// As [`Gain::of`] where the function's gain is asked for; [`Error::Undefined`] where it has none.
    pub fn weights(
        self,
        function: &'static Activation,
        params: &[f32],
        [outputs, inputs]: [usize; 2],
        rng: &mut impl Rng,
    ) -> Result<Vec<f32>> {
        let gain = || {
            // Parts of a mixture have as many units each.
            let moments = match Mixed::parts(function) {
                Some(parts) => parts.iter().map(second_moment).collect::<Result<Vec<_>>>()?,
                None => vec![Gain::of(function, params, 1.0, 0.0)?.second_moment],
            };
            let gain = (moments.iter().sum::<f64>() / moments.len() as f64).powf(-0.5);
            if gain.is_finite() { Ok(gain) } else { Err(Error::Undefined { function: function.name }) }
        };
        let deviation = match self {
            Self::Xavier => (2.0 / (inputs + outputs) as f64).sqrt(),
            Self::He => (2.0 / inputs as f64).sqrt(),
            Self::Lecun => (1.0 / inputs as f64).sqrt(),
            Self::Matched => gain()? / (inputs as f64).sqrt(),
            Self::Orthogonal => gain()?,
        };
        let mut values: Vec<f64> = rng.sample_iter(StandardNormal).take(outputs * inputs).collect();
        if self == Self::Orthogonal {
            orthogonalize(&mut values, outputs, inputs);
        }
        Ok(values.into_iter().map(|v| (deviation * v) as f32).collect())
    }
}

fn second_moment(part: &With<'_>) -> Result<f64> {
    let Op::Activation(of) = part.op() else { return Err(Error::Undefined { function: part.op().name() }) };
    Ok(Gain::of(of, part.params(), 1.0, 0.0)?.second_moment)
}

/// Makes rows orthonormal, or columns where there are fewer of these: Gram and Schmidt's way, twice for its rounding.
fn orthogonalize(values: &mut [f64], rows: usize, columns: usize) {
    let (count, length) = (rows.min(columns), rows.max(columns));
    let at = |vector: usize, k: usize| if rows <= columns { vector * columns + k } else { k * columns + vector };
    for _ in 0..2 {
        for vector in 0..count {
            for other in 0..vector {
                let product: f64 = (0..length).map(|k| values[at(vector, k)] * values[at(other, k)]).sum();
                (0..length).for_each(|k| values[at(vector, k)] -= product * values[at(other, k)]);
            }
            let norm: f64 = (0..length).map(|k| values[at(vector, k)].powi(2)).sum::<f64>().sqrt();
            (0..length).for_each(|k| values[at(vector, k)] /= norm);
        }
    }
}

impl fmt::Display for Init {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Xavier => "xavier",
            Self::He => "he",
            Self::Lecun => "lecun",
            Self::Orthogonal => "orthogonal",
            Self::Matched => "matched",
        })
    }
}

impl FromStr for Init {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names: Vec<String> = Self::ALL.iter().map(ToString::to_string).collect();
        let found = Self::ALL.into_iter().zip(&names).find(|(_, name)| *name == text);
        found.map(|(init, _)| init).ok_or_else(|| format!("{text:?} is none of {}", names.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use wgpu_activations::activation::{RELU, TANH};

    #[test]
    fn weights_have_their_variance() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
        for (init, variance) in [
            (Init::Xavier, 2.0 / 700.0),
            (Init::He, 2.0 / 400.0),
            (Init::Lecun, 1.0 / 400.0),
            (Init::Matched, 2.0 / 400.0),
        ] {
            let weights = init.weights(&RELU, &[], [300, 400], &mut rng).unwrap();
            let found = weights.iter().map(|&w| f64::from(w).powi(2)).sum::<f64>() / weights.len() as f64;
            assert!((found / variance - 1.0).abs() < 0.03, "{init}: {found} for {variance}");
            assert_eq!(init.to_string().parse(), Ok(init));
        }
        assert!("good".parse::<Init>().unwrap_err().contains("lecun"));
    }

    #[test]
    fn orthogonal_weights_keep_lengths() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(2);
        for shape in [[20, 30], [30, 20], [25, 25]] {
            let [rows, columns] = shape;
            let weights = Init::Orthogonal.weights(&TANH, &[], shape, &mut rng).unwrap();
            let gain = Gain::of(&TANH, &[], 1.0, 0.0).unwrap().gain;
            let at = |i: usize, j: usize| {
                f64::from(if rows <= columns { weights[i * columns + j] } else { weights[j * columns + i] }) / gain
            };
            for i in 0..rows.min(columns) {
                for k in 0..=i {
                    let product: f64 = (0..rows.max(columns)).map(|j| at(i, j) * at(k, j)).sum();
                    assert!((product - f64::from(u8::from(i == k))).abs() < 1e-5, "{shape:?} {i} {k}: {product}");
                }
            }
        }
    }
}
