//! What attention's softmax takes besides scores.

use super::{Rows, block};
use crate::error::{Error, Result};
use crate::function::Op;
#[cfg(feature = "gpu")]
use crate::function::check_scores;
use crate::plan::{Access, Body, Dispatch, Join, Key, Layout, Slot, Spec, Tensor};
use crate::tensor::{Extent, Mask, Pass, Storage};

/// The tensors and steps that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Attention {
    pub(crate) heads: u32,
    pub(crate) mask: Option<Mask>,
    pub(crate) softcap: bool,
    pub(crate) slopes: bool,
    pub(crate) sinks: bool,
    pub(crate) sink_gradient: bool,
}

impl Attention {
    pub(crate) const NONE: Self =
        Self { heads: 1, mask: None, softcap: false, slopes: false, sinks: false, sink_gradient: false };
}

impl Spec {
    /// The same of scores with so many heads: rows of shape [batches, heads, queries, keys], the last axis a row. The parameter
    /// `queries` counts the third ([`ATTENTION_SOFTMAX`](crate::row::ATTENTION_SOFTMAX)).
    ///
    /// ```
    /// use wgpu_activations::{Extent, Limits, Mask, Spec, row::ATTENTION_SOFTMAX};
    /// // Gemma 2: capped before the mask, of two batches, eight heads, a query, 1000 keys.
    /// let spec = Spec::forward(&ATTENTION_SOFTMAX).heads(8).softcap().mask(Mask::added().axes(true, false, true));
    /// let plan = spec.plan(Extent::along(&[2, 8, 1, 1000], -1)?, &Limits::default())?;
    /// assert_eq!(plan.buffers.iter().map(|b| b.name).collect::<Vec<_>>(), ["x", "mask", "y"]);
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn heads(mut self, heads: u32) -> Self {
        self.attention.heads = heads;
        self
    }

    /// The same with a mask; backward there is none, as y tells what was hidden.
    pub fn mask(mut self, mask: Mask) -> Self {
        self.attention.mask = Some(mask);
        self
    }

    /// The same with scores capped before anything is added to them, by the parameter `softcap`. Backward it takes `x` besides `y`
    /// and `dy`.
    pub fn softcap(mut self) -> Self {
        self.attention.softcap = true;
        self
    }

    /// The same with a slope for each head, `f32`, in place of the parameter `slope` (ALiBi).
    pub fn slopes(mut self) -> Self {
        self.attention.slopes = true;
        self
    }

    /// The same with a sink for each head, `f32`, in place of the parameter `sink`.
    pub fn sinks(mut self) -> Self {
        self.attention.sinks = true;
        self
    }

    /// The backward pass with the gradient along each head's sink besides, `f32`, in the same pass over the tensors. The order
    /// of its sums is fixed, so it is the same bits in every run. It takes the sink's weight as what y lacks to 1.
    ///
    /// ```
    /// use wgpu_activations::{Extent, Limits, Spec, row::ATTENTION_SOFTMAX};
    /// let spec = Spec::backward(&ATTENTION_SOFTMAX).heads(8).sink_gradient();
    /// let plan = spec.plan(Extent::along(&[2, 8, 64, 64], -1)?, &Limits::default())?;
    /// assert_eq!(plan.buffers.iter().map(|b| b.name).collect::<Vec<_>>(), ["y", "dy", "dx", "dsinks", "states"]);
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn sink_gradient(mut self) -> Self {
        self.attention.sink_gradient = true;
        self
    }

    /// Whether the kernel takes a mask.
    pub(crate) fn masked(&self) -> bool {
        let required = matches!(self.of, Op::RowFunction(row) if row.masked);
        self.pass == Pass::Forward && (required || self.attention.mask.is_some())
    }

    /// Elements of a mask for a tensor that begins with the first query: one row of it unless the mask has other axes.
    pub(in crate::plan) fn whole_mask(&self, extent: Extent) -> u64 {
        let heads = u64::from(self.attention.heads).max(1);
        let queries = extent.channels.min(extent.outer.div_ceil(heads)).max(1);
        let sizes = [extent.outer.div_ceil(heads.saturating_mul(queries)), heads, queries];
        let (rows, keys) = match self.attention.mask {
            Some(mask) => (mask.rows(sizes).unwrap_or(1), mask.keys(extent.span())),
            None => (1, extent.span()),
        };
        rows.saturating_mul(keys)
    }

    /// Whether a mask holds a byte for each element.
    pub(in crate::plan) fn takes_bools(&self, slot: Slot) -> bool {
        slot == Slot::B && self.pass == Pass::Forward && self.attention.mask.is_some_and(|mask| mask.bool)
    }

    /// Whether a mask holds a number for each row.
    pub(super) fn masks_rows(&self) -> bool {
        self.attention.mask.is_some_and(|mask| mask.whole)
    }

    /// Whether gradients need x besides y.
    pub(in crate::plan) fn thirds(&self) -> bool {
        self.attention.softcap && self.pass == Pass::Backward && !self.has_targets()
    }

    /// Those of some slots that hold packs where rows do.
    pub(super) fn packed(&self, slots: &[Slot]) -> Vec<Slot> {
        let alone = |slot| self.takes_bools(slot) || slot == Slot::B && (self.has_targets() || self.masks_rows());
        slots.iter().copied().filter(|&slot| !alone(slot)).collect()
    }

    /// The axes of a mask that need not be the last ones.
    pub(super) fn mask_axes(&self) -> Option<[bool; 3]> {
        self.attention.mask.and_then(|mask| mask.axes)
    }

    /// Fails if attention's steps stand where there is none.
    pub(in crate::plan) fn check_attention(&self) -> Result<()> {
        let a = self.attention;
        let attention = matches!(self.of, Op::RowFunction(row) if row.attention);
        let reason = match self.pass {
            _ if a == Attention::NONE => return Ok(()),
            _ if self.has_targets() && a == (Attention { softcap: true, ..Attention::NONE }) => return Ok(()),
            _ if !attention => "heads, mask, softcap, slopes and sinks belong to attention_softmax",
            _ if a.heads == 0 => "scores have at least one head",
            Pass::Forward if a.sink_gradient => "the gradient of sinks comes with the backward pass",
            Pass::Backward if a.mask.is_some() || a.slopes || a.sinks => {
                "y tells what masks, slopes and sinks did: leave them out of the backward pass"
            }
            _ => return Ok(()),
        };
        Err(Error::NoKernel { function: self.name(), reason })
    }

    /// Fails unless parameter values fit scores of this extent and a mask of so many elements.
    #[cfg(feature = "gpu")]
    pub(crate) fn check_scores(&self, values: &[f32], extent: Extent, mask: u64) -> Result<()> {
        let function = self.name();
        check_scores(function, values, extent)?;
        let capped = values.get(1).is_some_and(|cap| cap.is_finite());
        if capped != self.attention.softcap {
            let expected =
                if capped { "Spec::softcap for a finite softcap" } else { "a finite softcap for Spec::softcap" };
            return Err(Error::WrongTensors { function, expected });
        }
        let queries = values.get(6).map_or(0, |&queries| queries as u64);
        let queries = if queries == 0 { extent.channels } else { queries };
        let (rows, heads) = (extent.outer.saturating_mul(extent.inner), u64::from(self.attention.heads));
        let wrong = |reason: String| Err(Error::Extent { reason: format!("{function}: {reason}") });
        if heads > 1 && !rows.is_multiple_of(heads.saturating_mul(queries).max(1)) {
            return wrong(format!(
                "{rows} rows are no whole batches of {heads} heads with {queries} queries: set `queries`"
            ));
        }
        let batches = rows.div_ceil(heads.saturating_mul(queries).max(1));
        match self.attention.mask.and_then(|mask| Some((mask, mask.rows([batches, heads, queries])?))) {
            Some((kind, of)) if self.masked() && of.saturating_mul(kind.keys(extent.span())) > mask => wrong(format!(
                "a mask {kind} of {batches} batches, {heads} heads and {queries} queries has {of} rows of {} keys, its buffer holds \
                 {mask} elements",
                kind.keys(extent.channels)
            )),
            _ => Ok(()),
        }
    }

    /// The tensors of heads.
    pub(super) fn tensors_of_heads(&self) -> impl Iterator<Item = Tensor> + use<> {
        let a = self.attention;
        let of = move |has: bool, slot, role, written| {
            has.then_some(Tensor { slot, role, len: u64::from(a.heads), written })
        };
        let all = [
            of(a.slopes, Slot::Weights, "slopes", false),
            of(a.sinks, Slot::Scale, "sinks", false),
            of(a.sink_gradient, Slot::Out2, "dsinks", true),
        ];
        all.into_iter().flatten()
    }

    /// What kernels with this body bind of heads.
    pub(super) fn slots_of_heads(&self, body: Body) -> impl Iterator<Item = Slot> + use<> {
        let a = self.attention;
        let joins = matches!(body, Body::StateKeys | Body::StatePlaces | Body::StateSums | Body::Heads);
        let slopes = (a.slopes && !joins).then_some(Slot::Weights);
        slopes.into_iter().chain((a.sinks && body != Body::Heads).then_some(Slot::Scale))
    }

    /// How they are read.
    pub(super) fn accesses_of_heads(&self, body: Body) -> impl Iterator<Item = Access> + use<> {
        self.slots_of_heads(body).map(|slot| Access::read(slot, Storage::F32, 1))
    }
}

impl Rows<'_> {
    /// The bytes of the states of all rows, if they are kept.
    pub(super) fn kept(&self) -> u64 {
        if self.spec.attention.sink_gradient { 16 * self.extent.outer.saturating_mul(self.extent.inner) } else { 0 }
    }

    /// The dispatch that adds up the gradients of sinks, from the states of rows.
    pub(super) fn of_sinks(&self) -> Result<Option<Dispatch>> {
        let states = self.kept();
        if states == 0 {
            return Ok(None);
        }
        let rows = states / 16;
        let limit = self.at.binding() / 16;
        if rows > limit {
            return Err(Error::TooLarge { what: "rows with a gradient of sinks", size: rows, limit, unit: "rows" });
        }
        let (heads, threads) = (u64::from(self.spec.attention.heads), u64::from(self.key.threads));
        let rounds = rows.div_ceil(heads).div_ceil(threads);
        if rounds >= self.at.limits.tuning.iterations {
            let limit = self.at.limits.tuning.iterations * threads;
            return Err(Error::TooLarge { what: "rows of a head", size: rows / heads, limit, unit: "rows" });
        }
        let (args, groups) = self.joining(heads, rows, rounds)?;
        let ranges = vec![
            self.at.range(Slot::A, Slot::State, 0, states, 16),
            self.at.range(Slot::Out, Slot::Out2, 0, 4 * heads, 4),
        ];
        let key = Key { body: Body::Heads, layout: Layout::Vector, join: Join::Workgroup, aliased: false, ..self.key };
        Ok(Some(Dispatch { key, args: block(args), ranges, groups, share: None }))
    }
}
