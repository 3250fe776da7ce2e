//! What a length costs that is no multiple of four, one small dispatch more, and a place that is no multiple of a pack.

mod common;

use std::time::Instant;

use common::Noise;
use common::rig::Rig;
use wgpu_activations::activation::RELU;
use wgpu_activations::{Bound, Buffers, Spec, Storage};

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

/// Interleaved: what disturbs the machine then disturbs both alike.
fn ratio(rig: &Rig, what: &str, one: &Bound, other: &Bound) -> f64 {
    seconds(rig, one);
    let (one, other) = (0..ROUNDS).map(|_| (seconds(rig, one), seconds(rig, other))).unzip();
    let (one, other) = (median(one), median(other));
    println!("{what}: {:.1} us against {:.1} us, ratio {:.3}", one * 1e6, other * 1e6, one / other);
    one / other
}

// The aim is 1.1; on a shared machine a test can only tell what is far off.
const FAR: f64 = 1.5;

#[test]
fn an_odd_length_costs_little_more() {
    let Some(rig) = Rig::webgpu() else { return };
    let x = rig.upload(&Noise(1).vec(1_000_004, 3.0));
    let y = rig.room(1_000_004);
    for storage in Storage::ALL {
        let kernel = rig.kernels.get(Spec::forward(&RELU).storage(storage)).unwrap();
        let bind = |len: usize| kernel.bind(Buffers::unary(x.slice(..), y.slice(..)), len).unwrap();
        let ratio = ratio(&rig, &format!("1,000,003 of {storage}"), &bind(1_000_003), &bind(1_000_004));
        assert!(ratio < FAR, "an odd length takes {ratio:.2} times as long");
    }
}

/// All tensors by as much, as the parts of an arena mostly are.
#[test]
fn a_place_off_every_alignment_costs_little_more() {
    let Some(rig) = Rig::webgpu() else { return };
    let [x, dy] = [1, 2].map(|seed| rig.upload(&Noise(seed).vec(1_000_016, 3.0)));
    let y = rig.room(1_000_016);
    for (storage, offsets) in
        [(Storage::F32, [4, 4, 4]), (Storage::F32, [8, 24, 40]), (Storage::F16, [2, 10, 2]), (Storage::Bf16, [6, 6, 6])]
    {
        let bytes = 1_000_000 * storage.bytes();
        for spec in [Spec::forward(&RELU), Spec::backward(&RELU)].map(|spec| spec.storage(storage)) {
            let kernel = rig.kernels.get(spec).unwrap();
            let bind = |[a, b, c]: [u64; 3]| {
                let [x, dy, y] = [(&x, a), (&dy, b), (&y, c)].map(|(buffer, at)| buffer.slice(at..at + bytes));
                let forward = spec.pass() == wgpu_activations::Pass::Forward;
                let buffers = if forward { Buffers::unary(x, y) } else { Buffers::binary(x, dy, y) };
                kernel.bind(buffers, 1_000_000).unwrap()
            };
            let what = format!("{storage} at {offsets:?} {}", spec.pass());
            let ratio = ratio(&rig, &what, &bind(offsets), &bind([0; 3]));
            assert!(ratio < FAR, "{what} takes {ratio:.2} times as long");
        }
    }
}
