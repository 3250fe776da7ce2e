//! Small calls, where what counts is what a call costs whatever it computes.

use std::time::Instant;

use super::{median, pattern};
use crate::error::Result;
use crate::function::Activation;
use crate::gpu::{Buffers, Gpu};
use crate::plan::Spec;

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
/// use wgpu_activations::{Gpu, activation::RELU, measure};
/// let chain = measure::chain(&Gpu::new()?, &RELU, 4096, 100, 21)?;
/// println!("{:.1} us a call, {:.2} empty dispatches", chain.seconds * 1e6, chain.ratio);
/// # Ok::<(), wgpu_activations::Error>(())
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
    let tensor = gpu.link().storage(elements, "x")?;
    gpu.link().upload(&tensor, &(0..elements).map(|i| pattern(i).0).collect::<Vec<f32>>())?;
    let spec = Spec::forward(activation).in_place();
    let bound = gpu.kernels().get(spec)?.bind(Buffers::unary_in_place(tensor.slice(..)), elements as usize)?;
    let empty = empty(gpu.device());
    let groups: Vec<[u32; 2]> = bound.groups().collect();

    let time = |record: &dyn Fn(&mut wgpu::ComputePass<'_>)| {
        let mut encoder = gpu.device().create_command_encoder(&Default::default());
        let mut pass = encoder.begin_compute_pass(&Default::default());
        (0..calls).for_each(|_| record(&mut pass));
        drop(pass);
        let start = Instant::now();
        gpu.run(encoder)?;
        Ok(start.elapsed().as_secs_f64() / f64::from(calls.max(1)))
    };
    let once = || -> Result<[f64; 2]> {
        let own = time(&|pass| bound.record(pass))?;
        let empty = time(&|pass| {
            for &[x, y] in &groups {
                pass.set_pipeline(&empty);
                pass.dispatch_workgroups(x, y, 1);
            }
        })?;
        Ok([own, empty])
    };
    once()?;
    let samples = (0..repetitions).map(|_| once()).collect::<Result<Vec<_>>>()?;
    let of = |value: &dyn Fn(&[f64; 2]) -> f64| median(samples.iter().map(value).collect());
    Ok(Chain { seconds: of(&|s| s[0]), empty_seconds: of(&|s| s[1]), ratio: of(&|s| s[0] / s[1]) })
}

/// A kernel that does nothing.
fn empty(device: &wgpu::Device) -> wgpu::ComputePipeline {
    let source = wgpu::ShaderSource::Wgsl("@compute @workgroup_size(256) fn main() {}".into());
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor { label: Some("empty"), source });
    device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label: Some("empty"),
        layout: None,
        module: &module,
        entry_point: Some("main"),
        compilation_options: Default::default(),
        cache: None,
    })
}
