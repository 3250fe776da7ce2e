//! Elementwise functions of slices.

use super::bound::Bound;
use super::buffers::Buffers;
use super::device::Gpu;
use super::transfer::PIECE;
use crate::activation::Function;
use crate::element::Element;
use crate::error::{Error, Result};
use crate::plan::{Extent, Spec};

/// A blocking method and its asynchronous twin.
macro_rules! twins {
    ($(#[$doc:meta])* $name:ident / $twin:ident ($($arg:ident: $ty:ty),*) -> $out:ty,
     |$gpu:ident, $function:ident| $body:expr) => {
        $(#[$doc])*
        #[cfg(not(target_arch = "wasm32"))]
        pub fn $name<'a, T: Element>(&self, function: impl Into<Function<'a>>, $($arg: $ty),*) -> Result<$out> {
            pollster::block_on(self.$twin(function, $($arg),*))
        }

        $(#[$doc])*
        pub async fn $twin<'a, T: Element>(
            &self,
            function: impl Into<Function<'a>>,
            $($arg: $ty),*
        ) -> Result<$out> {
            let ($gpu, $function) = (self, function.into());
            $body.await
        }
    };
}

impl Gpu {
    twins! {
        /// y = f(x)
        ///
        /// # Errors
        /// [`Error::ParameterCount`], [`Error::Extent`], [`Error::OutOfMemory`] and [`Error::DeviceLost`].
        forward / forward_async (x: &[T]) -> Vec<T>,
        |gpu, f| gpu.stream(Spec::forward(f.activation()), &f, x, None)
    }

    twins! {
        /// dx = dy f'(x)
        ///
        /// # Errors
        /// As [`Gpu::forward`], and [`Error::Length`] if the lengths differ.
        backward / backward_async (x: &[T], dy: &[T]) -> Vec<T>,
        |gpu, f| gpu.stream(Spec::backward(f.activation()), &f, x, Some(dy))
    }

    twins! {
        /// dx = dy f'(x), from y = f(x)
        ///
        /// # Errors
        /// As [`Gpu::backward`], and [`Error::NoOutputDerivative`].
        backward_from_output / backward_from_output_async (y: &[T], dy: &[T]) -> Vec<T>,
        |gpu, f| gpu.stream(Spec::backward_from_output(f.activation()), &f, y, Some(dy))
    }

    twins! {
        /// The sum of dy df/dp for the named parameter, for each channel if it has a value for each. The order of the sum
        /// is fixed: results repeat bit for bit. Here the whole tensor is on the device.
        ///
        /// # Errors
        /// As [`Gpu::backward`], [`Error::UnknownParameter`], [`Error::NotTrainable`] and [`Error::TooLarge`].
        param_gradient / param_gradient_async (name: &str, x: &[T], dy: &[T]) -> Vec<f32>,
        |gpu, f| gpu.sum(&f, name, x, dy)
    }

    /// Maps a tensor, a piece at a time.
    async fn stream<T: Element>(&self, spec: Spec, f: &Function<'_>, x: &[T], dy: Option<&[T]>) -> Result<Vec<T>> {
        let extent = self.check(f, x, dy)?;
        let kernel = self.kernels().get(f.refine(spec).storage(T::STORAGE))?;
        let mut out = vec![T::zeroed(); x.len()];
        if x.is_empty() {
            return Ok(out);
        }
        let piece = (PIECE / T::STORAGE.bytes()).min(x.len() as u64);
        let a = self.link().storage::<T>(piece, "input")?;
        let b = dy.map(|_| self.link().storage::<T>(piece, "upstream gradient")).transpose()?;
        let result = self.link().storage::<T>(piece, "output")?;
        let staging = self.link().staging(piece.next_multiple_of(4) * T::STORAGE.bytes())?;
        let weights = self.weights(f)?;
        for (k, part) in out.chunks_mut(piece as usize).enumerate() {
            let start = k * piece as usize;
            let range = start..start + part.len();
            self.link().upload(&a, &x[range.clone()])?;
            let buffers = match (&b, dy) {
                (Some(b), Some(dy)) => {
                    self.link().upload(b, &dy[range])?;
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

    async fn sum<T: Element>(&self, f: &Function<'_>, name: &str, x: &[T], dy: &[T]) -> Result<Vec<f32>> {
        let spec = Spec::param_gradient(f.activation(), name)?;
        let extent = self.check(f, x, Some(dy))?;
        let kernel = self.kernels().get(f.refine(spec).storage(T::STORAGE))?;
        let mut sums = vec![0.0; f.extent().map_or(1, |e| e.channels as usize)];
        if sums.is_empty() {
            return Ok(sums);
        }
        let a = self.link().storage::<T>(x.len() as u64, "input")?;
        let b = self.link().storage::<T>(x.len() as u64, "upstream gradient")?;
        let result = self.link().storage::<f32>(sums.len() as u64, "sums")?;
        let staging = self.link().staging(PIECE.min(sums.len() as u64 * 4))?;
        [(&a, x), (&b, dy)].into_iter().try_for_each(|(buffer, values)| self.link().upload(buffer, values))?;
        let weights = self.weights(f)?;
        let buffers = Buffers::binary(a.slice(..), b.slice(..), result.slice(..));
        let buffers = weights.as_ref().map_or(buffers, |w| buffers.weights(w.slice(..)));
        let bound = kernel.bind(buffers, extent)?;
        self.finish(f, &bound, &result, &staging, &mut sums).await?;
        Ok(sums)
    }

    /// Fails unless lengths and parameter values fit; the tensor's extent.
    fn check<T>(&self, f: &Function<'_>, x: &[T], dy: Option<&[T]>) -> Result<Extent> {
        f.check(x.len() as u64)?;
        if let Some(dy) = dy.filter(|dy| dy.len() != x.len()) {
            let (function, expected, got) = (f.activation().name, x.len() as u64, dy.len() as u64);
            return Err(Error::Length { function, role: "dy", expected, got });
        }
        self.link().check()?;
        Ok(f.extent().unwrap_or_else(|| x.len().into()))
    }

    /// The parameter values per channel, on the device.
    fn weights(&self, f: &Function<'_>) -> Result<Option<wgpu::Buffer>> {
        let Some(_) = f.extent() else { return Ok(None) };
        let buffer = self.link().storage::<f32>(f.params().len() as u64, "weights")?;
        self.link().upload(&buffer, f.params())?;
        Ok(Some(buffer))
    }

    /// Runs a bound kernel and reads its result.
    async fn finish<T: Element>(
        &self,
        f: &Function<'_>,
        bound: &Bound,
        result: &wgpu::Buffer,
        staging: &wgpu::Buffer,
        out: &mut [T],
    ) -> Result<()> {
        if f.extent().is_none() {
            bound.set_params(&self.link().queue, f.params())?;
        }
        self.collect(bound, result, staging, out).await
    }

    /// Runs a bound kernel whose parameters are set, and reads its result.
    pub(super) async fn collect<T: Element>(
        &self,
        bound: &Bound,
        result: &wgpu::Buffer,
        staging: &wgpu::Buffer,
        out: &mut [T],
    ) -> Result<()> {
        let mut encoder = self.link().device.create_command_encoder(&Default::default());
        bound.record(&mut encoder.begin_compute_pass(&Default::default()));
        for (k, part) in out.chunks_mut((PIECE / T::STORAGE.bytes()) as usize).enumerate() {
            encoder.copy_buffer_to_buffer(result, k as u64 * PIECE, staging, 0, T::STORAGE.words(part.len() as u64));
            let next = self.link().device.create_command_encoder(&Default::default());
            self.link().download(std::mem::replace(&mut encoder, next), staging, part).await?;
        }
        Ok(())
    }
}
