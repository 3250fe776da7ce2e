//! From what is asked for to what a device does: [`Spec`] names a kernel, and the planner turns lengths and limits into
//! dispatches. All of it is arithmetic and text; no GPU is needed.
//!
//! Three families of functions have a room each, behind [`Family`]. What else is here they share.

mod access;
mod batch;
#[cfg(feature = "gpu")] // what makes batches
mod batch_plan;
mod dispatch;
mod elementwise;
mod experts;
mod gate;
mod key;
mod lanes;
mod launch;
mod limits;
mod neighbours;
mod placement;
mod quantized;
mod router;
mod row;
mod sequence;
#[cfg(feature = "gpu")]
mod shrink;
mod slot;
mod spec;
mod spec_text;
mod storage;
#[cfg(any(test, fuzzing))]
mod tests;
mod tuning;

use access::Access;
use batch::Task;
#[cfg(feature = "gpu")]
pub(crate) use batch_plan::Entry;
pub(crate) use dispatch::{Block, Dispatch, Plan, Range, Share, Uniform};
pub(crate) use key::Key;
use key::{Body, Join, Layout, Place};
pub use launch::{Contents, Launch, LaunchAccess, LaunchBinding, LaunchBuffer, LaunchPlan};
pub use limits::Limits;
use limits::narrow;
use neighbours::Neighbours;
pub use neighbours::Scale;
pub(crate) use placement::Placement;
pub(crate) use router::Top;
pub(crate) use row::Attention;
pub use row::Reduction;
#[cfg(feature = "gpu")]
pub(crate) use shrink::Call;
pub(crate) use slot::{Binding, Slot, Tensor};
pub use spec::Spec;
#[cfg(fuzzing)]
pub use tests::promises;
pub use tuning::Tuning;

use crate::error::Result;
use crate::function::{MAX_PARAMS, Op};
use crate::tensor::{Extent, Storage};
use crate::wgsl;

/// Threads of a workgroup; the shaders' `WORKGROUP`.
pub(crate) const WORKGROUP: u64 = 256;
/// Elements of a pack at most.
const PACK: u64 = 4;
/// Bytes of a word.
const WORD: u64 = 4;

/// What a family of functions knows of its kernels.
trait Family {
    /// Fails if there is no such kernel.
    fn check(&self, spec: &Spec) -> Result<()>;

    /// The shape that kernels count in, for `len` elements.
    fn shape(&self, spec: &Spec, extent: Extent, len: u64) -> Result<Extent>;

    /// The tensors of `len` elements in this shape, with a mask of `mask` elements if there is one.
    fn tensors(&self, spec: &Spec, shape: Extent, len: u64, mask: u64) -> Vec<Tensor>;

    /// Every kernel that a plan within these limits can ask for, the most usual one first; without batches.
    fn keys(&self, spec: &Spec, limits: &Limits) -> Vec<Key>;

    /// What a kernel binds, in order.
    fn slots(&self, spec: &Spec, key: Key) -> Vec<Slot>;

    /// How a kernel reaches its tensors.
    fn accesses(&self, spec: &Spec, key: Key) -> Vec<Access>;

    /// The files of a kernel, and the lines that join them.
    fn text(&self, spec: &Spec, key: Key) -> (Vec<String>, String);

    /// The dispatches for `len` elements, the first of which is number `base` of the tensor.
    fn plan(&self, spec: &Spec, shape: Extent, base: u64, len: u64, mask: u64, at: &Placement<'_>) -> Result<Plan>;

    /// The fewest bytes of a binding that is no tensor of the caller's.
    fn smallest(&self, _: Slot, _: Key) -> u64 {
        WORD
    }
}

impl Spec {
    /// Whether its kernels take packs one after the other, each by itself: sums and rows do not.
    fn doubles(&self) -> bool {
        !matches!(self.of, Op::RowFunction(_)) && !self.sums() && !self.in_groups()
    }

    fn family(&self) -> &'static dyn Family {
        match self.of {
            Op::Activation(activation) => activation,
            Op::Gate(_) | Op::Doubling(_) => &gate::Pairs,
            Op::RowFunction(row) if row.routes => &router::Router,
            Op::RowFunction(row) => row,
        }
    }

    /// The shape that a kernel counts in.
    pub(crate) fn shape(&self, extent: Extent, len: u64) -> Result<Extent> {
        self.family().shape(self, extent, len)
    }

    /// The tensors of a call on `len` elements, with a mask of `mask` elements if it takes one.
    pub(crate) fn tensors(&self, shape: Extent, len: u64, mask: u64) -> Vec<Tensor> {
        self.family().tensors(self, shape, len, mask)
    }

    /// Every kernel that a plan within these limits can ask for, the most usual one first: what there is to test, and to
    /// compile.
    pub(crate) fn keys(&self, limits: &Limits) -> Vec<Key> {
        let buffers = |key: &Key| self.slots(*key).iter().filter(|slot| !slot.uniform()).count() as u64;
        let keys = self.family().keys(self, limits).into_iter().filter(|key| buffers(key) <= limits.buffers);
        let mut keys: Vec<Key> = keys.filter(|key| !self.in_groups() || key.lanes == PACK).collect();
        // What joins sums is of no use alone.
        if keys.iter().all(|key| key.body == Body::Total) {
            keys.clear();
        }
        let double = self.doubles() && limits.tuning.doubled_from.is_some();
        let twins = move |key| [Some(key), double.then_some(Key { doubled: true, ..key })].into_iter().flatten();
        keys.into_iter().flat_map(twins).chain(self.batch_keys(limits)).collect()
    }

    /// What a kernel binds, in order.
    pub(crate) fn slots(&self, key: Key) -> Vec<Slot> {
        self.family().slots(self, key)
    }

    /// What a kernel's text binds, in order; the linker may have found that one of its slots is not reached.
    pub(crate) fn bindings(&self, key: Key, text: &str) -> Vec<Binding> {
        let accesses = self.family().accesses(self, key);
        let binding = |slot| {
            let access = accesses.iter().find(|access| access.slot == slot);
            let kept = slot == Slot::States && key.body == Body::Rows && self.attention.sink_gradient;
            // What the glue of quantized kernels binds has no access of its own.
            let shared =
                key.aliased && matches!(slot, Slot::A | Slot::B | Slot::ScalesA | Slot::ScalesB | Slot::Counts);
            let writes = access.map_or(slot == Slot::Out || kept || shared, |access| access.writes || key.aliased);
            Binding { slot, writes, smallest: self.smallest(slot, key) }
        };
        let bound = |slot: &Slot| text.contains(&format!("@binding({})", *slot as u32));
        self.slots(key).into_iter().filter(bound).map(binding).collect()
    }

    /// The fewest bytes that a binding may have.
    fn smallest(&self, slot: Slot, key: Key) -> u64 {
        let access = self.family().accesses(self, key).into_iter().find(|access| access.slot == slot);
        match (slot, access) {
            (Slot::Args, _) => size_of::<Uniform>() as u64,
            (Slot::Params, _) => WORD * self.param_room() as u64,
            (_, Some(access)) => access.smallest(key),
            (Slot::Tasks, None) => size_of::<Task>() as u64,
            (_, None) => self.family().smallest(slot, key),
        }
    }

    /// Values in the uniform of parameters: one vector, or two.
    pub(crate) fn param_room(&self) -> usize {
        MAX_PARAMS * self.of.params().len().div_ceil(MAX_PARAMS).max(1)
    }

    /// The parameters' uniform with their default values.
    pub(crate) fn default_params(&self) -> Vec<f32> {
        let mut values: Vec<f32> = self.of.params().iter().map(|param| param.default as f32).collect();
        values.resize(self.param_room(), 0.0);
        values
    }

    /// The text of a kernel.
    pub(crate) fn text(&self, key: Key) -> String {
        let accesses = self.family().accesses(self, key);
        let (mut files, glue) = self.family().text(self, key);
        files.extend(accesses.iter().flat_map(Access::files).map(str::to_owned));
        let tensors: String = accesses.iter().map(|access| access.text(key)).collect();
        wgsl::compose(&files, &(tensors + &glue), wgsl::Form { packed: self.lanes(key).packed, short: self.short() })
    }

    /// Whether mathematics of 16 bits is enough: results have no more, and none is a sum over a tensor.
    fn short(&self) -> bool {
        !self.sums() && !self.has_targets() && self.output != Storage::F32
    }

    /// The dispatches for tensors of this extent, each of which begins a buffer; and the tensors.
    pub(crate) fn dispatches(&self, extent: Extent, limits: &Limits) -> Result<(Plan, Vec<Tensor>)> {
        self.dispatches_of(extent, &Placement::new(limits))
    }

    /// The same for tensors at other places.
    pub(crate) fn dispatches_of(&self, extent: Extent, at: &Placement<'_>) -> Result<(Plan, Vec<Tensor>)> {
        let len = extent.len().ok_or_else(|| extent.too_long(self.name()))?;
        let mask = if self.masked() { self.whole_mask(extent) } else { 0 };
        let shape = self.shape(extent, len)?;
        let plan = self.plan_at(shape, 0, len, mask, at)?;
        Ok((plan, self.tensors(shape, len, mask)))
    }

    /// The dispatches for `len` elements, the first of which is number `base` of the tensor, with a mask of `mask` elements.
    pub(crate) fn plan_at(&self, shape: Extent, base: u64, len: u64, mask: u64, at: &Placement<'_>) -> Result<Plan> {
        if self.in_groups() {
            return self.quantized_plan(shape, len, at);
        }
        let plan = self.family().plan(self, shape, base, len, mask, at)?;
        if !self.doubles() {
            return Ok(plan);
        }
        let dispatches =
            plan.dispatches.into_iter().map(|dispatch| dispatch.doubled(at.limits)).collect::<Result<_>>()?;
        Ok(Plan { dispatches, ..plan })
    }
}
