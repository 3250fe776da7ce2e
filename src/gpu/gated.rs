//! Functions of two values on slices.

use std::ops::Range;

use super::device::Gpu;
use super::elementwise::{Cut, cuts};
use super::stream::{Call, Piece, capacity, range, scatter};
use crate::error::Result;
use crate::function::{Gated, check_lengths};
use crate::gate::CRELU;
use crate::plan::{Slot, Spec};
use crate::reference::{half_block, whole_block};
use crate::tensor::{Element, Extent, Halves, pieces, place};

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
            let spec = gate.refine(Spec::forward(gate.gate()));
            gpu.pairs(spec, Some(&gate), a.len() as u64, &[plain(a), plain(b)], &mut [plain(&mut y)]).await?;
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
            let spec = gate.refine(Spec::backward(gate.gate()));
            gpu.pairs(spec, Some(&gate), a.len() as u64, ins, outs).await?;
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
            let block = half_block(&gate, extent, halves, x.len())?;
            gate.check(x.len() / 2, &[])?;
            let mut y = vec![T::zeroed(); x.len() / 2];
            let spec = gate.refine(Spec::forward(gate.gate())).halves(halves);
            gpu.pairs(spec, Some(&gate), block, &[both(x)], &mut [plain(&mut y)]).await?;
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
            let block = half_block(&gate, extent, halves, x.len())?;
            gate.check(x.len() / 2, &[("dy", dy.len())])?;
            let mut dx = vec![T::zeroed(); x.len()];
            let spec = gate.refine(Spec::backward(gate.gate())).halves(halves);
            gpu.pairs(spec, Some(&gate), block, &[both(x), plain(dy)], &mut [both(&mut dx)]).await?;
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
            gpu.pairs(Spec::forward(&CRELU), None, block, &[plain(x)], &mut [both(&mut y)]).await?;
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
            gpu.pairs(Spec::backward(&CRELU), None, block, &[plain(x), both(dy)], &mut [plain(&mut dx)]).await?;
            Ok(dx)
        }
    }

    /// Runs a kernel. Tensors with halves have them in blocks of `block` elements that take turns.
    async fn pairs<T: Element>(
        &self,
        spec: Spec,
        gate: Option<&Gated>,
        block: u64,
        ins: &[Held<&[T]>],
        outs: &mut [Held<&mut [T]>],
    ) -> Result<()> {
        let spec = spec.storage(T::STORAGE);
        let halved: Vec<bool> = ins.iter().map(|t| t.halved).chain(outs.iter().map(|t| t.halved)).collect();
        let len = ins.first().map_or(0, |t| t.values.len() as u64 / if t.halved { 2 } else { 1 });
        let padded = !halved.contains(&true);
        let channels = gate.and_then(|gate| Some((gate, gate.extent()?)));
        let (spec, pieces) = match channels {
            Some((gate, extent)) if padded => (spec, by_channel::<T>(gate, extent, ins.len(), outs.len())),
            Some((gate, extent)) => (spec, by_outer::<T>(gate, extent, &halved, ins.len())),
            // Blocks of any kind are whole halves of a piece.
            None => (spec.in_blocks(), in_blocks::<T>(spec, len, block, &halved)),
        };
        spec.check()?;
        let weights = channels.map(|(gate, _)| (Slot::Weights, bytemuck::cast_slice(gate.params())));
        let sources = [Slot::A, Slot::B, Slot::C].into_iter().zip(ins.iter().map(|t| bytemuck::cast_slice(t.values)));
        let (mut slots, sources): (Vec<Slot>, Vec<&[u8]>) = sources.chain(weights).unzip();
        slots.extend([Slot::Out, Slot::Out2].into_iter().take(outs.len()));
        let params = if channels.is_some() { None } else { Some(gate.map_or(&[][..], Gated::params)) };
        let call = Call { spec, params, slots: &slots, ins: &sources, pieces, padded };
        self.stream(call, |piece, k, result| {
            if let (Some(out), Some(parts)) = (outs.get_mut(k), piece.parts.get(sources.len() + k)) {
                scatter(bytemuck::cast_slice_mut(out.values), parts, result);
            }
        })
        .await
    }
}

/// Pieces of whole blocks, or of parts of one.
fn in_blocks<T: Element>(spec: Spec, len: u64, block: u64, halved: &[bool]) -> Vec<Piece> {
    let bytes = T::STORAGE.bytes();
    let most = capacity(halved.iter().map(|&halved| if halved { 2 } else { 1 }).sum(), bytes);
    let piece = |(first, count): (u64, u64)| {
        let part = Part { first, count, block };
        let extent = match halved.contains(&true) {
            true => part.extent(if spec.halves.is_some() { 2 } else { 1 }),
            // Whole packs: the buffers have room, and a tail would cost a second dispatch.
            false => Extent { outer: count.next_multiple_of(4), channels: 1, inner: 1 },
        };
        let parts = halved.iter().map(|&halved| part.ranges(halved, bytes)).collect();
        Piece { extent, of: (0, extent.outer * extent.span()), parts }
    };
    pieces(0, len, block, most, most).map(piece).collect()
}

/// Pieces of tensors of this extent, with the values of their channels' parameters.
fn by_channel<T: Element>(gate: &Gated, extent: Extent, ins: usize, outs: usize) -> Vec<Piece> {
    let weights = gate.gate().params.len();
    let piece = |cut: &Cut| {
        let part = vec![range(cut.first, cut.len(), T::STORAGE.bytes())];
        let (inputs, results) = (vec![part.clone(); ins], vec![part; outs]);
        let parts = inputs.into_iter().chain([cut.weights(extent, weights)]).chain(results).collect();
        Piece { extent: cut.extent, of: (0, cut.len().next_multiple_of(4)), parts }
    };
    cuts(extent, ins + outs + weights).iter().map(piece).collect()
}

/// Pieces of whole outer indices, where y has this extent, with the values of all channels' parameters.
fn by_outer<T: Element>(gate: &Gated, extent: Extent, halved: &[bool], ins: usize) -> Vec<Piece> {
    let (bytes, span) = (T::STORAGE.bytes(), extent.span());
    let most = capacity(2 * halved.len(), bytes).checked_div(span).unwrap_or(0).max(1);
    let piece = |first: u64| {
        let outer = most.min(extent.outer - first);
        let part = |halved: bool| {
            let times = if halved { 2 } else { 1 };
            vec![range(times * first * span, times * outer * span, bytes)]
        };
        let mut parts: Vec<_> = halved.iter().map(|&halved| part(halved)).collect();
        parts.insert(ins, vec![range(0, gate.params().len() as u64, 4)]);
        let whole = Extent { outer, channels: 2 * extent.channels, inner: extent.inner };
        Piece { extent: whole, of: (0, 2 * outer * span), parts }
    };
    let steps = if extent.is_empty() { 0 } else { extent.outer };
    (0..steps).step_by(most as usize).map(piece).collect()
}

impl Gated {
    /// A kernel's purpose, with parameters per channel if the gate has them.
    pub(crate) fn refine(&self, spec: Spec) -> Spec {
        if self.extent().is_some() { spec.per_channel() } else { spec }
    }
}
