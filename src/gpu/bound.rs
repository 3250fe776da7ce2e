//! A kernel joined to buffers: everything that can fail has been checked, what is left is to record.

use wgpu::{BufferSlice, BufferUsages};

use super::buffers::{Buffers, Ranges};
use super::counted::Counted;
use super::fault::guarded;
use super::kernel::{Compiled, Kernel};
use super::shrinks::Shrinks;
use crate::error::{Error, Result};
use crate::function::{Op, check_values};
use crate::plan::{self, Range, Slot, Spec, Tensor, Uniform};
use crate::tensor::Extent;

/// A kernel with its buffers, to be recorded any number of times.
#[derive(Debug)]
pub struct Bound {
    pub(super) spec: Spec,
    /// What holds the parameter values, unless they come from a buffer of the caller's or there are none.
    pub(super) params: Option<wgpu::Buffer>,
    pub(super) dispatches: Vec<Dispatch>,
    /// What it takes to stop earlier, if it may.
    pub(super) shrinks: Option<Box<Shrinks>>,
    /// Of attention's scores, or a loss, the extent, and the elements of the mask.
    pub(super) scores: Option<(Extent, u64)>,
    /// What turns a count on the GPU into the dispatches' arguments and sizes.
    pub(super) counted: Option<Box<Counted>>,
}

#[derive(Debug)]
pub(super) struct Dispatch {
    pipeline: wgpu::ComputePipeline,
    group: wgpu::BindGroup,
    pub(super) groups: [u32; 2],
}

impl Bound {
    /// Records the dispatches: nothing is submitted, allocated or checked.
    ///
    /// The pass's pipeline and bind group 0 are changed.
    pub fn record(&self, pass: &mut wgpu::ComputePass<'_>) {
        if let Some(counted) = &self.counted {
            counted.record(pass);
        }
        for (k, dispatch) in self.dispatches.iter().enumerate() {
            pass.set_pipeline(&dispatch.pipeline);
            pass.set_bind_group(0, &dispatch.group, &[]);
            match &self.counted {
                Some(counted) => counted.dispatch(pass, k),
                None => pass.dispatch_workgroups(dispatch.groups[0], dispatch.groups[1], 1),
            }
        }
    }

    /// How many dispatches [`Bound::record`] records.
    pub fn dispatches(&self) -> usize {
        self.dispatches.len()
    }

    /// The workgroups of each dispatch, along two axes: what there is of parallel work.
    pub fn workgroups(&self) -> impl Iterator<Item = [u32; 2]> {
        self.dispatches.iter().map(|dispatch| dispatch.groups)
    }

    /// Changes the parameter values, from the next submission on. Nothing is compiled.
    ///
    /// # Errors
    /// [`Error::ParameterCount`], [`Error::ParameterRange`], and [`Error::PerChannel`] if the values lie in a buffer of the
    /// caller's; of attention's scores [`Error::Extent`] for queries or a window that do not fit the rows or the mask, and
    /// [`Error::WrongTensors`] for a cap that the kernel has not.
    pub fn set_params(&self, queue: &wgpu::Queue, values: &[f32]) -> Result<()> {
        let (function, params) = (self.spec.name(), self.spec.of.params());
        if self.spec.per_channel {
            return Err(Error::PerChannel { function });
        }
        if values.len() != params.len() {
            let (expected, got) = (params.len() as u64, values.len() as u64);
            return Err(Error::ParameterCount { function, expected, got });
        }
        check_values(function, params, values, self.spec.pass)?;
        if let Some((extent, mask)) = self.scores {
            self.spec.check_scores(values, extent, mask)?;
        }
        if let Some(buffer) = &self.params {
            queue.write_buffer(buffer, 0, bytemuck::cast_slice(values));
        }
        Ok(())
    }
}

impl Kernel {
    /// Joins the kernel to buffers that hold a tensor, given by its length or, where parameters are given per channel, by
    /// its extent. Parameters have their default values until [`Bound::set_params`].
    ///
    /// # Errors
    /// Whatever is wrong with the buffers: [`Error::WrongBuffers`], [`Error::MissingUsage`], [`Error::Misaligned`],
    /// [`Error::Length`], [`Error::Overlap`], [`Error::Extent`], [`Error::TooLarge`].
    pub fn bind(&self, buffers: Buffers<'_>, extent: impl Into<Extent>) -> Result<Bound> {
        let extent = extent.into();
        let (ranges, _) = self.checked(&buffers, extent)?;
        Ok(Bound { scores: self.scores(&ranges, extent)?, ..self.bind_at(ranges, extent, None)? })
    }

    /// What parameter values have to fit.
    pub(super) fn scores(&self, ranges: &Ranges<'_>, extent: Extent) -> Result<Option<(Extent, u64)>> {
        let checked = matches!(self.spec.of, Op::RowFunction(row) if row.attention || row.targets);
        if checked { Ok(Some((extent, self.count(ranges, extent, None)?.2))) } else { Ok(None) }
    }

    /// The ranges of a call, which fit its tensors.
    pub(super) fn checked<'a>(&self, buffers: &Buffers<'a>, extent: Extent) -> Result<(Ranges<'a>, Vec<Tensor>)> {
        let mask = buffers.get("mask").map_or(0, |mask| mask.size() / self.spec.bytes(Slot::B));
        let whole = extent.len().ok_or_else(|| extent.too_long(self.spec.name()))?;
        let tensors = self.spec.tensors(self.spec.shape(extent, whole)?, whole, mask);
        let ranges = self.ranges(buffers, &tensors)?;
        self.check_ranges(&ranges, &tensors)?;
        Ok((ranges, tensors))
    }

    /// As [`Kernel::bind`], for `piece` = (first element, length) of the tensor only: the ranges hold just that.
    pub(super) fn bind_at(&self, ranges: Ranges<'_>, extent: Extent, piece: Option<(u64, u64)>) -> Result<Bound> {
        let params = self.uniform_params()?;
        let dispatches = self.dispatches_of(ranges, extent, piece, params.as_ref())?;
        Ok(self.bound(params, dispatches))
    }

    /// What a call counts in: the shape, the elements, those of a mask.
    pub(super) fn count(
        &self,
        ranges: &Ranges<'_>,
        extent: Extent,
        piece: Option<(u64, u64)>,
    ) -> Result<(Extent, u64, u64)> {
        let whole = extent.len().ok_or_else(|| extent.too_long(self.spec.name()))?;
        let len = piece.map_or(whole, |(_, len)| len);
        let mask = ranges.get(Slot::B).map_or(0, |mask| mask.size() / self.spec.bytes(Slot::B));
        Ok((self.spec.shape(extent, len)?, len, mask))
    }

    /// The dispatches of a call whose buffers are checked.
    pub(super) fn dispatches_of(
        &self,
        ranges: Ranges<'_>,
        extent: Extent,
        piece: Option<(u64, u64)>,
        params: Option<&wgpu::Buffer>,
    ) -> Result<Vec<Dispatch>> {
        let (extent, len, mask) = self.count(&ranges, extent, piece)?;
        let placement = ranges.placement(&self.spec.tensors(extent, len, mask), &self.limits);
        let plan = self.spec.plan_at(extent, piece.map_or(0, |(base, _)| base), len, mask, &placement)?;
        let memory = |size: u64| if size > 0 { self.memory(size).map(Some) } else { Ok(None) };
        let (scratch, states) = (memory(plan.scratch)?, memory(plan.states)?);
        let ranges = scratch.as_ref().map_or(ranges, |memory| ranges.set(Slot::Scratch, memory.slice(..)));
        let ranges = states.as_ref().map_or(ranges, |memory| ranges.set(Slot::State, memory.slice(..)));
        self.dispatches(&ranges, &plan.dispatches, params)
    }

    pub(super) fn bound(&self, params: Option<wgpu::Buffer>, dispatches: Vec<Dispatch>) -> Bound {
        Bound { spec: self.spec, params, dispatches, shrinks: None, scores: None, counted: None }
    }

    /// A uniform with the default values, if the function has parameters that are not per channel.
    pub(super) fn uniform_params(&self) -> Result<Option<wgpu::Buffer>> {
        let params = self.spec.of.params();
        if params.is_empty() || self.spec.per_channel {
            return Ok(None);
        }
        let values = self.spec.default_params();
        self.filled(bytemuck::cast_slice(&values), BufferUsages::UNIFORM).map(Some)
    }

    /// A buffer with these bytes. Written while it is created, since the caller's queue is not ours.
    pub(super) fn filled(&self, bytes: &[u8], usage: BufferUsages) -> Result<wgpu::Buffer> {
        let what = "parameters of an activation kernel";
        let view = guarded(&self.device, what, || {
            let buffer = self.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(what),
                size: bytes.len() as u64,
                usage: usage | BufferUsages::COPY_DST,
                mapped_at_creation: true,
            });
            let mapped = buffer.slice(..).get_mapped_range_mut().map(|mut view| view.copy_from_slice(bytes));
            buffer.unmap();
            mapped.map(|()| buffer)
        })?;
        view.map_err(|error| Error::Gpu { what: what.to_owned(), message: error.to_string() })
    }

    /// Memory between the dispatches of a call.
    fn memory(&self, size: u64) -> Result<wgpu::Buffer> {
        let what = "memory between the dispatches of an activation kernel";
        let limit = self.device.limits().max_buffer_size;
        if size > limit {
            return Err(Error::TooLarge { what, size, limit, unit: "bytes" });
        }
        guarded(&self.device, what, || {
            self.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(what),
                size,
                usage: BufferUsages::STORAGE,
                mapped_at_creation: false,
            })
        })
    }

    pub(super) fn dispatches(
        &self,
        ranges: &Ranges<'_>,
        calls: &[plan::Dispatch],
        params: Option<&wgpu::Buffer>,
    ) -> Result<Vec<Dispatch>> {
        if calls.is_empty() {
            return Ok(Vec::new());
        }
        let (args, stride) = self.args(calls, BufferUsages::UNIFORM)?;
        self.dispatches_at(ranges, calls, params, &args, stride)
    }

    /// A buffer with the arguments of dispatches, and the bytes from one's to the next's.
    pub(super) fn args(&self, calls: &[plan::Dispatch], usage: BufferUsages) -> Result<(wgpu::Buffer, u64)> {
        let size = size_of::<Uniform>();
        let stride = size.next_multiple_of(self.device.limits().min_uniform_buffer_offset_alignment as usize);
        let mut bytes = vec![0; stride * calls.len().max(1)];
        for (chunk, call) in bytes.chunks_mut(stride).zip(calls) {
            chunk[..size].copy_from_slice(bytemuck::bytes_of(&call.uniform()));
        }
        Ok((self.filled(&bytes, usage)?, stride as u64))
    }

    pub(super) fn dispatches_at(
        &self,
        ranges: &Ranges<'_>,
        calls: &[plan::Dispatch],
        params: Option<&wgpu::Buffer>,
        args: &wgpu::Buffer,
        stride: u64,
    ) -> Result<Vec<Dispatch>> {
        let size = std::num::NonZero::new(size_of::<Uniform>() as u64);
        let make = |(k, call): (usize, &plan::Dispatch)| {
            let compiled = self.compiled(call.key)?;
            let args = wgpu::BufferBinding { buffer: args, offset: k as u64 * stride, size };
            let group = self.group(&compiled, ranges, call, args, params)?;
            Ok(Dispatch { pipeline: compiled.pipeline.clone(), group, groups: call.groups })
        };
        calls.iter().enumerate().map(make).collect()
    }

    fn group(
        &self,
        compiled: &Compiled,
        ranges: &Ranges<'_>,
        call: &plan::Dispatch,
        args: wgpu::BufferBinding<'_>,
        params: Option<&wgpu::Buffer>,
    ) -> Result<wgpu::BindGroup> {
        let binding = |slot: Slot| match slot {
            Slot::Args => Some(args.clone()),
            Slot::Params => params.map(|buffer| buffer.as_entire_buffer_binding()),
            _ => {
                let range = call.ranges.iter().find(|range| range.binding == slot)?;
                Some(part(ranges.get(range.from)?, range))
            }
        };
        let entries: Option<Vec<_>> = compiled
            .slots
            .iter()
            .map(|&slot| {
                let resource = wgpu::BindingResource::Buffer(binding(slot)?);
                Some(wgpu::BindGroupEntry { binding: slot as u32, resource })
            })
            .collect();
        let function = self.spec.name();
        let entries = entries
            .ok_or_else(|| Error::WrongBuffers { function, expected: "buffers for all its bindings".to_owned() })?;
        guarded(&self.device, "a bind group of an activation kernel", || {
            self.device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some(function),
                layout: &compiled.layout,
                entries: &entries,
            })
        })
    }
}

/// A part of a tensor's buffer, as a binding.
fn part<'a>(slice: BufferSlice<'a>, range: &Range) -> wgpu::BufferBinding<'a> {
    wgpu::BufferBinding { buffer: slice.buffer(), offset: range.offset, size: std::num::NonZero::new(range.size) }
}
