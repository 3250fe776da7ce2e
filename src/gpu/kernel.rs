//! Compiled kernels, each compiled once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::fault::guarded;
use crate::error::{Error, Result};
use crate::plan::{Binding, Key, Limits, Placement, Slot, Spec, Tuning, WORKGROUP};
use crate::tensor::Extent;

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
/// let bound = silu.bind(Buffers::forward(x.slice(..), y.slice(..)), 1000)?; // every check happens here
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
    /// What the driver keeps of pipelines, for the caller.
    pipelines: Option<wgpu::PipelineCache>,
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
            buffers: u64::from(storage),
            tuning: tuning_of(&device.adapter_info()),
        };
        Ok(Self { device: device.clone(), limits, pipelines: None, cache: Arc::default() })
    }

    /// The same with numbers of the caller's own, for those who have measured.
    ///
    /// ```no_run
    /// # fn f(device: &wgpu_activations::wgpu::Device) -> wgpu_activations::Result<()> {
    /// use wgpu_activations::{Kernels, Tuning};
    /// let mut tuning = Tuning::DISCRETE;
    /// tuning.row_threads = 64;
    /// let kernels = Kernels::tuned(device, tuning)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Kernels::new`], and [`Error::Unsupported`] for numbers that no kernel can be made of.
    pub fn tuned(device: &wgpu::Device, tuning: Tuning) -> Result<Self> {
        tuning.check()?;
        let kernels = Self::new(device)?;
        Ok(Self { limits: Limits { tuning, ..kernels.limits }, ..kernels })
    }

    /// The same with a cache of the caller's, which the driver takes pipelines from and puts them into: a program that keeps
    /// [its data](wgpu::PipelineCache::get_data) in a file starts faster the next time. Nothing has been compiled yet. Vulkan
    /// has such caches, behind [`wgpu::Features::PIPELINE_CACHE`].
    ///
    /// ```no_run
    /// # fn f(device: &wgpu_activations::wgpu::Device, adapter: &wgpu_activations::wgpu::AdapterInfo)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// use wgpu_activations::{Kernels, Spec, activation::SILU, wgpu};
    /// let file = wgpu::util::pipeline_cache_key(adapter).expect("an adapter of Vulkan");
    /// let data = std::fs::read(&file).ok();
    /// let descriptor = wgpu::PipelineCacheDescriptor { label: None, data: data.as_deref(), fallback: true };
    /// // SAFETY: the file is this program's own.
    /// let cache = unsafe { device.create_pipeline_cache(&descriptor) };
    /// let kernels = Kernels::new(device)?.cached(cache.clone());
    /// kernels.get(Spec::forward(&SILU))?;
    /// std::fs::write(file, cache.get_data().unwrap_or_default())?;
    /// # Ok(()) }
    /// ```
    pub fn cached(self, pipelines: wgpu::PipelineCache) -> Self {
        Self { pipelines: Some(pipelines), cache: Arc::default(), ..self }
    }

    /// What the device allows, and how work is divided on it.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The kernel for this purpose, from the cache after the first call.
    ///
    /// What it does may take several shaders. The first call compiles the one that serves tensors which begin at multiples of 16
    /// bytes in buffers of their own, with a multiple of four elements (in rows: each row); where that is all, nothing is
    /// compiled later. [`Kernel::bind`] compiles what other lengths, offsets and shared buffers ask for, each shader once;
    /// [`Kernels::prepare`] does so ahead. [`Bound::record`](crate::Bound::record) never compiles.
    ///
    /// # Errors
    /// As [`Spec::check`], [`Error::Unsupported`] if the device binds too few buffers, as with four for a gate's gradients with
    /// values per channel, and [`Error::Gpu`] if the driver does not compile it.
    pub fn get(&self, spec: Spec) -> Result<Arc<Kernel>> {
        let kernel = self.uncompiled(spec)?;
        // Without the cache's lock, so that threads compile different kernels side by side.
        kernel.compiled(kernel.usual)?;
        Ok(kernel)
    }

    /// As [`Kernels::get`], for those who bind at once: nothing is compiled yet.
    pub(super) fn uncompiled(&self, spec: Spec) -> Result<Arc<Kernel>> {
        let cache = || self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kernel) = cache().get(&spec) {
            return Ok(kernel.clone());
        }
        spec.check()?;
        let usual = *spec.keys(&self.limits).first().ok_or_else(|| Error::Unsupported {
            reason: format!(
                "{}: this kernel binds more than the {} storage buffers that the device has: request a device with more \
                 (Limits::max_storage_buffers_per_shader_stage)",
                spec.name(),
                self.limits.buffers
            ),
        })?;
        let (device, pipelines, compiled) = (self.device.clone(), self.pipelines.clone(), Mutex::default());
        let kernel = Arc::new(Kernel {
            device,
            spec,
            limits: self.limits,
            usual,
            pipelines,
            compiled,
            counter: Mutex::default(),
        });
        Ok(cache().entry(spec).or_insert(kernel).clone())
    }

    /// Compiles all that these purposes take on tensors of these extents, each in a buffer of its own. It may run on a thread
    /// beside others that compile, bind and record: clones of `Kernels` share what is compiled.
    ///
    /// ```no_run
    /// # fn f(device: &wgpu_activations::wgpu::Device) -> wgpu_activations::Result<()> {
    /// use wgpu_activations::{Extent, Kernels, Spec, activation::SILU, row::SOFTMAX};
    /// let kernels = Kernels::new(device)?;
    /// let ahead = kernels.clone();
    /// let calls = [(Spec::forward(&SILU), 1000.into()), (Spec::forward(&SOFTMAX), Extent::along(&[64, 50_257], -1)?)];
    /// let compiling = std::thread::spawn(move || ahead.prepare(&calls));
    /// // ...
    /// compiling.join().expect("no panic")?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Kernels::get`], and [`Error::Extent`] and [`Error::TooLarge`] for what cannot be bound.
    pub fn prepare(&self, calls: &[(Spec, Extent)]) -> Result<()> {
        self.prepare_at(calls, &Placement::new(&self.limits))
    }

    pub(super) fn prepare_at(&self, calls: &[(Spec, Extent)], at: &Placement<'_>) -> Result<()> {
        for &(spec, extent) in calls {
            let kernel = self.uncompiled(spec)?;
            for dispatch in spec.dispatches_of(extent, at)?.0.dispatches {
                kernel.compiled(dispatch.key)?;
            }
        }
        Ok(())
    }
}

/// How work is divided on an adapter.
fn tuning_of(info: &wgpu::AdapterInfo) -> Tuning {
    match info.device_type {
        wgpu::DeviceType::Cpu => Tuning::SOFTWARE,
        wgpu::DeviceType::IntegratedGpu => Tuning::INTEGRATED,
        _ => Tuning::DISCRETE,
    }
}

/// A compiled kernel; [`Kernel::bind`] joins it to buffers.
#[derive(Debug)]
pub struct Kernel {
    pub(super) device: wgpu::Device,
    pub(super) spec: Spec,
    pub(super) limits: Limits,
    /// Which shader serves tensors where nothing asks for another.
    usual: Key,
    pub(super) pipelines: Option<wgpu::PipelineCache>,
    compiled: Mutex<HashMap<Key, Arc<Compiled>>>,
    /// What takes a call's length from the GPU.
    pub(super) counter: Mutex<Option<wgpu::ComputePipeline>>,
}

impl Kernel {
    /// What it does.
    pub fn spec(&self) -> Spec {
        self.spec
    }

    /// A shader of the kernel, compiled at the first call.
    pub(super) fn compiled(&self, key: Key) -> Result<Arc<Compiled>> {
        let known = || self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(compiled) = known().get(&key) {
            return Ok(compiled.clone());
        }
        let compiled = Arc::new(Compiled::new(self, key)?);
        Ok(known().entry(key).or_insert(compiled).clone())
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
    fn new(kernel: &Kernel, key: Key) -> Result<Self> {
        let Kernel { device, spec, .. } = kernel;
        let text = spec.text(key);
        let bindings = spec.bindings(key, &text);
        let label = format!("{} {} {key}", spec.name(), spec.pass);
        guarded(device, &label, || {
            let entries: Vec<_> = bindings.iter().map(entry).collect();
            let layout = device
                .create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some(&label), entries: &entries });
            // With all checks at run time: texts of custom functions come from outside.
            let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some(&label),
                source: wgpu::ShaderSource::Wgsl(text.into()),
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
                cache: kernel.pipelines.as_ref(),
            });
            Self { pipeline, layout, slots: bindings.iter().map(|binding| binding.slot).collect() }
        })
    }
}

fn entry(&Binding { slot, writes, smallest: size }: &Binding) -> wgpu::BindGroupLayoutEntry {
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
