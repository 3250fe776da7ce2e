//! Kernels of gates that sum up the gradients of both biases while they write those of the inputs.

use super::{Pairs, Signature};
use crate::error::Result;
use crate::plan::elementwise::{Args, Step, Terms, row_of, sum_file, sums, total_text};
use crate::plan::{Body, Family, Key, Layout, Limits, PACK, Place, Placement, Plan, Range, Slot, Spec, Tensor, WORD};
use crate::tensor::{Extent, Halves};

impl Spec {
    /// The bindings of tensors of elements and of the sums of channels.
    pub(super) fn slots_of_sums(&self, key: Key) -> &'static [Slot] {
        use Slot::{A, B, C, Out, Out2, Sums};
        match self.signature() {
            _ if key.body == Body::Total => &[A, Out],
            Signature::JoinBackward => &[A, C, Out, Sums],
            Signature::BackwardInPlace => &[C, Out, Out2, Sums],
            _ => &[A, B, C, Out, Out2, Sums],
        }
    }

    /// The kernels; none where they bind too much.
    pub(super) fn keys_of_sums(&self, limits: &Limits) -> Vec<Key> {
        let bound = Pairs.slots(self, Key::new(Body::Sum, 1, Layout::Gathered));
        let fits = bound.iter().filter(|slot| !slot.uniform()).count() as u64 <= limits.buffers;
        match fits {
            true if self.tiles() => self.tile_keys(),
            true => Self::sum_keys(),
            false => Vec::new(),
        }
    }

    /// One dispatch for each window, into partial sums, and one that joins these.
    pub(super) fn plan_of_sums(&self, shape: Extent, at: &Placement<'_>) -> Result<Plan> {
        let half = self.half_shape(shape);
        if self.tiles() {
            return self.tile_plan(half, at);
        }
        // The caller's dy is the second tensor of two.
        let from = |slot: Slot| if slot == Slot::C && self.halves.is_some() { Slot::B } else { slot };
        let slots = self.slots_of_sums(Key::new(Body::Sum, 1, Layout::Gathered));
        let of_elements: Vec<Slot> = slots.iter().map(|&slot| from(slot)).collect();
        let packs = self.reads_packs(Key::new(Body::Columns, PACK, Layout::Vector), at);
        // Gradients of two tensors lie in one where that holds both inputs.
        let of = Terms { packs, each: 2, halves: self.halves };
        if half.channels == 0 {
            return Ok(Plan::default());
        }
        let sums = sums(&self.stored_in(&of_elements), half, of, at)?;
        let (spread, total) = (sums.total.key.lanes, sums.total);
        let results = |args: &Args| WORD * spread * u64::from(args.live + args.channel) * u64::from(args.blocks);
        let of_window = |step: &Step| {
            let doubled = Step { start: 2 * step.start, len: 2 * step.len, ..*step };
            let of = |slot: Slot| match slot {
                Slot::Sums => {
                    let bytes = WORD * spread * u64::from(step.args.to) + 2 * results(&step.args);
                    let each = if step.key.binds_vectors() { WORD * spread } else { WORD };
                    at.range(slot, Slot::Scratch, 0, bytes, each)
                }
                Slot::A | Slot::Out if self.halves.is_some() => self.window(slot, &doubled, at),
                slot => self
                    .beside(slot, half, (step.key, step.start, step.len), at)
                    .unwrap_or_else(|| Range { binding: slot, ..self.window(from(slot), step, at) }),
            };
            let slots = self.slots_of_sums(step.key).iter().copied().chain(self.slots_beside());
            step.dispatch(slots.map(of).collect())
        };
        let mut dispatches: Vec<_> = sums.steps.iter().map(of_window).collect();
        let partials = at.range(Slot::A, Slot::Scratch, 0, WORD * total.len, WORD);
        let out = at.range(Slot::Out, Slot::Sums, 0, results(&total.args), WORD);
        dispatches.push(total.dispatch(vec![partials, out]));
        Ok(Plan { dispatches, scratch: WORD * sums.partials.max(1), ..Plan::default() })
    }

    /// The tensor of the biases' gradients.
    pub(super) fn tensor_of_biases(&self, half: Extent) -> Option<Tensor> {
        let len = 2 * half.channels;
        self.neighbours.bias_gradient.then_some(Tensor { slot: Slot::Sums, role: "dbias", len, written: true })
    }

    /// The glue of a kernel of sums, from lines that make the packs p, q and r of both gradients.
    pub(super) fn glue_of_sums(&self, key: Key, before: &str, gradients: &str) -> String {
        // Four of either lie in two packs, by turns.
        let by_turns = key.body == Body::Tiles && key.lanes > 1 && key.place == Place::Apart;
        let (a, b, at) = match (self.halves, self.in_place) {
            _ if by_turns => (
                "Pack(u.x, u.z, v.x, v.z)",
                "Pack(u.y, u.w, v.y, v.w)",
                "    let at = 2u * i;\n    let next = at + 1u;\n    let u = read_a(at);\n    let v = read_a(next);\n",
            ),
            // Both halves of a row lie in one tensor, those of the rows before it, too.
            (Some(halves), _) if halves.alternate() => (
                "read_a(at)",
                "read_a(next)",
                "    let at = 2u * i - i % args.inner;\n    let next = at + args.inner;\n",
            ),
            (Some(_), _) if self.tiles() => {
                ("read_a(at)", "read_a(next)", "    let at = i + outer * args.len;\n    let next = at + args.len;\n")
            }
            (Some(_), _) => (
                "read_a(at)",
                "read_a(next)",
                "    let span = args.channels / SPREAD * args.inner;\n    let at = i + outer * span;\n    let next = at + span;\n",
            ),
            (None, true) => ("read_out(i)", "read_out2(i)", ""),
            (None, false) => ("read_a(i)", "read_b(i)", ""),
        };
        let written = match self.halves {
            _ if by_turns => {
                "    write_out(at, Pack(d.first.x, d.second.x, d.first.y, d.second.y));\n    \
                 write_out(next, Pack(d.first.z, d.second.z, d.first.w, d.second.w));\n"
            }
            Some(_) => "    write_out(at, d.first);\n    write_out(next, d.second);\n",
            None => "    write_out(i, d.first);\n    write_out2(i, d.second);\n",
        };
        let (types, of) = match (key.body, key.lanes) {
            (Body::Tiles, PACK) => ("alias Sum = mat2x4<f32>;\n", "Sum(unpack(d.first), unpack(d.second))"),
            (Body::Columns, _) => {
                ("alias Sum = mat2x4<f32>;\nconst SPREAD = LANES;\n", "Sum(unpack(d.first), unpack(d.second))")
            }
            (_, 1) => ("alias Sum = vec2<f32>;\nconst SPREAD = 1u;\n", "Sum(unpack(d.first), unpack(d.second))"),
            _ => (
                "alias Sum = vec2<f32>;\nconst SPREAD = 1u;\n\nfn run_of(v: Lanes) -> f32 {\n    return (v.x + v.y) + (v.z + v.w);\n}\n",
                "Sum(run_of(unpack(d.first)), run_of(unpack(d.second)))",
            ),
        };
        let word = if key.body == Body::Columns { "Pack" } else { "u32" };
        // Where channels of both inputs alternate, so do their sums.
        let (first, second) = match self.halves.is_some_and(Halves::alternate) {
            true => ("2u * c", "2u * c + 1u"),
            false => ("c", "args.channels / SPREAD + c"),
        };
        let write = |c: &str, k: u32| {
            format!("    write_partials(args.to + ({c}) * args.blocks + block, bitcast<{word}>(sum[{k}]));\n")
        };
        let write = match self.tiles() {
            true => self.glue_of_tiles(key),
            false => format!(
                "{}fn write_sum(c: u32, block: u32, sum: Sum) {{\n{}{}}}\n\n",
                row_of(key),
                write(first, 0),
                write(second, 1)
            ),
        };
        format!(
            "{types}\n{write}fn term(i: u32, channel: u32, outer: u32) -> Sum {{\n{at}    \
             let p = {a};\n    let q = {b};\n    let r = read_c(i);\n{before}    let d = {gradients};\n{written}    return {of};\n}}\n",
        )
    }

    /// The files and the glue of the kernel that joins partial sums.
    pub(super) fn text_of_total(key: Key) -> (Vec<String>, String) {
        (vec![sum_file(key), Self::pack_file(key.lanes).to_owned()], total_text(key))
    }
}
