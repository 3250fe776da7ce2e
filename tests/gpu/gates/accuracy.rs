//! Gates keep their bounds, and the bounds are not idle.

use wgpu_activations::gate::{ALL, CRELU, Gate, Output};
use wgpu_activations::wgpu::{Backend, DeviceType};
use wgpu_activations::{Gpu, Pass, Storage, activation};
use wgpu_activations_harness::check::{self, Case};

use crate::common::gpu;

/// Adds to the largest errors of y, da and db; what exceeds its bound goes to `failures`.
fn errors(gpu: &Gpu, case: &Case, most: &mut [f64; 3], failures: &mut Vec<String>) {
    for r in check::run(gpu, case, Storage::F32).expect("gates run") {
        assert!(r.inputs > 500_000, "{}: a sample of {} proves little", r.function, r.inputs);
        if !r.ok {
            failures.push(r.to_string());
        }
        let most = &mut most[r.output.expect("that of a gate") as usize];
        *most = most.max(r.max_ulp);
    }
}

#[test]
fn every_gate_keeps_its_bounds_and_needs_half_of_them() {
    let Some(gpu) = gpu() else { return };
    let info = gpu.info();
    let stated_here = info.device_type == DeviceType::Cpu && info.backend == Backend::Vulkan;
    let mut failures = Vec::new();
    for gate in ALL {
        let mut most = [0.0f64; 3];
        for case in Case::all(*gate) {
            errors(gpu, &case, &mut most, &mut failures);
        }
        let loose = Output::ALL.into_iter().filter(|&o| stated_here && gate.bound(o) > 2.0 * most[o as usize]);
        failures.extend(loose.map(|o| format!("{} {o}: the bound is more than twice the error {most:?}", gate.name)));
    }
    assert!(failures.is_empty(), "{} on {}:\n{}", failures.len(), info.name, failures.join("\n"));
}

#[test]
fn crelu_is_exact() {
    let Some(gpu) = gpu() else { return };
    for case in Case::all(&CRELU) {
        for r in check::run(gpu, &case, Storage::F32).expect("it runs") {
            assert!(r.ok && r.inputs > 500_000, "{r:?}");
        }
    }
}

/// The bounds of gates that are made follow from those of their activations.
#[test]
fn every_activation_makes_a_gate_that_keeps_its_bounds() {
    let Some(gpu) = gpu() else { return };
    let mut failures = Vec::new();
    for f in activation::ALL {
        for pass in [Pass::Forward, Pass::Backward] {
            errors(gpu, &Case::new(Gate::of(f), pass), &mut [0.0; 3], &mut failures);
        }
    }
    assert!(failures.is_empty(), "{}:\n{}", failures.len(), failures.join("\n"));
}
