//! Calls whose length lies on the GPU.

use std::sync::PoisonError;

use wgpu::{BufferSlice, BufferUsages, ComputePass};

use super::bound::Bound;
use super::buffers::Buffers;
use super::fault::guarded;
use super::kernel::Kernel;
use crate::error::{Error, Result};
use crate::function::Op;
use crate::plan::{self, Call};
use crate::tensor::Extent;
use crate::wgsl;

/// What is compiled and made here.
const WHAT: &str = "the count of an activation kernel";

/// What turns a count into the arguments and the sizes of dispatches.
#[derive(Debug)]
pub(super) struct Counted {
    pipeline: wgpu::ComputePipeline,
    group: wgpu::BindGroup,
    groups: [u32; 2],
    /// Three words for each dispatch.
    sizes: wgpu::Buffer,
}

impl Counted {
    pub(super) fn record(&self, pass: &mut ComputePass<'_>) {
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &self.group, &[]);
        pass.dispatch_workgroups(self.groups[0], self.groups[1], 1);
    }

    pub(super) fn dispatch(&self, pass: &mut ComputePass<'_>, number: usize) {
        pass.dispatch_workgroups_indirect(&self.sizes, 12 * number as u64);
    }
}

impl Kernel {
    /// As [`Kernel::bind`], where a `u32` in a buffer says how much takes part when the call runs: elements of a tensor seen as a
    /// length, rows of a row-wise function, indices of the axes before the channels where values are per channel. More than the
    /// extent has counts as all of it, so nothing beyond is touched. [`Bound::record`] records one small dispatch more, and
    /// indirect ones, which WebGPU has and downlevel devices may lack; nothing is read back.
    ///
    /// ```no_run
    /// # fn f(gpu: &wgpu_activations::Gpu, [x, y, tokens]: [&wgpu_activations::wgpu::Buffer; 3])
    /// # -> wgpu_activations::Result<()> {
    /// use wgpu_activations::{Buffers, Extent, Spec, row::SOFTMAX};
    /// let softmax = gpu.kernels().get(Spec::forward(&SOFTMAX))?;
    /// let buffers = Buffers::forward(x.slice(..), y.slice(..));
    /// let bound = softmax.bind_indirect(buffers, Extent::along(&[512, 4096], -1)?, tokens.slice(..4))?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Kernel::bind_up_to`]; [`Error::MissingUsage`] and [`Error::Length`] for a count without `BufferUsages::STORAGE`, or of less
    /// than 4 bytes; [`Error::Misaligned`] where it does not begin where a storage binding may; [`Error::TooLarge`] from 2^32
    /// elements on.
    pub fn bind_indirect(
        &self,
        buffers: Buffers<'_>,
        extent: impl Into<Extent>,
        count: BufferSlice<'_>,
    ) -> Result<Bound> {
        let extent = extent.into();
        self.check_count(count)?;
        let (ranges, calls, whole) = self.shrinking(&buffers, extent)?;
        let len = extent.len().ok_or_else(|| extent.too_long(self.spec.name()))?;
        let too_large = |size| Error::TooLarge {
            what: "a tensor whose length lies on the GPU",
            size,
            limit: u64::from(u32::MAX),
            unit: "elements",
        };
        let all = u32::try_from(len).map_err(|_| too_large(len))?;
        let by_elements = !self.spec.placed() && !matches!(self.spec.of, Op::RowFunction(_));
        // Within the extent's length, which is less than 2^32; where that is 0 there are no calls.
        let span = extent.channels.saturating_mul(extent.inner);
        let [most, per] = if by_elements { [all, 1] } else { [extent.outer as u32, span as u32] };
        let params = self.uniform_params()?;
        let (args, stride) = self.args(&whole, BufferUsages::UNIFORM | BufferUsages::STORAGE)?;
        let dispatches = self.dispatches_at(&ranges, &whole, params.as_ref(), &args, stride)?;
        let call =
            |(k, call): (usize, &plan::Dispatch)| call.call(k as u32 * (stride / 4) as u32, [most, per], &self.limits);
        let mut calls: Vec<Call> = calls.iter().enumerate().filter_map(call).collect();
        let counted = if calls.is_empty() { None } else { Some(Box::new(self.counted(&mut calls, &args, count)?)) };
        Ok(Bound { counted, scores: self.scores(&ranges, extent)?, ..self.bound(params, dispatches) })
    }

    fn check_count(&self, count: BufferSlice<'_>) -> Result<()> {
        let (function, role) = (self.spec.name(), "the count");
        if !count.buffer().usage().contains(BufferUsages::STORAGE) {
            return Err(Error::MissingUsage { function, role, usage: "STORAGE" });
        }
        if count.size() < 4 {
            return Err(Error::Length { function, role, expected: 1, got: 0 });
        }
        let (offset, alignment) = (count.offset(), self.limits.alignment);
        if !offset.is_multiple_of(alignment) {
            return Err(Error::Misaligned { function, role, offset, alignment });
        }
        Ok(())
    }

    fn counted(&self, calls: &mut [Call], args: &wgpu::Buffer, count: BufferSlice<'_>) -> Result<Counted> {
        let groups = self.limits.fold(calls.len() as u64)?;
        let own = [groups[0], calls.len() as u32];
        calls.iter_mut().for_each(|call| call[20..22].copy_from_slice(&own));
        let table = self.filled(bytemuck::cast_slice(calls), BufferUsages::STORAGE)?;
        let sizes = self.filled(&vec![0; 12 * calls.len()], BufferUsages::STORAGE | BufferUsages::INDIRECT)?;
        let pipeline = self.counter()?;
        guarded(&self.device, WHAT, || {
            let count =
                wgpu::BufferBinding { buffer: count.buffer(), offset: count.offset(), size: std::num::NonZero::new(4) };
            let bindings = [
                wgpu::BindingResource::Buffer(count),
                table.as_entire_binding(),
                args.as_entire_binding(),
                sizes.as_entire_binding(),
            ];
            let entry = |(k, resource)| wgpu::BindGroupEntry { binding: k, resource };
            let entries: Vec<_> = (0..).zip(bindings).map(entry).collect();
            let group = self.device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some(WHAT),
                layout: &pipeline.get_bind_group_layout(0),
                entries: &entries,
            });
            Counted { pipeline, group, groups, sizes }
        })
    }

    /// The pipeline of `kernel/counts.wgsl`, compiled at the first call.
    fn counter(&self) -> Result<wgpu::ComputePipeline> {
        let mut known = self.counter.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pipeline) = &*known {
            return Ok(pipeline.clone());
        }
        let text = wgsl::source("kernel/counts").unwrap_or_default();
        let pipeline = guarded(&self.device, WHAT, || {
            let source = wgpu::ShaderSource::Wgsl(text.into());
            let module = self.device.create_shader_module(wgpu::ShaderModuleDescriptor { label: Some(WHAT), source });
            self.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(WHAT),
                layout: None,
                module: &module,
                entry_point: Some("main"),
                compilation_options: Default::default(),
                cache: self.pipelines.as_ref(),
            })
        })?;
        Ok(known.insert(pipeline).clone())
    }
}
