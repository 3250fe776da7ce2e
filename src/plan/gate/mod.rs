//! Kernels for pairs of values: gates on two tensors or on the halves of one, and CReLU, which makes the halves.

mod halves;
mod sums;
mod text;

#[cfg(any(test, fuzzing))]
pub(super) use halves::{Roles, halves};
#[cfg(not(any(test, fuzzing)))]
use halves::{Roles, halves};

use super::elementwise::{Args, Step, steps};
use super::{Access, Body, Family, Key, Layout, Limits, PACK, Placement, Plan, Range, Slot, Spec, Tensor};
use crate::error::{Error, Result};
use crate::function::Op;
use crate::tensor::{Extent, Halves, Pass, Storage};

/// What a kernel takes and gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signature {
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

/// The family of gates and of functions that double.
pub(super) struct Pairs;

impl Family for Pairs {
    fn check(&self, spec: &Spec) -> Result<()> {
        let reason = match spec.of {
            _ if spec.per_channel && spec.of.params().is_empty() => "it has no parameters, so none per channel",
            Op::Doubling(_) if spec.halves.is_some() => "it takes no halves, it makes them",
            Op::Doubling(_) if spec.in_place => "its output has another size than its input and is not in place",
            _ if spec.halves.is_some() && spec.in_place => {
                "halves are not in place: use an output of its own, or two tensors"
            }
            _ => return Ok(()),
        };
        Err(Error::NoKernel { function: spec.name(), reason })
    }

    /// Where halves are made, [blocks, 2, elements of a block].
    fn shape(&self, spec: &Spec, extent: Extent, len: u64) -> Result<Extent> {
        let pairs = |outer, inner| Extent { outer, channels: 2, inner };
        Ok(match (spec.signature(), spec.halves) {
            (Signature::Double | Signature::DoubleBackward, _) => {
                pairs(extent.outer, extent.channels.saturating_mul(extent.inner))
            }
            (_, Some(mode)) => {
                mode.block(extent, spec.name())?;
                if spec.placed() {
                    spec.half_shape(extent).check(len / 2, spec.name())?;
                }
                extent
            }
            _ if spec.placed() => {
                extent.check(extent.len().unwrap_or(len), spec.name())?;
                extent
            }
            _ => Extent { outer: len, channels: 1, inner: 1 },
        })
    }

    fn tensors(&self, spec: &Spec, shape: Extent, len: u64, _: u64) -> Vec<Tensor> {
        let read = |slot, role, len| Tensor { slot, role, len, written: false };
        let out = |slot, role, len| Tensor { slot, role, len, written: true };
        let (a, b) = (read(Slot::A, "a", len), read(Slot::B, "b", len));
        let double = len.saturating_mul(2);
        let residual = |len| spec.neighbours.residual.then(|| read(Slot::C, "residual", len));
        let signature = spec.signature();
        let tensors = match signature {
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
        let residual = residual(if signature == Signature::Join { len / 2 } else { len });
        let result = if signature == Signature::Join { len / 2 } else { len };
        let scales = spec.tensor_of_scales(spec.half_shape(shape), result);
        let inputs = spec.tensors_of_inputs(spec.half_shape(shape), result);
        tensors
            .into_iter()
            .chain(scales)
            .chain(inputs)
            .chain(spec.tensor_of_row_sums(spec.half_shape(shape)))
            .chain(spec.tensor_of_counts())
            .chain(spec.tensor_of_biases(spec.half_shape(shape)))
            .chain(residual)
            .chain(spec.tensors_beside(spec.half_shape(shape)))
            .collect()
    }

    fn keys(&self, spec: &Spec, limits: &Limits) -> Vec<Key> {
        if spec.sums() {
            return spec.keys_of_sums(limits);
        }
        let places = |key: Key| spec.in_places(key).flat_map(|key| key.and_aliased(true));
        let key = |body, lanes, layout| places(Key::new(body, lanes, layout));
        let wide =
            |body| [Layout::Vector, Layout::Gathered].into_iter().flat_map(move |layout| key(body, PACK, layout));
        // Of halves that alternate, what is left of packs goes as others do: where these bind too much there is no kernel.
        let plain = self.slots(spec, Key::new(Body::Elements, PACK, Layout::Vector));
        let fits = plain.iter().filter(|slot| !slot.uniform()).count() as u64 <= limits.buffers;
        match spec.signature() {
            Signature::Join | Signature::JoinBackward if !fits => Vec::new(),
            Signature::Join | Signature::JoinBackward => {
                let interleaved = wide(Body::Interleaved);
                wide(Body::Elements).chain(key(Body::Elements, 1, Layout::Gathered)).chain(interleaved).collect()
            }
            Signature::Double | Signature::DoubleBackward => {
                wide(Body::Elements).chain(key(Body::Elements, 1, Layout::Gathered)).collect()
            }
            _ => spec.element_keys(spec.in_parts(limits), true),
        }
    }

    fn slots(&self, spec: &Spec, key: Key) -> Vec<Slot> {
        use Slot::{A, B, C, Out, Out2};
        let pairs = key.body == Body::Interleaved;
        let part = key.part;
        let tensors: &[Slot] = match spec.signature() {
            _ if spec.sums() => spec.slots_of_sums(key),
            Signature::Backward if !part => &[A, B, Out, C, Out2],
            Signature::BackwardInPlace => &[Out, C, Out2],
            Signature::ForwardInPlace => &[A, Out],
            Signature::Join if pairs => &[A, Out],
            Signature::Join | Signature::Forward => &[A, B, Out],
            Signature::JoinBackward if pairs => &[A, Out, C],
            Signature::Double => &[Out, C],
            Signature::Backward | Signature::JoinBackward | Signature::DoubleBackward => &[A, B, Out, C],
        };
        if key.body == Body::Total {
            return [Slot::Args].iter().chain(tensors).copied().collect();
        }
        let params = (!spec.of.params().is_empty() && !spec.per_channel).then_some(Slot::Params);
        let residual = spec.neighbours.residual.then_some(Slot::C);
        let tasks = (key.body == Body::Batch).then_some(Slot::Tasks);
        let scales = spec.quantized.is_some().then_some(Slot::Out2);
        [Some(Slot::Args), params]
            .into_iter()
            .flatten()
            .chain(tensors.iter().copied())
            .chain(scales)
            .chain(spec.slots_of_inputs())
            .chain((spec.experts > 0).then_some(Slot::Counts))
            .chain(residual)
            .chain(spec.slots_beside())
            .chain(tasks)
            .collect()
    }

    fn accesses(&self, spec: &Spec, key: Key) -> Vec<Access> {
        let total = key.body == Body::Total;
        let of = |slot| match slot {
            Slot::A if total => Access::read(slot, Storage::F32, key.lanes),
            Slot::Out if total => Access { adds: spec.accumulate, ..Access::write(slot, Storage::F32, key.lanes) },
            Slot::Sums => Access::write(slot, Storage::F32, if key.body == Body::Columns { key.lanes } else { 1 }),
            Slot::Out2 if spec.quantized.is_some() => Access::write(slot, Storage::F32, 1),
            Slot::Out | Slot::Out2 => {
                let ends = key.body == Body::Batch;
                let write = Access::write(slot, spec.output, key.lanes);
                Access { reads: spec.in_place, adds: spec.accumulate, ends, ..write }
            }
            Slot::Weights | Slot::Bias | Slot::Scale => spec.access_beside(slot, key),
            slot => Access::read(slot, spec.input, key.lanes),
        };
        let own = |slot: &Slot| {
            slot.uniform()
                || *slot == Slot::Tasks
                || spec.of_numbers(*slot)
                || matches!(slot, Slot::ScalesA | Slot::ScalesB | Slot::Counts)
        };
        self.slots(spec, key).into_iter().filter(|slot| !own(slot)).map(of).collect()
    }

    fn text(&self, spec: &Spec, key: Key) -> (Vec<String>, String) {
        spec.gate_text(key)
    }

    fn plan(&self, spec: &Spec, shape: Extent, base: u64, len: u64, _: u64, at: &Placement<'_>) -> Result<Plan> {
        if spec.sums() {
            return spec.plan_of_sums(shape, at);
        }
        let (half, roles) = match spec.signature() {
            Signature::Join => {
                let plain = spec.neighbours.residual.then_some(Slot::C);
                (len / 2, Roles { pair: Some(Slot::A), plain, splits: false })
            }
            Signature::JoinBackward => (len / 2, Roles { pair: Some(Slot::A), plain: Some(Slot::B), splits: true }),
            Signature::Double => (len, Roles { pair: None, plain: Some(Slot::A), splits: true }),
            Signature::DoubleBackward => (len, Roles { pair: Some(Slot::B), plain: Some(Slot::A), splits: false }),
            _ => return spec.two_tensors(shape, base, len, at),
        };
        let block = spec.halves.map_or(Ok(shape.inner), |mode| mode.block(shape, spec.name()))?;
        let one = Extent { outer: 1, channels: 1, inner: 1 };
        let half_shape = if spec.placed() { spec.half_shape(shape) } else { one };
        let dispatches = if half == 0 { Vec::new() } else { halves(spec, roles, half, half_shape, block, at)? };
        Ok(Plan { dispatches, ..Plan::default() })
    }
}

impl Spec {
    /// What its kernel takes; of what cannot be, the nearest that can.
    fn signature(&self) -> Signature {
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

    /// The shape of a half, or of each of two tensors.
    fn half_shape(&self, extent: Extent) -> Extent {
        let halves = if self.has_halves() { 2 } else { 1 };
        Extent { channels: extent.channels / halves, ..extent }
    }

    /// Whether its kernel counts in blocks of halves.
    pub(super) fn has_halves(&self) -> bool {
        let doubles = matches!(self.of, Op::Doubling(_));
        doubles || matches!(self.of, Op::Gate(_)) && self.halves.is_some()
    }

    /// Whether each of a gate's gradients has a kernel to itself: a device may have no five storage buffers.
    fn in_parts(&self, limits: &Limits) -> bool {
        self.signature() == Signature::Backward && limits.buffers < 5 + self.slots_beside().count() as u64
    }

    /// The dispatches of kernels whose tensors all have one length.
    fn two_tensors(&self, extent: Extent, base: u64, len: u64, at: &Placement<'_>) -> Result<Plan> {
        let part = self.in_parts(at.limits);
        let mut dispatches = Vec::new();
        for step in steps(self, len, base, extent, part, at)? {
            for (to, out) in [(0, Slot::Out), (1, Slot::Out2)].into_iter().take(if part { 2 } else { 1 }) {
                let range = |binding| match binding {
                    Slot::Out => Range { binding, ..self.window(out, &step, at) },
                    slot => self
                        .beside(slot, extent, (step.key, base + step.start, step.len), at)
                        .unwrap_or_else(|| self.window(slot, &step, at)),
                };
                let slots = self.slots(step.key).into_iter().filter(|slot| !slot.uniform());
                let step = Step { args: Args { to, ..step.args }, ..step };
                dispatches.push(step.dispatch(slots.map(range).collect()));
            }
        }
        Ok(Plan { dispatches, ..Plan::default() })
    }

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
    #[cfg(feature = "gpu")]
    pub(crate) fn in_blocks(self) -> Self {
        Self { halves: self.halves.map(Halves::split), ..self }
    }
}
