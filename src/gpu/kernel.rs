//! Compiled kernels, each compiled once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::fault::guarded;
use crate::error::{Error, Result};
use crate::plan::{Form, Limits, Slot, Spec, Variant, WORKGROUP};

/// The compiled kernels of a device. Cheap to clone; may be shared between threads.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use wgpu_activations::{Buffers, Kernels, Spec, activation::SILU};
/// # let gpu = wgpu_activations::Gpu::new()?;
/// # let (device, queue) = (gpu.device(), gpu.queue());
/// # let buffer = |n: u64| device.create_buffer(&wgpu_activations::wgpu::BufferDescriptor {
/// #     label: None, size: 4 * n, usage: wgpu_activations::wgpu::BufferUsages::STORAGE, mapped_at_creation: false });
/// # let (x, y) = (buffer(1000), buffer(1000));
/// let kernels = Kernels::new(device)?;
/// let silu = kernels.get(Spec::forward(&SILU))?; // compiled once
/// let bound = silu.bind(Buffers::unary(x.slice(..), y.slice(..)), 1000)?; // every check happens here
///
/// let mut encoder = device.create_command_encoder(&Default::default());
/// let mut pass = encoder.begin_compute_pass(&Default::default());
/// bound.record(&mut pass); // cannot fail
/// drop(pass);
/// queue.submit([encoder.finish()]);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Kernels {
    device: wgpu::Device,
    limits: Limits,
    cache: Arc<Mutex<HashMap<Spec, Arc<Kernel>>>>,
}

impl Kernels {
    /// Kernels for a device of the caller's. Nothing is compiled yet, and nothing of the device is changed.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if the device cannot run workgroups of 256 threads with a kilobyte of memory, or bind four
    /// storage and two uniform buffers.
    pub fn new(device: &wgpu::Device) -> Result<Self> {
        let l = device.limits();
        let threads = l.max_compute_invocations_per_workgroup.min(l.max_compute_workgroup_size_x);
        let (storage, uniform) = (l.max_storage_buffers_per_shader_stage, l.max_uniform_buffers_per_shader_stage);
        let memory = u64::from(l.max_compute_workgroup_storage_size);
        if u64::from(threads) < WORKGROUP
            || storage < 4
            || uniform < 2
            || memory < 4 * WORKGROUP
            || l.max_compute_workgroups_per_dimension == 0
        {
            return Err(Error::Unsupported {
                reason: format!(
                    "activation kernels need {WORKGROUP} threads to a workgroup, 4 storage buffers, 2 uniform buffers and \
                     1024 bytes of workgroup memory, the device has {threads}, {storage}, {uniform} and {memory}: request \
                     it with Limits::downlevel_defaults() or better"
                ),
            });
        }
        let limits = Limits {
            binding: l.max_storage_buffer_binding_size,
            alignment: u64::from(l.min_storage_buffer_offset_alignment),
            groups: u64::from(l.max_compute_workgroups_per_dimension),
            software: device.adapter_info().device_type == wgpu::DeviceType::Cpu,
            buffers: u64::from(storage),
        };
        Ok(Self { device: device.clone(), limits, cache: Arc::default() })
    }

    /// The same with the shapes of a device that is software on a CPU, or is not: for tests, which have one kind of device.
    #[doc(hidden)]
    pub fn shaped(device: &wgpu::Device, software: bool) -> Result<Self> {
        let kernels = Self::new(device)?;
        Ok(Self { limits: Limits { software, ..kernels.limits }, ..kernels })
    }

    /// The kernel for this purpose, compiled at the first call.
    ///
    /// # Errors
    /// As [`Spec::check`], [`Error::Unsupported`] if the device binds too few buffers, as with four for a gate's gradients with
    /// values per channel, and [`Error::Gpu`] if the driver does not compile it.
    pub fn get(&self, spec: Spec) -> Result<Arc<Kernel>> {
        spec.check()?;
        if let Some(kernel) = self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(&spec) {
            return Ok(kernel.clone());
        }
        // Compiled without the lock, so that threads compile different kernels side by side; the first one stays.
        let (device, limits) = (self.device.clone(), self.limits);
        let kernel = Kernel { device, spec, limits, compiled: Mutex::default() };
        let variant = spec.first_variant(&limits).ok_or_else(|| Error::Unsupported {
            reason: format!(
                "{}: this kernel binds more than the {} storage buffers that the device has: request a device with more \
                 (Limits::max_storage_buffers_per_shader_stage)",
                spec.name(),
                limits.buffers
            ),
        })?;
        kernel.variant(variant, Form::default())?;
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(cache.entry(spec).or_insert_with(|| Arc::new(kernel)).clone())
    }
}

/// A compiled kernel; [`Kernel::bind`] joins it to buffers.
#[derive(Debug)]
pub struct Kernel {
    pub(super) device: wgpu::Device,
    pub(super) spec: Spec,
    pub(super) limits: Limits,
    compiled: Mutex<HashMap<(Variant, Form), Arc<Compiled>>>,
}

impl Kernel {
    /// What it does.
    pub fn spec(&self) -> Spec {
        self.spec
    }

    /// A variant of the kernel, compiled at the first call.
    pub(super) fn variant(&self, variant: Variant, form: Form) -> Result<Arc<Compiled>> {
        let known = || self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(compiled) = known().get(&(variant, form)) {
            return Ok(compiled.clone());
        }
        let compiled = Arc::new(Compiled::new(&self.device, &self.spec, variant, form)?);
        Ok(known().entry((variant, form)).or_insert(compiled).clone())
    }
}

/// A pipeline and what binds to it.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) pipeline: wgpu::ComputePipeline,
    pub(super) layout: wgpu::BindGroupLayout,
    pub(super) slots: Vec<Slot>,
}

impl Compiled {
    fn new(device: &wgpu::Device, spec: &Spec, variant: Variant, form: Form) -> Result<Self> {
        let slots = spec.slots(variant);
        let label = format!("{} {} {variant:?}", spec.name(), spec.pass);
        guarded(device, &label, || {
            let entry = |&slot| {
                let size = spec.smallest_binding(slot, variant, form);
                entry(slot, spec.writes(slot, variant, form), size)
            };
            let entries: Vec<_> = slots.iter().map(entry).collect();
            let layout = device
                .create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some(&label), entries: &entries });
            // With all checks at run time: texts of custom functions come from outside.
            let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some(&label),
                source: wgpu::ShaderSource::Wgsl(spec.text(variant, form).into()),
            });
            let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: Some(&label),
                bind_group_layouts: &[Some(&layout)],
                immediate_size: 0,
            });
            let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(&label),
                layout: Some(&pipeline_layout),
                module: &module,
                entry_point: Some("main"),
                // Sums write their workgroup memory before they read it.
                compilation_options: wgpu::PipelineCompilationOptions {
                    zero_initialize_workgroup_memory: false,
                    ..Default::default()
                },
                cache: None,
            });
            Self { pipeline, layout, slots }
        })
    }
}

fn entry(slot: Slot, writes: bool, size: u64) -> wgpu::BindGroupLayoutEntry {
    let ty = match slot.uniform() {
        true => wgpu::BufferBindingType::Uniform,
        false => wgpu::BufferBindingType::Storage { read_only: !writes },
    };
    wgpu::BindGroupLayoutEntry {
        binding: slot as u32,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: std::num::NonZero::new(size) },
        count: None,
    }
}
