//! Elementwise kernels: their tensors, bindings and dispatches.

use super::access::Access;
use super::steps::{Args, ELEMENT, Step, elementwise, sums};
use super::{Call, Form, Plan, Site, Slot, Spec, Tensor, Variant};
use crate::error::{Error, Result};
use crate::function::{Activation, Kinks};
use crate::tensor::{Extent, Pass, Storage};

impl Spec {
    /// Fails if there is no such kernel.
    pub(super) fn map_check(&self, a: &Activation) -> Result<()> {
        let function = a.name;
        match self.pass {
            Pass::BackwardFromOutput if !a.has_output_derivative() || self.kinks != Kinks::Torch => {
                Err(Error::NoOutputDerivative { function })
            }
            Pass::ParamGradient(_) if self.in_place => {
                Err(Error::WrongBuffers { function, expected: "an output of its own: a sum cannot be in place" })
            }
            _ if self.halves.is_some() => {
                Err(Error::WrongBuffers { function, expected: "a whole tensor: only gates have halves" })
            }
            _ if self.per_channel && a.params.is_empty() => {
                Err(Error::ParameterCount { function, expected: 0, got: 1 })
            }
            _ => Ok(()),
        }
    }

    /// One channel, unless parameters are given per channel.
    pub(super) fn map_shape(&self, extent: Extent, len: u64) -> Result<Extent> {
        if !self.per_channel {
            return Ok(Extent { outer: len, channels: 1, inner: 1 });
        }
        extent.check(extent.len().unwrap_or(len), self.name())?;
        Ok(extent)
    }

    pub(super) fn map_buffers(&self) -> &'static str {
        match (self.pass, self.in_place, self.per_channel) {
            (Pass::Forward, false, false) => "Buffers::unary(x, y)",
            (Pass::Forward, false, true) => "Buffers::unary(x, y).weights(w)",
            (Pass::Forward, true, false) => "Buffers::unary_in_place(xy)",
            (Pass::Forward, true, true) => "Buffers::unary_in_place(xy).weights(w)",
            (Pass::ParamGradient(_), _, false) => "Buffers::binary(x, dy, sums)",
            (Pass::ParamGradient(_), _, true) => "Buffers::binary(x, dy, sums).weights(w)",
            (_, true, false) => "Buffers::binary_in_place(x, dy)",
            (_, true, true) => "Buffers::binary_in_place(x, dy).weights(w)",
            (_, false, false) => "Buffers::binary(x, dy, dx)",
            (_, false, true) => "Buffers::binary(x, dy, dx).weights(w)",
        }
    }

    pub(super) fn map_tensors(&self, a: &Activation, extent: Extent, len: u64) -> Vec<Tensor> {
        let read = |slot, role, len| Tensor { slot, role, len, written: false };
        let out = |role, len| Tensor { slot: Slot::Out, role, len, written: true };
        let (x, dy) = (read(Slot::A, "x", len), read(Slot::B, "dy", len));
        let mut tensors = match (self.pass, self.in_place) {
            (Pass::Forward, false) => vec![x, out("y", len)],
            (Pass::Forward, true) => vec![out("x", len)],
            (Pass::ParamGradient(_), _) => vec![x, dy, out("the sums", extent.channels)],
            (_, true) => vec![x, out("dy", len)],
            (_, false) => vec![x, dy, out("dx", len)],
        };
        if self.per_channel {
            tensors.push(read(Slot::Weights, "weights", a.params.len() as u64 * extent.channels));
        }
        tensors
    }

    pub(super) fn map_variants(&self) -> &'static [Variant] {
        match self.pass {
            Pass::ParamGradient(_) => &[Variant::Wide, Variant::Total],
            _ if self.has_shorts() => &[Variant::Wide, Variant::Narrow, Variant::Single],
            _ => &[Variant::Wide, Variant::Narrow],
        }
    }

    /// The bindings of a variant, in order.
    pub(super) fn map_slots(&self, a: &Activation, variant: Variant) -> Vec<Slot> {
        if variant == Variant::Total {
            return vec![Slot::Args, Slot::A, Slot::Out];
        }
        let params = (!a.params.is_empty() && !self.per_channel).then_some(Slot::Params);
        let extent = Extent { outer: 1, channels: 1, inner: 1 };
        let mut slots: Vec<Slot> = [Some(Slot::Args), params].into_iter().flatten().collect();
        slots.extend(self.map_tensors(a, extent, 1).iter().map(|t| t.slot));
        slots.extend((variant == Variant::List).then_some(Slot::Tasks));
        slots
    }

    /// How a variant reaches its tensors.
    pub(super) fn map_accesses(&self, a: &Activation, variant: Variant) -> Vec<Access> {
        let sum = matches!(self.pass, Pass::ParamGradient(_));
        let lanes = if sum { 1 } else { self.lanes(variant) };
        let of = |slot| match slot {
            Slot::Weights => Access::read(slot, Storage::F32, 1),
            // Partial sums lie in memory of the call's own.
            Slot::A if variant == Variant::Total => Access::read(slot, Storage::F32, 1),
            Slot::Out => Access {
                reads: self.in_place,
                adds: self.accumulate && (!sum || variant == Variant::Total),
                ends: variant == Variant::List,
                ..Access::write(slot, self.output, lanes)
            },
            slot => Access::read(slot, self.input, lanes),
        };
        let own = |slot: &Slot| slot.uniform() || *slot == Slot::Tasks;
        self.map_slots(a, variant).into_iter().filter(|slot| !own(slot)).map(of).collect()
    }

    pub(super) fn map_plan(
        &self,
        a: &Activation,
        extent: Extent,
        base: u64,
        len: u64,
        site: &Site<'_>,
    ) -> Result<Plan> {
        let tensors = self.map_tensors(a, extent, len);
        if let Pass::ParamGradient(_) = self.pass {
            return self.sums_plan(&tensors, extent, len, site);
        }
        let (form, steps) = elementwise(self, len, base, extent, site)?;
        let of_step = |step: &Step| {
            let each = if form.loose { 1 } else { self.lanes(step.variant) };
            let of = |tensor: &Tensor| match tensor.slot {
                Slot::Weights => self.weights(extent.channels, site),
                slot => self.window(slot, step, each, site),
            };
            step.call(form, tensors.iter().map(of).collect())
        };
        Ok(Plan { calls: steps.iter().map(of_step).collect(), ..Plan::default() })
    }

    /// The values of parameters of so many channels.
    pub(super) fn weights(&self, channels: u64, site: &Site<'_>) -> super::Range {
        let len = self.of.params().len() as u64 * channels;
        site.range(Slot::Weights, Slot::Weights, 0, ELEMENT * len, ELEMENT)
    }

    /// A step's part of a tensor; places count `each` elements.
    pub(super) fn window(&self, slot: Slot, step: &Step, each: u64, site: &Site<'_>) -> super::Range {
        let bytes = self.stored(slot).bytes();
        site.range(slot, slot, step.start * bytes, step.len * bytes, each * bytes)
    }

    fn sums_plan(&self, tensors: &[Tensor], extent: Extent, len: u64, site: &Site<'_>) -> Result<Plan> {
        if extent.channels == 0 {
            return Ok(Plan::default());
        }
        let form = Form { shared: site.shared, ..Form::default() };
        let sums = sums(len, extent, self.input, site)?;
        // Sums go where their arguments say, within all of the output.
        let results = |args: &Args| ELEMENT * u64::from(args.channels) * u64::from(args.blocks);
        let of_window = |step: &Step| {
            let of = |tensor: &Tensor| match tensor.slot {
                Slot::Out => {
                    let bytes = ELEMENT * u64::from(step.args.to) + results(&step.args);
                    site.range(Slot::Out, Slot::Scratch, 0, bytes, ELEMENT)
                }
                Slot::Weights => self.weights(extent.channels, site),
                slot => self.window(slot, step, 1, site),
            };
            step.call(form, tensors.iter().map(of).collect())
        };
        let mut calls: Vec<Call> = sums.steps.iter().map(of_window).collect();
        let total = sums.total;
        let partials = site.range(Slot::A, Slot::Scratch, 0, ELEMENT * total.len, ELEMENT);
        let out = site.range(Slot::Out, Slot::Out, 0, results(&total.args), ELEMENT);
        calls.push(total.call(form, vec![partials, out]));
        Ok(Plan { calls, scratch: ELEMENT * sums.partials.max(1), ..Plan::default() })
    }
}
