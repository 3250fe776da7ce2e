//! Many tensors in few dispatches.

use std::collections::HashMap;

use wgpu::{Buffer, BufferSlice, BufferUsages};

use super::bound::{Bound, Dispatch};
use super::buffers::{Buffers, Ranges};
use super::kernel::Kernel;
use crate::error::{Error, Result};
use crate::plan::{Entry, Placement, Slot, Tensor};
use crate::tensor::Extent;

/// A tensor of the list, checked.
struct Item<'a> {
    ranges: Ranges<'a>,
    tensors: Vec<Tensor>,
    extent: Extent,
}

impl Kernel {
    /// As [`Kernel::bind`] for many tensors, recorded together: those whose buffers are the same go in one dispatch, wherever
    /// in these they lie, as long as a binding reaches over all of them. That holds for values and gradients of elements, with
    /// parameter values that are the same for all; anything else takes the dispatches that it takes alone.
    ///
    /// All of it may happen at the same time: no tensor may be written where another call's tensor lies.
    ///
    /// ```no_run
    /// # use wgpu_activations::{Buffers, Kernels, Spec, activation::GELU, wgpu};
    /// # fn f(device: &wgpu::Device, arena: &wgpu::Buffer) -> wgpu_activations::Result<()> {
    /// // A hundred tensors of 1,000 elements, and their values behind each.
    /// let at = |k: u64| arena.slice(4000 * k..4000 * (k + 1));
    /// let calls: Vec<_> = (0..100).map(|k| (Buffers::forward(at(2 * k), at(2 * k + 1)), 1000.into())).collect();
    /// let bound = Kernels::new(device)?.get(Spec::forward(&GELU))?.bind_many(&calls)?;
    /// assert_eq!(bound.dispatches(), 1);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Kernel::bind`], and [`Error::Overlap`] between calls.
    #[expect(clippy::mutable_key_type, reason = "a buffer is hashed by its identity")]
    pub fn bind_many(&self, calls: &[(Buffers<'_>, Extent)]) -> Result<Bound> {
        let items = calls.iter().map(|call| self.item(call.0, call.1)).collect::<Result<Vec<_>>>()?;
        self.check_apart(&items)?;
        let params = self.uniform_params()?;
        // On the web no two bindings may overlap of which one is written.
        let at_once = |item: &Item<'_>| {
            self.spec.batches(&self.limits) && !(cfg!(target_arch = "wasm32") && self.placement(item).aliased)
        };
        let mut groups: HashMap<Vec<&Buffer>, Vec<usize>> = HashMap::new();
        let mut dispatches = Vec::new();
        for (k, item) in items.iter().enumerate() {
            if !at_once(item) {
                dispatches.extend(self.alone(item, params.as_ref())?);
            } else if item.len() > 0 {
                groups.entry(item.buffers().collect()).or_default().push(k);
            }
        }
        let mut groups: Vec<_> = groups.into_values().collect();
        groups.sort();
        for group in groups {
            let group: Vec<&Item<'_>> = group.into_iter().map(|k| &items[k]).collect();
            let entries: Vec<Entry> =
                group.iter().map(|item| Entry { offsets: self.placement(item).offsets, len: item.len() }).collect();
            let mut done = 0;
            while done < group.len() {
                let count = self.spec.batch_size(&entries[done..], &self.limits);
                // One call alone needs no table; and one that is too large for a binding is cut.
                dispatches.extend(match count {
                    0 | 1 => self.alone(group[done], params.as_ref())?,
                    _ => self.together(group[done], &entries[done..done + count], params.as_ref())?,
                });
                done += count.max(1);
            }
        }
        Ok(self.bound(params, dispatches))
    }

    fn item<'a>(&self, buffers: Buffers<'a>, extent: Extent) -> Result<Item<'a>> {
        let (ranges, tensors) = self.checked(&buffers, extent)?;
        Ok(Item { ranges, tensors, extent })
    }

    fn placement(&self, item: &Item<'_>) -> Placement<'_> {
        item.ranges.placement(&item.tensors, &self.limits)
    }

    fn alone(&self, item: &Item<'_>, params: Option<&Buffer>) -> Result<Vec<Dispatch>> {
        self.dispatches_of(item.ranges, item.extent, None, params)
    }

    fn together(&self, first: &Item<'_>, entries: &[Entry], params: Option<&Buffer>) -> Result<Vec<Dispatch>> {
        let (plan, tasks) = self.spec.batch_plan(entries, self.placement(first).aliased, &self.limits)?;
        let table = self.filled(bytemuck::cast_slice(&tasks), BufferUsages::STORAGE)?;
        self.dispatches(&first.ranges.set(Slot::Tasks, table.slice(..)), &plan.dispatches, params)
    }

    /// Fails if a tensor is written where one of another call lies.
    #[expect(clippy::mutable_key_type, reason = "a buffer is hashed by its identity")]
    fn check_apart(&self, items: &[Item<'_>]) -> Result<()> {
        let mut ranges: HashMap<&Buffer, Vec<(u64, u64, &Tensor)>> = HashMap::new();
        for item in items {
            for (tensor, slice) in item.slices().filter(|(tensor, _)| tensor.len > 0) {
                let end = slice.offset() + tensor.len * self.spec.bytes(tensor.slot);
                ranges.entry(slice.buffer()).or_default().push((slice.offset(), end, tensor));
            }
        }
        for ranges in ranges.values_mut() {
            ranges.sort_by_key(|(start, end, _)| (*start, *end));
            // What reaches farthest of all before, and of what is written.
            let (mut any, mut written) = (None, None);
            for &range in ranges.iter() {
                let (start, end, tensor) = range;
                let before = if tensor.written { any } else { written };
                if let Some((s, e, other)) = before.filter(|(_, e, _): &(u64, u64, &Tensor)| *e > start) {
                    let (one, two) = if tensor.written { (range, (s, e, other)) } else { ((s, e, other), range) };
                    let function = self.spec.name();
                    let (bytes, others) = (one.0..one.1, two.0..two.1);
                    return Err(Error::Overlap { function, written: one.2.role, bytes, other: two.2.role, others });
                }
                let farther = |old: Option<(u64, u64, _)>| old.filter(|o| o.1 >= end).or(Some(range));
                any = farther(any);
                written = if tensor.written { farther(written) } else { written };
            }
        }
        Ok(())
    }
}

impl<'a> Item<'a> {
    fn slices(&self) -> impl Iterator<Item = (&Tensor, BufferSlice<'a>)> {
        self.tensors.iter().filter_map(|tensor| Some((tensor, self.ranges.get(tensor.slot)?)))
    }

    fn buffers(&self) -> impl Iterator<Item = &'a Buffer> {
        self.slices().map(|(_, slice)| slice.buffer())
    }

    fn len(&self) -> u64 {
        self.extent.len().unwrap_or(0)
    }
}
