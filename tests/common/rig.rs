//! A device that the library did not open, with buffers and submissions by hand: what an embedder has.

use wgpu_activations::wgpu::{self, BufferUsages, Limits};
use wgpu_activations::{Bound, Kernels, Pass, With};

use super::kinds::activation_of;

/// What every buffer of the tests may be used for.
pub const USAGE: BufferUsages = BufferUsages::STORAGE.union(BufferUsages::COPY_SRC).union(BufferUsages::COPY_DST);
/// Bytes that travel at once: staging memory stays small beside tensors of hundreds of megabytes.
pub const PIECE: u64 = 32 << 20;

pub struct Rig {
    pub device: wgpu::Device,
    pub queue: wgpu::Queue,
    pub kernels: Kernels,
}

/// The adapter that [`super::gpu`] uses, from an instance of our own.
pub fn adapter() -> Option<wgpu::Adapter> {
    let wanted = super::gpu()?.info();
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle_from_env());
    let all = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::all()));
    let same = |a: &wgpu::Adapter| (a.get_info().backend, a.get_info().name) == (wanted.backend, wanted.name.clone());
    Some(all.into_iter().find(same).expect("the adapter is there for a second instance, too"))
}

/// Every adapter of every backend that computes; none at all is as loud as in [`super::gpu`].
pub fn adapters() -> Vec<wgpu::Adapter> {
    if super::gpu().is_none() {
        return Vec::new();
    }
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle_from_env();
    descriptor.backends = wgpu::Instance::enabled_backend_features();
    let computes =
        |a: &wgpu::Adapter| a.get_downlevel_capabilities().flags.contains(wgpu::DownlevelFlags::COMPUTE_SHADERS);
    let all = pollster::block_on(wgpu::Instance::new(descriptor).enumerate_adapters(wgpu::Backends::all()));
    let found: Vec<_> = all.into_iter().filter(computes).collect();
    assert!(!found.is_empty(), "the adapter of this process is not found again");
    found
}

/// A device of that adapter with limits made from the adapter's.
pub fn device(limits: impl FnOnce(Limits) -> Limits) -> Option<(wgpu::Device, wgpu::Queue)> {
    let adapter = adapter()?;
    let required_limits = limits(adapter.limits());
    let descriptor = wgpu::DeviceDescriptor { label: Some("a test's"), required_limits, ..Default::default() };
    Some(pollster::block_on(adapter.request_device(&descriptor)).expect("a device with modest limits"))
}

impl Rig {
    pub fn new(limits: impl FnOnce(Limits) -> Limits) -> Option<Self> {
        let (device, queue) = device(limits)?;
        let kernels = Kernels::new(&device).expect("the limits suffice");
        Some(Self { device, queue, kernels })
    }

    /// With the limits that every WebGPU device has.
    pub fn webgpu() -> Option<Self> {
        Self::new(|_| Limits::default())
    }

    /// Room for exactly this many elements.
    pub fn room(&self, len: usize) -> wgpu::Buffer {
        let size = len as u64 * 4;
        self.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size,
            usage: USAGE,
            mapped_at_creation: false,
        })
    }

    pub fn upload(&self, values: &[f32]) -> wgpu::Buffer {
        let buffer = self.room(values.len());
        self.write(&buffer, 0, values);
        buffer
    }

    /// Writes less than a piece.
    pub fn write(&self, buffer: &wgpu::Buffer, first: usize, values: &[f32]) {
        if !values.is_empty() {
            self.queue.write_buffer(buffer, first as u64 * 4, bytemuck::cast_slice(values));
        }
    }

    /// Records all of it in one pass and waits.
    pub fn run(&self, bound: &[&Bound]) {
        let mut encoder = self.device.create_command_encoder(&Default::default());
        let mut pass = encoder.begin_compute_pass(&Default::default());
        for b in bound {
            b.record(&mut pass);
        }
        drop(pass);
        self.queue.submit([encoder.finish()]);
        self.wait();
    }

    /// Runs a text that is no kernel of ours, on whole buffers by their numbers in one bind group.
    pub fn dispatch(&self, text: &str, entry: &str, group: u32, buffers: &[(u32, &wgpu::Buffer)], workgroups: u32) {
        let source = wgpu::ShaderSource::Wgsl(text.into());
        let module = self.device.create_shader_module(wgpu::ShaderModuleDescriptor { label: None, source });
        let pipeline = self.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: None,
            layout: None,
            module: &module,
            entry_point: Some(entry),
            compilation_options: Default::default(),
            cache: None,
        });
        let whole = buffers.iter().map(|(binding, buffer)| (*binding, buffer.as_entire_binding()));
        let entries: Vec<_> = whole.map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource }).collect();
        let bind_group = self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: None,
            layout: &pipeline.get_bind_group_layout(group),
            entries: &entries,
        });
        let mut encoder = self.device.create_command_encoder(&Default::default());
        let mut pass = encoder.begin_compute_pass(&Default::default());
        pass.set_pipeline(&pipeline);
        pass.set_bind_group(group, &bind_group, &[]);
        pass.dispatch_workgroups(workgroups, 1, 1);
        drop(pass);
        self.queue.submit([encoder.finish()]);
        self.wait();
    }

    pub fn wait(&self) {
        self.device.poll(wgpu::PollType::wait_indefinitely()).expect("the device is there");
    }

    /// The words of a range of elements.
    pub fn words_of(&self, buffer: &wgpu::Buffer, first: usize, len: usize) -> Vec<u32> {
        if len == 0 {
            return Vec::new();
        }
        let size = len as u64 * 4;
        let staging = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size,
            usage: BufferUsages::MAP_READ | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let mut encoder = self.device.create_command_encoder(&Default::default());
        encoder.copy_buffer_to_buffer(buffer, first as u64 * 4, &staging, 0, size);
        self.queue.submit([encoder.finish()]);
        staging.map_async(wgpu::MapMode::Read, .., |mapped| mapped.expect("mapped"));
        self.wait();
        let view = staging.get_mapped_range(..).expect("it was mapped");
        bytemuck::cast_slice(&view).to_vec()
    }

    pub fn words(&self, buffer: &wgpu::Buffer) -> Vec<u32> {
        self.words_of(buffer, 0, buffer.size() as usize / 4)
    }

    pub fn download(&self, buffer: &wgpu::Buffer) -> Vec<f32> {
        self.words(buffer).into_iter().map(f32::from_bits).collect()
    }
}

pub fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|v| v.to_bits()).collect()
}

/// Fails unless every value is near the reference's, for values and gradients of the order of 1.
#[track_caller]
pub fn assert_close(what: &str, got: &[f32], expected: &[f64]) {
    assert_eq!(got.len(), expected.len(), "{what}: the length");
    for (i, (&g, &e)) in got.iter().zip(expected).enumerate() {
        let near = (f64::from(g) - e).abs() <= 1e-6 * (1.0 + e.abs());
        assert!(near, "{what}: element {i} of {} is {g}, not {e}", got.len());
    }
}

/// As [`assert_close`] where results are exact but for one rounding.
#[track_caller]
pub fn assert_rounded(what: &str, got: &[f32], expected: &[f64]) {
    assert_eq!(got.len(), expected.len(), "{what}: the length");
    let wrong = got.iter().zip(expected).position(|(g, e)| *g != *e as f32);
    if let Some(i) = wrong {
        panic!("{what}: element {i} of {} is {}, not {}", got.len(), got[i], expected[i] as f32);
    }
}

/// Fails unless every sum is within `tolerance` of the sum of its terms' magnitudes. Terms are added here in `f64`, in
/// the order of the tensor.
#[track_caller]
pub fn assert_sums(what: &str, got: &[f32], f: &With<'_>, param: &str, x: &[f32], dy: &[f32], tolerance: f64) {
    let a = activation_of(f);
    let index = a.param_index(param).expect("it exists");
    let gradient = a.params[index].gradient.expect("it is trained");
    let (channels, inner) = f.channels().map_or((1, x.len().max(1)), |e| (e.channels as usize, e.inner as usize));
    let wide = |c| f.channel_params(c).into_iter().map(f64::from).collect::<Vec<_>>();
    let params: Vec<Vec<f64>> = (0..channels).map(wide).collect();
    let mut sums = vec![(0.0, 0.0); channels];
    for (i, (&x, &dy)) in x.iter().zip(dy).enumerate() {
        let c = i / inner % channels;
        let term = f64::from(dy) * gradient(f64::from(x), &params[c]);
        sums[c].0 += term;
        // Where terms cancel within a term, digits count in the largest of them.
        let largest = a.largest_term(Pass::ParamGradient(index), f64::from(x), &params[c]);
        sums[c].1 += term.abs().max((f64::from(dy) * largest).abs());
    }
    assert_eq!(got.len(), channels, "{what}: one sum for each channel");
    for (c, (&g, (sum, size))) in got.iter().zip(sums).enumerate() {
        // Terms below the smallest normal number may be 0.
        let near = (f64::from(g) - sum).abs() <= tolerance * size + f64::from(f32::MIN_POSITIVE);
        // A term where the function has no value leaves none to the sum.
        let near = near || g.is_nan() && sum.is_nan();
        assert!(near, "{what}: the sum of channel {c} of {channels} is {g}, not {sum}, with magnitudes of {size}");
    }
}
