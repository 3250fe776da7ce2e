//! What random deep nets do to signals on their way forward and to gradients on their way back, measured on the GPU.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use wgpu_activations::{Gpu, Op};

use crate::error::{Error, Result};
use crate::init::Init;
use crate::net::{Function, Matrix, Net, Weights, check_memory, record, taken};

/// A net of layers of one width, and the batch that goes through it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// Layers.
    pub depth: usize,
    /// Units of each.
    pub width: usize,
    /// Inputs at once, with normally distributed numbers of mean 0 and variance 1.
    pub batch: usize,
    /// How weights are drawn.
    pub init: Init,
    /// From which all random numbers follow.
    pub seed: u64,
}

impl Default for Setting {
    fn default() -> Self {
        Self { depth: 50, width: 256, batch: 128, init: Init::Matched, seed: 0 }
    }
}

/// One layer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Layer {
    /// Its number, from 1.
    pub layer: usize,
    /// The mean of its values.
    pub mean: f64,
    /// Their variance.
    pub variance: f64,
    /// The share of values that are 0.
    pub zeros: f64,
    /// The share of units whose derivative is 0 for the whole batch, of a gate along both its numbers.
    pub dead: f64,
    /// The share of derivatives below 0.001.
    pub flat: f64,
    /// The root mean square of the gradient that arrives at its values, where the last layer's is 1.
    pub gradient_norm: f64,
}

/// The flow through a net.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Flow {
    /// The function.
    pub function: &'static str,
    /// Its layers.
    pub layers: Vec<Layer>,
    /// What a layer multiplies gradients by, the geometric mean: below 1 they vanish, above they explode.
    pub factor: f64,
}

impl Flow {
    /// The flow through a net with this function behind each product: an activation, or a gate of both halves of it.
    ///
    /// ```no_run
    /// use wgpu_activations::{Gpu, activation::RELU};
    /// use wgpu_activations_studies::flow::{Flow, Setting};
    /// let flow = Flow::of(&Gpu::new()?, &RELU, &[], Setting::default())?;
    /// assert!((flow.layers[0].zeros - 0.5).abs() < 0.05);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Setting`]; [`Error::TooLarge`]; [`Error::Memory`]; [`Error::Kind`]; those of [`Init::scale`]; what the library reports of parameters and device.
    pub fn of(gpu: &Gpu, function: impl Into<Op>, params: &[f32], setting: Setting) -> Result<Self> {
        let function = function.into();
        let Setting { depth, width, batch, init, seed } = setting;
        for (what, value, most) in
            [("the depth", depth, 10_000), ("the width", width, 16_384), ("the batch", batch, 1 << 20)]
        {
            // One unit has no variance, and one input none either.
            let least = if what == "the depth" { 1 } else { 2 };
            if !(least..=most).contains(&value) {
                return Err(Error::Setting { what, value, least, most });
            }
        }
        check_memory(function, [depth, width, width], batch, false)?;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let activation = Function::new(gpu, function, params, width)?;
        let mut weights = Vec::new();
        let scale = init.scale(gpu, function, params)?;
        let outputs = width * taken(function);
        for layer in 0..depth {
            let scale = if layer == 0 { 1.0 } else { scale };
            let matrix = Matrix::of(gpu, outputs, width, &init.weights(scale, [outputs, width], &mut rng))?;
            weights.push(Weights { matrix, bias: Matrix::new(gpu, 1, outputs)?, activation: Some(activation.clone()) });
        }
        let net = Net::new(gpu, &weights, batch, false)?;
        let mut normal = || -> Vec<f32> { (&mut rng).sample_iter(StandardNormal).take(batch * width).collect() };
        net.input.write(gpu, &normal());
        let arriving = normal();
        if let Some(last) = net.last() {
            last.dy.write(gpu, &arriving);
        }
        let mut encoder = gpu.device().create_command_encoder(&Default::default());
        record(&mut encoder, net.forward.iter().chain(&net.backward));
        gpu.run(encoder)?;

        let layers = measured(gpu, &net, &weights)?;
        let factor = match (layers.first(), depth) {
            (Some(first), 2..) => first.gradient_norm.powf(1.0 / (depth - 1) as f64),
            _ => 1.0,
        };
        Ok(Self { function: function.name(), layers, factor })
    }
}

/// The layers that have a function, with what they hold after a batch went forward and backward.
pub(crate) fn measured(gpu: &Gpu, net: &Net, weights: &[Weights]) -> Result<Vec<Layer>> {
    let mut layers = Vec::new();
    for (layer, weights) in net.layers.iter().zip(weights) {
        let Some(activation) = &weights.activation else { continue };
        let (z, y, dy) = (layer.z.read(gpu)?, layer.y.read(gpu)?, layer.dy.read(gpu)?);
        let slopes = activation.slopes(gpu, &z)?;
        let share = |count: usize, of: usize| count as f64 / of as f64;
        let mean = y.iter().map(|&v| f64::from(v)).sum::<f64>() / y.len() as f64;
        layers.push(Layer {
            layer: layers.len() + 1,
            mean,
            variance: y.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / y.len() as f64,
            zeros: share(y.iter().filter(|&&v| v == 0.0).count(), y.len()),
            dead: share(activation.dead(&slopes), layer.y.columns),
            flat: share(slopes.iter().filter(|slope| slope.abs() < 1e-3).count(), slopes.len()),
            gradient_norm: mean_square(&dy).sqrt(),
        });
    }
    let unit = layers.last().map_or(1.0, |last| last.gradient_norm);
    layers.iter_mut().for_each(|layer| layer.gradient_norm /= unit);
    Ok(layers)
}

fn mean_square(values: &[f32]) -> f64 {
    values.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>() / values.len() as f64
}
