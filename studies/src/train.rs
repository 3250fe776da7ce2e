//! Training of multilayer perceptrons on the GPU: forward, backward, parameters' gradients and Adam.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use wgpu_activations::row::LOG_SOFTMAX;
use wgpu_activations::{Buffers, Extent, Gpu, Op, Spec};

use crate::data::Table;
use crate::error::{Error, Result};
use crate::init::Init;
use crate::net::{Function, Matrix, Net, Step, Weights, check_memory, record, taken};

/// A net and how it learns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// Hidden layers.
    pub depth: usize,
    /// Units of each.
    pub width: usize,
    /// Times that all rows are seen.
    pub epochs: usize,
    /// Rows to a step.
    pub batch: usize,
    /// Adam's rate.
    pub rate: f64,
    /// How weights are drawn.
    pub init: Init,
    /// The standard deviation of noise that is added to all inputs, where these have a variance of 1.
    pub noise: f64,
    /// From which all random numbers follow: weights, the rows to test with, their order, noise.
    pub seed: u64,
}

impl Default for Setting {
    fn default() -> Self {
        let (depth, width, epochs, batch) = (2, 64, 20, 64);
        Self { depth, width, epochs, batch, rate: 2e-3, init: Init::Matched, noise: 0.0, seed: 0 }
    }
}

/// What an epoch leaves.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Epoch {
    /// The mean loss of the rows to test with, in nats. NaN where the net has diverged.
    pub loss: f64,
    /// The share of them that is told right.
    pub accuracy: f64,
    /// The share of hidden units whose derivative is 0 for all of them.
    pub dead: f64,
}

/// A training.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Training {
    /// The function.
    pub function: &'static str,
    /// Its seed.
    pub seed: u64,
    /// What each epoch left, the beginning first.
    pub epochs: Vec<Epoch>,
    /// The function's trained parameters in each hidden layer after the last epoch.
    pub learned: Vec<Vec<(&'static str, f32)>>,
}

impl Training {
    /// The last epoch.
    pub fn last(&self) -> Option<Epoch> {
        self.epochs.last().copied()
    }

    /// Trains a net with this function behind each hidden layer, an activation or a gate of both halves of it, to tell the classes of a table, its parameters with it.
    /// `progress` is told after each epoch.
    ///
    /// ```no_run
    /// use wgpu_activations::{Gpu, activation::MISH};
    /// use wgpu_activations_studies::{Table, train::{Setting, Training}};
    /// let training = Training::of(&Gpu::new()?, &MISH, &[], &Table::digits(), Setting::default(), || {})?;
    /// assert!(training.last().unwrap().accuracy > 0.9);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Flow::of`](crate::flow::Flow::of); [`Error::Deviation`] for a rate or a noise that is none.
    pub fn of(
        gpu: &Gpu,
        function: impl Into<Op>,
        params: &[f32],
        table: &Table,
        setting: Setting,
        mut progress: impl FnMut(),
    ) -> Result<Self> {
        let function = function.into();
        let mut rng = ChaCha8Rng::seed_from_u64(setting.seed);
        let [mut train, mut test] = table.split(&mut rng);
        train.disturb(setting.noise, &mut rng);
        test.disturb(setting.noise, &mut rng);
        let batch = setting.batch.min(train.rows());
        let weights = weights(gpu, function, params, table, &Setting { batch, ..setting }, &mut rng)?;
        let mut learner = Classifier::new(gpu, &weights, batch, true)?;
        let tester = Classifier::new(gpu, &weights, test.rows(), false)?;
        tester.net.input.write(gpu, &test.inputs);
        let mut epochs = vec![tester.epoch(gpu, &weights, &test)?];
        let mut order: Vec<usize> = (0..train.rows()).collect();
        for _ in 0..setting.epochs {
            order.shuffle(&mut rng);
            // What is left over has its turn in another order.
            for rows in order.chunks_exact(batch) {
                learner.step(gpu, &train.part(rows), setting.rate as f32);
            }
            let epoch = tester.epoch(gpu, &weights, &test)?;
            epochs.push(epoch);
            progress();
        }
        let mut learned = Vec::new();
        for function in weights.iter().filter_map(|layer| layer.activation.as_ref()) {
            let values = function.values.as_ref().map_or(Ok(Vec::new()), |values| values.read(gpu))?;
            let named = function.of.params().iter().zip(values).filter(|(param, _)| param.trainable());
            learned.push(named.map(|(param, value)| (param.name, value)).collect());
        }
        Ok(Self { function: function.name(), seed: setting.seed, epochs, learned })
    }
}

/// The weights of a net before it learns to tell the classes of a table.
pub(crate) fn weights(
    gpu: &Gpu,
    function: Op,
    params: &[f32],
    table: &Table,
    setting: &Setting,
    rng: &mut ChaCha8Rng,
) -> Result<Vec<Weights>> {
    check(setting)?;
    check_memory(function, [setting.depth, setting.width, table.features], setting.batch, true)?;
    let mut weights = Vec::new();
    let mut inputs = table.features;
    let scale = setting.init.scale(gpu, function, params)?;
    let outputs = setting.width * taken(function);
    for index in 0..setting.depth {
        let scale = if index == 0 { 1.0 } else { scale };
        let values = setting.init.weights(scale, [outputs, inputs], rng);
        // Each layer learns parameters of its own.
        let activation = Some(Function::new(gpu, function, params, setting.width)?);
        weights.push(layer(gpu, [outputs, inputs], &values, activation)?);
        inputs = setting.width;
    }
    let values = Init::Lecun.weights(1.0, [table.classes, inputs], rng);
    weights.push(layer(gpu, [table.classes, inputs], &values, None)?);
    Ok(weights)
}

fn check(setting: &Setting) -> Result<()> {
    let Setting { depth, width, epochs, batch, rate, noise, .. } = *setting;
    for (what, value, most) in [
        ("the depth", depth, 1_000),
        ("the width", width, 16_384),
        ("the epochs", epochs, 100_000),
        ("the batch", batch, 1 << 20),
    ] {
        if !(1..=most).contains(&value) {
            return Err(Error::Setting { what, value, least: 1, most });
        }
    }
    for (of, value) in [("noise", noise), ("steps, the rate,", rate)] {
        if !(value.is_finite() && value >= 0.0) {
            return Err(Error::Deviation { of, value });
        }
    }
    Ok(())
}

fn layer(gpu: &Gpu, [outputs, inputs]: [usize; 2], values: &[f32], activation: Option<Function>) -> Result<Weights> {
    let matrix = Matrix::of(gpu, outputs, inputs, values)?;
    Ok(Weights { matrix, bias: Matrix::new(gpu, 1, outputs)?, activation })
}

/// A net with logarithms of probabilities behind it.
pub(crate) struct Classifier {
    pub(crate) net: Net,
    /// Logarithms of probabilities.
    logs: Matrix,
    /// The loss's gradient along them: -1 / batch at each row's class.
    target: Matrix,
    value: Step,
    gradient: Step,
    classes: usize,
}

impl Classifier {
    pub(crate) fn new(gpu: &Gpu, weights: &[Weights], batch: usize, learns: bool) -> Result<Self> {
        let net = Net::new(gpu, weights, batch, learns)?;
        let classes = weights.last().map_or(1, |layer| layer.matrix.rows);
        let (logs, target) = (Matrix::new(gpu, batch, classes)?, Matrix::new(gpu, batch, classes)?);
        let rows = Extent::along(&[batch, classes], -1)?;
        let Some(last) = net.last() else {
            return Err(Error::Setting { what: "the depth", value: 0, least: 1, most: 1_000 });
        };
        let buffers = Buffers::forward(last.z.buffer.slice(..), logs.buffer.slice(..));
        let value = Step::Function(gpu.kernels().get(Spec::forward(&LOG_SOFTMAX))?.bind(buffers, rows)?);
        let buffers = Buffers::new().y(logs.buffer.slice(..)).dy(target.buffer.slice(..)).dx(last.dz.buffer.slice(..));
        let gradient = Step::Function(gpu.kernels().get(Spec::backward(&LOG_SOFTMAX))?.bind(buffers, rows)?);
        Ok(Self { net, logs, target, value, gradient, classes })
    }

    /// One step of Adam, in one submission.
    pub(crate) fn step(&mut self, gpu: &Gpu, rows: &Table, rate: f32) {
        let mut target = vec![0.0; rows.rows() * self.classes];
        for (row, &label) in rows.labels.iter().enumerate() {
            target[row * self.classes + label as usize] = -1.0 / rows.rows() as f32;
        }
        self.net.input.write(gpu, &rows.inputs);
        self.target.write(gpu, &target);
        self.net.advance(gpu, rate);
        let mut encoder = gpu.device().create_command_encoder(&Default::default());
        let forward = self.net.forward.iter().chain([&self.value, &self.gradient]);
        record(&mut encoder, forward.chain(&self.net.backward).chain(&self.net.update));
        // An epoch's end waits, and tells what went wrong.
        gpu.queue().submit([encoder.finish()]);
    }

    /// What the net makes of the rows that its input holds.
    fn epoch(&self, gpu: &Gpu, weights: &[Weights], rows: &Table) -> Result<Epoch> {
        let mut encoder = gpu.device().create_command_encoder(&Default::default());
        record(&mut encoder, self.net.forward.iter().chain([&self.value]));
        gpu.run(encoder)?;
        let logs = self.logs.read(gpu)?;
        let (mut loss, mut right) = (0.0, 0);
        for (logs, &label) in logs.chunks_exact(self.classes).zip(&rows.labels) {
            let own = logs[label as usize];
            loss -= f64::from(own);
            right += usize::from(logs.iter().enumerate().all(|(k, &log)| k == label as usize || log < own));
        }
        let count = rows.rows() as f64;
        let dead = self.dead(gpu, weights)?;
        Ok(Epoch { loss: loss / count, accuracy: right as f64 / count, dead })
    }

    /// The share of hidden units whose derivative is 0 in all rows.
    fn dead(&self, gpu: &Gpu, weights: &[Weights]) -> Result<f64> {
        let (mut dead, mut units) = (0, 0);
        for (layer, weights) in self.net.layers.iter().zip(weights) {
            let Some(function) = &weights.activation else { continue };
            let z = layer.z.read(gpu)?;
            let slopes = function.slopes(gpu, &z)?;
            units += layer.y.columns;
            dead += function.dead(&slopes);
        }
        Ok(dead as f64 / units.max(1) as f64)
    }
}
