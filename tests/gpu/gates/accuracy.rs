//! Gates keep their bounds, and the bounds are not idle.

use wgpu_activations::gate::{ALL, Gate, Gated, Output};
use wgpu_activations::wgpu::{Backend, DeviceType};
use wgpu_activations::{Gpu, activation, check};

use crate::common::gpu;

/// The largest errors of y, da and db; what exceeds its bound goes to `failures`.
fn errors(gpu: &Gpu, gated: &Gated, failures: &mut Vec<String>) -> [f64; 3] {
    let reports = check::run_gate(gpu, gated).expect("gates run");
    for r in &reports {
        assert!(r.inputs > 500_000, "{}: a sample of {} proves little", r.function, r.inputs);
        if !r.ok {
            failures.push(format!("{r:?}"));
        }
    }
    reports.map(|r| r.max_ulp)
}

#[test]
fn every_gate_keeps_its_bounds_and_needs_half_of_them() {
    let Some(gpu) = gpu() else { return };
    let info = gpu.info();
    let stated_here = info.device_type == DeviceType::Cpu && info.backend == Backend::Vulkan;
    let mut failures = Vec::new();
    for gate in ALL {
        let mut most = [0.0f64; 3];
        for gated in check::gates(gate) {
            let errors = errors(gpu, &gated, &mut failures);
            most.iter_mut().zip(errors).for_each(|(most, e)| *most = most.max(e));
        }
        let loose = Output::ALL.into_iter().filter(|&o| stated_here && gate.bound(o) > 2.0 * most[o as usize]);
        failures.extend(loose.map(|o| format!("{} {o}: the bound is more than twice the error {most:?}", gate.name)));
    }
    assert!(failures.is_empty(), "{} on {}:\n{}", failures.len(), info.name, failures.join("\n"));
}

#[test]
fn crelu_is_exact() {
    let Some(gpu) = gpu() else { return };
    for r in check::run_crelu(gpu).expect("it runs") {
        assert!(r.ok && r.inputs > 500_000, "{r:?}");
    }
}

/// The bounds of gates that are made follow from those of their activations.
#[test]
fn every_activation_makes_a_gate_that_keeps_its_bounds() {
    let Some(gpu) = gpu() else { return };
    let mut failures = Vec::new();
    for f in activation::ALL {
        errors(gpu, &Gate::of(f).function(), &mut failures);
    }
    assert!(failures.is_empty(), "{}:\n{}", failures.len(), failures.join("\n"));
}
