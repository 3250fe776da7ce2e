//! Devices with the limits that `Limits::downlevel_defaults()` and `Limits::default()` name, of every adapter there is: all
//! passes of all functions, and what is beyond these limits.

mod beyond;
mod maps;
mod others;

use crate::common::rig::{self, Rig};
use wgpu_activations::Kernels;
use wgpu_activations::wgpu::{self, Limits};

/// What a kernel may use: storage buffers of a stage, bytes of a binding, threads and bytes of memory of a workgroup, and
/// what offsets are multiples of.
type InForce = [u64; 5];
/// The name of some limits, and what they are.
type Kind = (&'static str, fn() -> Limits, InForce);

const DEVICES: &[Kind] = &[
    ("downlevel_defaults", Limits::downlevel_defaults, [4, 128 << 20, 256, 16_352, 256]),
    ("default", Limits::default, [8, 128 << 20, 256, 16_384, 256]),
];

/// A device of each kind of each adapter, with what to call it.
fn devices() -> Vec<(String, Rig)> {
    let adapters = rig::adapters();
    let all = adapters.iter().flat_map(|adapter| DEVICES.iter().map(move |device| (adapter, device)));
    all.map(|(adapter, &(name, limits, expected))| {
        let info = adapter.get_info();
        let what = format!("{name} on {} ({})", info.name, info.backend);
        let descriptor = wgpu::DeviceDescriptor { required_limits: limits(), ..Default::default() };
        let opened = pollster::block_on(adapter.request_device(&descriptor));
        let (device, queue) = opened.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(in_force(&device), expected, "{what}: the device has other limits");
        let kernels = Kernels::new(&device).expect("the limits suffice");
        (what, Rig { device, queue, kernels })
    })
    .collect()
}

/// The limits that a kernel runs into, as the device has them.
fn in_force(device: &wgpu::Device) -> InForce {
    let l = device.limits();
    [
        u64::from(l.max_storage_buffers_per_shader_stage),
        l.max_storage_buffer_binding_size,
        u64::from(l.max_compute_invocations_per_workgroup),
        u64::from(l.max_compute_workgroup_storage_size),
        u64::from(l.min_storage_buffer_offset_alignment),
    ]
}
