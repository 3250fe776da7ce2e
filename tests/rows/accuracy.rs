//! Row-wise functions keep their bounds.

use wgpu_activations::{Storage, row};
use wgpu_activations_harness::check::{self, Case};

use crate::common::gpu;

#[test]
fn every_pass_keeps_its_bound() {
    let Some(gpu) = gpu() else { return };
    let info = gpu.info();
    let mut failures = Vec::new();
    for row in row::ALL {
        for case in Case::all(*row) {
            for r in check::run(gpu, &case, Storage::F32).unwrap_or_else(|error| panic!("{case:?}: {error}")) {
                assert!(r.inputs > 500_000, "{}: a sample of {} proves little", row.name, r.inputs);
                if !r.ok {
                    failures.push(r.to_string());
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} on {}:\n{}", failures.len(), info.name, failures.join("\n"));
}
