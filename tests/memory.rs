//! Memory that runs out is an error. A process of its own, since it gives up the right to more memory for good.
#![cfg(target_os = "linux")]

mod common;

use common::gpu;
use wgpu_activations::activation::SWISH;
use wgpu_activations::wgpu::{Backend, DeviceType};
use wgpu_activations::{Error, check};

/// Bytes of this process's address space.
fn address_space() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").expect("Linux has it");
    pages.split(' ').next().and_then(|n| n.parse::<u64>().ok()).expect("a number of pages") * 4096
}

#[test]
fn running_out_of_memory_is_an_error() {
    let Some(gpu) = gpu() else { return };
    let limits = gpu.device().limits();
    // A software adapter's memory is the process's own, which a limit of the operating system can bound.
    let tensor: u64 = 512 << 20;
    let info = gpu.info();
    if info.device_type != DeviceType::Cpu || info.backend != Backend::Vulkan || limits.max_buffer_size < tensor {
        return;
    }
    // Compiled before memory gets scarce.
    assert!(check::run(gpu, &SWISH.function(), wgpu_activations::Pass::ParamGradient(0)).expect("it runs").ok);
    // Zeros that nobody reads take address space only. Two such tensors do not fit into what is left.
    let x = vec![0.0; tensor as usize / 4];
    let limit = address_space() + tensor + tensor / 2;
    let me = std::process::id().to_string();
    let limited = std::process::Command::new("prlimit").args(["--pid", &me, &format!("--as={limit}")]).status();
    if !limited.is_ok_and(|status| status.success()) {
        eprintln!("no prlimit here: running out of memory is not tested");
        return;
    }
    let error = gpu.param_gradient(&SWISH, "beta", &x, &x).expect_err("too little memory");
    assert!(matches!(error, Error::OutOfMemory { .. }), "{error}");
    assert!(error.to_string().contains("memory"), "{error}");
}
