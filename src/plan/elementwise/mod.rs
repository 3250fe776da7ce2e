//! Elementwise kernels: their tensors, bindings and dispatches.

mod sum;
mod text;
mod windows;

pub(super) use sum::{Terms, Unit, sums, total};
pub(super) use text::{row_of, sum_file, total_text};
pub(super) use windows::{Args, Step, steps};

use super::{Access, Body, Family, Key, Limits, Placement, Plan, Slot, Spec, Tensor};
use crate::error::{Error, Result};
use crate::function::{Activation, Kinks};
use crate::tensor::{Extent, Pass, Storage};

impl Family for Activation {
    fn check(&self, spec: &Spec) -> Result<()> {
        let function = self.name;
        match spec.pass {
            Pass::BackwardFromOutput if !self.has_output_derivative() || spec.kinks != Kinks::Torch => {
                Err(Error::NoOutputDerivative { function })
            }
            Pass::ParamGradient(_) if spec.in_place => {
                Err(Error::NoKernel { function, reason: "a sum is not in place: use an output of its own" })
            }
            _ if spec.halves.is_some() => Err(Error::NoKernel { function, reason: "only gates have halves" }),
            _ if spec.per_channel && self.params.is_empty() => {
                Err(Error::NoKernel { function, reason: "it has no parameters, so none per channel" })
            }
            _ => Ok(()),
        }
    }

    /// One channel, unless something asks for more.
    fn shape(&self, spec: &Spec, extent: Extent, len: u64) -> Result<Extent> {
        if !spec.placed() {
            return Ok(Extent { outer: len, channels: 1, inner: 1 });
        }
        extent.check(extent.len().unwrap_or(len), self.name)?;
        Ok(extent)
    }

    fn tensors(&self, spec: &Spec, shape: Extent, len: u64, _: u64) -> Vec<Tensor> {
        let read = |slot, role, len| Tensor { slot, role, len, written: false };
        let out = |role, len| Tensor { slot: Slot::Out, role, len, written: true };
        let from = if spec.pass == Pass::BackwardFromOutput { "y" } else { "x" };
        let (x, dy) = (read(Slot::A, from, len), read(Slot::B, "dy", len));
        let mut tensors = match (spec.pass, spec.in_place) {
            (Pass::Forward, false) => vec![x, out("y", len)],
            (Pass::Forward, true) => vec![out("x", len)],
            (Pass::ParamGradient(_), _) => vec![x, dy, out("sums", shape.channels)],
            _ if spec.neighbours.bias_gradient => {
                let dx = |role| Tensor { slot: Slot::Out2, ..out(role, len) };
                let sums = out("dbias", shape.channels);
                if spec.in_place { vec![x, sums, dx("dy")] } else { vec![x, dy, sums, dx("dx")] }
            }
            (_, true) => vec![x, out("dy", len)],
            (_, false) => vec![x, dy, out("dx", len)],
        };
        tensors.extend(spec.value.then(|| Tensor { slot: Slot::Out2, ..out("y", len) }));
        tensors.extend(spec.tensor_of_scales(shape, len).into_iter().chain(spec.tensors_of_inputs(shape, len)));
        tensors.extend(spec.tensor_of_row_sums(shape).into_iter().chain(spec.tensor_of_counts()));
        tensors.extend(spec.neighbours.residual.then(|| read(Slot::C, "residual", len)));
        tensors.extend(spec.tensors_beside(shape));
        tensors
    }

    fn keys(&self, spec: &Spec, _: &Limits) -> Vec<Key> {
        if spec.sums() {
            return if spec.tiles() { spec.tile_keys() } else { Spec::sum_keys() };
        }
        spec.element_keys(false, self.slots_of_tensors(spec).len() > 1)
    }

    fn slots(&self, spec: &Spec, key: Key) -> Vec<Slot> {
        if key.body == Body::Total {
            return vec![Slot::Args, Slot::A, Slot::Out];
        }
        let params = (!self.params.is_empty() && !spec.per_channel).then_some(Slot::Params);
        let mut slots: Vec<Slot> = [Some(Slot::Args), params].into_iter().flatten().collect();
        if key.body == Body::Tiles {
            // What is written is the second output, whatever it is to the caller.
            slots.extend([Slot::A, Slot::B, Slot::Out2].into_iter().filter(|&slot| slot != Slot::B || !spec.in_place));
            slots.extend([Slot::Sums].into_iter().chain(spec.slots_beside()));
            return slots;
        }
        slots.extend(self.slots_of_tensors(spec));
        slots.extend((key.body == Body::Batch).then_some(Slot::Tasks));
        slots
    }

    fn accesses(&self, spec: &Spec, key: Key) -> Vec<Access> {
        let sum = spec.sums();
        let of = |slot| match slot {
            Slot::Weights | Slot::Bias | Slot::Scale => spec.access_beside(slot, key),
            // Partial sums lie in memory between the dispatches.
            Slot::A if key.body == Body::Total => Access::read(slot, Storage::F32, key.lanes),
            Slot::Out if sum => {
                let lanes = if key.body == Body::Sum { 1 } else { key.lanes };
                let adds = spec.accumulate && key.body == Body::Total;
                Access { adds, ..Access::write(slot, Storage::F32, lanes) }
            }
            Slot::Sums => Access::write(slot, Storage::F32, 1),
            Slot::Out2 if spec.quantized.is_some() => Access::write(slot, Storage::F32, 1),
            Slot::Out2 if spec.value => Access::write(slot, spec.output, key.lanes),
            Slot::Out2 => {
                Access { reads: spec.in_place, adds: spec.accumulate, ..Access::write(slot, spec.output, key.lanes) }
            }
            Slot::Out => Access {
                reads: spec.in_place,
                adds: spec.accumulate,
                ends: key.body == Body::Batch,
                ..Access::write(slot, spec.output, key.lanes)
            },
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
        spec.elementwise_text(self, key)
    }

    fn plan(&self, spec: &Spec, shape: Extent, base: u64, len: u64, _: u64, at: &Placement<'_>) -> Result<Plan> {
        if spec.tiles() {
            return spec.tile_plan(shape, at);
        }
        let tensors = self.tensors(spec, shape, len, 0);
        if spec.sums() {
            return spec.sum_plan(&tensors, shape, at);
        }
        let of_step = |step: Step| {
            let beside = |slot| spec.beside(slot, shape, (step.key, base + step.start, step.len), at);
            let of = |tensor: &Tensor| beside(tensor.slot).unwrap_or_else(|| spec.window(tensor.slot, &step, at));
            step.dispatch(tensors.iter().map(of).collect())
        };
        let dispatches = steps(spec, len, base, shape, false, at)?.into_iter().map(of_step).collect();
        Ok(Plan { dispatches, ..Plan::default() })
    }
}

impl Activation {
    fn slots_of_tensors(&self, spec: &Spec) -> Vec<Slot> {
        let one = Extent { outer: 1, channels: 1, inner: 1 };
        self.tensors(spec, one, 1, 0).iter().map(|t| t.slot).collect()
    }
}
