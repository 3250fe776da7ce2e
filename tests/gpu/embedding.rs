//! An embedder's view: instance, device, queue and encoder are the caller's, and the library only records.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::common::rig::{self, Rig, USAGE, assert_close, bits};
use crate::common::told::{count, length, told};
use crate::common::{Noise, gpu};
use wgpu_activations::activation::{ALL, ELU, GELU, LEAKY_RELU, PRELU, RELU, SILU, SWISH};
use wgpu_activations::wgpu::{self, ErrorFilter, Limits};
use wgpu_activations::{AdapterChoice, Bound, Buffers, Error, Extent, Gpu, Kernel, Kernels, Spec, reference};

#[test]
fn several_kernels_in_one_pass_of_the_callers_encoder() {
    for limits in [Limits::default(), Limits::downlevel_defaults()] {
        let Some(rig) = Rig::new(|_| limits) else { return };
        let mut noise = Noise(1);
        let (x, dy) = (noise.vec(1001, 6.0), noise.vec(1001, 2.0));
        let (x_, dy_, y, dx) = (rig.upload(&x), rig.upload(&dy), rig.room(1001), rig.room(1001));
        let forward = rig.kernels.get(Spec::forward(&SILU)).unwrap();
        let backward = rig.kernels.get(Spec::backward(&SILU)).unwrap();
        let forward = forward.bind(Buffers::forward(x_.slice(..), y.slice(..)), 1001).unwrap();
        let backward = backward.bind(Buffers::new().x(y.slice(..)).dy(dy_.slice(..)).dx(dx.slice(..)), 1001).unwrap();

        // The second kernel reads what the first one writes, in the same pass.
        let mut encoder = rig.device.create_command_encoder(&Default::default());
        let mut pass = encoder.begin_compute_pass(&Default::default());
        forward.record(&mut pass);
        backward.record(&mut pass);
        drop(pass);
        let commands = encoder.finish();
        // Nothing has run yet: submitting is the caller's business.
        assert!(rig.words(&y).iter().all(|&w| w == 0), "the library submitted something");
        rig.queue.submit([commands]);
        let got = rig.download(&y);
        assert_close("silu", &got, &reference::forward(&SILU, &x).unwrap());
        assert_close("its gradient", &rig.download(&dx), &reference::backward(&SILU, &got, &dy).unwrap());
    }
}

#[test]
fn parameters_change_without_a_new_kernel() {
    let Some(rig) = Rig::webgpu() else { return };
    let x = Noise(2).vec(1001, 3.0);
    let (x_, y) = (rig.upload(&x), rig.room(1001));
    for a in [&LEAKY_RELU, &ELU, &SWISH] {
        let kernel = rig.kernels.get(Spec::forward(a)).unwrap();
        let buffers = Buffers::forward(x_.slice(..), y.slice(..));
        let (bound, other) = (kernel.bind(buffers, 1001).unwrap(), kernel.bind(buffers, 1001).unwrap());
        for value in [0.5, -1.25, 2.0] {
            bound.set_params(&rig.queue, &[value]).unwrap();
            rig.run(&[&bound]);
            assert_close(a.name, &rig.download(&y), &reference::forward(a.with(value), &x).unwrap());
            assert!(Arc::ptr_eq(&kernel, &rig.kernels.get(Spec::forward(a)).unwrap()));
        }
        rig.run(&[&other]);
        assert_close("another bound call keeps the defaults", &rig.download(&y), &reference::forward(a, &x).unwrap());
        assert_eq!(told(bound.set_params(&rig.queue, &[1.0, 2.0])), Err(count(a.name, 1, 2)));
    }
}

#[test]
fn weights_in_the_callers_buffer_are_read_at_every_submission() {
    let Some(rig) = Rig::webgpu() else { return };
    let extent = Extent { outer: 11, channels: 13, inner: 7 };
    let x = Noise(3).vec(1001, 3.0);
    let (x_, y, weights) = (rig.upload(&x), rig.room(1001), rig.room(13));
    let kernel = rig.kernels.get(Spec::forward(&PRELU).per_channel()).unwrap();
    let bound = kernel.bind(Buffers::forward(x_.slice(..), y.slice(..)).weights(weights.slice(..)), extent).unwrap();
    for seed in 0..3 {
        let values = Noise(seed).vec(13, 2.0);
        rig.write(&weights, 0, &values);
        rig.run(&[&bound]);
        let expected = reference::forward(PRELU.function().per_channel(&values, extent), &x).unwrap();
        assert_close("prelu", &rig.download(&y), &expected);
    }
}

type Opened = (wgpu::Device, wgpu::Queue);

/// A device whose uncaptured errors are counted, and another one of the same adapter.
fn watched() -> Option<([Opened; 2], Arc<AtomicUsize>)> {
    let adapter = rig::adapter()?;
    let open = || pollster::block_on(adapter.request_device(&Default::default())).expect("a device");
    let devices = [open(), open()];
    let count = Arc::new(AtomicUsize::new(0));
    let seen = count.clone();
    devices[0].0.on_uncaptured_error(Arc::new(move |_| {
        seen.fetch_add(1, Ordering::SeqCst);
    }));
    Some((devices, count))
}

fn buffer(device: &wgpu::Device, size: u64, usage: wgpu::BufferUsages) -> wgpu::Buffer {
    device.create_buffer(&wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false })
}

#[test]
fn the_callers_error_scopes_and_handlers_are_left_alone() {
    let Some(([(device, _queue), (other, _)], uncaptured)) = watched() else { return };
    let kernels = Kernels::new(&device).unwrap();
    let (x, y) = (buffer(&device, 4000, USAGE), buffer(&device, 4000, USAGE));
    let foreign = buffer(&other, 4000, USAGE);

    let scopes = [ErrorFilter::Validation, ErrorFilter::OutOfMemory, ErrorFilter::Internal];
    let scopes = scopes.map(|filter| device.push_error_scope(filter));
    let kernel = kernels.get(Spec::forward(&RELU)).unwrap();
    // One error that the library finds, and one that only wgpu does.
    let short = kernel.bind(Buffers::forward(x.slice(..), y.slice(..)), 1001).unwrap_err();
    assert_eq!(short.to_string(), length("relu", "x", 1001, 1000));
    let refused = kernel.bind(Buffers::forward(x.slice(..), foreign.slice(..)), 1000).unwrap_err();
    assert!(matches!(refused, Error::Gpu { .. }), "{refused}");
    for scope in scopes.into_iter().rev() {
        assert_eq!(pollster::block_on(scope.pop()).map(|e| e.to_string()), None, "an error leaked into a scope");
    }
    kernel.bind(Buffers::forward(x.slice(..), foreign.slice(..)), 1000).unwrap_err();
    assert_eq!(uncaptured.load(Ordering::SeqCst), 0, "an error leaked to the handler");

    // The caller's own mistakes still arrive where they did before.
    let both = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::MAP_WRITE | wgpu::BufferUsages::STORAGE;
    let scope = device.push_error_scope(ErrorFilter::Validation);
    buffer(&device, 16, both);
    assert!(pollster::block_on(scope.pop()).is_some(), "the caller's scope works");
    buffer(&device, 16, both);
    assert_eq!(uncaptured.load(Ordering::SeqCst), 1, "the caller's handler works");
}

#[test]
fn a_lost_device_of_the_callers_is_an_error() {
    let Some(([(device, _queue), _], uncaptured)) = watched() else { return };
    let lost = Arc::new(AtomicUsize::new(0));
    let seen = lost.clone();
    device.set_device_lost_callback(move |_, _| {
        seen.fetch_add(1, Ordering::SeqCst);
    });
    let kernels = Kernels::new(&device).unwrap();
    let kernel = kernels.get(Spec::forward(&ELU)).unwrap();
    let (x, y) = (buffer(&device, 400, USAGE), buffer(&device, 400, USAGE));
    device.destroy();
    let error = kernel.bind(Buffers::forward(x.slice(..), y.slice(..)), 100).unwrap_err();
    assert!(matches!(error, Error::DeviceLost { .. }), "{error}");
    // wgpu compiles for a lost device without a word, so the loss may show only where buffers come in.
    let late = kernels.get(Spec::forward(&GELU));
    let error = late.and_then(|k| k.bind(Buffers::forward(x.slice(..), y.slice(..)), 100)).unwrap_err();
    assert!(matches!(error, Error::DeviceLost { .. }), "{error}");
    assert_eq!(uncaptured.load(Ordering::SeqCst), 0);
    let _ = device.poll(wgpu::PollType::Poll);
    assert_eq!(lost.load(Ordering::SeqCst), 1, "the caller's callback is called");
}

#[test]
fn handles_may_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Kernels>();
    shared::<Kernel>();
    shared::<Bound>();
    shared::<Gpu>();
    shared::<Error>();
}

#[test]
fn kernels_are_compiled_once() {
    let Some(rig) = Rig::webgpu() else { return };
    let spec = Spec::backward(&GELU);
    let kernel = rig.kernels.get(spec).unwrap();
    assert!(Arc::ptr_eq(&kernel, &rig.kernels.get(spec).unwrap()));
    assert!(Arc::ptr_eq(&kernel, &rig.kernels.clone().get(Spec::backward(&GELU)).unwrap()), "clones share");
    assert_eq!(kernel.spec(), spec);
    for other in [spec.in_place(), Spec::forward(&GELU), Spec::backward(&SILU)] {
        assert!(!Arc::ptr_eq(&kernel, &rig.kernels.get(other).unwrap()), "{other:?}");
    }
}

#[test]
fn threads_compile_side_by_side() {
    let Some(rig) = Rig::webgpu() else { return };
    let compile = || ALL.iter().map(|a| rig.kernels.get(Spec::forward(a)).unwrap()).collect::<Vec<_>>();
    let compiled: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(compile)).collect();
        threads.into_iter().map(|t| t.join().expect("no panic")).collect()
    });
    for other in &compiled[1..] {
        assert!(compiled[0].iter().zip(other).all(|(a, b)| Arc::ptr_eq(a, b)), "every thread got the same kernels");
    }
}

#[test]
fn threads_share_a_gpu() {
    let Some(gpu) = gpu() else { return };
    let work = |seed: u32| {
        let x = Noise(seed).vec(10_001, 4.0);
        let expected: Vec<f32> = x.iter().map(|&v| if v > 0.0 { v } else { 0.25 * v }).collect();
        for _ in 0..200 {
            assert_eq!(bits(&gpu.forward(LEAKY_RELU.with(0.25), &x).unwrap()), bits(&expected));
        }
    };
    std::thread::scope(|scope| {
        (0..4).for_each(|seed| {
            scope.spawn(move || work(seed));
        });
    });
}

#[test]
fn async_twins_give_the_same() {
    let Some(gpu) = gpu() else { return };
    let mut noise = Noise(5);
    let (x, dy) = (noise.vec(1003, 4.0), noise.vec(1003, 2.0));
    let wait = pollster::block_on::<std::pin::Pin<Box<dyn Future<Output = Result<Vec<f32>, Error>>>>>;
    assert_eq!(wait(Box::pin(gpu.forward_async(&ELU, &x))), gpu.forward(&ELU, &x));
    assert_eq!(wait(Box::pin(gpu.backward_async(&ELU, &x, &dy))), gpu.backward(&ELU, &x, &dy));
    let twin = wait(Box::pin(gpu.backward_async(ELU.function().from_output(), &x, &dy)));
    assert_eq!(twin, gpu.backward(ELU.function().from_output(), &x, &dy));
    let twin = wait(Box::pin(gpu.param_gradient_async(&ELU, "alpha", &x, &dy)));
    assert_eq!(twin, gpu.param_gradient(&ELU, "alpha", &x, &dy));
    let own = pollster::block_on(Gpu::with_async(&AdapterChoice::default())).unwrap();
    assert_eq!(own.forward(&ELU, &x), gpu.forward(&ELU, &x));
}

#[test]
fn slices_on_a_device_of_the_callers() {
    let Some((device, queue)) = crate::common::rig::device(|_| Limits::default()) else { return };
    let reports = Arc::new(AtomicUsize::new(0));
    let count = reports.clone();
    device.on_uncaptured_error(Arc::new(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
    }));
    let gpu = Gpu::from_parts(device.clone(), queue).unwrap();
    assert_eq!(gpu.info().name, device.adapter_info().name);
    let x = Noise(3).vec(1003, 4.0);
    assert_close("relu", &gpu.forward(&RELU, &x).unwrap(), &reference::forward(&RELU, &x).unwrap());
    // The handler is still the caller's.
    let size = device.limits().max_buffer_size + 4;
    let usage = wgpu::BufferUsages::STORAGE;
    let _ = device.create_buffer(&wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false });
    assert_eq!(reports.load(Ordering::Relaxed), 1);
    assert!(gpu.forward(&RELU, &x).is_ok());
    device.destroy();
    let lost = gpu.forward(&RELU, &x);
    assert!(matches!(lost, Err(Error::DeviceLost { .. })), "{lost:?}");
}
