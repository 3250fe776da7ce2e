//! Devices that are destroyed before, between and during calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use wgpu_activations::activation::{ELU, PRELU, RELU, SWISH};
use wgpu_activations::gate::{CRELU, SWIGLU};
use wgpu_activations::row::SOFTMAX;
use wgpu_activations::{Buffers, Error, Extent, Gpu, Halves, Kernels, Spec, wgpu};

use crate::common::rig::{self, USAGE};
use crate::{backends, buffer, devices, ends, open};

type Call = (&'static str, fn(&Gpu, &[f32]) -> Result<(), Error>);

/// Every door of slices, on a tensor of an even length.
const CALLS: &[Call] = &[
    ("forward", |gpu, x| gpu.forward(&ELU, x).map(drop)),
    ("backward", |gpu, x| gpu.backward(&ELU, x, x).map(drop)),
    ("backward_from_output", |gpu, x| gpu.backward(ELU.function().from_output(), x, x).map(drop)),
    ("forward per channel", |gpu, x| gpu.forward(PRELU.function().per_channel(&[0.5; 2], rows(x)), x).map(drop)),
    ("param_gradient", |gpu, x| gpu.param_gradient(&SWISH, "beta", x, x).map(drop)),
    ("gate_forward", |gpu, x| gpu.forward(&SWIGLU, (x, x)).map(drop)),
    ("gate_backward", |gpu, x| gpu.backward(&SWIGLU, (x, x), x).map(drop)),
    ("halves_forward", |gpu, x| gpu.forward(SWIGLU.halves(rows(x), Halves::Split), x).map(drop)),
    ("halves_backward", |gpu, x| {
        gpu.backward(SWIGLU.halves(rows(x), Halves::Interleaved), x, &x[..x.len() / 2]).map(drop)
    }),
    ("crelu", |gpu, x| gpu.forward(CRELU.along(rows(x)), x).map(drop)),
    ("rows", |gpu, x| gpu.forward(SOFTMAX.along(rows(x)), x).map(drop)),
    ("rows_backward", |gpu, x| gpu.backward(SOFTMAX.along(rows(x)), x, x).map(drop)),
];

/// Rows of two.
fn rows(x: &[f32]) -> Extent {
    Extent { outer: x.len() as u64 / 2, channels: 2, inner: 1 }
}

#[track_caller]
fn lost(what: &str, result: Result<(), Error>) {
    match result {
        Err(Error::DeviceLost { .. }) => {}
        other => panic!("{what} of a lost device: {other:?}"),
    }
}

/// A device opened after a loss is as good as any.
fn works(backend: &str) {
    assert_eq!(open(backend).forward(&RELU, &[-1.0, 2.0]), Ok(vec![0.0, 2.0]), "{backend}: a new device");
}

#[test]
fn calls_on_a_lost_device() {
    for backend in backends() {
        ends(&format!("a call on a lost device of {backend}"), move || {
            for (name, call) in CALLS {
                let gpu = open(&backend);
                gpu.device().destroy();
                lost(name, call(&gpu, &[1.0; 64]));
                lost(name, call(&gpu, &[1.0; 64]));
            }
            works(&backend);
        });
    }
}

#[test]
fn calls_before_and_after_a_loss() {
    for backend in backends() {
        ends(&format!("a call after a loss on {backend}"), move || {
            let gpu = open(&backend);
            CALLS.iter().for_each(|(name, call)| assert_eq!(call(&gpu, &[1.0; 64]), Ok(()), "{name}"));
            gpu.device().destroy();
            // Nothing needs to be compiled any more.
            CALLS.iter().for_each(|(name, call)| lost(name, call(&gpu, &[1.0; 64])));
            works(&backend);
        });
    }
}

/// Results are read back from memory that goes in the moment in which it is there to be read.
#[test]
fn losses_while_results_are_mapped() {
    for backend in backends() {
        for (name, call) in CALLS {
            let (what, backend) = (format!("{name} of {backend} while it reads results back"), backend.clone());
            ends(&what, move || {
                let gpu = open(&backend);
                assert_eq!(call(&gpu, &[1.0; 64]), Ok(()));
                let device = gpu.device().clone();
                // Called by the next poll, which is the call's own.
                gpu.queue().submit([]);
                gpu.queue().on_submitted_work_done(move || device.destroy());
                let result = call(&gpu, &[1.0; 64]);
                assert!(matches!(result, Ok(()) | Err(Error::DeviceLost { .. })), "{result:?}");
                lost(name, call(&gpu, &[1.0; 64]));
            });
        }
    }
}

/// The device goes while another thread uploads, computes, waits or reads back; all doors see it.
#[test]
fn losses_in_the_middle_of_calls() {
    for backend in backends() {
        for (k, (name, call)) in CALLS.iter().enumerate() {
            let (what, backend) = (format!("{name} while the device of {backend} goes"), backend.clone());
            ends(&what, move || {
                let gpu = open(&backend);
                let x = vec![1.0; 1 << 20];
                call(&gpu, &x).expect("it works so far");
                std::thread::scope(|scope| {
                    let working = scope.spawn(|| {
                        loop {
                            if let Err(error) = call(&gpu, &x) {
                                break error;
                            }
                        }
                    });
                    std::thread::sleep(Duration::from_millis(3 + 7 * k as u64));
                    gpu.device().destroy();
                    lost(name, Err(working.join().expect("no panic")));
                });
            });
        }
        works(&backend);
    }
}

/// Whoever takes over the callbacks of a device gets them; calls still end with errors.
#[test]
fn losses_that_the_owner_listens_for() {
    for backend in backends() {
        ends(&format!("a call on a device of {backend} with other callbacks"), move || {
            let gpu = open(&backend);
            assert_eq!(gpu.forward(&ELU, &[1.0; 64]).map(drop), Ok(()));
            let told = Arc::new(AtomicUsize::new(0));
            let tell = told.clone();
            gpu.device().set_device_lost_callback(move |_, _| {
                tell.fetch_add(1, Ordering::SeqCst);
            });
            gpu.device().on_uncaptured_error(Arc::new(|_| {}));
            gpu.device().destroy();
            CALLS.iter().for_each(|(name, call)| assert!(call(&gpu, &[1.0; 64]).is_err(), "{name}"));
            // A loss is told where the device is polled.
            let _ = gpu.device().poll(wgpu::PollType::Poll);
            assert_eq!(told.load(Ordering::SeqCst), 1, "the owner is not told");
        });
    }
}

/// On a caller's device: kernels are compiled and bound, parameters set and calls recorded until it goes.
#[test]
fn losses_while_an_embedder_binds() {
    for adapter in rig::adapters() {
        ends(&format!("binding on a lost device of {:?}", adapter.get_info().backend), move || {
            let [(device, queue), _] = devices(&adapter);
            let leaked = Arc::new(AtomicUsize::new(0));
            let leak = leaked.clone();
            device.on_uncaptured_error(Arc::new(move |error| {
                eprintln!("leaked: {error}");
                leak.fetch_add(1, Ordering::SeqCst);
            }));
            let kernels = Kernels::new(&device).unwrap();
            let [x, y] = [(); 2].map(|()| buffer(&device, USAGE));
            let bind = || {
                let kernel = kernels.get(Spec::forward(&ELU))?;
                let bound = kernel.bind(Buffers::forward(x.slice(..), y.slice(..)), 1000)?;
                bound.set_params(&queue, &[0.5])?;
                Ok(bound)
            };
            let kept = bind().expect("it works so far");
            let error = std::thread::scope(|scope| {
                let binding = scope.spawn(|| {
                    loop {
                        if let Err(error) = bind() {
                            break error;
                        }
                    }
                });
                std::thread::sleep(Duration::from_millis(20));
                device.destroy();
                binding.join().expect("no panic")
            });
            lost("binding", Err(error));
            // What was bound before can still be recorded; its parameters are set in vain.
            let set = kept.set_params(&queue, &[0.25]);
            assert!(matches!(set, Ok(()) | Err(Error::DeviceLost { .. })), "{set:?}");
            let mut encoder = device.create_command_encoder(&Default::default());
            kept.record(&mut encoder.begin_compute_pass(&Default::default()));
            assert_eq!(leaked.load(Ordering::SeqCst), 0, "errors leaked to the owner's handler");
        });
    }
}
