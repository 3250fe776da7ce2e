//! From what is asked for to what a device does: [`Spec`] names a kernel, and the planner turns lengths and limits into
//! dispatches. All of it is arithmetic and text; no GPU is needed.

mod access;
#[cfg(any(test, fuzzing))]
mod any_tests;
mod call;
mod halves;
mod lanes;
mod list;
mod map;
#[cfg(any(test, fuzzing))]
mod numbers;
#[cfg(any(test, fuzzing))]
mod pair_tests;
mod pair_text;
mod pairs;
mod row;
mod site;
mod spec;
mod steps;
mod storage;
#[cfg(any(test, fuzzing))]
mod tests;
mod text;

pub(crate) use call::{Block, Call, Plan, Range, Slot, Tensor, Uniform};
pub(crate) use list::{Entry, Task};
pub(crate) use site::{Form, Site};
pub use spec::Spec;
pub(crate) use steps::Limits;

use access::Access;

use crate::error::Result;
use crate::function::Op;
use crate::tensor::{Extent, Pass};
use crate::wgsl;

/// Threads of a workgroup; the shaders' `WORKGROUP`.
pub(crate) const WORKGROUP: u64 = 256;
/// Values in the uniform of parameters.
pub(crate) const PARAMS: usize = crate::function::MAX_PARAMS;

/// Which of a spec's kernels: how many elements an invocation takes, or which step of several it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Variant {
    /// Four elements to an invocation.
    Wide,
    /// One, for what four does not divide; of numbers of 16 bits two, which are a word.
    Narrow,
    /// A single one of these: the last of an odd number, or the first if it shares its word.
    Single,
    /// The sum of the partial sums.
    Total,
    /// One of two results, for devices that bind few buffers.
    PartWide,
    PartNarrow,
    PartSingle,
    /// Four elements of either half, which lie in turn.
    Pairs,
    /// Four elements of one of many tensors.
    List,
    /// Whole rows, with some threads to each, or one.
    Rows(Shape),
    Alone(Shape),
    /// Chunks of rows: their largest keys, the places of these, sums, values.
    ChunkKeys(Shape),
    ChunkPlaces(Shape),
    ChunkSums(Shape),
    ChunkValues(Shape),
    /// States of rows, from the keys, the places and the sums of their chunks.
    StateKeys(Shape),
    StatePlaces(Shape),
    StateSums(Shape),
}

impl Variant {
    /// Whether it is made for such a device.
    pub(crate) fn suits(&self, limits: &Limits) -> bool {
        match self {
            Self::Rows(shape) => (shape.threads == 8) == limits.software,
            Self::Alone(_) => limits.software,
            _ => true,
        }
    }

    /// The shape of a kernel over rows.
    pub(crate) fn shape(self) -> Option<Shape> {
        match self {
            Self::Rows(shape) | Self::Alone(shape) => Some(shape),
            Self::ChunkKeys(shape) | Self::ChunkPlaces(shape) | Self::ChunkSums(shape) => Some(shape),
            Self::ChunkValues(shape) | Self::StateKeys(shape) | Self::StatePlaces(shape) => Some(shape),
            Self::StateSums(shape) => Some(shape),
            _ => None,
        }
    }
}

/// The shape of a kernel over rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Shape {
    /// Threads of a workgroup.
    pub(crate) threads: u32,
    /// Whether elements go four at a time.
    pub(crate) wide: bool,
    /// Whether they do so though a row's ends share vectors with its neighbours.
    pub(crate) edged: bool,
}

impl Shape {
    /// Whether tensors are bound so for it: elements by themselves as words, else as vectors.
    pub(crate) fn fits(self, form: &Form) -> bool {
        form.loose != (self.wide || self.edged)
    }
}

impl Spec {
    /// The shape that a kernel counts in.
    pub(crate) fn shape(&self, extent: Extent, len: u64) -> Result<Extent> {
        match self.of {
            Op::Activation(_) => self.map_shape(extent, len),
            Op::RowFunction(_) => Ok(extent),
            Op::Gate(_) | Op::Doubling(_) => self.pair_shape(extent, len),
        }
    }

    /// The tensors of a call on `len` elements, with a mask of `mask` elements if it takes one.
    pub(crate) fn tensors(&self, extent: Extent, len: u64, mask: u64) -> Vec<Tensor> {
        match self.of {
            Op::Activation(a) => self.map_tensors(a, extent, len),
            Op::RowFunction(row) => self.row_tensors(row, extent, mask),
            Op::Gate(_) | Op::Doubling(_) => self.pair_tensors(extent, len),
        }
    }

    /// How [`crate::Buffers`] are made for it.
    pub(crate) fn buffers(&self) -> &'static str {
        match self.of {
            Op::Activation(_) => self.map_buffers(),
            Op::RowFunction(row) => self.row_buffers(row),
            Op::Gate(_) | Op::Doubling(_) => self.pair_buffers(),
        }
    }

    /// Its kernels, the most important one first, without that for lists.
    pub(crate) fn variants(&self) -> Vec<Variant> {
        match self.of {
            Op::Activation(_) => self.map_variants().to_vec(),
            Op::Gate(_) | Op::Doubling(_) => self.pair_variants().to_vec(),
            Op::RowFunction(row) => self.row_variants(row),
        }
    }

    /// The most important one that is made for a device and binds no more buffers than it can.
    pub(crate) fn first_variant(&self, limits: &Limits) -> Option<Variant> {
        let buffers = |v: &Variant| self.slots(*v).iter().filter(|slot| !slot.uniform()).count() as u64;
        self.variants().into_iter().find(|v| buffers(v) <= limits.buffers && v.suits(limits))
    }

    /// The bindings of a variant, in order.
    pub(crate) fn slots(&self, variant: Variant) -> Vec<Slot> {
        match self.of {
            Op::Activation(a) => self.map_slots(a, variant),
            Op::RowFunction(row) => self.row_slots(row, variant),
            Op::Gate(_) | Op::Doubling(_) => self.pair_slots(variant),
        }
    }

    /// Fails if there is no such kernel.
    fn check_op(&self) -> Result<()> {
        match self.of {
            Op::Activation(a) => self.map_check(a),
            Op::RowFunction(row) => self.row_check(row),
            Op::Gate(_) | Op::Doubling(_) => self.pair_check(),
        }
    }

    /// How a variant reaches its tensors.
    fn accesses(&self, variant: Variant) -> Vec<Access> {
        match self.of {
            Op::Activation(a) => self.map_accesses(a, variant),
            Op::RowFunction(row) => self.row_accesses(row, variant),
            Op::Gate(_) | Op::Doubling(_) => self.pair_accesses(variant),
        }
    }

    /// Whether a kernel may write a binding.
    pub(crate) fn writes(&self, slot: Slot, variant: Variant, form: Form) -> bool {
        let access = self.accesses(variant).into_iter().find(|a| a.slot == slot);
        access.map_or(slot == Slot::Out, |access| access.writes || form.shared)
    }

    /// The fewest bytes that a binding may have.
    pub(crate) fn smallest_binding(&self, slot: Slot, variant: Variant, form: Form) -> u64 {
        let access = self.accesses(variant).into_iter().find(|a| a.slot == slot);
        match (slot, access) {
            (Slot::Args, _) => size_of::<Uniform>() as u64,
            (Slot::Params, _) => 4 * PARAMS as u64,
            (_, Some(access)) => access.smallest(form),
            (Slot::Tasks, None) => size_of::<Task>() as u64,
            (_, None) => row::smallest(slot, variant),
        }
    }

    /// The text of a variant.
    pub(crate) fn text(&self, variant: Variant, form: Form) -> String {
        let accesses = self.accesses(variant);
        let (mut files, glue) = match self.of {
            Op::Activation(a) => self.map_text(a, variant),
            Op::RowFunction(row) => self.row_text(row, variant),
            Op::Gate(_) | Op::Doubling(_) => self.pair_text(variant),
        };
        files.extend(accesses.iter().flat_map(Access::files).map(str::to_owned));
        if form.first {
            files.iter_mut().filter(|file| *file == "kernel/flat").for_each(|file| file.push_str("_double"));
        }
        let tensors: String = accesses.iter().map(|access| access.text(form)).collect();
        wgsl::compose(&files, &(tensors + &glue), self.lanes_of(variant).packed)
    }

    /// The dispatches for `len` elements, the first of which is number `base` of the tensor, with a mask of `mask` elements.
    pub(crate) fn plan(&self, extent: Extent, base: u64, len: u64, mask: u64, site: &Site<'_>) -> Result<Plan> {
        let plan = match self.of {
            Op::RowFunction(row) => return self.row_plan(row, extent, base, mask, site),
            Op::Activation(a) => self.map_plan(a, extent, base, len, site)?,
            Op::Gate(_) | Op::Doubling(_) => self.pair_plan(extent, base, len, site)?,
        };
        // Sums count otherwise.
        if matches!(self.pass, Pass::ParamGradient(_)) {
            return Ok(plan);
        }
        let calls = plan.calls.into_iter().map(|call| call.doubled(site.limits)).collect::<Result<_>>()?;
        Ok(Plan { calls, ..plan })
    }
}

/// What the planner promises, for a case made of these bytes.
#[cfg(fuzzing)]
#[doc(hidden)]
pub fn promises(bytes: &[u8]) {
    let numbers = &mut numbers::Numbers::of(bytes);
    match numbers.below(6) {
        0 => drop(tests::map_holds(numbers)),
        1 => drop(tests::sums_hold(numbers)),
        2 => pair_tests::halves_hold(numbers, &mut [0; 3]),
        3 => pair_tests::pieces_hold(numbers),
        4 => drop(row::tests::rows_hold(numbers, &mut [0; 3])),
        _ => drop(any_tests::plan_holds(numbers)),
    }
}
