//! Row-wise functions keep their bounds, and the bounds are not idle.

use wgpu_activations::wgpu::{Backend, DeviceType};
use wgpu_activations::{Pass, Storage, row};
use wgpu_activations_harness::check::{self, Case};

use crate::common::gpu;

#[test]
fn every_pass_keeps_its_bound_and_needs_half_of_it() {
    let Some(gpu) = gpu() else { return };
    let info = gpu.info();
    let stated_here = info.device_type == DeviceType::Cpu && info.backend == Backend::Vulkan;
    let mut failures = Vec::new();
    for row in row::ALL {
        // Forward and backward.
        let mut most = [0.0f64; 2];
        for case in Case::all(*row) {
            for r in check::run(gpu, &case, Storage::F32).unwrap_or_else(|error| panic!("{case:?}: {error}")) {
                assert!(r.inputs > 500_000, "{}: a sample of {} proves little", row.name, r.inputs);
                let most = &mut most[usize::from(r.pass != Pass::Forward)];
                *most = most.max(r.max_ulp);
                if !r.ok {
                    failures.push(r.to_string());
                }
            }
        }
        let loose = [row.bounds.forward, row.bounds.backward].into_iter().zip(most).filter(|(b, most)| *b > 2.0 * most);
        let loose = loose.filter(|_| stated_here);
        failures.extend(loose.map(|(b, most)| format!("{}: the bound {b} is more than twice {most}", row.name)));
    }
    assert!(failures.is_empty(), "{} on {}:\n{}", failures.len(), info.name, failures.join("\n"));
}
