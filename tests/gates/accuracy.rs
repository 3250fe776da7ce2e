//! Gates keep their bounds, and the bounds are not idle.

use wgpu_activations::gate::{ALL, Gate, Output};
use wgpu_activations::wgpu::{Backend, DeviceType};
use wgpu_activations::{activation, check};

use crate::common::gpu;

#[test]
fn every_gate_keeps_its_bounds_and_needs_half_of_them() {
    let Some(gpu) = gpu() else { return };
    let info = gpu.info();
    let stated_here = info.device_type == DeviceType::Cpu && info.backend == Backend::Vulkan;
    let mut failures = Vec::new();
    for gate in ALL {
        let mut most = [0.0f64; 3];
        for gated in check::gates(gate) {
            for r in check::run_gate(gpu, &gated).expect("gates run") {
                most[r.output as usize] = most[r.output as usize].max(r.max_ulp);
                assert!(r.inputs > 500_000, "{}: a sample of {} proves little", gate.name, r.inputs);
                if !r.ok {
                    failures.push(format!("{r:?}"));
                }
            }
        }
        println!("{:12} {most:?} stated {:?}", gate.name, gate.bounds);
        if stated_here {
            let loose = Output::ALL.into_iter().filter(|&o| gate.bound(o) > 2.0 * most[o as usize]);
            failures.extend(loose.map(|o| format!("{} {o}: the bound is more than twice the measured error", gate.name)));
        }
    }
    assert!(failures.is_empty(), "{} on {}:\n{}", failures.len(), info.name, failures.join("\n"));
}
