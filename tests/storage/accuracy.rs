//! Every function on every number of 16 bits, against the `f64` reference. Backends differ in a bit here and there, as their
//! results in `f32` do.

use wgpu_activations::check;
use wgpu_activations::{Activation, Buffers, Function, Pass, Spec, Storage, activation};

use super::{Rig, bits_of, every, hash, pack, unpack, upload, value_of};

/// The largest errors in units in the last place of the storage: one rounding, and what is left of the errors in `f32`.
const FORWARD: f64 = 0.51;
const BACKWARD: f64 = 0.52;

/// Bits of a number behind its first digit, its smallest normal exponent, and the first exponent beyond its range.
fn format(storage: Storage) -> (i32, i32, i32) {
    match storage {
        Storage::F16 => (10, -14, 16),
        _ => (7, -126, 128),
    }
}

/// The distance in units in the last place of the exact value or of a larger term; infinity stands for the first number
/// beyond the range.
fn ulps(storage: Storage, got: f64, expected: f64, term: f64) -> f64 {
    let (digits, least, beyond) = format(storage);
    if got.is_nan() || expected.is_nan() {
        return if got.is_nan() && expected.is_nan() { 0.0 } else { f64::INFINITY };
    }
    let smallest = f64::from(f32::MIN_POSITIVE);
    if expected.abs() < smallest && got.abs() <= smallest {
        return 0.0; // Subnormal f32 may flush.
    }
    let limit = 2f64.powi(beyond);
    let (got, expected, term) = (got.clamp(-limit, limit), expected.clamp(-limit, limit), term.abs().min(limit));
    let exponent = (expected.abs().max(term).to_bits() >> 52) as i32 - 1023;
    (got - expected).abs() / 2f64.powi(exponent.clamp(least, beyond - 1) - digits)
}

fn spec(a: &'static Activation, pass: Pass) -> Option<Spec> {
    match pass {
        Pass::Forward => Some(Spec::forward(a)),
        Pass::Backward => Some(Spec::backward(a)),
        Pass::BackwardFromOutput => Some(Spec::backward_from_output(a)),
        _ => None,
    }
}

/// Every number of 16 bits, or every output if a pass takes these.
fn inputs(a: &Activation, pass: Pass, params: &[f64], storage: Storage) -> Vec<u32> {
    let output = |bits: u32| {
        let x = value_of(storage, bits);
        if x.is_nan() { bits } else { bits_of(storage, (a.value)(x.into(), params) as f32) }
    };
    if pass == Pass::BackwardFromOutput { every().into_iter().map(output).collect() } else { every() }
}

/// The results for these inputs, with an upstream gradient of 1.
fn results(rig: &Rig, f: &Function<'_>, spec: Spec, storage: Storage, inputs: &[u32]) -> Vec<u32> {
    let (x, y) = (upload(rig, &pack(storage, inputs)), upload(rig, &vec![0; 1 << 15]));
    let ones = upload(rig, &pack(storage, &vec![bits_of(storage, 1.0); 1 << 16]));
    let buffers = match spec.pass() {
        Pass::Forward => Buffers::unary(x.slice(..), y.slice(..)),
        _ => Buffers::binary(x.slice(..), ones.slice(..), y.slice(..)),
    };
    let kernel = rig.kernels.get(spec.kinks(f.choice()).storage(storage)).unwrap();
    let bound = kernel.bind(buffers, 1 << 16).unwrap();
    bound.set_params(&rig.queue, f.params()).unwrap();
    rig.run(&[&bound]);
    unpack(storage, &rig.words(&y), 1 << 16)
}

fn check(storage: Storage) {
    let Some(rig) = Rig::webgpu() else { return };
    let (mut wrong, mut largest, mut bits) = (Vec::new(), [0.0f64; 2], 0);
    for (f, pass) in activation::ALL.iter().flat_map(|a| check::passes(a)) {
        let a = f.activation();
        let Some(spec) = spec(a, pass) else { continue };
        let params: Vec<f64> = f.params().iter().map(|&p| p.into()).collect();
        let reference = match pass {
            Pass::Forward => a.value,
            Pass::Backward => a.dx_of(f.choice()),
            _ => a.dx_from_y.unwrap(),
        };
        let mut worst = (0.0, 0.0, 0.0, 0.0);
        let inputs = inputs(a, pass, &params, storage);
        let results = results(&rig, &f, spec, storage, &inputs);
        bits = hash(bits, &results);
        for (x, got) in inputs.into_iter().zip(results) {
            let (x, got) = (f64::from(value_of(storage, x)), f64::from(value_of(storage, got)));
            let expected = if x.is_nan() { f64::NAN } else { reference(x, &params) };
            let error = ulps(storage, got, expected, a.largest_term(pass, x, &params));
            if error > worst.0 {
                worst = (error, x, got, expected);
            }
        }
        let (bound, backward) = if pass == Pass::Forward { (FORWARD, 0) } else { (BACKWARD, 1) };
        largest[backward] = largest[backward].max(worst.0);
        if worst.0 > bound {
            let (ulp, x, got, expected) = worst;
            wrong.push(format!("{} {pass} {params:?}: {ulp} ULP at {x:e}: {got:e}, not {expected:e}", a.name));
        }
    }
    println!("{storage}: forward {:.5} ULP, backward {:.5} ULP, all bits {bits:016x}", largest[0], largest[1]);
    assert!(wrong.is_empty(), "{storage}, {}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_f16() {
    check(Storage::F16);
}

#[test]
fn every_bf16() {
    check(Storage::Bf16);
}
