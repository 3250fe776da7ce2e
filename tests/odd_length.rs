//! What a length costs that is no multiple of four: one small dispatch more.

mod common;

use std::time::Instant;

use common::Noise;
use common::rig::Rig;
use wgpu_activations::activation::RELU;
use wgpu_activations::{Bound, Buffers, Spec};

/// Passes recorded one after the other in a measurement.
const REPEATS: usize = 20;
const ROUNDS: usize = 31;

fn seconds(rig: &Rig, bound: &Bound) -> f64 {
    let calls = [bound; REPEATS];
    let start = Instant::now();
    rig.run(&calls);
    start.elapsed().as_secs_f64() / REPEATS as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn an_odd_length_costs_little_more() {
    let Some(rig) = Rig::webgpu() else { return };
    let x = rig.upload(&Noise(1).vec(1_000_004, 3.0));
    let y = rig.room(1_000_004);
    let kernel = rig.kernels.get(Spec::forward(&RELU)).unwrap();
    let bind = |len: usize| kernel.bind(Buffers::unary(x.slice(..), y.slice(..)), len).unwrap();
    let (odd, even) = (bind(1_000_003), bind(1_000_004));
    // Interleaved: what disturbs the machine then disturbs both alike.
    seconds(&rig, &odd);
    let times = (0..ROUNDS).map(|_| (seconds(&rig, &odd), seconds(&rig, &even)));
    let (odd, even): (Vec<f64>, Vec<f64>) = times.unzip();
    let (odd, even) = (median(odd), median(even));
    println!("1,000,003 elements: {:.1} us, 1,000,004: {:.1} us, ratio {:.3}", odd * 1e6, even * 1e6, odd / even);
    // The aim is 1.1; on a shared machine a test can only tell what is far off.
    assert!(odd < 1.5 * even, "an odd length takes {:.2} times as long", odd / even);
}
