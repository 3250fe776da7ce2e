//! Devices that allow little: tensors of two storages are cut alike.

use wgpu_activations::activation::{LEAKY_RELU, PRELU};
use wgpu_activations::wgpu::Limits;

use super::Rig;
use super::layouts::{SLOPES, assert_stored, extent_of, storages};

#[test]
fn windows_and_rows() {
    // Bytes of a binding, and workgroups along a dimension.
    for (binding, groups) in [(64 << 10, 65_535), (5000, 65_535), (128 << 20, 3)] {
        let limited = |adapter: Limits| Limits {
            max_storage_buffer_binding_size: binding,
            max_compute_workgroups_per_dimension: groups,
            min_storage_buffer_offset_alignment: adapter.min_storage_buffer_offset_alignment.max(32),
            ..Limits::default()
        };
        let Some(rig) = Rig::new(limited) else { return };
        for both in storages() {
            for len in [50_003, 16_386, 1251] {
                let extent = extent_of(len);
                let prelu = PRELU.function().per_channel(&SLOPES[..extent.channels as usize], extent);
                let what = format!("{len} elements, {both:?}, bindings of {binding} bytes, {groups} workgroups");
                for f in [prelu, LEAKY_RELU.with(0.5)] {
                    let dispatches = assert_stored(&rig, both, &f, len, true);
                    assert!(dispatches > 2 || len as u64 * 2 < binding, "{what} in {dispatches} dispatches");
                }
            }
        }
    }
}
