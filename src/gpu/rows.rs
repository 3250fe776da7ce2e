//! Row-wise functions of slices.

use super::device::Gpu;
use super::stream::{Call, Piece, capacity, range, scatter};
use crate::error::{Error, Result};
use crate::function::{Gradient, Rowwise};
use crate::plan::{Slot, Spec};
use crate::tensor::{Element, Extent};

/// The tensors of a call, on the host.
struct Rows<'a, T> {
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
    /// [reduces](crate::RowFunction::reduces).
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
    /// [`Error::ParameterCount`], [`Error::Extent`], [`Error::Mask`] for a missing or unexpected mask,
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
        self.walk(Rows { function: &function, spec, extent, a: x, b: None, mask: function.mask_of()?, result }).await
    }

    /// The gradient for every row, from x or from y as [`RowFunction::gradient`](crate::RowFunction::gradient) says.
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
        self.walk(Rows { function: &function, spec, extent, a: x_or_y, b: Some(dy), mask: None, result }).await
    }

    /// Goes through whole outer indices, as many as a piece holds, at least one.
    async fn walk<T: Element>(&self, call: Rows<'_, T>) -> Result<Vec<T>> {
        call.spec.check()?;
        let Extent { outer, inner, .. } = call.extent;
        let mut out = vec![T::zeroed(); (outer * call.result * inner) as usize];
        let pieces = if call.a.is_empty() || out.is_empty() { Vec::new() } else { call.pieces() };
        let b = call.b.or(call.mask).map(|b| (Slot::B, bytemuck::cast_slice(b)));
        let ins = [Some((Slot::A, bytemuck::cast_slice(call.a))), b];
        let (mut slots, ins): (Vec<Slot>, Vec<&[u8]>) = ins.into_iter().flatten().unzip();
        slots.push(Slot::Out);
        let params = Some(call.function.params());
        let bytes = bytemuck::cast_slice_mut(&mut out);
        let stream = Call { spec: call.spec, params, slots: &slots, ins: &ins, pieces, padded: false };
        self.stream(stream, |piece, _, result| {
            piece.parts.last().into_iter().for_each(|parts| scatter(bytes, parts, result));
        })
        .await?;
        Ok(out)
    }
}

impl<T: Element> Rows<'_, T> {
    fn pieces(&self) -> Vec<Piece> {
        let Extent { outer, inner, .. } = self.extent;
        let span = self.extent.span();
        let most = (capacity(3, T::STORAGE.bytes()) / span).max(1);
        // A mask repeats: a piece holds some repetitions, or lies within one.
        let unit = self.mask.map_or(1, |mask| mask.len() as u64 / span);
        let steps = |end: u64, most: u64| (0..end).step_by(most as usize).map(move |at| (at, most.min(end - at)));
        let steps: Vec<(u64, u64)> = match most / unit {
            0 => steps(outer, unit).flat_map(|(at, _)| steps(unit, most).map(move |(k, n)| (at + k, n))).collect(),
            repetitions => steps(outer, repetitions * unit).collect(),
        };
        let of_dy = self.b.map(|dy| dy.len() as u64 / outer);
        let piece = |(first, count): (u64, u64)| {
            let part = |first: u64, count: u64, each: u64| vec![range(first * each, count * each, T::STORAGE.bytes())];
            let mask = self.mask.map(|_| part(first % unit, count.min(unit), span));
            let dy = of_dy.map(|each| part(first, count, each));
            let result = part(first, count, self.result * inner);
            let parts = [Some(part(first, count, span)), mask, dy, Some(result)].into_iter().flatten().collect();
            // Masks begin with the piece; rows may count from the tensor's first.
            let base = if self.mask.is_some() { 0 } else { first };
            Piece { extent: Extent { outer: count, ..self.extent }, of: (base, count * span), parts }
        };
        steps.into_iter().map(piece).collect()
    }
}
