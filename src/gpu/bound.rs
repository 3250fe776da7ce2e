//! A kernel joined to buffers: everything that can fail has been checked, what is left is to record.

use wgpu::{BufferSlice, BufferUsages};

use super::buffers::Buffers;
use super::fault::guarded;
use super::kernel::{Compiled, Kernel};
use crate::error::{Error, Result};
use crate::plan::{self, Args, Extent, Pass, Slot, Step, Variant};

/// A kernel with its buffers, to be recorded any number of times.
#[derive(Debug)]
pub struct Bound {
    function: &'static str,
    /// How many values the uniform holds; `None` if they come from a buffer of the caller's.
    params: Option<(usize, Option<wgpu::Buffer>)>,
    dispatches: Vec<Dispatch>,
}

#[derive(Debug)]
struct Dispatch {
    pipeline: wgpu::ComputePipeline,
    group: wgpu::BindGroup,
    groups: [u32; 2],
}

impl Bound {
    /// Records the dispatches: nothing is submitted, allocated or checked.
    ///
    /// The pass's pipeline and bind group 0 are changed.
    pub fn record(&self, pass: &mut wgpu::ComputePass<'_>) {
        for dispatch in &self.dispatches {
            pass.set_pipeline(&dispatch.pipeline);
            pass.set_bind_group(0, &dispatch.group, &[]);
            pass.dispatch_workgroups(dispatch.groups[0], dispatch.groups[1], 1);
        }
    }

    /// How many dispatches [`Bound::record`] records.
    pub fn dispatches(&self) -> usize {
        self.dispatches.len()
    }

    /// Changes the parameter values, from the next submission on. Nothing is compiled.
    ///
    /// # Errors
    /// [`Error::ParameterCount`], and [`Error::PerChannel`] if the values lie in a buffer of the caller's.
    pub fn set_params(&self, queue: &wgpu::Queue, values: &[f32]) -> Result<()> {
        let Some((count, buffer)) = &self.params else {
            return Err(Error::PerChannel { function: self.function });
        };
        if values.len() != *count {
            let (function, expected, got) = (self.function, *count as u64, values.len() as u64);
            return Err(Error::ParameterCount { function, expected, got });
        }
        if let Some(buffer) = buffer {
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
    /// [`Error::Length`], [`Error::SharedBuffer`], [`Error::Extent`], [`Error::TooLarge`].
    pub fn bind(&self, buffers: Buffers<'_>, extent: impl Into<Extent>) -> Result<Bound> {
        self.bind_at(buffers, extent.into(), None)
    }

    /// As [`Kernel::bind`], for `piece` = (first element, length) of the tensor only: the buffers hold just that.
    pub(super) fn bind_at(&self, buffers: Buffers<'_>, extent: Extent, piece: Option<(u64, u64)>) -> Result<Bound> {
        let function = self.spec.activation.name;
        let whole = extent
            .len()
            .ok_or_else(|| Error::Extent { reason: format!("{function}: the tensor has more than 2^64 elements") })?;
        let (base, len) = piece.unwrap_or((0, whole));
        let extent = if self.spec.per_channel {
            extent.check(whole, function)?;
            extent
        } else {
            Extent { outer: len, channels: 1, inner: 1 }
        };
        self.check_buffers(&buffers, len, extent)?;

        let params = self.uniform_params()?;
        let bound = |dispatches| Bound {
            function,
            params: (!self.spec.per_channel).then_some((self.spec.activation.params.len(), params.clone())),
            dispatches,
        };
        if let Pass::ParamGradient(_) = self.spec.pass {
            if extent.channels == 0 {
                return Ok(bound(Vec::new()));
            }
            let sums = plan::sums(len, extent, &self.limits)?;
            let partials = self.partial_sums(sums.partials)?;
            let inner = Buffers { out: partials.slice(..), ..buffers };
            let outer = Buffers::new(Some(partials.slice(..)), None, buffers.out);
            let mut dispatches = self.dispatches(&inner, &sums.steps, params.as_ref())?;
            dispatches.extend(self.dispatches(&outer, &[sums.total], None)?);
            return Ok(bound(dispatches));
        }
        let steps = plan::elementwise(len, base, extent, &self.limits)?;
        Ok(bound(self.dispatches(&buffers, &steps, params.as_ref())?))
    }

    /// A uniform with the default values, if the function has parameters that are not per channel.
    fn uniform_params(&self) -> Result<Option<wgpu::Buffer>> {
        let params = self.spec.activation.params;
        if params.is_empty() || self.spec.per_channel {
            return Ok(None);
        }
        let mut values = [0.0f32; plan::PARAMS];
        for (value, param) in values.iter_mut().zip(params) {
            *value = param.default as f32;
        }
        self.uniform(bytemuck::cast_slice(&values)).map(Some)
    }

    /// A uniform buffer with these bytes. Written while it is created, since the caller's queue is not ours.
    fn uniform(&self, bytes: &[u8]) -> Result<wgpu::Buffer> {
        let what = "parameters of an activation kernel";
        let view = guarded(&self.device, what, || {
            let buffer = self.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(what),
                size: bytes.len() as u64,
                usage: BufferUsages::UNIFORM | BufferUsages::COPY_DST,
                mapped_at_creation: true,
            });
            let mapped = buffer.slice(..).get_mapped_range_mut().map(|mut view| view.copy_from_slice(bytes));
            buffer.unmap();
            mapped.map(|()| buffer)
        })?;
        view.map_err(|error| Error::Gpu { what: what.to_owned(), message: error.to_string() })
    }

    fn partial_sums(&self, len: u64) -> Result<wgpu::Buffer> {
        guarded(&self.device, "partial sums of a parameter gradient", || {
            self.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("partial sums"),
                size: len.max(1) * 4,
                usage: BufferUsages::STORAGE,
                mapped_at_creation: false,
            })
        })
    }

    fn dispatches(
        &self,
        buffers: &Buffers<'_>,
        steps: &[Step],
        params: Option<&wgpu::Buffer>,
    ) -> Result<Vec<Dispatch>> {
        if steps.is_empty() {
            return Ok(Vec::new());
        }
        let stride =
            size_of::<Args>().next_multiple_of(self.device.limits().min_uniform_buffer_offset_alignment as usize);
        let mut bytes = vec![0; stride * steps.len()];
        for (chunk, step) in bytes.chunks_mut(stride).zip(steps) {
            chunk[..size_of::<Args>()].copy_from_slice(bytemuck::bytes_of(&step.args));
        }
        let args = self.uniform(&bytes)?;
        let make = |(k, step): (usize, &Step)| {
            let compiled = self.variant(step.variant)?;
            let args = wgpu::BufferBinding {
                buffer: &args,
                offset: (k * stride) as u64,
                size: std::num::NonZero::new(size_of::<Args>() as u64),
            };
            let group = self.group(compiled, buffers, step, args, params)?;
            Ok(Dispatch { pipeline: compiled.pipeline.clone(), group, groups: step.groups })
        };
        steps.iter().enumerate().map(make).collect()
    }

    fn group(
        &self,
        compiled: &Compiled,
        buffers: &Buffers<'_>,
        step: &Step,
        args: wgpu::BufferBinding<'_>,
        params: Option<&wgpu::Buffer>,
    ) -> Result<wgpu::BindGroup> {
        let summing = matches!(self.spec.pass, Pass::ParamGradient(_));
        let binding = |slot: Slot| match slot {
            Slot::Args => Some(args.clone()),
            Slot::Params => params.map(|buffer| buffer.as_entire_buffer_binding()),
            Slot::A => buffers.a.map(|a| part(a, step.offset, step.size)),
            Slot::B => buffers.b.map(|b| part(b, step.offset, step.size)),
            // Sums go where their arguments say, within all of the output.
            Slot::Out if summing => Some(part(buffers.out, 0, self.sum_bytes(step))),
            Slot::Out => Some(part(buffers.out, step.offset, step.size)),
            Slot::Weights => buffers.weights.map(|w| part(w, 0, self.weight_bytes(step))),
        };
        let entries: Option<Vec<_>> = compiled
            .slots
            .iter()
            .map(|&slot| {
                let resource = wgpu::BindingResource::Buffer(binding(slot)?);
                Some(wgpu::BindGroupEntry { binding: slot as u32, resource })
            })
            .collect();
        let function = self.spec.activation.name;
        let entries = entries.ok_or(Error::WrongBuffers { function, expected: "other buffers" })?;
        guarded(&self.device, "a bind group of an activation kernel", || {
            self.device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some(function),
                layout: &compiled.layout,
                entries: &entries,
            })
        })
    }

    /// Bytes of the output of a sum that a step may write.
    fn sum_bytes(&self, step: &Step) -> u64 {
        let args = step.args;
        let results = u64::from(args.channels) * u64::from(args.blocks);
        4 * (if step.variant == Variant::Total { results } else { u64::from(args.to) + results })
    }

    fn weight_bytes(&self, step: &Step) -> u64 {
        4 * self.spec.activation.params.len() as u64 * u64::from(step.args.channels)
    }
}

/// A part of a slice, as a binding.
fn part(slice: BufferSlice<'_>, offset: u64, size: u64) -> wgpu::BufferBinding<'_> {
    let size = std::num::NonZero::new(size);
    wgpu::BufferBinding { buffer: slice.buffer(), offset: slice.offset() + offset, size }
}
