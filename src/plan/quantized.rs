//! Results as whole numbers of 8 bits with a scale for each group.

use super::{Dispatch, Key, PACK, Placement, Plan, Slot, Spec, Tensor, WORD, narrow};
use crate::error::{Error, Result};
use crate::function::Op;
use crate::tensor::{Extent, Groups, Pass};

/// Numbers of a small group.
const GROUP: u64 = 32;

impl Spec {
    /// The same value as `i8`, four to a word, and an `f32` scale for each group in the buffer `scales`: the largest magnitude by 127,
    /// numbers rounded to nearest even, so that y is about a number times its scale. For forward passes of functions of elements
    /// and of gates, with or without neighbours.
    ///
    /// It is bound to an [`Extent`](crate::Extent) whose channels are the last axis: rows of a multiple of 4, or of 32, elements of y; or
    /// to a length that is a multiple of 32. A group with an infinity or a NaN has that as its scale, and numbers of 0. What
    /// is smaller than 3.8e-37 in its group counts as 0.
    ///
    /// ```
    /// use wgpu_activations::{Extent, Groups, Halves, Limits, Spec, gate::SWIGLU};
    /// let spec = Spec::forward(&SWIGLU).halves(Halves::Split).quantized(Groups::Of32);
    /// let plan = spec.plan(Extent::along(&[16, 256], -1)?, &Limits::default())?;
    /// let sizes: Vec<_> = plan.buffers.iter().map(|buffer| (buffer.name, buffer.bytes)).collect();
    /// assert_eq!(sizes, [("x", 16_384), ("y", 2048), ("scales", 256)]);
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn quantized(self, groups: Groups) -> Self {
        Self { quantized: Some(groups), ..self }
    }

    /// The same of inputs that are quantized so: x, or a and b, as `i8` with the scales `x_scales`, or `a_scales` and `b_scales`. What
    /// else is read keeps its storage.
    ///
    /// ```
    /// use wgpu_activations::{Extent, Groups, Limits, Spec, Storage, activation::GELU};
    /// let spec = Spec::forward(&GELU).dequantized(Groups::Rows).storage(Storage::F16);
    /// let plan = spec.plan(Extent::along(&[16, 128], -1)?, &Limits::default())?;
    /// let sizes: Vec<_> = plan.buffers.iter().map(|buffer| (buffer.name, buffer.bytes)).collect();
    /// assert_eq!(sizes, [("x", 2048), ("y", 4096), ("x_scales", 64)]);
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn dequantized(self, groups: Groups) -> Self {
        Self { dequantized: Some(groups), ..self }
    }

    /// Whether tensors go in whole groups.
    pub(super) fn in_groups(&self) -> bool {
        self.quantized.is_some() || self.dequantized.is_some() || self.experts > 0
    }

    /// Whether a tensor holds numbers of 8 bits.
    pub(super) fn of_numbers(&self, slot: Slot) -> bool {
        match slot {
            Slot::Out => self.quantized.is_some(),
            Slot::A => self.dequantized.is_some(),
            Slot::B => self.dequantized.is_some() && matches!(self.of, Op::Gate(_)),
            _ => false,
        }
    }

    /// Fails if there is no such kernel.
    pub(super) fn check_quantized(&self) -> Result<()> {
        let elements = matches!(self.of, Op::Activation(_) | Op::Gate(_));
        let reason = match () {
            () if self.quantized.is_none() && self.dequantized.is_none() => return Ok(()),
            () if !elements || self.pass != Pass::Forward => {
                "values of functions of elements and of gates are quantized, gradients and rows are not"
            }
            () if self.in_place || self.accumulate => "quantized tensors and results have memory of their own",
            () => return Ok(()),
        };
        Err(Error::NoKernel { function: self.name(), reason })
    }

    /// The tensors of inputs' scales, for results of this shape.
    pub(super) fn tensors_of_inputs(&self, shape: Extent, len: u64) -> impl Iterator<Item = Tensor> + use<> {
        let one = |slot, role, len| Tensor { slot, role, len, written: false };
        let halves = if self.has_halves() { 2 } else { 1 };
        let groups = self.dequantized.map(|groups| match groups {
            Groups::Rows => shape.outer.saturating_mul(shape.inner),
            Groups::Of32 => halves * len / GROUP,
        });
        let two = matches!(self.of, Op::Gate(_)) && halves == 1;
        let first = groups.map(|len| one(Slot::ScalesA, if two { "a_scales" } else { "x_scales" }, len));
        first.into_iter().chain(groups.filter(|_| two).map(|len| one(Slot::ScalesB, "b_scales", len)))
    }

    /// Their slots.
    pub(super) fn slots_of_inputs(&self) -> impl Iterator<Item = Slot> + use<> {
        let one = Extent { outer: 1, channels: 1, inner: 1 };
        self.tensors_of_inputs(one, 1).map(|tensor| tensor.slot)
    }

    /// The tensor of scales, for results of this shape.
    pub(super) fn tensor_of_scales(&self, shape: Extent, len: u64) -> Option<Tensor> {
        let groups = match self.quantized? {
            Groups::Rows => shape.outer.saturating_mul(shape.inner),
            Groups::Of32 => len / GROUP,
        };
        Some(Tensor { slot: Slot::Out2, role: "scales", len: groups, written: true })
    }

    /// The kernel's entry point.
    pub(super) fn quantized_file(&self) -> Option<&'static str> {
        if self.experts > 0 {
            return Some("kernel/flat_counted");
        }
        self.quantized.map(|groups| match groups {
            Groups::Rows => "kernel/quantized_rows",
            Groups::Of32 => "kernel/quantized_groups",
        })
    }

    /// The binding of the numbers, and how a word of four is written.
    pub(super) fn quantized_glue(&self, key: Key) -> String {
        let at = |name: &str| match key.binds_vectors() {
            true => format!("args.offset.{name} + k"),
            false => format!("(args.offset.{name} >> 2u) + k"),
        };
        let mut text = self.glue_of_counts(key);
        if self.quantized.is_some() {
            text += &format!(
                "@group(0) @binding(4) var<storage, read_write> out: array<u32>;\n\n\
                 fn write_word(k: u32, word: u32) {{\n    out[{}] = word;\n}}\n\n",
                at("out")
            );
        }
        let Some(groups) = self.dequantized else { return text };
        let access = if key.aliased { "read_write" } else { "read" };
        let halves = self.has_halves();
        let packs = match (groups, halves) {
            (Groups::Of32, _) => "8u",
            (Groups::Rows, false) => "(args.channels / LANES)",
            (Groups::Rows, true) => "(args.channels * 2u / LANES)",
        };
        // The second half lies a block behind the first, in one tensor with its scales.
        let two = matches!(self.of, Op::Gate(_));
        let inputs: &[_] = match (two, halves) {
            (false, _) => &[("a", 2, "a", "args.term", "k")],
            (true, false) => &[("a", 2, "a", "args.term", "k"), ("b", 3, "b", "args.terms", "k")],
            (true, true) => &[("a", 2, "a", "args.scales", "k"), ("b", 3, "a", "args.scales", "(k + args.block)")],
        };
        for (name, binding, scales, offset, place) in inputs {
            text += &format!(
                "@group(0) @binding({binding}) var<storage, {access}> {name}: array<u32>;\n\n\
                 fn read_{name}(k: u32) -> Pack {{\n    \
                 return numbers({name}[{}], scales_{scales}[{offset} + {place} / {packs}]);\n}}\n\n",
                at(name)
            );
        }
        for (name, binding) in [("a", 14), ("b", 15)].into_iter().take(if two && !halves { 2 } else { 1 }) {
            text += &format!("@group(0) @binding({binding}) var<storage, {access}> scales_{name}: array<f32>;\n\n");
        }
        text + NUMBERS
    }

    /// Dispatches over whole rows, each of which is one of those that plain results have.
    pub(super) fn quantized_plan(&self, shape: Extent, len: u64, at: &Placement<'_>) -> Result<Plan> {
        let function = self.name();
        let halves = if self.has_halves() { 2 } else { 1 };
        let wrong = |reason: String| Err(Error::Extent { reason: format!("{function}: {reason}") });
        // A length is as good as rows of a group.
        let by = |groups| {
            self.quantized == Some(groups)
                || self.dequantized == Some(groups)
                || self.experts > 0 && groups == Groups::Rows
        };
        let plain = (shape.channels, shape.inner) == (1, 1) && !by(Groups::Rows);
        let rows = match plain {
            true => Extent { outer: shape.outer / GROUP, channels: GROUP, inner: 1 },
            false => shape,
        };
        let (row, unit) = (rows.channels / halves, if by(Groups::Of32) { GROUP } else { PACK });
        if rows.inner != 1 || !row.is_multiple_of(unit) || row == 0 || plain && !shape.outer.is_multiple_of(GROUP) {
            return wrong(format!(
                "{shape} is not to be taken {}: give it rows of a multiple of {unit} numbers, along the last axis",
                if by(Groups::Of32) { "in groups of 32" } else { "by rows" }
            ));
        }
        for (slot, role) in [(Slot::Out, "y"), (Slot::A, "the first input"), (Slot::B, "b")] {
            let (offset, alignment) = (at.offsets[slot as usize], WORD);
            if self.of_numbers(slot) && !offset.is_multiple_of(alignment) {
                return Err(Error::Misaligned { function, role, offset, alignment });
            }
        }
        if at.shrinks {
            return wrong("what goes by whole rows cannot stop earlier: bind it for each extent".to_owned());
        }
        let bytes = self.input.bytes().max(self.output.bytes());
        let room = at.binding().saturating_sub(at.unit()) / bytes / rows.channels;
        let step = room.min(at.limits.reach() / row.max(1));
        if step == 0 && rows.outer > 0 {
            let (size, limit) = (rows.channels, at.binding() / bytes);
            return Err(Error::TooLarge { what: "a row that is quantized", size, limit, unit: "elements" });
        }
        let mut all = Plan::default();
        let mut start = 0;
        while start < rows.outer && len > 0 {
            let count = step.min(rows.outer - start);
            let part = Extent { outer: count, ..rows };
            let mut here = *at;
            let pair = if self.pass == Pass::Forward { &[Slot::A][..] } else { &[Slot::A, Slot::Out] };
            for slot in [Slot::A, Slot::B, Slot::C, Slot::Out, Slot::Out2] {
                let each = if pair.contains(&slot) { rows.channels } else { row };
                here.offsets[slot as usize] += start * each * self.bytes(slot);
            }
            here.offsets[Slot::Scale as usize] += if self.scales_rows() { WORD * start } else { 0 };
            let plan = self.family().plan(self, part, 0, count * rows.channels, 0, &here)?;
            let Some(one) = plan.dispatches.into_iter().next() else { break };
            let one = self.of_scales(one, (start, count), row, at)?;
            all.dispatches.push(self.counted(one, start, rows, at)?);
            start += count;
        }
        Ok(all)
    }

    /// The dispatch with its scales, and with a workgroup to each row where results share one.
    fn of_scales(
        &self,
        mut one: Dispatch,
        (start, count): (u64, u64),
        row: u64,
        at: &Placement<'_>,
    ) -> Result<Dispatch> {
        let halves = if self.has_halves() { 2 } else { 1 };
        let range = |slot, groups, row: u64| {
            let each = if groups == Groups::Rows { 1 } else { row / GROUP };
            at.range(slot, slot, WORD * start * each, WORD * count * each, WORD)
        };
        let own = |slot| match slot {
            Slot::Out2 => self.quantized.is_some(),
            slot => matches!(slot, Slot::ScalesA | Slot::ScalesB),
        };
        one.ranges.retain(|range| !own(range.binding));
        one.ranges.extend(self.quantized.map(|groups| range(Slot::Out2, groups, row)));
        for (slot, arg) in self.slots_of_inputs().zip([8, 9]) {
            let Some(groups) = self.dequantized else { continue };
            let scales = range(slot, groups, halves * row);
            one.args[arg] = narrow(scales.at)?;
            one.ranges.push(scales);
        }
        if self.quantized == Some(Groups::Rows) {
            one.groups = at.limits.fold(count)?;
            one.args[1] = one.groups[0];
        }
        one.share = None;
        Ok(one)
    }
}

/// Four numbers of 8 bits times their scale.
const NUMBERS: &str = "fn numbers(word: u32, scale: f32) -> Pack {
    let signed = (vec4<i32>(bitcast<i32>(word)) << vec4<u32>(24u, 16u, 8u, 0u)) >> vec4<u32>(24u);
    return pack(Lanes(signed) * scale);
}

";
