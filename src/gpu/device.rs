//! A GPU for people who have none: slices in, vectors out.

use std::sync::Arc;

use super::adapter::AdapterChoice;
use super::bound::Bound;
use super::buffers::Buffers;
use super::fault::Faults;
use super::kernel::Kernels;
use super::transfer::{Link, PIECE};
use crate::activation::Function;
use crate::error::{Error, Result};
use crate::plan::{Extent, Spec};

/// A device of its own, with kernels and transfers.
///
/// Tensors go through in pieces of 64 MiB, so device memory stays bounded: two or three pieces and the read-back. Each
/// blocking method has an `_async` twin; natively that, too, waits for the GPU in the thread that polls it.
///
/// ```no_run
/// use wgpu_activations::{Gpu, activation::{GELU, LEAKY_RELU}};
/// let gpu = Gpu::new()?;
/// let x = [-1.0, 0.0, 2.0];
/// let y = gpu.forward(&GELU, &x)?;
/// let dx = gpu.backward(&GELU, &x, &[1.0, 1.0, 1.0])?;
/// let z = gpu.forward(LEAKY_RELU.with(0.2), &x)?;
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
#[derive(Debug)]
pub struct Gpu {
    link: Link,
    kernels: Kernels,
    adapter: wgpu::Adapter,
}

/// A blocking method and its asynchronous twin.
macro_rules! twins {
    ($(#[$doc:meta])* $name:ident / $twin:ident ($($arg:ident: $ty:ty),*) |$gpu:ident, $function:ident| $body:expr) => {
        $(#[$doc])*
        #[cfg(not(target_arch = "wasm32"))]
        pub fn $name<'a>(&self, function: impl Into<Function<'a>>, $($arg: $ty),*) -> Result<Vec<f32>> {
            pollster::block_on(self.$twin(function, $($arg),*))
        }

        $(#[$doc])*
        pub async fn $twin<'a>(&self, function: impl Into<Function<'a>>, $($arg: $ty),*) -> Result<Vec<f32>> {
            let ($gpu, $function) = (self, function.into());
            $body.await
        }
    };
}

impl Gpu {
    /// The fastest adapter, unless `WGPU_ADAPTER_NAME`, `WGPU_BACKEND` or `WGPU_POWER_PREF` choose another.
    ///
    /// # Errors
    /// [`Error::NoAdapter`] with the remedy, and [`Error::NoDevice`].
    #[cfg(not(target_arch = "wasm32"))]
    pub fn new() -> Result<Self> {
        Self::with(&AdapterChoice::default())
    }

    /// The adapter of this choice.
    ///
    /// # Errors
    /// As [`Gpu::new`].
    #[cfg(not(target_arch = "wasm32"))]
    pub fn with(choice: &AdapterChoice) -> Result<Self> {
        pollster::block_on(Self::with_async(choice))
    }

    /// As [`Gpu::with`].
    ///
    /// # Errors
    /// As [`Gpu::new`].
    pub async fn with_async(choice: &AdapterChoice) -> Result<Self> {
        let adapter = choice.pick().await?;
        let most = adapter.limits();
        // The limits that every device has, but the sizes of this one.
        let required_limits = wgpu::Limits {
            max_buffer_size: most.max_buffer_size,
            max_storage_buffer_binding_size: most.max_storage_buffer_binding_size,
            min_storage_buffer_offset_alignment: most.min_storage_buffer_offset_alignment,
            // A gate's backward pass in one dispatch takes five.
            max_storage_buffers_per_shader_stage: most.max_storage_buffers_per_shader_stage.min(8),
            // DirectX sets aside memory for each of these.
            max_non_sampler_bindings: most.max_non_sampler_bindings.min(4096),
            ..wgpu::Limits::downlevel_defaults().using_resolution(most.clone())
        };
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("wgpu-activations"),
            required_limits,
            memory_hints: wgpu::MemoryHints::MemoryUsage,
            ..Default::default()
        };
        let (device, queue) =
            adapter.request_device(&descriptor).await.map_err(|error| Error::NoDevice { reason: error.to_string() })?;
        let faults = Faults::listen(&device);
        let kernels = Kernels::new(&device)?;
        Ok(Self { link: Link { device, queue, faults, turn: Arc::default() }, kernels, adapter })
    }

    /// The adapters that a choice leaves, its name aside: an adapter's index here chooses it by number.
    ///
    /// # Errors
    /// [`Error::NoAdapter`] if this build has none of the chosen backends.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn adapters(choice: &AdapterChoice) -> Result<Vec<wgpu::Adapter>> {
        pollster::block_on(choice.list())
    }

    /// The adapter's name, backend and driver.
    pub fn info(&self) -> wgpu::AdapterInfo {
        self.adapter.get_info()
    }

    /// The device.
    pub fn device(&self) -> &wgpu::Device {
        &self.link.device
    }

    /// The queue.
    pub fn queue(&self) -> &wgpu::Queue {
        &self.link.queue
    }

    /// The kernels compiled for the device so far.
    pub fn kernels(&self) -> &Kernels {
        &self.kernels
    }

    pub(crate) fn link(&self) -> &Link {
        &self.link
    }

    /// Elements of a buffer from number `start` on.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn read(&self, buffer: &wgpu::Buffer, start: u64, len: usize) -> Result<Vec<f32>> {
        let mut out = vec![0.0; len];
        let staging = self.link.staging((len as u64 * 4).next_multiple_of(8))?;
        let mut encoder = self.link.device.create_command_encoder(&Default::default());
        encoder.copy_buffer_to_buffer(buffer, start * 4, &staging, 0, len as u64 * 4);
        pollster::block_on(self.link.download(encoder, &staging, &mut out))?;
        Ok(out)
    }

    /// Submits commands and waits until they are done.
    ///
    /// # Errors
    /// [`Error::DeviceLost`], or what the device reported.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn run(&self, encoder: wgpu::CommandEncoder) -> Result<()> {
        let index = self.link.queue.submit([encoder.finish()]);
        self.link.wait(index)
    }

    twins! {
        /// y = f(x)
        ///
        /// # Errors
        /// [`Error::ParameterCount`], [`Error::Extent`], [`Error::OutOfMemory`] and [`Error::DeviceLost`].
        forward / forward_async (x: &[f32])
        |gpu, f| gpu.stream(Spec::forward(f.activation()), &f, x, None)
    }

    twins! {
        /// dx = dy f'(x)
        ///
        /// # Errors
        /// As [`Gpu::forward`], and [`Error::Length`] if the lengths differ.
        backward / backward_async (x: &[f32], dy: &[f32])
        |gpu, f| gpu.stream(Spec::backward(f.activation()), &f, x, Some(dy))
    }

    twins! {
        /// dx = dy f'(x), from y = f(x)
        ///
        /// # Errors
        /// As [`Gpu::backward`], and [`Error::NoOutputDerivative`].
        backward_from_output / backward_from_output_async (y: &[f32], dy: &[f32])
        |gpu, f| gpu.stream(Spec::backward_from_output(f.activation()), &f, y, Some(dy))
    }

    twins! {
        /// The sum of dy df/dp for the named parameter, for each channel if it has a value for each. The order of the sum
        /// is fixed: results repeat bit for bit. Here the whole tensor is on the device.
        ///
        /// # Errors
        /// As [`Gpu::backward`], [`Error::UnknownParameter`], [`Error::NotTrainable`] and [`Error::TooLarge`].
        param_gradient / param_gradient_async (name: &str, x: &[f32], dy: &[f32])
        |gpu, f| gpu.sum(&f, name, x, dy)
    }

    /// Maps a tensor, a piece at a time.
    async fn stream(&self, spec: Spec, f: &Function<'_>, x: &[f32], dy: Option<&[f32]>) -> Result<Vec<f32>> {
        let extent = self.check(f, x, dy)?;
        let kernel = self.kernels.get(f.refine(spec))?;
        let mut out = vec![0.0; x.len()];
        if x.is_empty() {
            return Ok(out);
        }
        let piece = (PIECE / 4).min(x.len() as u64);
        let a = self.link.storage(piece, "input")?;
        let b = dy.map(|_| self.link.storage(piece, "upstream gradient")).transpose()?;
        let result = self.link.storage(piece, "output")?;
        let staging = self.link.staging(piece.next_multiple_of(4) * 4)?;
        let weights = self.weights(f)?;
        for (k, part) in out.chunks_mut(piece as usize).enumerate() {
            let start = k * piece as usize;
            let range = start..start + part.len();
            self.link.upload(&a, &x[range.clone()])?;
            let buffers = match (&b, dy) {
                (Some(b), Some(dy)) => {
                    self.link.upload(b, &dy[range])?;
                    Buffers::binary(a.slice(..), b.slice(..), result.slice(..))
                }
                _ => Buffers::unary(a.slice(..), result.slice(..)),
            };
            let buffers = weights.as_ref().map_or(buffers, |w| buffers.weights(w.slice(..)));
            // Whole packs: the buffers have room, and a tail would cost a second dispatch.
            let len = (part.len() as u64).next_multiple_of(4);
            let bound = kernel.bind_at(buffers, extent, Some((start as u64, len)))?;
            self.finish(f, &bound, &result, &staging, part).await?;
        }
        Ok(out)
    }

    async fn sum(&self, f: &Function<'_>, name: &str, x: &[f32], dy: &[f32]) -> Result<Vec<f32>> {
        let spec = Spec::param_gradient(f.activation(), name)?;
        let extent = self.check(f, x, Some(dy))?;
        let kernel = self.kernels.get(f.refine(spec))?;
        let mut sums = vec![0.0; f.extent().map_or(1, |e| e.channels as usize)];
        if sums.is_empty() {
            return Ok(sums);
        }
        let a = self.link.storage(x.len() as u64, "input")?;
        let b = self.link.storage(x.len() as u64, "upstream gradient")?;
        let result = self.link.storage(sums.len() as u64, "sums")?;
        let staging = self.link.staging(PIECE.min(sums.len() as u64 * 4))?;
        [(&a, x), (&b, dy)].into_iter().try_for_each(|(buffer, values)| self.link.upload(buffer, values))?;
        let weights = self.weights(f)?;
        let buffers = Buffers::binary(a.slice(..), b.slice(..), result.slice(..));
        let buffers = weights.as_ref().map_or(buffers, |w| buffers.weights(w.slice(..)));
        let bound = kernel.bind(buffers, extent)?;
        self.finish(f, &bound, &result, &staging, &mut sums).await?;
        Ok(sums)
    }

    /// Fails unless lengths and parameter values fit; the tensor's extent.
    fn check(&self, f: &Function<'_>, x: &[f32], dy: Option<&[f32]>) -> Result<Extent> {
        f.check(x.len() as u64)?;
        if let Some(dy) = dy.filter(|dy| dy.len() != x.len()) {
            let (function, expected, got) = (f.activation().name, x.len() as u64, dy.len() as u64);
            return Err(Error::Length { function, role: "dy", expected, got });
        }
        self.link.check()?;
        Ok(f.extent().unwrap_or_else(|| x.len().into()))
    }

    /// The parameter values per channel, on the device.
    fn weights(&self, f: &Function<'_>) -> Result<Option<wgpu::Buffer>> {
        let Some(_) = f.extent() else { return Ok(None) };
        let buffer = self.link.storage(f.params().len() as u64, "weights")?;
        self.link.upload(&buffer, f.params())?;
        Ok(Some(buffer))
    }

    /// Runs a bound kernel and reads its result.
    async fn finish(
        &self,
        f: &Function<'_>,
        bound: &Bound,
        result: &wgpu::Buffer,
        staging: &wgpu::Buffer,
        out: &mut [f32],
    ) -> Result<()> {
        if f.extent().is_none() {
            bound.set_params(&self.link.queue, f.params())?;
        }
        self.collect(bound, result, staging, out).await
    }

    /// Runs a bound kernel whose parameters are set, and reads its result.
    pub(super) async fn collect(
        &self,
        bound: &Bound,
        result: &wgpu::Buffer,
        staging: &wgpu::Buffer,
        out: &mut [f32],
    ) -> Result<()> {
        let mut encoder = self.link.device.create_command_encoder(&Default::default());
        bound.record(&mut encoder.begin_compute_pass(&Default::default()));
        for (k, part) in out.chunks_mut((PIECE / 4) as usize).enumerate() {
            encoder.copy_buffer_to_buffer(result, k as u64 * PIECE, staging, 0, part.len() as u64 * 4);
            let next = self.link.device.create_command_encoder(&Default::default());
            self.link.download(std::mem::replace(&mut encoder, next), staging, part).await?;
        }
        Ok(())
    }
}
