//! What cannot be is an error.

use wgpu_activations::activation::{PRELU, RELU};
use wgpu_activations::{Buffers, Error, Spec, Storage};

use super::{Rig, USAGE, upload};

use crate::common::told::length;

#[test]
fn mixed_storages_are_not_in_place() {
    for spec in [Spec::forward(&RELU), Spec::backward(&RELU)] {
        assert!(spec.in_place().storage(Storage::F16).check().is_ok());
        let error = spec.storages(Storage::F16, Storage::F32).in_place().check();
        assert!(matches!(error, Err(Error::NoKernel { .. })), "{error:?}");
    }
}

#[test]
fn kernels_differ_by_storage() {
    let spec = Spec::forward(&RELU);
    let all =
        [spec, spec.storage(Storage::F16), spec.storage(Storage::Bf16), spec.storages(Storage::F16, Storage::F32)];
    for (k, one) in all.iter().enumerate() {
        assert!(all[..k].iter().all(|other| other != one));
    }
    // Sums are f32, whatever they are of.
    let sum = Spec::param_gradient(&PRELU, "weight").unwrap();
    assert_eq!(sum.storage(Storage::F16), sum.storages(Storage::F16, Storage::F32));
}

#[test]
fn buffers_hold_whole_words() {
    let Some(rig) = Rig::webgpu() else { return };
    let kernel = rig.kernels.get(Spec::forward(&RELU).storage(Storage::F16)).unwrap();
    let (x, y) = (upload(&rig, &[0; 2]), upload(&rig, &[0; 2]));
    let short = rig.device.create_buffer(&wgpu_activations::wgpu::BufferDescriptor {
        label: None,
        size: 6,
        usage: USAGE,
        mapped_at_creation: false,
    });
    assert!(kernel.bind(Buffers::forward(x.slice(..), y.slice(..6)), 3).is_ok(), "the buffer goes on");
    let error = kernel.bind(Buffers::forward(x.slice(..), short.slice(..)), 3).unwrap_err();
    assert_eq!(error.to_string(), length("relu", "y", 4, 3));
    let error = kernel.bind(Buffers::forward(x.slice(..), y.slice(..)), 5).unwrap_err();
    assert_eq!(error.to_string(), length("relu", "x", 5, 4));
}
