//! Calls that may stop earlier than at the end of their tensors.

use super::bound::Bound;
use super::buffers::{Buffers, Ranges};
use super::kernel::{Kernel, Kernels};
use crate::error::{Error, Result};
use crate::function::Op;
use crate::plan::{self, Limits, Placement, Spec};
use crate::tensor::{Extent, Pass};

/// What a call was bound to, and where its arguments lie.
#[derive(Debug)]
pub(super) struct Shrinks {
    extent: Extent,
    args: wgpu::Buffer,
    stride: u64,
    calls: Vec<plan::Dispatch>,
    limits: Limits,
}

impl Bound {
    /// Goes through the first part of the tensors only, from the next submission on; what lies behind is neither read nor written.
    /// No bind group is made and nothing is compiled. The extent is at most what [`Kernel::bind_up_to`] was given: a length, or
    /// fewer rows of the same axes; attention's scores may have fewer keys, too, as a cache of them grows: their rows lie as far
    /// apart as before. Record and submit what belongs to one extent before the next is set.
    ///
    /// ```no_run
    /// # fn f(gpu: &wgpu_activations::Gpu, x: &wgpu_activations::wgpu::Buffer, y: &wgpu_activations::wgpu::Buffer)
    /// # -> wgpu_activations::Result<()> {
    /// use wgpu_activations::{Buffers, Extent, Spec, row::SOFTMAX};
    /// let rows = |count| Extent::along(&[count, 4096], -1);
    /// let softmax = gpu.kernels().get(Spec::forward(&SOFTMAX))?;
    /// let mut bound = softmax.bind_up_to(Buffers::forward(x.slice(..), y.slice(..)), rows(512)?)?;
    /// for tokens in [1, 17, 512] {
    ///     bound.set_len(gpu.queue(), rows(tokens)?)?;
    ///     // record and submit
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::Extent`] for one that is larger, or has other axes, and for a call of [`Kernel::bind`].
    pub fn set_len(&mut self, queue: &wgpu::Queue, extent: impl Into<Extent>) -> Result<()> {
        let (function, extent) = (self.spec.name(), extent.into());
        let wrong = |reason: String| Error::Extent { reason: format!("{function}: {reason}") };
        let Some(shrinks) = &self.shrinks else {
            return Err(wrong("its call cannot stop earlier: bind it by Kernel::bind_up_to".to_owned()));
        };
        let most = shrinks.extent;
        // Scores are asked for their place, so that rows of them may end earlier.
        let scores = matches!(self.spec.of, Op::RowFunction(row) if row.attention) && self.spec.pass == Pass::Forward;
        let shorter = scores && extent.inner == most.inner && extent.channels <= most.channels && extent.channels > 0;
        let keys = extent.channels;
        let extent = if shorter { Extent { channels: most.channels, ..extent } } else { extent };
        let same = (extent.channels, extent.inner) == (most.channels, most.inner);
        // One channel is a length, of whatever shape.
        let lengths = !self.spec.placed() && matches!(self.spec.of, Op::Activation(_) | Op::Gate(_));
        let len = extent.len().filter(|&len| Some(len) <= most.len() && (same || lengths));
        let len = len.ok_or_else(|| wrong(format!("{extent:?} is no part of {most:?}, which it was bound to")))?;
        for (k, (dispatch, call)) in self.dispatches.iter_mut().zip(&shrinks.calls).enumerate() {
            let less = call.up_to(len, &shrinks.limits).ok_or_else(|| wrong(FIXED.to_owned()))?;
            let less = if shorter { less.shortened(keys) } else { less };
            dispatch.groups = less.groups;
            queue.write_buffer(&shrinks.args, k as u64 * shrinks.stride, bytemuck::bytes_of(&less.uniform()));
        }
        Ok(())
    }
}

/// What a call lacks that cannot stop earlier.
const FIXED: &str =
    "a sum, halves of one tensor, and few rows of great length cannot stop earlier: bind them for each extent";

impl Kernels {
    /// As [`Kernels::prepare`], for calls that [`Kernel::bind_up_to`] binds: what shorter lengths take, too.
    ///
    /// # Errors
    /// As [`Kernels::prepare`].
    pub fn prepare_up_to(&self, calls: &[(Spec, Extent)]) -> Result<()> {
        self.prepare_at(calls, &Placement { shrinks: true, ..Placement::new(&self.limits()) })
    }
}

impl Kernel {
    /// As [`Kernel::bind`], for this extent and all smaller ones, between which [`Bound::set_len`] changes.
    ///
    /// # Errors
    /// As [`Kernel::bind`], and [`Error::Extent`] for sums, halves, and rows so long that several workgroups share them.
    pub fn bind_up_to(&self, buffers: Buffers<'_>, extent: impl Into<Extent>) -> Result<Bound> {
        let extent = extent.into();
        let (ranges, calls, whole) = self.shrinking(&buffers, extent)?;
        let params = self.uniform_params()?;
        let (args, stride) = self.args(&whole, wgpu::BufferUsages::UNIFORM)?;
        let dispatches = self.dispatches_at(&ranges, &whole, params.as_ref(), &args, stride)?;
        let shrinks = Some(Box::new(Shrinks { extent, args, stride, calls, limits: self.limits }));
        Ok(Bound { shrinks, scores: self.scores(&ranges, extent)?, ..self.bound(params, dispatches) })
    }

    /// The dispatches of a call that may stop earlier, and as they are on the whole extent.
    pub(super) fn shrinking<'a>(
        &self,
        buffers: &Buffers<'a>,
        extent: Extent,
    ) -> Result<(Ranges<'a>, Vec<plan::Dispatch>, Vec<plan::Dispatch>)> {
        let (ranges, tensors) = self.checked(buffers, extent)?;
        let (shape, len, mask) = self.count(&ranges, extent, None)?;
        let placement = Placement { shrinks: true, ..ranges.placement(&tensors, &self.limits) };
        let calls = self.spec.plan_at(shape, 0, len, mask, &placement)?.dispatches;
        let fixed = || Error::Extent { reason: format!("{}: {FIXED}", self.spec.name()) };
        let whole = calls.iter().map(|call| call.up_to(len, &self.limits)).collect::<Option<_>>().ok_or_else(fixed)?;
        Ok((ranges, calls, whole))
    }
}
