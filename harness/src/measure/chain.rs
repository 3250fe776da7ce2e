//! Small calls, where what counts is what a call costs whatever it computes.

use wgpu_activations::{Activation, Buffers, Gpu, Spec, wgpu};

use super::clock::time;
use super::copy::pipeline;
use super::{median, pattern};
use crate::error::Result;
use crate::transfer::{guarded, tensor, upload};

/// What each of many small calls in one pass costs.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Chain {
    /// Median seconds of a call, by the wall clock.
    pub seconds: f64,
    /// Those of an empty dispatch of as many workgroups.
    pub empty_seconds: f64,
    /// The median of their quotient.
    pub ratio: f64,
}

/// Times `calls` calls in place, each on what the one before left, in one pass; beside as many empty dispatches in turn.
///
/// ```no_run
/// use wgpu_activations::{Gpu, activation::RELU};
/// use wgpu_activations_harness::measure;
/// let chain = measure::chain(&Gpu::new()?, &RELU, 4096, 100, 21)?;
/// println!("{:.1} us a call, {:.2} empty dispatches", chain.seconds * 1e6, chain.ratio);
/// # Ok::<(), wgpu_activations_harness::Error>(())
/// ```
///
/// # Errors
/// Whatever [`Gpu`] returns.
pub fn chain(
    gpu: &Gpu,
    activation: &'static Activation,
    elements: u64,
    calls: u32,
    repetitions: usize,
) -> Result<Chain> {
    let tensor = tensor(gpu, elements.saturating_mul(4), "x")?;
    upload(gpu, &tensor, bytemuck::cast_slice(&(0..elements).map(|i| pattern(i).0).collect::<Vec<f32>>()))?;
    let spec = Spec::forward(activation).in_place();
    let bound = gpu.kernels().get(spec)?.bind(Buffers::new().x(tensor.slice(..)), elements as usize)?;
    let text = "@compute @workgroup_size(256) fn main() {}";
    let empty = guarded(gpu, "an empty kernel", || pipeline(gpu.device(), text, "main"))?;
    let groups: Vec<[u32; 2]> = bound.workgroups().collect();

    let once = || -> Result<[f64; 2]> {
        let empties = |pass: &mut wgpu::ComputePass<'_>| {
            for &[x, y] in &groups {
                pass.set_pipeline(&empty);
                pass.dispatch_workgroups(x, y, 1);
            }
        };
        let own = time(gpu, |pass| bound.record(pass), calls, None)?;
        Ok([own.wall, time(gpu, empties, calls, None)?.wall])
    };
    once()?;
    let samples = (0..repetitions).map(|_| once()).collect::<Result<Vec<_>>>()?;
    let of = |value: &dyn Fn(&[f64; 2]) -> f64| median(samples.iter().map(value).collect());
    Ok(Chain { seconds: of(&|s| s[0]), empty_seconds: of(&|s| s[1]), ratio: of(&|s| s[0] / s[1]) })
}
