//! Functions of two values on slices.

use std::ops::Range;

use super::device::Gpu;
use super::stream::{Call, Piece, capacity, range, scatter};
use crate::element::Element;
use crate::error::Result;
use crate::gate::{CRELU, Gated, check_lengths};
use crate::plan::{Extent, Halves, Slot, Spec, pieces, place};
use crate::reference::{half_block, whole_block};

/// A tensor of a call: as it is, or with two halves of that length.
struct Held<T> {
    values: T,
    halved: bool,
}

fn plain<T>(values: T) -> Held<T> {
    Held { values, halved: false }
}

fn both<T>(values: T) -> Held<T> {
    Held { values, halved: true }
}

/// A part of a half: whole blocks, or a part of one.
struct Part {
    first: u64,
    count: u64,
    block: u64,
}

impl Part {
    fn within_block(&self) -> bool {
        self.first % self.block + self.count <= self.block
    }

    /// The bytes of a tensor that belong to it.
    fn ranges(&self, halved: bool, bytes: u64) -> Vec<Range<usize>> {
        let range = |from, len| range(from, len, bytes);
        let at = place(self.first, self.block);
        match halved {
            false => vec![range(self.first, self.count)],
            true if self.within_block() => vec![range(at, self.count), range(at + self.block, self.count)],
            true => vec![range(at, 2 * self.count)],
        }
    }

    /// Its shape, with so many channels to a block.
    fn extent(&self, channels: u64) -> Extent {
        let inner = if self.within_block() { self.count } else { self.block };
        Extent { outer: self.count / inner, channels, inner }
    }
}

/// A blocking method and its asynchronous twin.
macro_rules! twins {
    ($(#[$doc:meta])* $name:ident / $twin:ident ($($arg:ident: $ty:ty),*) -> $out:ty, |$gpu:ident| $body:block) => {
        $(#[$doc])*
        #[cfg(not(target_arch = "wasm32"))]
        pub fn $name<T: Element>(&self, $($arg: $ty),*) -> Result<$out> {
            pollster::block_on(self.$twin($($arg),*))
        }

        $(#[$doc])*
        pub async fn $twin<T: Element>(&self, $($arg: $ty),*) -> Result<$out> {
            let $gpu = self;
            $body
        }
    };
}

impl Gpu {
    twins! {
        /// y of a and b.
        ///
        /// ```no_run
        /// use wgpu_activations::{Gpu, gate::SWIGLU};
        /// let y = Gpu::new()?.gate_forward(&SWIGLU, &[-1.0, 2.0], &[3.0, 4.0])?;
        /// # Ok::<(), wgpu_activations::Error>(())
        /// ```
        ///
        /// # Errors
        /// [`Error::ParameterCount`](crate::Error::ParameterCount), [`Error::Length`](crate::Error::Length) if lengths
        /// differ, and as [`Gpu::forward`].
        gate_forward / gate_forward_async (gate: impl Into<Gated>, a: &[T], b: &[T]) -> Vec<T>, |gpu| {
            let gate = gate.into();
            gate.check(a.len(), &[("b", b.len())])?;
            let mut y = vec![T::zeroed(); a.len()];
            let spec = Spec::forward(gate.gate());
            gpu.pairs(spec, gate.params(), a.len() as u64, &[plain(a), plain(b)], &mut [plain(&mut y)]).await?;
            Ok(y)
        }
    }

    twins! {
        /// da and db of a, b and dy, in one pass over them.
        ///
        /// # Errors
        /// As [`Gpu::gate_forward`].
        gate_backward / gate_backward_async (gate: impl Into<Gated>, a: &[T], b: &[T], dy: &[T])
        -> (Vec<T>, Vec<T>), |gpu| {
            let gate = gate.into();
            gate.check(a.len(), &[("b", b.len()), ("dy", dy.len())])?;
            let (mut da, mut db) = (vec![T::zeroed(); a.len()], vec![T::zeroed(); a.len()]);
            let outs = &mut [plain(&mut da[..]), plain(&mut db)];
            let ins = &[plain(a), plain(b), plain(dy)];
            gpu.pairs(Spec::backward(gate.gate()), gate.params(), a.len() as u64, ins, outs).await?;
            Ok((da, db))
        }
    }

    twins! {
        /// y, half as long as x, which holds a and b as its halves along an axis.
        ///
        /// ```no_run
        /// use wgpu_activations::{Extent, Gpu, Halves, gate::GLU};
        /// let (gpu, x) = (Gpu::new()?, vec![1.0; 2 * 8 * 3]);
        /// let extent = Extent::along(&[2, 8, 3], 1)?; // y is [2, 4, 3]
        /// let y = gpu.halves_forward(&GLU, &x, extent, Halves::Split)?;
        /// # Ok::<(), wgpu_activations::Error>(())
        /// ```
        ///
        /// # Errors
        /// As [`Gpu::gate_forward`], and [`Error::Extent`](crate::Error::Extent) for an axis that has no halves or another
        /// tensor's extent.
        halves_forward / halves_forward_async (gate: impl Into<Gated>, x: &[T], extent: Extent, halves: Halves)
        -> Vec<T>, |gpu| {
            let gate = gate.into();
            gate.check(x.len(), &[])?;
            let block = half_block(gate.gate().name, extent, halves, x.len())?;
            let mut y = vec![T::zeroed(); x.len() / 2];
            let spec = Spec::forward(gate.gate()).halves(Halves::Split);
            gpu.pairs(spec, gate.params(), block, &[both(x)], &mut [plain(&mut y)]).await?;
            Ok(y)
        }
    }

    twins! {
        /// dx, which holds da and db as x holds a and b.
        ///
        /// # Errors
        /// As [`Gpu::halves_forward`].
        halves_backward / halves_backward_async
        (gate: impl Into<Gated>, x: &[T], dy: &[T], extent: Extent, halves: Halves) -> Vec<T>, |gpu| {
            let gate = gate.into();
            gate.check(x.len() / 2, &[("dy", dy.len())])?;
            let block = half_block(gate.gate().name, extent, halves, x.len())?;
            let mut dx = vec![T::zeroed(); x.len()];
            let spec = Spec::backward(gate.gate()).halves(Halves::Split);
            gpu.pairs(spec, gate.params(), block, &[both(x), plain(dy)], &mut [both(&mut dx)]).await?;
            Ok(dx)
        }
    }

    twins! {
        /// CReLU: relu(x) and relu(-x), one after the other along the axis.
        ///
        /// # Errors
        /// [`Error::Extent`](crate::Error::Extent) if the extent is another tensor's, and as [`Gpu::forward`].
        crelu / crelu_async (x: &[T], extent: Extent) -> Vec<T>, |gpu| {
            let block = whole_block(extent, x.len())?;
            let mut y = vec![T::zeroed(); 2 * x.len()];
            gpu.pairs(Spec::forward(&CRELU), &[], block, &[plain(x)], &mut [both(&mut y)]).await?;
            Ok(y)
        }
    }

    twins! {
        /// dx, from dy that is twice as long as x.
        ///
        /// # Errors
        /// As [`Gpu::crelu`], and [`Error::Length`](crate::Error::Length).
        crelu_backward / crelu_backward_async (x: &[T], dy: &[T], extent: Extent) -> Vec<T>, |gpu| {
            check_lengths(CRELU.name, 2 * x.len(), &[("dy", dy.len())])?;
            let block = whole_block(extent, x.len())?;
            let mut dx = vec![T::zeroed(); x.len()];
            gpu.pairs(Spec::backward(&CRELU), &[], block, &[plain(x), both(dy)], &mut [plain(&mut dx)]).await?;
            Ok(dx)
        }
    }

    /// Runs a kernel. Tensors with halves have them in blocks of `block` elements that take turns.
    async fn pairs<T: Element>(
        &self,
        spec: Spec,
        params: &[f32],
        block: u64,
        ins: &[Held<&[T]>],
        outs: &mut [Held<&mut [T]>],
    ) -> Result<()> {
        let (spec, bytes) = (spec.storage(T::STORAGE), T::STORAGE.bytes());
        spec.check()?;
        let halved: Vec<bool> = ins.iter().map(|t| t.halved).chain(outs.iter().map(|t| t.halved)).collect();
        let len = ins.first().map_or(0, |t| t.values.len() as u64 / if t.halved { 2 } else { 1 });
        let padded = !halved.contains(&true);
        let most = capacity(halved.iter().map(|&halved| if halved { 2 } else { 1 }).sum(), bytes);
        let piece = |(first, count): (u64, u64)| {
            let part = Part { first, count, block };
            let extent = match padded {
                false => part.extent(if spec.halves.is_some() { 2 } else { 1 }),
                // Whole packs: the buffers have room, and a tail would cost a second dispatch.
                true => Extent { outer: count.next_multiple_of(4), channels: 1, inner: 1 },
            };
            let parts = halved.iter().map(|&halved| part.ranges(halved, bytes)).collect();
            Piece { extent, of: (0, extent.outer * extent.span()), parts }
        };
        let pieces = pieces(0, len, block, most, most).map(piece).collect();
        let sources: Vec<&[u8]> = ins.iter().map(|t| bytemuck::cast_slice(t.values)).collect();
        let slots = [Slot::A, Slot::B, Slot::C].into_iter().take(ins.len());
        let slots: Vec<Slot> = slots.chain([Slot::Out, Slot::Out2].into_iter().take(outs.len())).collect();
        let call = Call { spec, params: Some(params), slots: &slots, ins: &sources, pieces, padded };
        self.stream(call, |piece, k, result| {
            if let (Some(out), Some(parts)) = (outs.get_mut(k), piece.parts.get(sources.len() + k)) {
                scatter(bytemuck::cast_slice_mut(out.values), parts, result);
            }
        })
        .await
    }
}
