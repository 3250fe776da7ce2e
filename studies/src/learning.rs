//! What becomes of signals and gradients in a net while it learns.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use wgpu_activations::{Gpu, Op};

use crate::data::Table;
use crate::error::Result;
use crate::flow::{Layer, measured};
use crate::train::{Classifier, Setting, weights};

/// The hidden layers of a net before each of its first steps.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Learning {
    /// The function.
    pub function: &'static str,
    /// The layers before each step, the beginning first. Gradients are in units of the last hidden layer's at that step.
    pub steps: Vec<Vec<Layer>>,
}

impl Learning {
    /// The first steps of a [training](crate::train::Training) with batches of the table's rows, and what is after the last of
    /// them. `progress` is told after each step.
    ///
    /// ```no_run
    /// use wgpu_activations::{Gpu, activation::SELU};
    /// use wgpu_activations_studies::{Table, learning::Learning, train::Setting};
    /// let setting = Setting { depth: 20, ..Setting::default() };
    /// let learning = Learning::of(&Gpu::new()?, &SELU, &[], &Table::digits(), setting, 10, || {})?;
    /// assert_eq!((learning.steps.len(), learning.steps[10].len()), (11, 20));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Training::of`](crate::train::Training::of).
    pub fn of(
        gpu: &Gpu,
        function: impl Into<Op>,
        params: &[f32],
        table: &Table,
        setting: Setting,
        count: usize,
        mut progress: impl FnMut(),
    ) -> Result<Self> {
        let function = function.into();
        let mut rng = ChaCha8Rng::seed_from_u64(setting.seed);
        let [mut rows, _] = table.split(&mut rng);
        rows.disturb(setting.noise, &mut rng);
        let batch = setting.batch.min(rows.rows());
        let weights = weights(gpu, function, params, table, &Setting { batch, ..setting }, &mut rng)?;
        let mut learner = Classifier::new(gpu, &weights, batch, true)?;
        let mut order: Vec<usize> = (0..rows.rows()).collect();
        let mut steps = Vec::new();
        while steps.len() <= count {
            order.shuffle(&mut rng);
            for rows_of_batch in order.chunks_exact(batch).take(count + 1 - steps.len()) {
                learner.step(gpu, &rows.part(rows_of_batch), setting.rate as f32);
                // The step went forward and backward with the weights before it.
                steps.push(measured(gpu, &learner.net, &weights)?);
                progress();
            }
        }
        Ok(Self { function: function.name(), steps })
    }
}
