//! What goes wrong outside this library, on every adapter there is: devices that go away, memory that is not there, mistakes
//! of the device's owner. Calls end with errors, in finite time, and nobody else hears of it.

#[path = "../common/mod.rs"]
mod common;

mod loss;
mod owner;
mod threads;

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use common::rig;
use wgpu_activations::{AdapterChoice, Gpu, wgpu};

/// The backends that have an adapter, by the names that choose them.
fn backends() -> Vec<String> {
    let mut names: Vec<String> = rig::adapters().iter().map(|a| a.get_info().backend.to_string()).collect();
    names.sort();
    names.dedup();
    names
}

fn open(backend: &str) -> Gpu {
    let choice = AdapterChoice::default().backend(backend);
    Gpu::with(&choice).unwrap_or_else(|error| panic!("{backend}: {error}"))
}

/// Two devices of a caller's own on an adapter.
fn devices(adapter: &wgpu::Adapter) -> [(wgpu::Device, wgpu::Queue); 2] {
    [(); 2].map(|()| pollster::block_on(adapter.request_device(&Default::default())).expect("a device"))
}

fn buffer(device: &wgpu::Device, usage: wgpu::BufferUsages) -> wgpu::Buffer {
    let label = Some("the owner's");
    device.create_buffer(&wgpu::BufferDescriptor { label, size: 4096, usage, mapped_at_creation: false })
}

/// Runs what must end, well or with a panic of its own: a thread that still runs after five minutes, long enough for any
/// machine, fails the test.
#[track_caller]
fn ends(what: &str, run: impl FnOnce() + Send + 'static) {
    let (done, wait) = channel();
    let thread = std::thread::spawn(move || {
        run();
        let _ = done.send(());
    });
    match wait.recv_timeout(Duration::from_secs(300)) {
        Err(RecvTimeoutError::Timeout) => panic!("{what} does not end"),
        _ => assert!(thread.join().is_ok(), "{what} panics"),
    }
}
