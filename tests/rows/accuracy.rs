//! Row-wise functions keep their bounds, and the bounds are not idle.

use wgpu_activations::wgpu::{Backend, DeviceType};
use wgpu_activations::{Pass, check, row};

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
        for (f, pass) in check::row_passes(row) {
            let r = check::run_rows(gpu, &f, pass).unwrap_or_else(|error| panic!("{} {pass}: {error}", row.name));
            assert!(r.inputs > 500_000, "{}: a sample of {} proves little", row.name, r.inputs);
            let most = &mut most[usize::from(pass != Pass::Forward)];
            *most = most.max(r.max_ulp);
            if !r.ok {
                failures.push(format!("{r:?}"));
            }
        }
        let loose = [row.bounds.forward, row.bounds.backward].into_iter().zip(most).filter(|(b, most)| *b > 2.0 * most);
        let loose = loose.filter(|_| stated_here);
        failures.extend(loose.map(|(b, most)| format!("{}: the bound {b} is more than twice {most}", row.name)));
    }
    assert!(failures.is_empty(), "{} on {}:\n{}", failures.len(), info.name, failures.join("\n"));
}
