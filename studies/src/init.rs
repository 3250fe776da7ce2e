//! Random weights.

use std::fmt;
use std::str::FromStr;

use rand::Rng;
use rand_distr::StandardNormal;
use wgpu_activations::gate::Output;
use wgpu_activations::{Activation, Gpu, Mixed, Op};

use crate::error::{Error, Result};
use crate::gain::values;
use crate::quadrature::mean;

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
    /// Variance gain² / inputs with the function's own forward gain: E[f(z)²] stays 1 for z ~ N(0, 1), and E[g(a, b)²] for
    /// both halves of a gate.
    Matched,
}

impl Init {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Xavier, Self::He, Self::Lecun, Self::Orthogonal, Self::Matched];

    /// What weights are multiplied by for inputs that are values of this function: its forward gain where that is asked for. A
    /// first layer, whose inputs are none, takes 1.
    ///
    /// # Errors
    /// As [`Gain::of`](crate::gain::Gain::of); [`Error::Undefined`] for a function without a gain; what the library reports of
    /// a function without a reference, whose values the GPU gives.
    pub fn scale(self, gpu: &Gpu, function: impl Into<Op>, params: &[f32]) -> Result<f64> {
        let function = function.into();
        match self {
            Self::Xavier | Self::He | Self::Lecun => Ok(1.0),
            Self::Orthogonal | Self::Matched => {
                let moment = match function {
                    Op::Activation(of) if !of.has_reference() => sampled(gpu, of, params)?,
                    _ => second_moment(function, params)?,
                };
                let gain = moment.powf(-0.5);
                if gain.is_finite() { Ok(gain) } else { Err(Error::Undefined { function: function.name() }) }
            }
        }
    }

    /// Weights of a layer, `outputs` rows of `inputs`, times a [`scale`](Self::scale).
    pub fn weights(self, scale: f64, [outputs, inputs]: [usize; 2], rng: &mut impl Rng) -> Vec<f32> {
        let deviation = scale
            * match self {
                Self::Xavier => (2.0 / (inputs + outputs) as f64).sqrt(),
                Self::He => (2.0 / inputs as f64).sqrt(),
                Self::Lecun | Self::Matched => (1.0 / inputs as f64).sqrt(),
                Self::Orthogonal => 1.0,
            };
        let mut values: Vec<f64> = rng.sample_iter(StandardNormal).take(outputs * inputs).collect();
        if self == Self::Orthogonal {
            orthogonalize(&mut values, outputs, inputs);
        }
        values.into_iter().map(|v| (deviation * v) as f32).collect()
    }
}

/// E[f(z)²] for z ~ N(0, 1); of a gate, E[g(a, b)²].
fn second_moment(function: Op, params: &[f32]) -> Result<f64> {
    if let Op::Activation(of) = function
        && let Some(parts) = Mixed::parts(of)
    {
        // Parts of a mixture have as many units each.
        let moments = parts.iter().map(|part| second_moment(part.op(), part.params())).collect::<Result<Vec<_>>>()?;
        return Ok(moments.iter().sum::<f64>() / moments.len() as f64);
    }
    let given = values(function, params)?;
    Ok(match function {
        Op::Activation(of) => mean(1.0, &(of.kinks)(&given), |z| (of.value)(z, &given).powi(2)),
        Op::Gate(of) => {
            let [along_a, along_b] = of.kinks(&given);
            mean(1.0, &along_a, |a| mean(1.0, &along_b, |b| of.eval(Output::Y, a, b, &given).powi(2)))
        }
        _ => return Err(Error::Kind { function: function.name() }),
    })
}

/// E[f(z)²] from values of the GPU in the middles of 2^18 cells, to their error and about 1e-9 of the moment at kinks.
fn sampled(gpu: &Gpu, function: &'static Activation, params: &[f32]) -> Result<f64> {
    const CELLS: u32 = 1 << 18;
    /// Beyond it there is less than 1e-31.
    const REACH: f64 = 12.0;
    let width = 2.0 * REACH / f64::from(CELLS);
    let z: Vec<f32> = (0..CELLS).map(|k| ((f64::from(k) + 0.5) * width - REACH) as f32).collect();
    let y = if params.is_empty() { gpu.forward(function, &z)? } else { gpu.forward(function.with(params), &z)? };
    let density = |z: f64| (-0.5 * z * z).exp() * width / (2.0 * std::f64::consts::PI).sqrt();
    Ok(z.iter().zip(y).map(|(&z, y)| density(f64::from(z)) * f64::from(y).powi(2)).sum())
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
    use crate::gain::Gain;
    use rand::SeedableRng;
    use wgpu_activations::activation::TANH;
    use wgpu_activations::gate::{BILINEAR, REGLU, SITU_GLU, SWIGLU, SWIGLU_CLAMP};
    use wgpu_activations::row::SOFTMAX;

    #[test]
    fn weights_have_their_variance() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
        for (init, scale, variance) in [
            (Init::Xavier, 1.0, 2.0 / 700.0),
            (Init::He, 1.0, 2.0 / 400.0),
            (Init::Lecun, 1.0, 1.0 / 400.0),
            (Init::Matched, 2f64.sqrt(), 2.0 / 400.0),
        ] {
            let weights = init.weights(scale, [300, 400], &mut rng);
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
            let gain = Gain::of(&TANH, &[], 1.0, 0.0).unwrap().gain;
            assert!((second_moment((&TANH).into(), &[]).unwrap() - gain.powi(-2)).abs() < 1e-12);
            let weights = Init::Orthogonal.weights(gain, shape, &mut rng);
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

    #[test]
    fn gates_have_a_gain() {
        let moment = |gate: &'static wgpu_activations::Gate| second_moment(gate.into(), &[]).unwrap();
        assert!((moment(&BILINEAR) - 1.0).abs() < 1e-12 && (moment(&REGLU) - 0.5).abs() < 1e-12);
        let silu = Gain::of(&wgpu_activations::activation::SILU, &[], 1.0, 0.0).unwrap().second_moment;
        assert!((moment(&SWIGLU) - silu).abs() < 1e-12);
        // Forms of their own, by random numbers.
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(3);
        let mut normal = || rng.sample::<f64, _>(StandardNormal);
        for gate in [&SWIGLU_CLAMP, &SITU_GLU] {
            let params = values(gate, &[]).unwrap();
            let count = 400_000;
            let sum: f64 = (0..count).map(|_| gate.eval(Output::Y, normal(), normal(), &params).powi(2)).sum();
            let (found, expected) = (moment(gate), sum / f64::from(count));
            assert!((found / expected - 1.0).abs() < 0.05, "{}: {found} for {expected}", gate.name);
        }
        assert!(matches!(second_moment((&SOFTMAX).into(), &[]), Err(Error::Kind { function: "softmax" })));
    }
}
