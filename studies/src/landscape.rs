//! The output of a random net over a plane of inputs: what a function's smoothness becomes in depth.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use wgpu_activations::{Gpu, Op};

use crate::error::{Error, Result};
use crate::init::Init;
use crate::net::{Function, Matrix, Net, Weights, record, taken};

/// A net of two inputs and one output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// Hidden layers.
    pub depth: usize,
    /// Units of each.
    pub width: usize,
    /// Points along each side of the plane.
    pub side: usize,
    /// Inputs go from -reach to reach.
    pub reach: f64,
    /// From which all random numbers follow, the same for every function; weights are those times its gain.
    pub seed: u64,
}

impl Default for Setting {
    fn default() -> Self {
        Self { depth: 5, width: 16, side: 1024, reach: 4.0, seed: 0 }
    }
}

/// The standard deviation of biases, which move kinks off the middle.
const BIASES: f64 = 0.5;
/// Points at once.
const BATCH: usize = 1 << 15;
/// A slope jumps where it changes from one cell to the next by more than this part of its root mean square.
const JUMP: f64 = 0.1;

/// An output over a plane.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Landscape {
    /// The function.
    pub function: &'static str,
    /// Points along each side.
    pub side: usize,
    /// The outputs, line by line from the least second input to the largest.
    pub values: Vec<f32>,
    /// The share of cells where the slope jumps.
    pub roughness: f64,
    /// The mean size of the slope over the plane's side, in standard deviations of the output.
    pub variation: f64,
}

impl Landscape {
    /// The landscape of a net with this function behind each hidden layer.
    ///
    /// ```no_run
    /// use wgpu_activations::{Gpu, activation::{MISH, RELU}};
    /// use wgpu_activations_studies::landscape::{Landscape, Setting};
    /// let gpu = Gpu::new()?;
    /// let of = |function| Landscape::of(&gpu, function, &[], Setting::default());
    /// assert!(of(&RELU)?.roughness > of(&MISH)?.roughness);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Flow::of`](crate::flow::Flow::of).
    pub fn of(gpu: &Gpu, function: impl Into<Op>, params: &[f32], setting: Setting) -> Result<Self> {
        let function = function.into();
        let Setting { depth, width, side, reach, seed } = setting;
        for (what, value, least, most) in
            [("the depth", depth, 1, 1_000), ("the width", width, 1, 4_096), ("the side", side, 4, 8_192)]
        {
            if !(least..=most).contains(&value) {
                return Err(Error::Setting { what, value, least, most });
            }
        }
        if !(reach.is_finite() && reach > 0.0) {
            return Err(Error::Deviation { of: "inputs, the reach,", value: reach });
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let activation = Function::new(gpu, function, params, width)?;
        let scale = Init::Matched.scale(gpu, function, params)?;
        let mut weights = Vec::new();
        for layer in 0..=depth {
            let (inputs, scale) = if layer == 0 { (2, 1.0) } else { (width, scale) };
            let outputs = if layer == depth { 1 } else { width * taken(function) };
            let values = Init::Matched.weights(scale, [outputs, inputs], &mut rng);
            let biases = (0..outputs).map(|_| (BIASES * rng.sample::<f64, _>(StandardNormal)) as f32);
            weights.push(Weights {
                matrix: Matrix::of(gpu, outputs, inputs, &values)?,
                bias: Matrix::of(gpu, 1, outputs, &biases.collect::<Vec<_>>())?,
                activation: (layer < depth).then(|| activation.clone()),
            });
        }
        let net = Net::new(gpu, &weights, BATCH.min(side * side), false)?;
        let place = |k: usize| ((2.0 * k as f64 / (side - 1) as f64 - 1.0) * reach) as f32;
        let points: Vec<[f32; 2]> = (0..side * side).map(|at| [place(at % side), place(at / side)]).collect();
        let mut values = Vec::with_capacity(points.len());
        for points in points.chunks(net.input.rows) {
            net.input.write(gpu, points.as_flattened());
            let mut encoder = gpu.device().create_command_encoder(&Default::default());
            record(&mut encoder, &net.forward);
            gpu.run(encoder)?;
            let outputs = net.last().map_or(Ok(Vec::new()), |last| last.z.read(gpu))?;
            values.extend_from_slice(&outputs[..points.len()]);
        }
        let (roughness, variation) = measures(&values, side);
        Ok(Self { function: function.name(), side, values, roughness, variation })
    }
}

/// Roughness and variation.
fn measures(values: &[f32], side: usize) -> (f64, f64) {
    let at = |x: usize, y: usize| f64::from(values[y * side + x]);
    let slope = |x: usize, y: usize| [at(x + 1, y) - at(x, y), at(x, y + 1) - at(x, y)];
    let size = |[a, b]: [f64; 2]| a.hypot(b);
    let cells = || (0..side - 2).flat_map(move |y| (0..side - 2).map(move |x| (x, y)));
    let count = cells().count() as f64;
    let mean_square = cells().map(|(x, y)| size(slope(x, y)).powi(2)).sum::<f64>() / count;
    let jumps = cells().filter(|&(x, y)| {
        let (here, right, up) = (slope(x, y), slope(x + 1, y), slope(x, y + 1));
        let change = |there: [f64; 2]| size([there[0] - here[0], there[1] - here[1]]);
        change(right).max(change(up)) > JUMP * mean_square.sqrt()
    });
    let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / values.len() as f64;
    let variance = values.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / values.len() as f64;
    let slopes = cells().map(|(x, y)| size(slope(x, y))).sum::<f64>() / count * (side - 1) as f64;
    (jumps.count() as f64 / count, slopes / variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::measures;

    #[test]
    fn facets_are_told_from_curves() {
        let side = 128;
        let over = |f: fn(f64, f64) -> f64| {
            let value = |at: usize| f((at % side) as f64 / 64.0 - 1.0, (at / side) as f64 / 64.0 - 1.0) as f32;
            measures(&(0..side * side).map(value).collect::<Vec<_>>(), side)
        };
        // A roof has its ridge; a plane and a bowl have none.
        let (roof, roof_variation) = over(|x, _| x.abs());
        assert!((roof - 1.0 / 126.0).abs() < 1e-3, "{roof}");
        assert!((roof_variation - 2.0 / (1.0f64 / 12.0).sqrt()).abs() < 0.1, "{roof_variation}");
        assert_eq!(over(|x, y| 3.0 * x - y).0, 0.0);
        assert_eq!(over(|x, y| x * x + y * y).0, 0.0);
    }
}
