//! Row-wise functions of slices.

use super::buffers::Buffers;
use super::device::Gpu;
use crate::element::Element;
use crate::error::{Error, Result};
use crate::plan::{Extent, Spec};
use crate::row::{Gradient, Rowwise};

/// The tensors of a call, on the host.
struct Call<'a, T> {
    function: &'a Rowwise<'a>,
    spec: Spec,
    extent: Extent,
    a: &'a [T],
    /// The upstream gradient.
    b: Option<&'a [T]>,
    mask: Option<&'a [T]>,
    /// Elements that a row of the result has.
    result: u64,
}

impl Gpu {
    /// y = f(x) for every row of a tensor of this extent; as long as x, or one element a row where the function
    /// [reduces](crate::Row::reduces).
    ///
    /// ```no_run
    /// use wgpu_activations::{Extent, Gpu, row::SOFTMAX};
    /// let gpu = Gpu::new()?;
    /// let rows = Extent::along(&[2, 3], -1)?;
    /// let y = gpu.rows(&SOFTMAX, rows, &[1.0, 2.0, 3.0, 0.0, 0.0, 0.0])?;
    /// let dx = gpu.rows_backward(&SOFTMAX, rows, &y, &[1.0, 0.0, 0.0, 0.0, 0.0, 1.0])?;
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::ParameterCount`], [`Error::Extent`], [`Error::WrongBuffers`] for a mask that lacks or is not taken,
    /// [`Error::TooLarge`], [`Error::OutOfMemory`] and [`Error::DeviceLost`].
    #[cfg(not(target_arch = "wasm32"))]
    pub fn rows<'a, T: Element>(&self, function: impl Into<Rowwise<'a>>, extent: Extent, x: &[T]) -> Result<Vec<T>> {
        pollster::block_on(self.rows_async(function, extent, x))
    }

    /// As [`Gpu::rows`].
    ///
    /// # Errors
    /// As [`Gpu::rows`].
    pub async fn rows_async<'a, T: Element>(
        &self,
        function: impl Into<Rowwise<'a>>,
        extent: Extent,
        x: &[T],
    ) -> Result<Vec<T>> {
        let function = function.into();
        function.check(extent, x.len() as u64, true)?;
        let result = if function.row().reduces { 1 } else { extent.channels };
        let spec = Spec::forward(function.row()).storage(T::STORAGE);
        self.walk(Call { function: &function, spec, extent, a: x, b: None, mask: function.mask_of()?, result }).await
    }

    /// The gradient for every row, from x or from y as [`Row::gradient`](crate::Row::gradient) says.
    ///
    /// # Errors
    /// As [`Gpu::rows`], [`Error::NoGradient`], and [`Error::Length`] if `dy` has not the length of the output.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn rows_backward<'a, T: Element>(
        &self,
        function: impl Into<Rowwise<'a>>,
        extent: Extent,
        x_or_y: &[T],
        dy: &[T],
    ) -> Result<Vec<T>> {
        pollster::block_on(self.rows_backward_async(function, extent, x_or_y, dy))
    }

    /// As [`Gpu::rows_backward`].
    ///
    /// # Errors
    /// As [`Gpu::rows_backward`].
    pub async fn rows_backward_async<'a, T: Element>(
        &self,
        function: impl Into<Rowwise<'a>>,
        extent: Extent,
        x_or_y: &[T],
        dy: &[T],
    ) -> Result<Vec<T>> {
        let function = function.into();
        let (row, len) = (function.row(), x_or_y.len() as u64);
        if row.gradient == Gradient::None {
            return Err(Error::NoGradient { function: row.name });
        }
        function.check(extent, len, false)?;
        let expected = if row.reduces { extent.outer * extent.inner } else { len };
        if dy.len() as u64 != expected {
            return Err(Error::Length { function: row.name, role: "dy", expected, got: dy.len() as u64 });
        }
        let spec = Spec::backward(row).storage(T::STORAGE);
        let result = extent.channels;
        self.walk(Call { function: &function, spec, extent, a: x_or_y, b: Some(dy), mask: None, result }).await
    }

    /// Goes through whole outer indices, as many as a piece holds, at least one.
    async fn walk<T: Element>(&self, call: Call<'_, T>) -> Result<Vec<T>> {
        let link = self.link();
        link.check()?;
        let kernel = self.kernels().get(call.spec)?;
        let Extent { outer, channels, inner } = call.extent;
        let mut out = vec![T::zeroed(); (outer * call.result * inner) as usize];
        if call.a.is_empty() || out.is_empty() {
            return Ok(out);
        }
        let span = channels * inner;
        // A mask repeats, and pieces begin where it does.
        let (mask, bytes) = (call.mask, T::STORAGE.bytes());
        let unit = mask.map_or(1, |m| m.len() as u64 / span);
        let piece = (super::transfer::PIECE / bytes / (span * unit)).max(1).min(outer.div_ceil(unit)) * unit;
        let of_dy = call.b.map_or(0, |dy| dy.len() as u64 / outer);
        let a = link.storage::<T>(piece * span, "input")?;
        let b = match (call.b, mask) {
            (Some(_), _) => Some(link.storage::<T>(piece * of_dy, "upstream gradient")?),
            (None, Some(mask)) => {
                let buffer = link.storage::<T>(mask.len() as u64, "mask")?;
                link.upload(&buffer, mask)?;
                Some(buffer)
            }
            _ => None,
        };
        let (result, of_out) = (link.storage::<T>(piece * call.result * inner, "output")?, call.result * inner);
        let staging = link.staging(super::transfer::PIECE.min((piece * of_out).next_multiple_of(4) * bytes))?;
        for (k, part) in out.chunks_mut((piece * of_out) as usize).enumerate() {
            let start = k as u64 * piece;
            let count = part.len() as u64 / of_out;
            let range = |unit: u64| (start * unit) as usize..((start + count) * unit) as usize;
            link.upload(&a, &call.a[range(span)])?;
            let buffers = match (&b, call.b) {
                (Some(b), Some(dy)) => {
                    link.upload(b, &dy[range(of_dy)])?;
                    Buffers::binary(a.slice(..), b.slice(..), result.slice(..))
                }
                (Some(b), None) => {
                    let len = mask.map_or(0, |m| m.len() as u64 * bytes);
                    Buffers::masked(a.slice(..), b.slice(..len), result.slice(..))
                }
                _ => Buffers::unary(a.slice(..), result.slice(..)),
            };
            let extent = Extent { outer: count, ..call.extent };
            let bound = kernel.bind_at(buffers, extent, Some((start, count * span)))?;
            bound.set_params(&link.queue, call.function.params())?;
            self.collect(&bound, &result, &staging, part).await?;
        }
        Ok(out)
    }
}
