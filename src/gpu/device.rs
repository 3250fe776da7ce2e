//! A GPU for people who have none: slices in, vectors out.

use super::adapter::{AdapterChoice, describe};
use super::kernel::Kernels;
use super::slices::Pool;
use super::transfer::Link;
use crate::error::{Error, Result};

/// A device of its own, with kernels and transfers.
///
/// Slices are of `f32`, `f16` or `bf16` ([`Element`](crate::Element)). Each blocking method has an `_async` twin; natively
/// that, too, waits for the GPU in the thread that polls it.
///
/// # Memory
/// Tensors go through in pieces, of which two are under way at once, so that transfers and work overlap. Beside its inputs
/// and its output a call takes at most 128 MiB, the device's buffers and those for transfers together; more only where a
/// row (or a block of a half) is longer than a piece. Buffers are used again by later calls: up to 256 MiB
/// of them are kept, until [`Gpu::release_memory`]. What a call reads back it has written.
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
    pool: Pool,
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
        // What the adapter has less of may not matter; `Kernels` names what does.
        let required_limits = required_limits.or_worse_values_from(&most);
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("wgpu-activations"),
            // For measurements; no kernel needs a feature.
            required_features: adapter.features() & wgpu::Features::TIMESTAMP_QUERY,
            required_limits,
            memory_hints: wgpu::MemoryHints::MemoryUsage,
            ..Default::default()
        };
        let failed = |error| Error::NoDevice { reason: format!("{}: {}", describe(&adapter), all(&error)) };
        let (device, queue) = adapter.request_device(&descriptor).await.map_err(failed)?;
        let kernels = Kernels::new(&device)?;
        Ok(Self { link: Link::own(device, queue), kernels, pool: Pool::default() })
    }

    /// On a device of the caller's, for those who own one and have slices. Its error handler and its callbacks stay the caller's.
    ///
    /// ```no_run
    /// # fn f(device: wgpu_activations::wgpu::Device, queue: wgpu_activations::wgpu::Queue) -> wgpu_activations::Result<()> {
    /// use wgpu_activations::{Gpu, activation::GELU};
    /// let gpu = Gpu::from_parts(device, queue)?; // clones of the handles will do
    /// let y = gpu.forward(&GELU, &[-1.0, 2.0])?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::Unsupported`] as from [`Kernels::new`].
    pub fn from_parts(device: wgpu::Device, queue: wgpu::Queue) -> Result<Self> {
        let kernels = Kernels::new(&device)?;
        Ok(Self { link: Link::shared(device, queue), kernels, pool: Pool::default() })
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
        self.device().adapter_info()
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

    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    pub(super) fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Frees the buffers that are kept between calls; those of calls in other threads when these end.
    ///
    /// ```no_run
    /// # let (gpu, x) = (wgpu_activations::Gpu::new()?, vec![0.0; 1 << 24]);
    /// let y = gpu.forward(&wgpu_activations::activation::GELU, &x)?;
    /// gpu.release_memory(); // the next call allocates anew
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn release_memory(&self) {
        self.pool.clear();
        self.link.tidy();
    }

    /// Submits commands and waits until they are done.
    ///
    /// # Errors
    /// [`Error::DeviceLost`], or what the device reported.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn run(&self, encoder: wgpu::CommandEncoder) -> Result<()> {
        let index = self.link.send(encoder.finish());
        self.link.wait(index)
    }
}

/// An error with its causes, which wgpu leaves out of its messages.
fn all(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut texts: Vec<String> = causes.map(ToString::to_string).collect();
    // A transparent error repeats its cause.
    texts.dedup();
    texts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::all;
    use crate::error::Error;

    #[test]
    fn causes_are_told_once() {
        #[derive(Debug)]
        struct Outer(Error);
        impl std::fmt::Display for Outer {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("no device")
            }
        }
        impl std::error::Error for Outer {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                Some(&self.0)
            }
        }
        let lost = || Error::Unsupported { reason: "too old a driver".into() };
        assert_eq!(all(&Outer(lost())), "no device: too old a driver");
        assert_eq!(all(&lost()), "too old a driver");
    }
}
