//! Mistakes of the device's owner are the owner's, and ours are not.

use std::sync::{Arc, Mutex};

use wgpu_activations::activation::{ALL, ELU, RELU};
use wgpu_activations::row::SOFTMAX;
use wgpu_activations::wgpu::{self, BufferUsages, ErrorFilter};
use wgpu_activations::{Buffers, Error, Extent, Kernels, Spec};

use crate::common::rig::{self, USAGE};
use crate::{backends, buffer, devices, ends, open};

/// What an uncaptured-error handler has heard.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn by(device: &wgpu::Device) -> Self {
        let heard = Self::default();
        let ear = heard.clone();
        device.on_uncaptured_error(Arc::new(move |error| ear.0.lock().unwrap().push(error.to_string())));
        heard
    }

    /// Fails unless these were so many mistakes of the owner's and nothing else.
    #[track_caller]
    fn owners(&self, expected: usize) {
        let heard = self.0.lock().unwrap();
        let foreign = heard.iter().find(|message| !message.contains("the owner's"));
        assert_eq!(foreign, None, "an error leaked to the owner's handler");
        assert_eq!(heard.len(), expected, "the owner's errors did not all arrive");
    }
}

/// A buffer that no device makes.
fn mistake(device: &wgpu::Device) -> wgpu::Buffer {
    buffer(device, BufferUsages::MAP_READ | BufferUsages::MAP_WRITE | BufferUsages::STORAGE)
}

#[test]
fn mistakes_of_the_owner_in_another_thread() {
    for adapter in rig::adapters() {
        ends("binding beside mistakes", move || {
            let [(device, _queue), (other, _)] = devices(&adapter);
            let heard = Heard::by(&device);
            let kernels = Kernels::new(&device).unwrap();
            let [x, y, foreign] = [&device, &device, &other].map(|device| buffer(device, USAGE));
            std::thread::scope(|scope| {
                let blunder = || (0..500).for_each(|_| drop(mistake(&device)));
                scope.spawn(blunder);
                scope.spawn(blunder);
                for a in ALL.iter().take(30) {
                    let kernel = kernels.get(Spec::backward(a)).expect("it compiles");
                    let buffers = |out| Buffers::new().x(x.slice(..)).dy(x.slice(..)).dx(out);
                    kernel.bind(buffers(y.slice(..)), 1000).expect("it binds");
                    let refused = kernel.bind(buffers(foreign.slice(..)), 1000).unwrap_err();
                    assert!(matches!(refused, Error::Gpu { .. }), "{refused}");
                    assert!(!refused.to_string().contains("MAP"), "{refused}");
                }
            });
            heard.owners(1000);
        });
    }
}

#[test]
fn mistakes_of_the_owner_between_ours() {
    for adapter in rig::adapters() {
        let [(device, _queue), (other, _)] = devices(&adapter);
        let heard = Heard::by(&device);
        let kernel = Kernels::new(&device).unwrap().get(Spec::forward(&RELU)).unwrap();
        let [x, foreign] = [&device, &other].map(|device| buffer(device, USAGE));
        let refused = || kernel.bind(Buffers::forward(x.slice(..), foreign.slice(..)), 1000).unwrap_err();
        let scope = device.push_error_scope(ErrorFilter::Validation);
        refused();
        drop(mistake(&device));
        refused();
        let caught = pollster::block_on(scope.pop()).expect("the owner's mistake").to_string();
        assert!(caught.contains("the owner's"), "{caught}");
        heard.owners(0);
    }
}

/// On a device that this library opened, its owner's mistake is an error once, and no more.
#[test]
fn mistakes_on_a_device_of_ours() {
    for backend in backends() {
        ends(&format!("a call after a mistake on {backend}"), move || {
            let gpu = open(&backend);
            let call = || gpu.forward(&ELU, &[1.0; 64]).map(drop);
            drop(mistake(gpu.device()));
            let error = call().unwrap_err();
            assert!(matches!(error, Error::Gpu { .. }) && error.to_string().contains("the owner's"), "{error}");
            assert_eq!(call(), Ok(()));

            let scope = gpu.device().push_error_scope(ErrorFilter::Validation);
            drop(mistake(gpu.device()));
            assert_eq!(call(), Ok(()), "an error in a scope of the owner's is no business of ours");
            assert!(pollster::block_on(scope.pop()).is_some());

            let heard = Heard::by(gpu.device());
            drop(mistake(gpu.device()));
            assert_eq!(call(), Ok(()), "nor is one that the owner's handler hears");
            heard.owners(1);
        });
    }
}

/// Commands that are none, for a device of ours.
#[test]
fn mistakes_in_commands() {
    for backend in backends() {
        ends(&format!("commands for {backend}"), move || {
            let gpu = open(&backend);
            let encoder = || gpu.device().create_command_encoder(&Default::default());
            let mut wrong = encoder();
            let x = buffer(gpu.device(), USAGE);
            wrong.copy_buffer_to_buffer(&x, 4000, &x, 0, 4096);
            let error = gpu.run(wrong).unwrap_err();
            assert!(matches!(error, Error::Gpu { .. }), "{error}");
            assert_eq!(gpu.run(encoder()), Ok(()));
            assert_eq!(gpu.forward(&RELU, &[-1.0, 2.0]), Ok(vec![0.0, 2.0]));
        });
    }
}

#[test]
fn buffers_that_were_destroyed() {
    for adapter in rig::adapters() {
        let [(device, _queue), _] = devices(&adapter);
        let heard = Heard::by(&device);
        let kernel = Kernels::new(&device).unwrap().get(Spec::forward(&RELU)).unwrap();
        let [x, y] = [(); 2].map(|()| buffer(&device, USAGE));
        x.destroy();
        let error = kernel.bind(Buffers::forward(x.slice(..), y.slice(..)), 1000).unwrap_err();
        assert!(matches!(error, Error::Gpu { .. }) && error.to_string().contains("destroyed"), "{error}");
        heard.owners(0);
    }
}

/// Rows that a device cannot hold as a whole.
#[test]
fn more_memory_than_there_can_be() {
    for backend in backends() {
        ends(&format!("a call that is too large for {backend}"), move || {
            let gpu = open(&backend);
            let limit = gpu.device().limits().max_buffer_size;
            let Some(x) = zeros(limit / 4 + 1) else { return };
            let len = x.len() as u64;
            let extent = Extent { outer: 1, channels: len, inner: 1 };
            let forward = gpu.forward(SOFTMAX.along(extent), &x).unwrap_err();
            let backward = gpu.backward(SOFTMAX.along(extent), &x, &x).unwrap_err();
            for error in [forward, backward] {
                let message = error.to_string();
                assert!(matches!(error, Error::TooLarge { .. }), "{message}");
                assert!(message.contains(&limit.to_string()), "{message} does not name {limit}");
            }
            assert_eq!(gpu.forward(&RELU, &[-1.0, 2.0]), Ok(vec![0.0, 2.0]), "what fits works");
        });
    }
}

/// Zeros that take address space only, unless a device's limit is none that a host's memory reaches.
fn zeros(len: u64) -> Option<Vec<f32>> {
    if len > 4 << 30 {
        eprintln!("a buffer may have {len} elements here: what is too large is not tested");
        return None;
    }
    Some(vec![0.0; len as usize])
}
