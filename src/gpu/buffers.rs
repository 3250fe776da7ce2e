//! The buffers of a call, and what must hold of them.

use wgpu::{BufferSlice, BufferUsages};

use super::kernel::Kernel;
use crate::error::{Error, Result};
use crate::plan::{Extent, Pass};

/// The buffers of a call: ranges of buffers with [`BufferUsages::STORAGE`], each starting at a multiple of the device's
/// `min_storage_buffer_offset_alignment`. A range may be longer than the tensor; what lies behind is not touched.
#[derive(Clone, Copy, Debug)]
pub struct Buffers<'a> {
    pub(super) a: Option<BufferSlice<'a>>,
    pub(super) b: Option<BufferSlice<'a>>,
    pub(super) out: BufferSlice<'a>,
    pub(super) weights: Option<BufferSlice<'a>>,
}

impl<'a> Buffers<'a> {
    pub(super) fn new(a: Option<BufferSlice<'a>>, b: Option<BufferSlice<'a>>, out: BufferSlice<'a>) -> Self {
        Self { a, b, out, weights: None }
    }

    /// For a forward pass from `x` to `y`.
    pub fn unary(x: BufferSlice<'a>, y: BufferSlice<'a>) -> Self {
        Self::new(Some(x), None, y)
    }

    /// For a forward pass in place.
    pub fn unary_in_place(xy: BufferSlice<'a>) -> Self {
        Self::new(None, None, xy)
    }

    /// For a backward pass from `x` (or `y`) and `dy` to `dx`, or to the sums of a parameter's gradient.
    pub fn binary(x: BufferSlice<'a>, dy: BufferSlice<'a>, dx: BufferSlice<'a>) -> Self {
        Self::new(Some(x), Some(dy), dx)
    }

    /// For a backward pass that replaces `dy` by `dx`.
    pub fn binary_in_place(x: BufferSlice<'a>, dy: BufferSlice<'a>) -> Self {
        Self::new(Some(x), None, dy)
    }

    /// With parameter values per channel: all channels of the first parameter, then all of the second.
    pub fn weights(self, weights: BufferSlice<'a>) -> Self {
        Self { weights: Some(weights), ..self }
    }
}

impl Kernel {
    /// Fails unless the buffers are those that the kernel takes, and hold what they should.
    pub(super) fn check_buffers(&self, buffers: &Buffers<'_>, len: u64, extent: Extent) -> Result<()> {
        let function = self.spec.activation.name;
        let (expected, inputs, out) = match (self.spec.pass, self.spec.in_place) {
            (Pass::Forward, false) => ("Buffers::unary(x, y)", 1, "y"),
            (Pass::Forward, true) => ("Buffers::unary_in_place(xy)", 0, "x"),
            (_, true) => ("Buffers::binary_in_place(x, dy)", 1, "dy"),
            (Pass::ParamGradient(_), _) => ("Buffers::binary(x, dy, sums)", 2, "the sums"),
            (_, false) => ("Buffers::binary(x, dy, dx)", 2, "dx"),
        };
        let given = usize::from(buffers.a.is_some()) + usize::from(buffers.b.is_some());
        if given != inputs {
            return Err(Error::WrongBuffers { function, expected });
        }
        if buffers.weights.is_some() != self.spec.per_channel {
            let expected =
                if self.spec.per_channel { "Buffers::weights, too" } else { "no weights: ask for Spec::per_channel" };
            return Err(Error::WrongBuffers { function, expected });
        }
        let out_len = if matches!(self.spec.pass, Pass::ParamGradient(_)) { extent.channels } else { len };
        let weights = self.spec.activation.params.len() as u64 * extent.channels;
        let roles = [
            ("x", buffers.a, len),
            ("dy", buffers.b, len),
            (out, Some(buffers.out), out_len),
            ("weights", buffers.weights, weights),
        ];
        for (role, slice, len) in roles {
            let Some(slice) = slice else { continue };
            self.check_slice(role, slice, len)?;
            if len > 0 && role != out && slice.buffer() == buffers.out.buffer() {
                return Err(Error::SharedBuffer { function, written: out, other: role });
            }
        }
        Ok(())
    }

    fn check_slice(&self, role: &'static str, slice: BufferSlice<'_>, len: u64) -> Result<()> {
        let function = self.spec.activation.name;
        if !slice.buffer().usage().contains(BufferUsages::STORAGE) {
            return Err(Error::MissingUsage { function, role, usage: "STORAGE" });
        }
        if slice.size() / 4 < len {
            return Err(Error::Length { function, role, expected: len, got: slice.size() / 4 });
        }
        let alignment = self.limits.alignment;
        if len > 0 && slice.offset() % alignment != 0 {
            return Err(Error::Misaligned { function, role, offset: slice.offset(), alignment });
        }
        if role == "weights" && len * 4 > self.limits.binding {
            return Err(Error::TooLarge { what: role, size: len, limit: self.limits.binding / 4, unit: "elements" });
        }
        Ok(())
    }
}
