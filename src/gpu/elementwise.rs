//! Elementwise functions of slices.

use std::ops::Range;

use super::device::Gpu;
use super::stream::{Call, Piece, capacity, range, scatter};
use crate::error::{Error, Result};
use crate::function::Function;
use crate::plan::{Slot, Spec};
use crate::tensor::{Element, Extent, Pass};

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
        |gpu, f| gpu.map(Spec::forward(f.activation()), &f, x, None)
    }

    twins! {
        /// dx = dy f'(x)
        ///
        /// # Errors
        /// As [`Gpu::forward`], and [`Error::Length`] if the lengths differ.
        backward / backward_async (x: &[T], dy: &[T]) -> Vec<T>,
        |gpu, f| gpu.map(Spec::backward(f.activation()), &f, x, Some(dy))
    }

    twins! {
        /// dx = dy f'(x), from y = f(x)
        ///
        /// # Errors
        /// As [`Gpu::backward`], and [`Error::NoOutputDerivative`].
        backward_from_output / backward_from_output_async (y: &[T], dy: &[T]) -> Vec<T>,
        |gpu, f| gpu.map(Spec::backward_from_output(f.activation()), &f, y, Some(dy))
    }

    twins! {
        /// The sum of dy df/dp for the named parameter, for each channel if it has a value for each. The order of the sum
        /// is fixed: results repeat bit for bit.
        ///
        /// # Errors
        /// As [`Gpu::backward`], [`Error::UnknownParameter`], [`Error::NotTrainable`] and [`Error::TooLarge`].
        param_gradient / param_gradient_async (name: &str, x: &[T], dy: &[T]) -> Vec<f32>,
        |gpu, f| gpu.sum(&f, name, x, dy)
    }

    async fn map<T: Element>(&self, spec: Spec, f: &Function<'_>, x: &[T], dy: Option<&[T]>) -> Result<Vec<T>> {
        check(f, x, dy, spec.pass())?;
        let spec = f.refine(spec).storage(T::STORAGE);
        spec.check()?;
        let mut out = vec![T::zeroed(); x.len()];
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut out);
        let pieces = cuts_of(f, x.len(), dy.is_some()).iter().map(|cut| cut.map::<T>(f, dy.is_some())).collect();
        self.elements(spec, f, x, dy, pieces, |piece, _, result| {
            piece.parts.last().into_iter().for_each(|parts| scatter(bytes, parts, result));
        })
        .await?;
        Ok(out)
    }

    async fn sum<T: Element>(&self, f: &Function<'_>, name: &str, x: &[T], dy: &[T]) -> Result<Vec<f32>> {
        let spec = Spec::param_gradient(f.activation(), name)?;
        check(f, x, Some(dy), spec.pass())?;
        let spec = f.refine(spec).storage(T::STORAGE);
        spec.check()?;
        let mut sums = vec![0.0f64; f.extent().map_or(1, |e| e.channels as usize)];
        let pieces = cuts_of(f, x.len(), true).iter().map(|cut| cut.sum::<T>(f)).collect();
        self.elements(spec, f, x, Some(dy), pieces, |piece, _, result| {
            // The output's parts are the sums that a piece adds to.
            let at = piece.parts.last().and_then(|parts| parts.first()).map_or(0, |part| part.start / 4);
            let terms = result.chunks_exact(4).map(bytemuck::pod_read_unaligned::<f32>);
            sums[at..].iter_mut().zip(terms).for_each(|(sum, term)| *sum += f64::from(term));
        })
        .await?;
        Ok(sums.into_iter().map(|sum| sum as f32).collect())
    }

    /// Runs a kernel on pieces of x and dy with their weights.
    async fn elements<T: Element>(
        &self,
        spec: Spec,
        f: &Function<'_>,
        x: &[T],
        dy: Option<&[T]>,
        pieces: Vec<Piece>,
        take: impl FnMut(&Piece, usize, &[u8]),
    ) -> Result<()> {
        let weights = f.extent().map(|_| (Slot::Weights, bytemuck::cast_slice(f.params())));
        let dy = dy.map(|dy| (Slot::B, bytemuck::cast_slice(dy)));
        let ins = [Some((Slot::A, bytemuck::cast_slice(x))), dy, weights];
        let (mut slots, ins): (Vec<Slot>, Vec<&[u8]>) = ins.into_iter().flatten().unzip();
        slots.push(Slot::Out);
        let params = f.extent().is_none().then(|| f.params());
        let padded = !matches!(spec.pass(), Pass::ParamGradient(_));
        self.stream(Call { spec, params, slots: &slots, ins: &ins, pieces, padded }, take).await
    }
}

/// Fails unless lengths and parameter values fit.
fn check<T>(f: &Function<'_>, x: &[T], dy: Option<&[T]>, pass: Pass) -> Result<()> {
    f.check(x.len() as u64, pass)?;
    match dy.filter(|dy| dy.len() != x.len()) {
        Some(dy) => {
            let (function, expected, got) = (f.activation().name, x.len() as u64, dy.len() as u64);
            Err(Error::Length { function, role: "dy", expected, got })
        }
        None => Ok(()),
    }
}

/// A part of a tensor in which channels repeat from its first element on.
pub(super) struct Cut {
    pub(super) first: u64,
    /// The channel of the first element.
    channel: u64,
    pub(super) extent: Extent,
}

fn cuts_of(f: &Function<'_>, len: usize, backward: bool) -> Vec<Cut> {
    let weights = f.extent().map_or(0, |_| f.activation().params.len());
    cuts(f.extent().unwrap_or(len.into()), 2 + usize::from(backward) + weights)
}

/// Cuts so many tensors into whole outer indices, or whole channels of one, or parts of a channel, whichever a piece holds.
pub(super) fn cuts(e: Extent, tensors: usize) -> Vec<Cut> {
    let most = capacity(tensors, 4);
    let steps = |end: u64, most: u64| (0..end).step_by(most as usize).map(move |at| (at, most.min(end - at)));
    if e.is_empty() {
        Vec::new()
    } else if e.span() <= most {
        let cut = |(o, outer)| Cut { first: o * e.span(), channel: 0, extent: Extent { outer, ..e } };
        steps(e.outer, most / e.span()).map(cut).collect()
    } else if e.inner <= most {
        let cut = |o, (channel, channels)| Cut {
            first: (o * e.channels + channel) * e.inner,
            channel,
            extent: Extent { outer: 1, channels, ..e },
        };
        (0..e.outer).flat_map(|o| steps(e.channels, most / e.inner).map(move |step| cut(o, step))).collect()
    } else {
        let cut = |row, (i, inner)| Cut {
            first: row * e.inner + i,
            channel: row % e.channels,
            extent: Extent { outer: 1, channels: 1, inner },
        };
        (0..e.outer * e.channels).flat_map(|row| steps(e.inner, most).map(move |step| cut(row, step))).collect()
    }
}

impl Cut {
    pub(super) fn len(&self) -> u64 {
        self.extent.outer * self.extent.span()
    }

    /// The bytes of so many parameters' values for its channels, of all those of this extent.
    pub(super) fn weights(&self, of: Extent, params: usize) -> Vec<Range<usize>> {
        (0..params as u64).map(|k| range(k * of.channels + self.channel, self.extent.channels, 4)).collect()
    }

    /// As a piece of x, of dy if it is there, of the weights and of a result.
    fn piece<T: Element>(&self, f: &Function<'_>, dy: bool, count: u64, result: Range<usize>) -> Piece {
        let bytes = T::STORAGE.bytes();
        let x = range(self.first, self.len(), bytes);
        let weights = f.extent().map(|e| self.weights(e, f.activation().params.len()));
        let dy = dy.then(|| vec![x.clone()]);
        let parts = [Some(vec![x]), dy, weights, Some(vec![result])].into_iter().flatten().collect();
        Piece { extent: self.extent, of: (0, count), parts }
    }

    /// In whole packs: the buffers have room, and a tail would cost a second dispatch.
    fn map<T: Element>(&self, f: &Function<'_>, dy: bool) -> Piece {
        let result = range(self.first, self.len(), T::STORAGE.bytes());
        self.piece::<T>(f, dy, self.len().next_multiple_of(4), result)
    }

    fn sum<T: Element>(&self, f: &Function<'_>) -> Piece {
        self.piece::<T>(f, true, self.len(), range(self.channel, self.extent.channels, 4))
    }
}

impl Function<'_> {
    /// A kernel's purpose with this function's choice at kinks, and parameters per channel if it has them.
    pub(crate) fn refine(&self, spec: Spec) -> Spec {
        let spec = spec.kinks(self.choice());
        if self.extent().is_some() { spec.per_channel() } else { spec }
    }
}
