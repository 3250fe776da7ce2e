//! What is larger than such a device takes is refused, with the numbers; and the limits are those that hold.

use wgpu_activations::activation::PRELU;
use wgpu_activations::row::MAXOUT;
use wgpu_activations::wgpu::{self, ErrorFilter, ShaderStages};
use wgpu_activations::{Buffers, Error, Extent, Spec};

use super::devices;
use crate::common::rig::Rig;

/// A multiple of four: elements of the largest binding, 128 MiB, and some more.
const LEN: u64 = (32 << 20) + 4;

/// Whether the device takes a kernel with so many storage buffers.
fn takes(rig: &Rig, buffers: u32) -> bool {
    let ty = wgpu::BindingType::Buffer {
        ty: wgpu::BufferBindingType::Storage { read_only: true },
        has_dynamic_offset: false,
        min_binding_size: None,
    };
    let entry = |binding| wgpu::BindGroupLayoutEntry { binding, visibility: ShaderStages::COMPUTE, ty, count: None };
    let entries: Vec<_> = (0..buffers).map(entry).collect();
    let scope = rig.device.push_error_scope(ErrorFilter::Validation);
    let layout =
        rig.device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: None, entries: &entries });
    let _ = rig.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: None,
        bind_group_layouts: &[Some(&layout)],
        immediate_size: 0,
    });
    pollster::block_on(scope.pop()).is_none()
}

#[test]
fn the_device_keeps_to_its_limits() {
    for (device, rig) in devices() {
        let most = rig.device.limits().max_storage_buffers_per_shader_stage;
        assert!(takes(&rig, most) && !takes(&rig, most + 1), "{device} does not stop at {most} storage buffers");
    }
}

#[track_caller]
fn too_large(error: Error, what: &str, told: &[u64], device: &str) {
    let message = error.to_string();
    assert!(matches!(error, Error::TooLarge { .. }), "{device}: {message}");
    assert!(message.contains(what), "{device}: {message:?} does not say what is too large");
    for number in told {
        assert!(message.contains(&number.to_string()), "{device}: {message:?} does not name {number}");
    }
}

#[test]
fn what_is_too_large_is_named_with_its_limit() {
    for (device, rig) in devices() {
        let [x, y, weights] = [(); 3].map(|()| rig.room(LEN as usize));
        let unary = Buffers::forward(x.slice(..), y.slice(..));
        let kernel = rig.kernels.get(Spec::forward(&PRELU).per_channel()).unwrap();
        let extent = Extent { outer: 1, channels: LEN, inner: 1 };
        let error = kernel.bind(unary.weights(weights.slice(..)), extent).unwrap_err();
        too_large(error, "weights", &[LEN, 32 << 20], &device);

        // A row's maximum is looked for in one binding.
        let kernel = rig.kernels.get(Spec::forward(&MAXOUT)).unwrap();
        let error = kernel.bind(unary, extent).unwrap_err();
        too_large(error, "row", &[LEN], &device);
    }
}
