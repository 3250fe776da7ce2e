//! Nets of dense layers on the GPU: products of our own, everything between them by the library's kernels, and all of a step in one
//! command encoder.

mod kernels;
mod matrix;
#[cfg(test)]
mod tests;

use wgpu_activations::{Bound, Buffers, Extent, Gpu, Halves, Mixed, Op, Pass, Spec, With, wgpu};

use crate::error::{Error, Result};
use kernels::{Dispatch, Kernels, STEP_BYTES};
pub(crate) use matrix::Matrix;

/// The largest net of a study. Beyond it drivers may end the program instead of refusing.
const MEMORY: u128 = 4 << 30;

/// Refuses a net of so many layers of this function, units to a layer and inputs that takes more memory than that.
pub(crate) fn check_memory(of: Op, [depth, width, inputs]: [usize; 3], batch: usize, learns: bool) -> Result<()> {
    let [taken, depth, width, inputs, batch] = [taken(of), depth, width, inputs, batch].map(|count| count as u128);
    // What learns has a gradient and two moments; a layer's tensors are product, value and their gradients.
    let weights = taken * width * (depth * width + inputs) * if learns { 4 } else { 1 };
    let bytes = 4 * (weights + 2 * (taken + 1) * depth * batch * width);
    if bytes > MEMORY { Err(Error::Memory { bytes, most: MEMORY }) } else { Ok(()) }
}

/// What a layer learns.
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    /// outputs x inputs
    pub(crate) matrix: Matrix,
    pub(crate) bias: Matrix,
    pub(crate) activation: Option<Function>,
}

/// A function with values of its parameters in a buffer, where they can learn, or where they say which part of a mixture a unit
/// takes. A gate takes both halves of its layer's product.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) of: Op,
    /// One number for each parameter of an activation, or of a mixture for each unit; none for a function without parameters.
    pub(crate) values: Option<Matrix>,
    /// A gate's parameters, which do not learn; none for the defaults.
    params: Vec<f32>,
    /// Units of the layer.
    width: usize,
}

/// Outputs of the product that a unit of this function takes.
pub(crate) fn taken(function: Op) -> usize {
    if matches!(function, Op::Gate(_)) { 2 } else { 1 }
}

impl Function {
    /// With these values, or the defaults for none. The parts of a mixture share the units.
    pub(crate) fn new(gpu: &Gpu, of: Op, params: &[f32], width: usize) -> Result<Self> {
        let defaults = || of.params().iter().map(|param| param.default as f32).collect();
        let values: Vec<f32> = match of {
            Op::Gate(_) => Vec::new(),
            Op::Activation(mixture) => match (Mixed::parts(mixture), params) {
                (Some(parts), _) => (0..width).map(|unit| (unit * parts.len() / width) as f32).collect(),
                (None, []) => defaults(),
                (None, params) => params.to_vec(),
            },
            _ => return Err(Error::Kind { function: of.name() }),
        };
        let values = if values.is_empty() { None } else { Some(Matrix::of(gpu, 1, values.len(), &values)?) };
        Ok(Self { of, values, params: params.to_vec(), width })
    }

    /// The channels of this many elements: units for a mixture, else all of them are one, so that parameters come from a buffer.
    fn channels(&self, count: usize) -> Result<Extent> {
        Ok(match self.of {
            Op::Activation(of) if Mixed::parts(of).is_none() => Extent::along(&[1, count], 0)?,
            _ => Extent::along(&[count / self.inputs(), self.inputs()], 1)?,
        })
    }

    /// Numbers that the layer takes of each row.
    fn inputs(&self) -> usize {
        self.width * taken(self.of)
    }

    /// Its derivatives at these numbers.
    pub(crate) fn slopes(&self, gpu: &Gpu, z: &[f32]) -> Result<Vec<f32>> {
        let channels = self.channels(z.len())?;
        let with = match (&self.values, &self.params[..]) {
            (Some(values), _) => With::from(self.of).per_channel(values.read(gpu)?, channels),
            (None, []) => self.of.into(),
            (None, params) => self.of.with(params),
        };
        if let Op::Gate(_) = self.of {
            let ones = vec![1.0; z.len() / 2];
            return Ok(gpu.backward(with.halves(channels, Halves::Split), z, &ones)?);
        }
        Ok(gpu.backward(with, z, &vec![1.0; z.len()])?)
    }

    /// How many units have a derivative of 0 in all rows of these, of a gate along both its numbers.
    pub(crate) fn dead(&self, slopes: &[f32]) -> usize {
        let flat = |column: usize| slopes.iter().skip(column).step_by(self.inputs()).all(|&slope| slope == 0.0);
        (0..self.width).filter(|unit| (0..taken(self.of)).all(|half| flat(unit + half * self.width))).count()
    }

    /// A kernel of it for this many elements.
    fn bind(&self, gpu: &Gpu, spec: Spec, buffers: Buffers<'_>, count: usize) -> Result<Step> {
        let extent = self.channels(count)?;
        let kernels = gpu.kernels();
        let bound = match (&self.values, self.of) {
            (Some(values), _) => {
                kernels.get(spec.per_channel())?.bind(buffers.weights(values.buffer.slice(..)), extent)?
            }
            (None, Op::Gate(_)) => kernels.get(spec.halves(Halves::Split))?.bind(buffers, extent)?,
            (None, _) => kernels.get(spec)?.bind(buffers, count)?,
        };
        if !self.params.is_empty() && self.values.is_none() {
            bound.set_params(gpu.queue(), &self.params)?;
        }
        Ok(Step::Function(bound))
    }
}

/// What is recorded in a compute pass.
#[derive(Debug)]
pub(crate) enum Step {
    Function(Bound),
    Matrices(Dispatch),
}

impl Step {
    pub(crate) fn record(&self, pass: &mut wgpu::ComputePass<'_>) {
        match self {
            Self::Function(bound) => bound.record(pass),
            Self::Matrices(dispatch) => dispatch.record(pass),
        }
    }
}

/// A layer's tensors for a batch.
#[derive(Debug)]
pub(crate) struct Layer {
    /// The product, and the layer's value.
    pub(crate) z: Matrix,
    pub(crate) y: Matrix,
    /// The gradient along y, and along z.
    pub(crate) dy: Matrix,
    pub(crate) dz: Matrix,
}

/// A net bound to the buffers of a batch.
#[derive(Debug)]
pub(crate) struct Net {
    pub(crate) input: Matrix,
    pub(crate) layers: Vec<Layer>,
    pub(crate) forward: Vec<Step>,
    /// From the last layer's dy to the gradient along the first layer's z; with gradients of what is learned where the net learns.
    pub(crate) backward: Vec<Step>,
    /// A step of Adam for all that is learned.
    pub(crate) update: Vec<Step>,
    /// The gradients that it goes by, and what they are of.
    pub(crate) gradients: Vec<[Matrix; 2]>,
    rate: wgpu::Buffer,
    steps: i32,
}

impl Net {
    /// A net for batches of this size. One that learns computes gradients of its weights.
    pub(crate) fn new(gpu: &Gpu, weights: &[Weights], batch: usize, learns: bool) -> Result<Self> {
        let kernels = Kernels::new(gpu);
        let inputs = weights.first().map_or(1, |layer| layer.matrix.columns);
        let input = Matrix::new(gpu, batch, inputs)?;
        let one = Matrix::of(gpu, 1, 1, &[1.0])?;
        let rate = kernels::uniform(gpu, STEP_BYTES);
        let mut net = Self {
            input,
            layers: Vec::new(),
            forward: Vec::new(),
            backward: Vec::new(),
            update: Vec::new(),
            gradients: Vec::new(),
            rate,
            steps: 0,
        };
        for layer in weights {
            let outputs = layer.matrix.rows;
            let tensors =
                |columns| Ok::<_, Error>((Matrix::new(gpu, batch, columns)?, Matrix::new(gpu, batch, columns)?));
            let (z, dz) = tensors(outputs)?;
            // Without a function the value is the product itself.
            let (y, dy) = match &layer.activation {
                Some(function) => tensors(function.width)?,
                None => (z.clone(), dz.clone()),
            };
            let x = net.layers.last().map_or(&net.input, |below: &Layer| &below.y).clone();
            let product =
                kernels.product(gpu, x.plain(), layer.matrix.transposed(), x.columns, Some(&layer.bias), &z)?;
            let mut backward = Vec::new();
            net.forward.push(Step::Matrices(product));
            if let Some(function) = &layer.activation {
                let buffers = Buffers::forward(z.buffer.slice(..), y.buffer.slice(..));
                net.forward.push(function.bind(gpu, Spec::forward(function.of), buffers, z.len())?);
                let inputs = Buffers::new().x(z.buffer.slice(..)).dy(dy.buffer.slice(..));
                backward.push(function.bind(
                    gpu,
                    Spec::backward(function.of),
                    inputs.dx(dz.buffer.slice(..)),
                    z.len(),
                )?);
                if let (true, Some(values)) = (learns, &function.values) {
                    let steps = net.learn_params(gpu, &kernels, function, values, inputs, z.len())?;
                    backward.extend(steps);
                }
            }
            if learns {
                let dw = Matrix::new(gpu, outputs, x.columns)?;
                let db = Matrix::new(gpu, 1, outputs)?;
                backward.push(Step::Matrices(kernels.product(gpu, dz.transposed(), x.plain(), batch, None, &dw)?));
                backward.push(Step::Matrices(kernels.product(gpu, one.repeated(), dz.plain(), batch, None, &db)?));
                net.learn(gpu, &kernels, dw, &layer.matrix)?;
                net.learn(gpu, &kernels, db, &layer.bias)?;
            }
            if let Some(below) = net.layers.last() {
                let product = kernels.product(gpu, dz.plain(), layer.matrix.plain(), outputs, None, &below.dy)?;
                backward.push(Step::Matrices(product));
            }
            // The last layer's come first.
            net.backward.splice(0..0, backward);
            net.layers.push(Layer { z, y, dy, dz });
        }
        Ok(net)
    }

    fn learn(&mut self, gpu: &Gpu, kernels: &Kernels, gradient: Matrix, values: &Matrix) -> Result<()> {
        self.update.push(Step::Matrices(kernels.adam(gpu, &gradient, values, &self.rate)?));
        self.gradients.push([gradient, values.clone()]);
        Ok(())
    }

    /// Gradients of a function's trainable parameters, and their steps.
    fn learn_params(
        &mut self,
        gpu: &Gpu,
        kernels: &Kernels,
        function: &Function,
        values: &Matrix,
        inputs: Buffers<'_>,
        count: usize,
    ) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        let Op::Activation(of) = function.of else { return Ok(steps) };
        // Those that do not learn keep a gradient of 0.
        let gradients = Matrix::new(gpu, 1, values.columns)?;
        for pass in of.passes() {
            let Pass::ParamGradient(param) = pass else { continue };
            let spec = Spec::param_gradient(of, of.params[param].name)?;
            let sums = gradients.buffer.slice(4 * param as u64..4 * param as u64 + 4);
            steps.push(function.bind(gpu, spec, inputs.sums(sums), count)?);
        }
        if !steps.is_empty() {
            self.learn(gpu, kernels, gradients, values)?;
        }
        Ok(steps)
    }

    /// The last layer.
    pub(crate) fn last(&self) -> Option<&Layer> {
        self.layers.last()
    }

    /// Writes what the next step of Adam takes: its rate and the corrections of its moments.
    pub(crate) fn advance(&mut self, gpu: &Gpu, rate: f32) {
        self.steps += 1;
        let correction = |beta: f64| (1.0 - beta.powi(self.steps)) as f32;
        let step = [rate, correction(0.9), correction(0.999), 0.0];
        gpu.queue().write_buffer(&self.rate, 0, bytemuck::cast_slice(&step));
    }
}

/// Records steps in one compute pass.
pub(crate) fn record<'a>(encoder: &mut wgpu::CommandEncoder, steps: impl IntoIterator<Item = &'a Step>) {
    let mut pass = encoder.begin_compute_pass(&Default::default());
    steps.into_iter().for_each(|step| step.record(&mut pass));
}
