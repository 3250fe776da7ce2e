//! The buffers of a call, and what must hold of them.

use wgpu::{BufferSlice, BufferUsages};

use super::kernel::Kernel;
use crate::error::{Error, Result};
use crate::plan::{Slot, Tensor};

/// The buffers of a call: ranges of buffers with [`BufferUsages::STORAGE`], each starting at a multiple of the device's
/// `min_storage_buffer_offset_alignment`. A range may be longer than the tensor; what lies behind is not touched.
#[derive(Clone, Copy, Debug)]
pub struct Buffers<'a> {
    slices: [Option<BufferSlice<'a>>; Slot::COUNT],
}

impl<'a> Buffers<'a> {
    pub(super) fn new(slices: &[(Slot, BufferSlice<'a>)]) -> Self {
        slices.iter().fold(Self { slices: [None; Slot::COUNT] }, |all, &(slot, slice)| all.set(slot, slice))
    }

    /// The same with one more range.
    pub(super) fn set(mut self, slot: Slot, slice: BufferSlice<'a>) -> Self {
        self.slices[slot as usize] = Some(slice);
        self
    }

    pub(super) fn get(&self, slot: Slot) -> Option<BufferSlice<'a>> {
        self.slices[slot as usize]
    }

    /// For a forward pass from `x` to `y`.
    pub fn unary(x: BufferSlice<'a>, y: BufferSlice<'a>) -> Self {
        Self::new(&[(Slot::A, x), (Slot::Out, y)])
    }

    /// For a forward pass in place.
    pub fn unary_in_place(xy: BufferSlice<'a>) -> Self {
        Self::new(&[(Slot::Out, xy)])
    }

    /// For a backward pass from `x` (or `y`) and `dy` to `dx`, or to the sums of a parameter's gradient.
    pub fn binary(x: BufferSlice<'a>, dy: BufferSlice<'a>, dx: BufferSlice<'a>) -> Self {
        Self::new(&[(Slot::A, x), (Slot::B, dy), (Slot::Out, dx)])
    }

    /// For a backward pass that replaces `dy` by `dx`.
    pub fn binary_in_place(x: BufferSlice<'a>, dy: BufferSlice<'a>) -> Self {
        Self::new(&[(Slot::A, x), (Slot::Out, dy)])
    }

    /// For a forward pass over rows with a mask, which repeats over the axes before its own: its range is as long as it is.
    pub fn masked(x: BufferSlice<'a>, mask: BufferSlice<'a>, y: BufferSlice<'a>) -> Self {
        Self::new(&[(Slot::A, x), (Slot::B, mask), (Slot::Out, y)])
    }

    /// For a gate's forward pass from `a` and `b` to `y`.
    pub fn gate(a: BufferSlice<'a>, b: BufferSlice<'a>, y: BufferSlice<'a>) -> Self {
        Self::binary(a, b, y)
    }

    /// For a gate's forward pass that replaces `b` by `y`.
    pub fn gate_in_place(a: BufferSlice<'a>, b: BufferSlice<'a>) -> Self {
        Self::binary_in_place(a, b)
    }

    /// For a gate's backward pass from `a`, `b` and `dy` to `da` and `db`.
    ///
    /// ```no_run
    /// # use wgpu_activations::{Buffers, Gpu, Kernels, Spec, gate::SWIGLU, wgpu};
    /// # fn f(device: &wgpu::Device, [a, b, dy, da, db]: [&wgpu::Buffer; 5]) -> wgpu_activations::Result<()> {
    /// let kernels = Kernels::new(device)?;
    /// let buffers = Buffers::gate_backward(a.slice(..), b.slice(..), dy.slice(..), da.slice(..), db.slice(..));
    /// let bound = kernels.get(Spec::backward(&SWIGLU))?.bind(buffers, 1000)?; // to be recorded in a pass of yours
    /// # Ok(()) }
    /// ```
    pub fn gate_backward(
        a: BufferSlice<'a>,
        b: BufferSlice<'a>,
        dy: BufferSlice<'a>,
        da: BufferSlice<'a>,
        db: BufferSlice<'a>,
    ) -> Self {
        Self::new(&[(Slot::A, a), (Slot::B, b), (Slot::C, dy), (Slot::Out, da), (Slot::Out2, db)])
    }

    /// For a gate's backward pass that replaces `a` by `da` and `b` by `db`.
    pub fn gate_backward_in_place(a: BufferSlice<'a>, b: BufferSlice<'a>, dy: BufferSlice<'a>) -> Self {
        Self::new(&[(Slot::Out, a), (Slot::Out2, b), (Slot::C, dy)])
    }

    /// With parameter values per channel: all channels of the first parameter, then all of the second.
    pub fn weights(self, weights: BufferSlice<'a>) -> Self {
        self.set(Slot::Weights, weights)
    }
}

impl Kernel {
    /// Fails unless the buffers are those that the kernel takes, and hold what they should.
    pub(super) fn check_buffers(&self, buffers: &Buffers<'_>, tensors: &[Tensor]) -> Result<()> {
        let function = self.spec.name();
        if buffers.get(Slot::Weights).is_some() && !self.spec.per_channel {
            return Err(Error::WrongBuffers { function, expected: "no weights: ask for Spec::per_channel" });
        }
        let given = buffers.slices.iter().flatten().count();
        if given != tensors.len() || tensors.iter().any(|t| buffers.get(t.slot).is_none()) {
            return Err(Error::WrongBuffers { function, expected: self.spec.buffers() });
        }
        for tensor in tensors {
            let Some(slice) = buffers.get(tensor.slot) else { continue };
            self.check_slice(tensor, slice)?;
            let written = tensors.iter().filter(|t| t.written && t.slot != tensor.slot && tensor.len > 0);
            for out in written {
                if buffers.get(out.slot).is_some_and(|o| o.buffer() == slice.buffer()) {
                    return Err(Error::SharedBuffer { function, written: out.role, other: tensor.role });
                }
            }
        }
        Ok(())
    }

    fn check_slice(&self, tensor: &Tensor, slice: BufferSlice<'_>) -> Result<()> {
        let (function, Tensor { role, len, .. }) = (self.spec.name(), *tensor);
        if !slice.buffer().usage().contains(BufferUsages::STORAGE) {
            return Err(Error::MissingUsage { function, role, usage: "STORAGE" });
        }
        let storage = self.spec.stored(tensor.slot);
        if slice.size() / storage.bytes() < len {
            return Err(Error::Length { function, role, expected: len, got: slice.size() / storage.bytes() });
        }
        // The last word of an odd number of 16 bits is bound as a whole.
        if slice.buffer().size().saturating_sub(slice.offset()) < storage.words(len) {
            return Err(Error::Length { function, role, expected: len.saturating_add(1), got: len });
        }
        let alignment = self.limits.alignment;
        if len > 0 && slice.offset() % alignment != 0 {
            return Err(Error::Misaligned { function, role, offset: slice.offset(), alignment });
        }
        if tensor.slot == Slot::Weights && len * 4 > self.limits.binding {
            return Err(Error::TooLarge { what: role, size: len, limit: self.limits.binding / 4, unit: "elements" });
        }
        Ok(())
    }
}
