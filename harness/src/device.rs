//! Functions on slices, as the library's `Gpu` has them, for all that runs plans.

use wgpu_activations::half::{bf16, f16};
use wgpu_activations::{Element, Extent, Inputs, LaunchPlan, Limits, Op, Pass, Spec, Storage, With};
#[cfg(feature = "gpu")]
use wgpu_activations::{Gpu, Tuning};

use crate::error::{Error, Result};

/// What runs functions on slices.
pub trait Device {
    /// As `Gpu::forward` of the library.
    ///
    /// # Errors
    /// As there.
    fn forward<I: Inputs>(&self, f: &With<'_>, inputs: I) -> Result<Vec<I::Element>>;

    /// As `Gpu::backward` of the library.
    ///
    /// # Errors
    /// As there.
    fn backward<I: Inputs>(&self, f: &With<'_>, inputs: I, dy: &[I::Element]) -> Result<I::Gradients<I::Element>>;

    /// As `Gpu::param_gradient` of the library, with a channel for each element.
    ///
    /// # Errors
    /// As there.
    fn param_gradient<I: Inputs>(&self, f: &With<'_>, name: &str, inputs: I, dy: &[I::Element]) -> Result<Vec<f32>>;
}

/// What runs plans.
pub trait Runner {
    /// What plans are made for.
    fn limits(&self) -> Limits;

    /// Runs a plan on buffers that hold these words, with the parameters' values in place of their defaults if there are any;
    /// what the plan's buffers hold then. Those that are not given begin as zeros.
    ///
    /// # Errors
    /// [`Error::Device`] where it fails.
    fn run(&self, plan: &LaunchPlan, params: &[f32], buffers: Vec<Vec<u32>>) -> Result<Vec<Vec<u32>>>;
}

#[cfg(feature = "gpu")]
impl Device for Gpu {
    fn forward<I: Inputs>(&self, f: &With<'_>, inputs: I) -> Result<Vec<I::Element>> {
        Ok(Gpu::forward(self, f, inputs)?)
    }

    fn backward<I: Inputs>(&self, f: &With<'_>, inputs: I, dy: &[I::Element]) -> Result<I::Gradients<I::Element>> {
        Ok(Gpu::backward(self, f, inputs, dy)?)
    }

    fn param_gradient<I: Inputs>(&self, f: &With<'_>, name: &str, inputs: I, dy: &[I::Element]) -> Result<Vec<f32>> {
        Ok(Gpu::param_gradient(self, f, name, inputs, dy)?)
    }
}

impl<R: Runner> Device for R {
    fn forward<I: Inputs>(&self, f: &With<'_>, inputs: I) -> Result<Vec<I::Element>> {
        let [y, _] = map::<I>(self, f, Spec::of(f, Pass::Forward), &inputs, None)?;
        Ok(y)
    }

    fn backward<I: Inputs>(&self, f: &With<'_>, inputs: I, dy: &[I::Element]) -> Result<I::Gradients<I::Element>> {
        Ok(I::gradients(map::<I>(self, f, Spec::of(f, f.backward_pass()), &inputs, Some(dy))?))
    }

    fn param_gradient<I: Inputs>(&self, f: &With<'_>, name: &str, inputs: I, dy: &[I::Element]) -> Result<Vec<f32>> {
        let (Op::Activation(activation), Some(extent)) = (f.op(), f.channels()) else {
            let reason = "gradients of parameters are taken with a value for each element";
            return Err(Error::Unchecked { function: f.op().name(), reason });
        };
        let spec = Spec::param_gradient(activation, name)?.per_channel().storage(I::Element::STORAGE);
        let plan = spec.plan(extent, &self.limits())?;
        let [x, _] = inputs.tensors();
        let buffers = plan.buffers.iter().map(|buffer| match buffer.name {
            "x" => words(x),
            "dy" => words(dy),
            "weights" => words(f.params()),
            _ => Vec::new(),
        });
        let after = self.run(&plan, &[], buffers.collect())?;
        let sums = plan.buffers.iter().zip(&after).find(|(buffer, _)| buffer.written && buffer.elements > 0);
        Ok(sums.map_or(Vec::new(), |(buffer, words)| elements(words, buffer.elements)))
    }
}

fn map<I: Inputs>(
    runner: &impl Runner,
    f: &With<'_>,
    spec: Spec,
    inputs: &I,
    dy: Option<&[I::Element]>,
) -> Result<[Vec<I::Element>; 2]> {
    let [a, b] = inputs.tensors();
    let extent = f.extent().unwrap_or(Extent::from(a.len()));
    let plan = spec.storage(I::Element::STORAGE).plan(extent, &runner.limits())?;
    let mask = f.added().map(|mask| mask.iter().map(|&v| narrow::<I::Element>(v)).collect::<Vec<_>>());
    let buffers = plan.buffers.iter().map(|buffer| match (buffer.name, dy) {
        ("x" | "a", _) => words(a),
        ("y", Some(_)) => words(a),
        ("b", _) => words(b),
        ("dy", Some(dy)) => words(dy),
        ("mask", _) => words(mask.as_deref().unwrap_or(&[])),
        _ => Vec::new(),
    });
    let after = runner.run(&plan, f.params(), buffers.collect())?;
    let results = plan.buffers.iter().zip(&after).filter(|(buffer, _)| buffer.written && buffer.elements > 0);
    let mut results = results.map(|(buffer, words)| elements(words, buffer.elements));
    Ok([results.next().unwrap_or_default(), results.next().unwrap_or_default()])
}

#[cfg(feature = "gpu")]
/// The limits of a device on which each row has a thread, whose arithmetic is what any other's is.
pub(crate) fn thread_to_a_row() -> Limits {
    let mut tuning = Tuning::SOFTWARE;
    tuning.doubled_from = None;
    Limits { tuning, ..Limits::default() }
}

/// A number in the storage of a tensor.
fn narrow<T: Element>(v: f32) -> T {
    let bits = match T::STORAGE {
        Storage::F16 => u32::from(f16::from_f32(v).to_bits()),
        Storage::Bf16 => u32::from(bf16::from_f32(v).to_bits()),
        _ => v.to_bits(),
    };
    bytemuck::pod_read_unaligned(&bits.to_le_bytes()[..size_of::<T>()])
}

fn words<T: Element>(numbers: &[T]) -> Vec<u32> {
    let mut bytes = bytemuck::cast_slice::<T, u8>(numbers).to_vec();
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytemuck::pod_collect_to_vec(&bytes)
}

fn elements<T: Element>(words: &[u32], count: u64) -> Vec<T> {
    let bytes: &[u8] = bytemuck::cast_slice(words);
    bytemuck::pod_collect_to_vec(&bytes[..count as usize * size_of::<T>()])
}
