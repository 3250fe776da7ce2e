//! Memory that runs out is an error. A process of its own, since it gives up the right to more memory for good.
#![cfg(target_os = "linux")]

mod common;

use common::gpu;
use wgpu_activations::activation::RELU;
use wgpu_activations::row::SOFTMAX;
use wgpu_activations::wgpu::{Backend, DeviceType};
use wgpu_activations::{Error, Extent};

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
    assert_eq!(gpu.forward(&RELU, &[1.0, -1.0]), Ok(vec![1.0, 0.0]));
    // A row as long as this is on the device as a whole. Zeros that nobody reads take address space only; the result fits
    // into what is left, and nothing else.
    let x = vec![0.0; tensor as usize / 4];
    let row = Extent { outer: 1, channels: x.len() as u64, inner: 1 };
    let limit = address_space() + tensor + tensor / 2;
    let me = std::process::id().to_string();
    let limited = std::process::Command::new("prlimit").args(["--pid", &me, &format!("--as={limit}")]).status();
    if !limited.is_ok_and(|status| status.success()) {
        eprintln!("no prlimit here: running out of memory is not tested");
        return;
    }
    let error = gpu.forward(SOFTMAX.along(row), &x).expect_err("too little memory");
    assert!(matches!(error, Error::OutOfMemory { .. }), "{error}");
    assert!(error.to_string().contains("memory"), "{error}");
    // The device is none the worse for it.
    assert_eq!(gpu.forward(&RELU, &[-1.0, 1.0]), Ok(vec![0.0, 1.0]));
}
