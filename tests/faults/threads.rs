//! Eight threads at once compile, bind, record and submit, the same kernels and different ones.

use std::sync::Barrier;

use wgpu_activations::activation::{ALL, Activation, LEAKY_RELU};
use wgpu_activations::gate::SWIGLU;
use wgpu_activations::row::SOFTMAX;
use wgpu_activations::{Buffers, Extent, Kernels, Spec};

use crate::common::Noise;
use crate::common::rig::{self, Rig, bits};
use crate::{backends, devices, ends, open};

const THREADS: usize = 8;

/// Runs something in all threads, which start together.
fn together(run: impl Fn(usize) + Sync) {
    let start = Barrier::new(THREADS);
    std::thread::scope(|scope| {
        for k in 0..THREADS {
            let (run, start) = (&run, &start);
            scope.spawn(move || {
                start.wait();
                run(k);
            });
        }
    });
}

fn rigs() -> impl Iterator<Item = Rig> {
    rig::adapters().into_iter().map(|adapter| {
        let [(device, queue), _] = devices(&adapter);
        let kernels = Kernels::new(&device).expect("the limits suffice");
        Rig { device, queue, kernels }
    })
}

/// The value of a function, through a kernel got, bound and recorded anew.
fn value(rig: &Rig, a: &'static Activation, x: &[f32]) -> Vec<u32> {
    let (x_, y) = (rig.upload(x), rig.room(x.len()));
    let kernel = rig.kernels.get(Spec::forward(a)).expect("it compiles");
    rig.run(&[&kernel.bind(Buffers::forward(x_.slice(..), y.slice(..)), x.len()).expect("it binds")]);
    rig.words(&y)
}

#[test]
fn kernels_are_compiled_bound_and_run_side_by_side() {
    let x = Noise(1).vec(5003, 4.0);
    let functions = &ALL[..32];
    for (rig, alone) in rigs().zip(rigs()) {
        let x = x.clone();
        ends("eight threads with kernels", move || {
            let expected: Vec<_> = functions.iter().map(|a| value(&alone, a, &x)).collect();
            together(|k| {
                // First the same ones in all threads, then each from a place of its own on.
                for i in (0..8).chain((0..24).map(|i| 8 + (i + 3 * k) % 24)) {
                    assert_eq!(value(&rig, functions[i], &x), expected[i], "{} in thread {k}", functions[i].name);
                }
            });
        });
    }
}

#[test]
fn one_bound_call_is_recorded_side_by_side() {
    for rig in rigs() {
        ends("eight threads with a bound call", move || {
            let xy = rig.upload(&[-256.0; 5003]);
            let kernel = rig.kernels.get(Spec::forward(&LEAKY_RELU).in_place()).unwrap();
            let bound = kernel.bind(Buffers::new().x(xy.slice(..)), 5003).unwrap();
            bound.set_params(&rig.queue, &[0.5]).unwrap();
            together(|_| rig.run(&[&bound]));
            assert_eq!(rig.download(&xy), [-1.0; 5003], "halved by each thread");
        });
    }
}

#[test]
fn one_gpu_serves_all_threads() {
    for backend in backends() {
        ends(&format!("eight threads with a device of {backend}"), move || {
            let gpu = open(&backend);
            let x = Noise(2).vec(6000, 4.0);
            let rows = Extent { outer: 60, channels: 100, inner: 1 };
            let call = |k: usize| match k % 4 {
                0 => gpu.forward(SOFTMAX.along(rows), &x).expect("rows"),
                1 => gpu.backward(&SWIGLU, (&x, &x), &x).expect("a gate").1,
                2 => gpu.param_gradient(&LEAKY_RELU, "negative_slope", &x, &x).expect("a sum"),
                _ => gpu.backward(ALL[k], &x, &x).expect("a gradient"),
            };
            let expected: Vec<_> = (0..THREADS).map(|k| bits(&call(k))).collect();
            together(|k| {
                for i in 0..3 * THREADS {
                    let which = (k + i) % THREADS;
                    assert_eq!(bits(&call(which)), expected[which], "call {which} in thread {k}");
                }
            });
        });
    }
}
