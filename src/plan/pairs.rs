//! Kernels for pairs of values: gates on two tensors or on the halves of one, and CReLU, which makes the halves.

use super::access::Access;
use super::halves::{Roles, halves};
use super::steps::elementwise;
use super::{Plan, Site, Slot, Spec, Tensor, Variant};
use crate::error::{Error, Result};
use crate::function::Op;
use crate::tensor::{Extent, Halves, Pass, Storage};

/// What a kernel takes and gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signature {
    /// y of a and b.
    Forward,
    /// The same, in place of b.
    ForwardInPlace,
    /// da and db of a, b and dy.
    Backward,
    /// The same, in place of a and b.
    BackwardInPlace,
    /// y of the halves a and b of x.
    Join,
    /// The halves da and db of dx, of x and dy.
    JoinBackward,
    /// The halves of y, of x.
    Double,
    /// dx of x and the halves of dy.
    DoubleBackward,
}

impl Spec {
    /// What its kernel takes; of what cannot be, the nearest that can.
    pub(super) fn signature(&self) -> Signature {
        let doubles = matches!(self.of, Op::Doubling(_));
        match (self.pass, self.halves, self.in_place) {
            (Pass::Forward, _, _) if doubles => Signature::Double,
            _ if doubles => Signature::DoubleBackward,
            (Pass::Forward, Some(_), _) => Signature::Join,
            (_, Some(_), _) => Signature::JoinBackward,
            (Pass::Forward, None, false) => Signature::Forward,
            (Pass::Forward, None, true) => Signature::ForwardInPlace,
            (_, None, false) => Signature::Backward,
            (_, None, true) => Signature::BackwardInPlace,
        }
    }

    /// Fails if there is no such kernel.
    pub(super) fn pair_check(&self) -> Result<()> {
        let expected = match self.of {
            _ if self.per_channel && self.of.params().is_empty() => {
                return Err(Error::ParameterCount { function: self.name(), expected: 0, got: 1 });
            }
            Op::Doubling(_) if self.halves.is_some() => "no halves: it makes them",
            Op::Doubling(_) if self.in_place => "an output of its own: it has another size than the input",
            _ if self.halves.is_some() && self.in_place => {
                "two tensors, or an output of its own: halves are not in place"
            }
            _ => return Ok(()),
        };
        Err(Error::WrongBuffers { function: self.name(), expected })
    }

    /// The shape that kernels count in; where halves are made, [blocks, 2, elements of a block].
    pub(super) fn pair_shape(&self, extent: Extent, len: u64) -> Result<Extent> {
        let pairs = |outer, inner| Extent { outer, channels: 2, inner };
        Ok(match (self.signature(), self.halves) {
            (Signature::Double | Signature::DoubleBackward, _) => {
                pairs(extent.outer, extent.channels.saturating_mul(extent.inner))
            }
            (_, Some(mode)) => {
                mode.block(extent, self.name())?;
                if self.per_channel {
                    self.half_shape(extent).check(len / 2, self.name())?;
                }
                extent
            }
            _ if self.per_channel => {
                extent.check(extent.len().unwrap_or(len), self.name())?;
                extent
            }
            _ => Extent { outer: len, channels: 1, inner: 1 },
        })
    }

    /// The shape of a half, or of each of two tensors.
    fn half_shape(&self, extent: Extent) -> Extent {
        let halves = if self.has_halves() { 2 } else { 1 };
        Extent { channels: extent.channels / halves, ..extent }
    }

    pub(super) fn pair_buffers(&self) -> &'static str {
        match self.signature() {
            Signature::Forward if self.per_channel => "Buffers::gate(a, b, y).weights(w)",
            Signature::ForwardInPlace if self.per_channel => "Buffers::gate_in_place(a, b).weights(w)",
            Signature::Backward if self.per_channel => "Buffers::gate_backward(a, b, dy, da, db).weights(w)",
            Signature::BackwardInPlace if self.per_channel => "Buffers::gate_backward_in_place(a, b, dy).weights(w)",
            Signature::Join if self.per_channel => "Buffers::unary(x, y).weights(w)",
            Signature::JoinBackward if self.per_channel => "Buffers::binary(x, dy, dx).weights(w)",
            Signature::Forward => "Buffers::gate(a, b, y)",
            Signature::ForwardInPlace => "Buffers::gate_in_place(a, b)",
            Signature::Backward => "Buffers::gate_backward(a, b, dy, da, db)",
            Signature::BackwardInPlace => "Buffers::gate_backward_in_place(a, b, dy)",
            Signature::Join | Signature::Double => "Buffers::unary(x, y)",
            Signature::JoinBackward | Signature::DoubleBackward => "Buffers::binary(x, dy, dx)",
        }
    }

    pub(super) fn pair_tensors(&self, extent: Extent, len: u64) -> Vec<Tensor> {
        let read = |slot, role, len| Tensor { slot, role, len, written: false };
        let out = |slot, role, len| Tensor { slot, role, len, written: true };
        let (a, b) = (read(Slot::A, "a", len), read(Slot::B, "b", len));
        let double = len.saturating_mul(2);
        let weights = self.of.params().len() as u64 * self.half_shape(extent).channels;
        let weights = self.per_channel.then_some(read(Slot::Weights, "weights", weights));
        let tensors = match self.signature() {
            Signature::Forward => vec![a, b, out(Slot::Out, "y", len)],
            Signature::ForwardInPlace => vec![a, out(Slot::Out, "b", len)],
            Signature::Backward => {
                let (da, db) = (out(Slot::Out, "da", len), out(Slot::Out2, "db", len));
                vec![a, b, da, read(Slot::C, "dy", len), db]
            }
            Signature::BackwardInPlace => {
                vec![out(Slot::Out, "a", len), read(Slot::C, "dy", len), out(Slot::Out2, "b", len)]
            }
            Signature::Join => vec![read(Slot::A, "x", len), out(Slot::Out, "y", len / 2)],
            Signature::JoinBackward => {
                vec![read(Slot::A, "x", len), read(Slot::B, "dy", len / 2), out(Slot::Out, "dx", len)]
            }
            Signature::Double => vec![read(Slot::A, "x", len), out(Slot::Out, "y", double)],
            Signature::DoubleBackward => {
                vec![read(Slot::A, "x", len), read(Slot::B, "dy", double), out(Slot::Out, "dx", len)]
            }
        };
        tensors.into_iter().chain(weights).collect()
    }

    /// Whether its kernel counts in blocks of halves.
    pub(super) fn has_halves(&self) -> bool {
        let doubles = matches!(self.of, Op::Doubling(_));
        doubles || matches!(self.of, Op::Gate(_)) && self.halves.is_some()
    }

    pub(super) fn pair_variants(&self) -> Vec<Variant> {
        use Variant::{Narrow, Pairs, PartNarrow, PartSingle, PartWide, Single, Wide};
        let all: &[Variant] = match self.signature() {
            // A device may have no five storage buffers.
            Signature::Backward => &[Wide, Narrow, Single, PartWide, PartNarrow, PartSingle],
            Signature::Join | Signature::JoinBackward => &[Wide, Narrow, Pairs],
            Signature::Double | Signature::DoubleBackward => &[Wide, Narrow],
            _ => &[Wide, Narrow, Single],
        };
        let single = |v: &Variant| matches!(v, Single | PartSingle);
        all.iter().copied().filter(|v| self.has_shorts() || !single(v)).collect()
    }

    /// The bindings of a variant, in order.
    pub(super) fn pair_slots(&self, variant: Variant) -> Vec<Slot> {
        use Slot::{A, B, C, Out, Out2};
        let pairs = variant == Variant::Pairs;
        let part = variant.is_part();
        let tensors: &[Slot] = match self.signature() {
            Signature::Backward if !part => &[A, B, Out, C, Out2],
            Signature::BackwardInPlace => &[Out, C, Out2],
            Signature::ForwardInPlace => &[A, Out],
            Signature::Join if pairs => &[A, Out],
            Signature::Join | Signature::Forward => &[A, B, Out],
            Signature::JoinBackward if pairs => &[A, Out, C],
            Signature::Double => &[Out, C],
            Signature::Backward | Signature::JoinBackward | Signature::DoubleBackward => &[A, B, Out, C],
        };
        let params = (!self.of.params().is_empty() && !self.per_channel).then_some(Slot::Params);
        let weights = self.per_channel.then_some(Slot::Weights);
        let tasks = (variant == Variant::List).then_some(Slot::Tasks);
        [Some(Slot::Args), params]
            .into_iter()
            .flatten()
            .chain(tensors.iter().copied())
            .chain(weights)
            .chain(tasks)
            .collect()
    }

    /// How a variant reaches its tensors.
    pub(super) fn pair_accesses(&self, variant: Variant) -> Vec<Access> {
        let lanes = self.lanes(variant);
        let of = |slot| match slot {
            Slot::Out | Slot::Out2 => {
                let ends = variant == Variant::List;
                Access { reads: self.in_place, adds: self.accumulate, ends, ..Access::write(slot, self.output, lanes) }
            }
            Slot::Weights => Access::read(slot, Storage::F32, 1),
            slot => Access::read(slot, self.input, lanes),
        };
        let own = |slot: &Slot| slot.uniform() || *slot == Slot::Tasks;
        self.pair_slots(variant).into_iter().filter(|slot| !own(slot)).map(of).collect()
    }

    pub(super) fn pair_plan(&self, extent: Extent, base: u64, len: u64, site: &Site<'_>) -> Result<Plan> {
        let (half, roles) = match self.signature() {
            Signature::Join => (len / 2, Roles { pair: Some(Slot::A), plain: None, splits: false }),
            Signature::JoinBackward => (len / 2, Roles { pair: Some(Slot::A), plain: Some(Slot::B), splits: true }),
            Signature::Double => (len, Roles { pair: None, plain: Some(Slot::A), splits: true }),
            Signature::DoubleBackward => (len, Roles { pair: Some(Slot::B), plain: Some(Slot::A), splits: false }),
            signature => return self.two_tensors(signature, extent, base, len, site),
        };
        let block = self.halves.map_or(Ok(extent.inner), |mode| mode.block(extent, self.name()))?;
        let one = Extent { outer: 1, channels: 1, inner: 1 };
        let shape = if self.per_channel { self.half_shape(extent) } else { one };
        let calls = if half == 0 { Vec::new() } else { halves(self, roles, half, shape, block, site)? };
        Ok(Plan { calls, ..Plan::default() })
    }

    /// The dispatches of kernels whose tensors all have one length.
    fn two_tensors(&self, signature: Signature, extent: Extent, base: u64, len: u64, site: &Site<'_>) -> Result<Plan> {
        let few = signature == Signature::Backward && site.limits.buffers < 5 + u64::from(self.per_channel);
        let (form, steps) = elementwise(self, len, base, extent, site)?;
        let mut calls = Vec::new();
        for step in steps {
            let variant = if few { step.variant.part() } else { step.variant };
            let each = if form.loose { 1 } else { self.lanes(variant) };
            for (part, out) in [(0, Slot::Out), (1, Slot::Out2)].into_iter().take(if few { 2 } else { 1 }) {
                let slots = self.pair_slots(variant).into_iter().filter(|s| !s.uniform());
                let range = |binding| {
                    let from = if binding == Slot::Out { out } else { binding };
                    match binding {
                        Slot::Weights => self.weights(extent.channels, site),
                        _ => super::Range { binding, ..self.window(from, &step, each, site) },
                    }
                };
                let args = super::steps::Args { to: part, ..step.args };
                let ranges = slots.map(range).collect();
                calls.push(super::steps::Step { variant, args, ..step }.call(form, ranges));
            }
        }
        Ok(Plan { calls, ..Plan::default() })
    }
}

impl Variant {
    /// The variant for one of two results.
    fn part(self) -> Self {
        match self {
            Self::Wide => Self::PartWide,
            Self::Narrow => Self::PartNarrow,
            _ => Self::PartSingle,
        }
    }

    /// Whether it is one for one of two results.
    pub(super) fn is_part(self) -> bool {
        matches!(self, Self::PartWide | Self::PartNarrow | Self::PartSingle)
    }
}

impl Spec {
    /// The same on one tensor that holds a and b as its halves along an axis, so that y is half as large. Backward, dx
    /// holds da and db in the same way. For gates only.
    ///
    /// ```
    /// use wgpu_activations::{Halves, Spec, gate::SWIGLU};
    /// assert!(Spec::forward(&SWIGLU).halves(Halves::Split).wgsl()?.contains("silu(a) * b"));
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn halves(self, halves: Halves) -> Self {
        Self { halves: Some(halves), ..self }
    }

    /// The same on halves that are whole blocks.
    pub(crate) fn in_blocks(self) -> Self {
        Self { halves: self.halves.map(Halves::split), ..self }
    }
}
