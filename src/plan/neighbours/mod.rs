//! What stands around a function in its kernel: y = s f(x + b) + r.

mod text;
mod tiles;

use std::fmt;
use std::str::FromStr;

use super::{Access, Key, Place, Placement, Range, Slot, Spec, Tensor};
use crate::error::{Error, Result};
use crate::function::Op;
use crate::tensor::{Extent, Halves, Pass, Storage};

/// Of what a [scale](Spec::scale) is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Scale {
    /// One number for the whole tensor.
    Tensor,
    /// One for each row: for all that is before an extent's channels.
    Rows,
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tensor => "tensor",
            Self::Rows => "rows",
        })
    }
}

impl FromStr for Scale {
    type Err = Error;

    /// The scale that [`Display`](fmt::Display) writes so.
    fn from_str(text: &str) -> Result<Self> {
        [Self::Tensor, Self::Rows].into_iter().find(|scale| scale.to_string() == text).ok_or_else(|| {
            let reason = format!("a scale is not of {text:?}: choose of tensor and rows");
            Error::Unsupported { reason }
        })
    }
}

/// What a kernel takes besides the function's own tensors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Neighbours {
    pub(crate) bias: bool,
    pub(crate) residual: bool,
    pub(crate) scale: Option<Scale>,
    /// Whether the bias's gradient comes with that of x.
    pub(crate) bias_gradient: bool,
    /// The same of the scales of rows.
    pub(crate) scale_gradient: bool,
}

impl Spec {
    /// The same of x + b instead of x: a bias for each channel, stored as x is. The sum is one of `f32`, and rounds to that. Of
    /// a gate it has those of a, then those of b; of the halves of one tensor one for each place of their axis, as these lie
    /// there. Backward the gradient is that along x + b, which is that along x.
    ///
    /// ```
    /// use wgpu_activations::{Spec, activation::GELU};
    /// assert!(Spec::forward(&GELU).bias().wgsl()?.contains("read_biases"));
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn bias(mut self) -> Self {
        self.neighbours.bias = true;
        self
    }

    /// The backward pass with the gradient along a [bias](Spec::bias) besides, `f32`, in the same pass over the tensors: dx is
    /// written while it is summed up, or da and db are, and the sums lie as the biases do. Their order is fixed, so they are the same
    /// bits in every run.
    ///
    /// ```
    /// use wgpu_activations::{Extent, Limits, Spec, activation::GELU};
    /// let rows = Extent::along(&[512, 4096], -1)?;
    /// let plan = Spec::backward(&GELU).bias().bias_gradient().plan(rows, &Limits::default())?;
    /// let names: Vec<_> = plan.buffers.iter().map(|buffer| buffer.name).collect();
    /// assert_eq!(names, ["x", "dy", "dbias", "dx", "bias", "partials"]);
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn bias_gradient(mut self) -> Self {
        self.neighbours.bias_gradient = true;
        self
    }

    /// The same plus a tensor like y, after all else: y = f(x) + r. Its gradient is dy as it is, which needs no kernel.
    /// [`Spec::accumulate`] adds to y itself.
    pub fn residual(mut self) -> Self {
        self.neighbours.residual = true;
        self
    }

    /// The same times a number, `f32`: y = s f(x), and backward dx = s dy f'(x). The number lies in a buffer, one for the tensor
    /// or one for each row, as mixtures of experts weigh tokens.
    pub fn scale(mut self, of: Scale) -> Self {
        self.neighbours.scale = Some(of);
        self
    }

    /// The backward pass with the gradient along the [scales of rows](Scale::Rows) besides, `f32`, in the same pass over the tensors: the
    /// sum of dy f(x) over each row, in a fixed order. With a [bias's gradient](Spec::bias_gradient) one pass gives all of them.
    ///
    /// ```
    /// use wgpu_activations::{Extent, Limits, Scale, Spec, gate::SWIGLU};
    /// let experts = Extent::along(&[512, 2048], -1)?;
    /// let plan = Spec::backward(&SWIGLU).scale(Scale::Rows).scale_gradient().plan(experts, &Limits::default())?;
    /// let names: Vec<_> = plan.buffers.iter().map(|buffer| buffer.name).collect();
    /// assert_eq!(names, ["a", "b", "da", "dy", "db", "dscale", "scale", "partials"]);
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn scale_gradient(mut self) -> Self {
        self.neighbours.scale_gradient = true;
        self
    }

    /// Fails if there is no kernel with these neighbours.
    pub(super) fn check_neighbours(&self) -> Result<()> {
        let elements = matches!(self.of, Op::Activation(_) | Op::Gate(_));
        let reason = match self.neighbours {
            none if none == Neighbours::default() => return Ok(()),
            Neighbours { bias: true, residual: false, scale: None, bias_gradient: false, scale_gradient: false }
                if self.routes().is_some() && self.pass == Pass::Forward =>
            {
                return Ok(());
            }
            _ if self.routes().is_some() => "a router takes a bias for its choice alone, forward",
            _ if !elements => "bias, residual and scale belong to functions of elements and to gates",
            _ if self.pass == Pass::BackwardFromOutput => {
                "y does not tell what stands around the function: take the gradient from x"
            }
            Neighbours { scale_gradient: true, scale, .. }
                if scale != Some(Scale::Rows) || self.pass != Pass::Backward =>
            {
                "the gradient of scales comes with the backward pass of one with a scale for each row"
            }
            Neighbours { bias_gradient: true, bias, .. } if !bias || self.pass != Pass::Backward => {
                "a bias's gradient comes with the backward pass of one that has a bias"
            }
            Neighbours { residual: true, .. } if self.pass != Pass::Forward => {
                "a residual's gradient is dy as it is: leave it out"
            }
            _ => return Ok(()),
        };
        Err(Error::NoKernel { function: self.name(), reason })
    }

    /// How many of such a tensor's numbers are read at once.
    pub(super) fn lanes_beside(&self, slot: Slot, key: Key) -> u64 {
        if slot != Slot::Scale && key.place == Place::Together { key.lanes } else { 1 }
    }

    /// How such a tensor is read.
    pub(super) fn access_beside(&self, slot: Slot, key: Key) -> Access {
        Access::read(slot, self.stored(slot), self.lanes_beside(slot, key))
    }

    /// Whether its kernels ask where among channels and rows an element lies.
    pub(crate) fn placed(&self) -> bool {
        self.per_channel || self.neighbours.bias || self.scales_rows() || self.in_groups()
    }

    /// Whether each row has a scale of its own.
    pub(super) fn scales_rows(&self) -> bool {
        self.neighbours.scale == Some(Scale::Rows)
    }

    /// Whether it takes tensors of elements alone, and nothing stands around the function.
    pub(super) fn alone(&self) -> bool {
        !self.per_channel && !self.value && !self.in_groups() && self.neighbours == Neighbours::default()
    }

    /// Whether its kernels sum up terms.
    pub(super) fn sums(&self) -> bool {
        matches!(self.pass, Pass::ParamGradient(_)) || self.neighbours.bias_gradient || self.tiles()
    }

    /// The slots of what it has besides elements.
    pub(super) fn slots_beside(&self) -> impl Iterator<Item = Slot> + use<> {
        let Neighbours { bias, scale, .. } = self.neighbours;
        let slots = [(self.per_channel, Slot::Weights), (bias, Slot::Bias), (scale.is_some(), Slot::Scale)];
        slots.into_iter().filter_map(|(is, slot)| is.then_some(slot))
    }

    /// The tensors in these, for elements of this shape: of a gate's halves that of one.
    pub(super) fn tensors_beside(&self, shape: Extent) -> impl Iterator<Item = Tensor> + use<'_> {
        self.slots_beside().map(move |slot| {
            let role = match slot {
                Slot::Weights => "weights",
                Slot::Bias => "bias",
                _ => "scale",
            };
            Tensor { slot, role, len: self.count_beside(slot, shape), written: false }
        })
    }

    fn count_beside(&self, slot: Slot, shape: Extent) -> u64 {
        match (slot, self.neighbours.scale) {
            (Slot::Weights, _) => self.of.params().len() as u64 * shape.channels,
            (Slot::Bias, _) => shape.channels * if matches!(self.of, Op::Gate(_)) { 2 } else { 1 },
            (_, Some(Scale::Rows)) => shape.outer,
            _ => 1,
        }
    }

    /// What of such a tensor goes with a kernel's elements: which is the first, and how many there are.
    pub(super) fn beside(&self, slot: Slot, shape: Extent, step: (Key, u64, u64), at: &Placement<'_>) -> Option<Range> {
        let (key, start, len) = step;
        let (mut first, mut count) = (0, self.count_beside(slot, shape));
        match (slot, self.neighbours.scale) {
            (Slot::Scale, Some(Scale::Rows)) => {
                let span = shape.span().max(1);
                first = start / span;
                count = (start + len).div_ceil(span).max(first + 1) - first;
            }
            (Slot::Weights | Slot::Bias | Slot::Scale, _) => {}
            _ => return None,
        }
        let bytes = self.stored(slot).bytes();
        let each = if key.binds_vectors() { bytes * self.lanes_beside(slot, key) } else { bytes };
        Some(at.range(slot, slot, first * bytes, count * bytes, each))
    }

    /// How the elements of packs lie among the channels, in a window of a tensor of this shape that begins at `start`.
    pub(super) fn place(&self, key: Key, shape: Extent, start: u64, at: &Placement<'_>) -> Place {
        let lanes = key.lanes;
        if lanes == 1 || !self.placed() || !start.is_multiple_of(lanes) {
            return Place::Apart;
        }
        let whole = shape.inner == 1 && shape.channels.is_multiple_of(lanes);
        match () {
            () if whole && !(self.neighbours.bias && self.interleaved()) && self.reads_packs(key, at) => {
                Place::Together
            }
            () if shape.inner.is_multiple_of(lanes) => Place::Same,
            () => Place::Apart,
        }
    }

    /// Whether what channels have can be read in packs.
    pub(super) fn reads_packs(&self, key: Key, at: &Placement<'_>) -> bool {
        let aligned = |slot: Slot| at.offsets[slot as usize].is_multiple_of(key.lanes * self.stored(slot).bytes());
        !key.binds_vectors() || self.slots_beside().filter(|&slot| slot != Slot::Scale).all(aligned)
    }

    /// The same kernels for all places there are.
    pub(super) fn in_places(&self, key: Key) -> impl Iterator<Item = Key> + use<> {
        let all = [Place::Together, Place::Same, Place::Apart];
        let skipped = if self.placed() && key.lanes > 1 { 0 } else { 2 };
        all.into_iter().skip(skipped).map(move |place| Key { place, ..key })
    }

    fn interleaved(&self) -> bool {
        self.halves.is_some_and(Halves::alternate)
    }

    /// How what it has besides elements is stored.
    pub(super) fn stored_beside(&self, slot: Slot) -> Storage {
        if slot == Slot::Bias { self.input } else { Storage::F32 }
    }
}
