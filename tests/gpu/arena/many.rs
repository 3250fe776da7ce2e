//! Many tensors in one call.

use wgpu_activations::activation::RELU;
use wgpu_activations::wgpu::Limits;
use wgpu_activations::{Buffers, Error, Spec, Storage};

use super::cases::{Case, elementwise, gates, rows};
use super::place::assert_together;
use crate::common::rig::Rig;
use crate::common::words::upload;

const LENGTHS: [usize; 14] = [5, 1024, 1, 0, 3000, 1025, 2, 64, 1023, 7, 20_001, 4, 1, 3];

/// Lists of one kind of call each.
fn lists(of: impl Fn(usize) -> Vec<Case>) -> Vec<Vec<Case>> {
    let mut all: Vec<_> = LENGTHS.iter().map(|&len| of(len).into_iter()).collect();
    let mut lists = Vec::new();
    loop {
        let list: Vec<Case> = all.iter_mut().filter_map(Iterator::next).collect();
        if list.len() < LENGTHS.len() {
            return lists;
        }
        lists.push(list);
    }
}

#[test]
fn a_list_in_one_buffer_takes_one_dispatch() {
    let Some(rig) = Rig::webgpu() else { return };
    let both = [Storage::F32, Storage::F16].map(|storage| [storage; 2]);
    for storages in both.into_iter().chain([[Storage::Bf16, Storage::F32], [Storage::F32, Storage::F16]]) {
        // The first five of each are values and gradients of elements.
        for (k, list) in lists(elementwise).iter().enumerate().chain(lists(|len| gates(2 * len, 1)).iter().enumerate())
        {
            let dispatches = assert_together(&rig, list, storages);
            assert!(k >= 5 || dispatches <= 1, "{:?}: {dispatches} dispatches", list[0].spec);
        }
    }
}

#[test]
fn rows_go_together_too() {
    let Some(rig) = Rig::webgpu() else { return };
    let list = |k: usize| [[3, 5, 1], [2, 8, 1], [1, 3, 4]].map(|extent| rows(extent).remove(k)).into_iter().collect();
    for k in 0..rows([1, 1, 1]).len() {
        let list: Vec<Case> = list(k);
        assert!(assert_together(&rig, &list, [Storage::F32; 2]) >= 3);
    }
}

/// Devices whose bindings are small, and that run few workgroups, take several dispatches.
#[test]
fn lists_larger_than_a_binding_and_a_dispatch() {
    let small = |limits: Limits| Limits {
        max_storage_buffer_binding_size: 32 << 10,
        max_compute_workgroups_per_dimension: 5,
        ..limits
    };
    let Some(rig) = Rig::new(small) else { return };
    for list in &lists(elementwise)[..5] {
        let dispatches = assert_together(&rig, list, [Storage::F32; 2]);
        assert!((3..20).contains(&dispatches), "{dispatches} dispatches");
    }
}

/// With four storage buffers, a gate's backward pass has no room for a table.
#[test]
fn lists_on_small_devices() {
    let Some(rig) = Rig::new(|_| Limits::downlevel_defaults()) else { return };
    for (k, list) in lists(|len| gates(2 * len, 1)).iter().enumerate().take(5) {
        let dispatches = assert_together(&rig, list, [Storage::F32; 2]);
        assert!(k > 1 || dispatches == 1, "{:?}: {dispatches} dispatches", list[0].spec);
    }
}

#[test]
fn what_would_race_is_refused() {
    let Some(rig) = Rig::webgpu() else { return };
    let kernel = rig.kernels.get(Spec::forward(&RELU)).unwrap();
    let (a, b) = (upload(&rig, &[0; 64]), upload(&rig, &[0; 64]));
    let unary = |x: std::ops::Range<u64>, y: std::ops::Range<u64>| {
        (Buffers::forward(a.slice(x.start * 4..x.end * 4), b.slice(y.start * 4..y.end * 4)), 8.into())
    };
    assert!(kernel.bind_many(&[]).unwrap().dispatches() == 0);
    assert_eq!(kernel.bind_many(&[unary(0..8, 0..8), unary(0..8, 8..16)]).unwrap().dispatches(), 1, "one x for two");
    let error = kernel.bind_many(&[unary(0..8, 0..8), unary(8..16, 24..32), unary(16..24, 7..15)]).unwrap_err();
    match error {
        Error::Overlap { function: "relu", written: "y", bytes, other: "y", others, .. } => {
            assert_eq!((bytes, others), (28..60, 0..32));
        }
        other => panic!("{other:?}"),
    }
    // An output where the input of an earlier call lies.
    let chain = (Buffers::forward(b.slice(..32), a.slice(16..48)), 8.into());
    let error = kernel.bind_many(&[unary(0..8, 32..40), chain]).unwrap_err();
    assert!(matches!(error, Error::Overlap { written: "y", other: "x", .. }), "{error:?}");
    let error = kernel.bind_many(&[unary(0..8, 0..8), unary(8..15, 8..16)]).unwrap_err();
    assert!(matches!(error, Error::Length { role: "x", .. }), "{error:?}");
}
