//! How much memory calls on slices take, while they run and in the long run. A process of its own, whose memory is measured:
//! that of software devices is the process's, too.
#![cfg(target_os = "linux")]

mod common;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use common::gpu;
use wgpu_activations::activation::{GELU, LEAKY_RELU, PRELU, RELU, SWISH};
use wgpu_activations::gate::SWIGLU;
use wgpu_activations::row::SOFTMAX;
use wgpu_activations::{AdapterChoice, Extent, Gpu};

const MIB: u64 = 1 << 20;
/// What a call may take beside its tensors, and what is kept between calls.
const CALL: u64 = 128 * MIB;
const KEPT: u64 = 256 * MIB;

/// One measurement at a time.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A line of the process's status, in bytes.
fn status(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("Linux has this line");
    let kib = line.trim_matches([':', '\t', ' ']).split(' ').next().and_then(|n| n.parse::<u64>().ok());
    kib.expect("a number") * 1024
}

/// A device of each backend that is here, with the kernels compiled that are measured.
fn devices() -> Vec<Gpu> {
    if gpu().is_none() {
        return Vec::new();
    }
    let open = |backend: &str| Gpu::with(&AdapterChoice::default().backend(backend)).ok();
    let all: Vec<Gpu> = ["vulkan", "metal", "dx12", "gl"].into_iter().filter_map(open).collect();
    assert!(!all.is_empty(), "there was a device a moment ago");
    for gpu in &all {
        let x = [0.5; 1000];
        gpu.forward(&RELU, &x).expect("it runs");
        gpu.backward(&RELU, &x, &x).expect("it runs");
        gpu.param_gradient(&SWISH, "beta", &x, &x).expect("it runs");
        gpu.backward(&SWIGLU, (&x, &x), &x).expect("it runs");
        gpu.release_memory();
    }
    all
}

/// Bytes of the device's live allocations, where its backend counts them.
fn allocated(gpu: &Gpu) -> Option<u64> {
    gpu.device().generate_allocator_report().map(|report| report.total_allocated_bytes)
}

/// Fails if a call takes more than it may beside `tensors` bytes of results.
fn assert_bounded<T>(gpu: &Gpu, what: &str, tensors: u64, call: impl FnOnce() -> T) {
    let what = format!("{what} on {}", gpu.info().backend);
    gpu.release_memory();
    // Some drivers free what was released only with the next work.
    gpu.forward(&RELU, &[1.0]).expect("it runs");
    gpu.release_memory();
    std::fs::write("/proc/self/clear_refs", "5").expect("one may reset one's own peak");
    let (before, done) = (status("VmRSS"), AtomicBool::new(false));
    let device = std::thread::scope(|scope| {
        let watch = || {
            let mut most = allocated(gpu);
            while !done.load(Ordering::Relaxed) {
                most = most.max(allocated(gpu));
                std::thread::yield_now();
            }
            most
        };
        let watching = scope.spawn(watch);
        let result = call();
        // What is kept is as much as was there, if nobody had the time to watch.
        let kept = allocated(gpu);
        done.store(true, Ordering::Relaxed);
        drop(result);
        watching.join().expect("watching cannot fail").max(kept)
    });
    let peak = status("VmHWM").saturating_sub(before);
    assert!(peak >= tensors / 2, "{what}: only {peak} bytes were seen, the result alone takes {tensors}");
    // Allocators and drivers have some of their own.
    let beside = peak.saturating_sub(tensors);
    assert!(beside <= CALL + 16 * MIB, "{what}: {} MiB beside its tensors", beside / MIB);
    if let Some(device) = device {
        assert!((16 * MIB..=CALL + MIB).contains(&device), "{what}: {} MiB on the device", device / MIB);
    }
    eprintln!("{what}: {} MiB beside its tensors, {:?} MiB on the device", beside / MIB, device.map(|d| d / MIB));
}

#[test]
fn a_call_takes_a_bounded_amount_beside_its_tensors() {
    let _turn = turn();
    for gpu in devices() {
        let x = vec![0.5f32; 48 << 20];
        let bytes = 4 * x.len() as u64;
        assert_bounded(&gpu, "forward", bytes, || gpu.forward(&RELU, &x).expect("it runs"));
        assert_bounded(&gpu, "backward", bytes, || gpu.backward(&RELU, &x, &x).expect("it runs"));
        assert_bounded(&gpu, "a sum", 0, || gpu.param_gradient(&SWISH, "beta", &x, &x).expect("it runs"));
        let both = || gpu.backward(&SWIGLU, (&x, &x), &x).expect("it runs");
        assert_bounded(&gpu, "a gate's gradient", 2 * bytes, both);
    }
}

#[test]
fn what_is_kept_is_bounded_and_can_be_released() {
    let _turn = turn();
    for gpu in devices() {
        let Some(start) = allocated(&gpu) else { continue };
        let kept = || allocated(&gpu).expect("it did count") - start;
        let x = vec![0.5f32; 9 << 20];
        let mut most = 0;
        for len in [x.len(), 4 << 20, 3 << 20, 1 << 20, 70_001, 300, 1] {
            let x = &x[..len];
            gpu.forward(&RELU, x).expect("it runs");
            gpu.backward(&GELU, x, x).expect("it runs");
            gpu.forward(&SWIGLU, (x, x)).expect("it runs");
            gpu.backward(&SWIGLU, (x, x), x).expect("it runs");
            most = most.max(kept());
            assert!(kept() <= KEPT + MIB, "{} MiB are kept after {len} elements", kept() / MIB);
        }
        assert!(most > KEPT / 2, "a pool that holds {most} bytes at most was not filled");
        // Calls of one size find what the first one left.
        let mut held = Vec::new();
        for k in 0..20 {
            gpu.forward(LEAKY_RELU.with(k as f32), &x[..300_000]).expect("it runs");
            gpu.backward(&GELU, &x[..300_000], &x[..300_000]).expect("it runs");
            held.push(kept());
        }
        assert!(held[1..].iter().all(|&bytes| bytes == held[1]), "calls of one size hold {held:?} bytes");
        gpu.release_memory();
        assert!(kept() < MIB, "{} bytes are left", kept());
        assert_eq!(gpu.forward(&RELU, &[1.0, -1.0]).expect("it runs"), [1.0, 0.0]);
    }
}

#[test]
fn ten_thousand_calls_leave_nothing() {
    let _turn = turn();
    for gpu in devices() {
        let (x, weights) = (vec![0.5f32; 6000], [0.1, 0.2, 0.3]);
        let rows = Extent { outer: 10, channels: 30, inner: 1 };
        let prelu = PRELU.function().per_channel(&weights, Extent { outer: 100, channels: 3, inner: 1 });
        let calls = |count: usize| {
            for k in 0..count {
                let x = &x[..300 + k % 7 * 900];
                match k % 5 {
                    0 => drop(gpu.forward(&RELU, x).expect("it runs")),
                    1 => drop(gpu.forward(LEAKY_RELU.with(k as f32), x).expect("it runs")),
                    2 => drop(gpu.backward(&GELU, x, x).expect("it runs")),
                    3 => drop(gpu.forward(SOFTMAX.along(rows), &x[..300]).expect("it runs")),
                    _ => drop(gpu.forward(&prelu, &x[..300]).expect("it runs")),
                }
            }
        };
        calls(2000);
        let before = status("VmRSS");
        calls(10_000);
        let grown = status("VmRSS").saturating_sub(before);
        assert!(grown < 4 * MIB, "{grown} bytes more on {}", gpu.info().backend);
        eprintln!("{grown} bytes more on {}", gpu.info().backend);
    }
}
