//! Tensors anywhere in one buffer: at every offset that elements can have, beside each other, between canaries.

mod accumulate;
mod cases;
mod many;
mod place;

use crate::common::rig::Rig;
use cases::{elementwise, gates, long_rows, rows};
use place::assert_anywhere;
use wgpu_activations::Storage::{Bf16, F16, F32};

#[test]
fn elementwise_functions() {
    let Some(rig) = Rig::webgpu() else { return };
    for storages in [[F32, F32], [F16, F16], [Bf16, Bf16], [F16, F32], [F32, Bf16], [Bf16, F16]] {
        for len in [1, 2, 3, 5, 64, 1003, 20_001] {
            elementwise(len).iter().for_each(|case| assert_anywhere(&rig, case, storages, 3));
        }
    }
}

#[test]
fn gates_and_halves() {
    let Some(rig) = Rig::webgpu() else { return };
    for storages in [[F32, F32], [F16, F16], [Bf16, F32], [F32, F16]] {
        for (len, block) in [(6, 3), (40, 4), (2002, 1), (1002, 7), (17_000, 17_000 / 8)] {
            gates(len, block).iter().for_each(|case| assert_anywhere(&rig, case, storages, 3));
        }
    }
}

/// A device that cannot bind the five tensors of a gate's backward pass takes two dispatches.
#[test]
fn gates_of_four_buffers() {
    let Some(rig) = Rig::new(|_| wgpu_activations::wgpu::Limits::downlevel_defaults()) else { return };
    for storages in [[F32, F32], [F16, F16]] {
        gates(1002, 501).iter().for_each(|case| assert_anywhere(&rig, case, storages, 3));
    }
}

#[test]
fn rows_of_any_length() {
    let Some(rig) = Rig::webgpu() else { return };
    for storages in [[F32, F32], [F16, F16], [F32, Bf16]] {
        for extent in [[3, 5, 1], [5, 8, 1], [2, 3, 5], [1, 1, 1], [7, 301, 1], [8, 301, 1], [131, 33, 1]] {
            rows(extent).iter().for_each(|case| assert_anywhere(&rig, case, storages, 2));
        }
    }
}

#[test]
fn rows_of_many_workgroups() {
    let Some(rig) = Rig::webgpu() else { return };
    for storages in [[F32, F32], [F16, Bf16]] {
        for length in [70_000, 70_001] {
            long_rows(length).iter().for_each(|case| assert_anywhere(&rig, case, storages, 2));
        }
    }
}
