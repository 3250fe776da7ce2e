//! Buffers that calls use one after the other.

use std::sync::{Mutex, PoisonError};

use wgpu::{BufferSlice, BufferUsages};

use crate::error::{Error, Result};
use crate::gpu::bound::Bound;
use crate::gpu::buffers::Ranges;
use crate::gpu::kernel::Kernel;
use crate::gpu::transfer::Link;
use crate::plan::{Slot, Spec};
use crate::tensor::Extent;

/// Bytes of the buffers that are kept between calls.
pub(super) const KEPT: u64 = 256 << 20;
/// Kernels that stay bound to the buffers of a set.
const READY: usize = 8;

/// A tensor on the device, and memory of the host's side to move it.
#[derive(Debug)]
pub(super) struct Tensor {
    pub(super) device: wgpu::Buffer,
    pub(super) host: wgpu::Buffer,
}

/// All that a part of a call needs, used by one call at a time. The inputs' host sides are mapped.
#[derive(Debug)]
pub(super) struct Set {
    pub(super) ins: Vec<Tensor>,
    pub(super) outs: Vec<Tensor>,
    /// The last one used comes last.
    ready: Vec<Ready>,
}

/// A kernel bound to a set's buffers, and the parameter values that it has been given.
#[derive(Debug)]
struct Ready {
    key: Key,
    bound: Bound,
    params: Option<Vec<f32>>,
}

/// What a kernel is bound to besides its buffers: a shape, the elements of it as (first, count), and bytes of tensors.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Key {
    pub(super) spec: Spec,
    pub(super) extent: Extent,
    pub(super) of: (u64, u64),
    pub(super) bytes: Vec<u64>,
}

/// Bytes of the inputs' buffers and of the outputs'.
pub(super) type Sizes = [Vec<u64>; 2];

impl Set {
    fn new(link: &Link, sizes: &Sizes) -> Result<Self> {
        let storage = BufferUsages::STORAGE;
        let tensor = |size: u64, [device, host]: [BufferUsages; 2], what| {
            Ok(Tensor { device: link.buffer(size, device, what)?, host: link.buffer(size, host, "a transfer")? })
        };
        let input = [storage | BufferUsages::COPY_DST, BufferUsages::MAP_WRITE | BufferUsages::COPY_SRC];
        let output = [storage | BufferUsages::COPY_SRC, BufferUsages::MAP_READ | BufferUsages::COPY_DST];
        let [ins, outs] = sizes;
        Ok(Self {
            ins: ins.iter().map(|&size| tensor(size, input, "input")).collect::<Result<_>>()?,
            outs: outs.iter().map(|&size| tensor(size, output, "output")).collect::<Result<_>>()?,
            ready: Vec::new(),
        })
    }

    fn sizes(&self) -> Sizes {
        [&self.ins, &self.outs].map(|tensors| tensors.iter().map(|t| t.device.size()).collect())
    }

    fn bytes(&self) -> u64 {
        self.sizes().iter().flatten().sum::<u64>() * 2
    }

    /// Binds the kernel to these buffers, unless it is, and gives it these parameter values, unless it has them or finds
    /// them elsewhere.
    pub(super) fn bind(
        &mut self,
        link: &Link,
        kernel: &Kernel,
        key: Key,
        slots: impl Iterator<Item = Slot>,
        params: Option<&[f32]>,
    ) -> Result<()> {
        let known = self.ready.iter().position(|ready| ready.key == key);
        let mut ready = match known {
            Some(known) => self.ready.remove(known),
            None => {
                let tensors = self.ins.iter().chain(&self.outs).zip(&key.bytes);
                let slices = tensors.map(|(tensor, &bytes)| tensor.device.slice(..bytes));
                let slices: Vec<(Slot, BufferSlice<'_>)> = slots.zip(slices).collect();
                let bound = kernel.bind_at(Ranges::new(&slices), key.extent, Some(key.of))?;
                Ready { key, bound, params: None }
            }
        };
        if let Some(params) = params.filter(|&params| ready.params.as_deref() != Some(params)) {
            ready.bound.set_params(&link.queue, params)?;
            ready.params = Some(params.to_vec());
        }
        if self.ready.len() == READY {
            self.ready.remove(0);
        }
        self.ready.push(ready);
        Ok(())
    }

    /// The kernel bound last.
    pub(super) fn bound(&self) -> Option<&Bound> {
        self.ready.last().map(|ready| &ready.bound)
    }
}

/// Sets that no call uses.
#[derive(Debug, Default)]
pub(in crate::gpu) struct Pool(Mutex<Vec<Set>>);

impl Pool {
    /// A set of these sizes, if possible one that has been used for this. Where memory is short the pool gives up its own.
    pub(super) fn take(&self, link: &Link, sizes: &Sizes, key: &Key) -> Result<Set> {
        let mut sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |set: &Set| set.sizes() == *sizes;
        let known = sets.iter().rposition(|set| fits(set) && set.ready.iter().any(|ready| ready.key == *key));
        if let Some(at) = known.or_else(|| sets.iter().rposition(fits)) {
            return Ok(sets.remove(at));
        }
        drop(sets);
        match Set::new(link, sizes) {
            Err(Error::OutOfMemory { .. }) => {
                self.clear();
                link.tidy();
                Set::new(link, sizes)
            }
            made => made,
        }
    }

    /// Keeps a set that nothing is in flight with, and the sets used last beside it.
    pub(super) fn put(&self, set: Set) {
        let mut sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sets.push(set);
        while sets.iter().map(Set::bytes).sum::<u64>() > KEPT {
            sets.remove(0);
        }
    }

    pub(in crate::gpu) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
