//! The buffers of a call, and what must hold of them.

use wgpu::{BufferSlice, BufferUsages};

use super::kernel::Kernel;
use crate::error::{Error, Result};
use crate::plan::{Limits, Placement, Slot, Spec, Tensor};

/// The buffers of a call: ranges of buffers with [`BufferUsages::STORAGE`], each of which begins at a multiple of its
/// elements' size, whatever the device can bind. They may lie in one buffer, an arena, as long as nothing is written where
/// another tensor lies (on the web, where bound ranges begin at multiples of the device's
/// `min_storage_buffer_offset_alignment`, not even there). A range may be longer than the tensor; what lies behind it, before
/// it or beside it is not touched.
///
/// Kernels are fastest where every tensor begins at a multiple of 16 bytes (8 in 16 bits).
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

    /// Where these tensors lie.
    pub(super) fn placement<'l>(&self, tensors: &[Tensor], limits: &'l Limits) -> Placement<'l> {
        let buffer = |tensor: &Tensor| self.get(tensor.slot).map(|slice| slice.buffer());
        let shares = |out: &Tensor| tensors.iter().any(|t| t.slot != out.slot && buffer(t) == buffer(out));
        let aliased = tensors.iter().filter(|t| t.written).any(shares);
        let offsets = self.slices.map(|slice| slice.map_or(0, |slice| slice.offset()));
        Placement { limits, offsets, aliased }
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
            return Err(Error::WrongBuffers { function, expected: "no weights: ask for Spec::per_channel".to_owned() });
        }
        let given = buffers.slices.iter().flatten().count();
        if given != tensors.len() || tensors.iter().any(|t| buffers.get(t.slot).is_none()) {
            return Err(Error::WrongBuffers { function, expected: takes(&self.spec, tensors) });
        }
        let placement = buffers.placement(tensors, &self.limits);
        for tensor in tensors {
            let Some(slice) = buffers.get(tensor.slot) else { continue };
            self.check_slice(tensor, slice)?;
            for out in tensors.iter().filter(|t| t.written && t.slot != tensor.slot) {
                let Some(written) = buffers.get(out.slot).filter(|w| w.buffer() == slice.buffer()) else { continue };
                let [bytes, others] = [(out, written), (tensor, slice)].map(|(tensor, slice)| {
                    let size = tensor.len.saturating_mul(self.spec.stored(tensor.slot).bytes());
                    // Browsers refuse bindings that overlap, and bindings begin at or before their tensors.
                    let before =
                        if cfg!(target_arch = "wasm32") && size > 0 { slice.offset() % placement.unit() } else { 0 };
                    slice.offset() - before..slice.offset().saturating_add(size)
                });
                if bytes.start.max(others.start) < bytes.end.min(others.end) {
                    return Err(Error::Overlap { function, written: out.role, bytes, other: tensor.role, others });
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
        // The last word of numbers of 16 bits is bound as a whole.
        if slice.offset().saturating_add(len * storage.bytes()).next_multiple_of(4) > slice.buffer().size() {
            return Err(Error::Length { function, role, expected: len.saturating_add(1), got: len });
        }
        let alignment = storage.bytes();
        if slice.offset() % alignment != 0 {
            return Err(Error::Misaligned { function, role, offset: slice.offset(), alignment });
        }
        let skip = slice.offset() % self.limits.alignment.max(16);
        let most = self.limits.binding.saturating_sub(skip) / 4;
        if tensor.slot == Slot::Weights && len > most {
            return Err(Error::TooLarge { what: role, size: len, limit: most, unit: "elements" });
        }
        Ok(())
    }
}

/// The constructor of the buffers that a kernel takes, as the caller writes it.
fn takes(spec: &Spec, tensors: &[Tensor]) -> String {
    use Slot::{A, B, C, Out, Out2};
    let role = |slot| tensors.iter().find(|tensor| tensor.slot == slot).map(|tensor| tensor.role);
    let (gate, mask) = (role(A) == Some("a"), role(B) == Some("mask"));
    let (name, slots): (_, &[Slot]) = match [A, B, C, Out2].map(|slot| role(slot).is_some()) {
        [true, true, true, true] => ("gate_backward", &[A, B, C, Out, Out2]),
        [false, _, true, _] => ("gate_backward_in_place", &[Out, Out2, C]),
        [true, true, ..] => (
            if gate {
                "gate"
            } else if mask {
                "masked"
            } else {
                "binary"
            },
            &[A, B, Out],
        ),
        [true, ..] if spec.in_place => (if gate { "gate_in_place" } else { "binary_in_place" }, &[A, Out]),
        [true, ..] => ("unary", &[A, Out]),
        _ => ("unary_in_place", &[Out]),
    };
    let roles: Vec<&str> = slots.iter().filter_map(|&slot| role(slot)).collect();
    let weights = if spec.per_channel { ".weights(w)" } else { "" };
    format!("Buffers::{name}({}){weights}", roles.join(", "))
}
