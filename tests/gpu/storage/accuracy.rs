//! Every function on every number of 16 bits, against the `f64` reference, and the ruler that errors are measured with.

use wgpu_activations::{Op, Pass, Storage, activation};
use wgpu_activations_harness::check::{self, Case, stored_ulps};

use super::value_of;
use crate::common::gpu;

fn check(storage: Storage) {
    let Some(gpu) = gpu() else { return };
    let (mut wrong, mut largest) = (Vec::new(), [0.0f64; 3]);
    let cases = activation::ALL.iter().flat_map(|&a| Case::all(a).into_iter().map(move |case| (a, case)));
    let reports = cases.flat_map(|(a, case)| check::run(gpu, &case, storage).unwrap().into_iter().map(move |r| (a, r)));
    for (a, r) in reports {
        let pass = r.pass;
        assert_eq!(r.inputs, 1 << 16, "{} {pass}", r.function);
        let (bound, kind) = match pass {
            Pass::Forward => (0.52, 0),
            Pass::ParamGradient(_) => (a.bound(pass), 2), // The sums are f32.
            _ => (0.55, 1),
        };
        assert_eq!((r.bound, r.ok), (bound, r.max_ulp <= bound), "{} {pass}", r.function);
        largest[kind] = largest[kind].max(r.max_ulp);
        if !r.ok {
            wrong.push(r.to_string());
        }
    }
    let [forward, backward, sums] = largest;
    println!(
        "{storage}: forward {forward:.5} ULP, backward {backward:.5} ULP, parameters' gradients {sums:.2} ULP of f32"
    );
    assert!(wrong.is_empty(), "{storage}, {}:\n{}", wrong.len(), wrong.join("\n"));
    // A result that is rounded has half a unit to lose.
    assert!(forward > 0.49 && backward > 0.49, "{storage}: the ruler measures too little");
}

/// Gates, CReLU and functions of rows on samples.
fn check_tensors(storage: Storage) {
    let Some(gpu) = gpu() else { return };
    let mut wrong = Vec::new();
    for case in Op::all().into_iter().filter(|op| !matches!(op, Op::Activation(_))).flat_map(Case::all) {
        let reports = check::run(gpu, &case, storage).unwrap();
        wrong.extend(reports.into_iter().filter(|r| !r.ok || r.bound > 0.55).map(|r| r.to_string()));
    }
    assert!(wrong.is_empty(), "{storage}, {}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn gates_and_rows_of_f16() {
    check_tensors(Storage::F16);
}

#[test]
fn gates_and_rows_of_bf16() {
    check_tensors(Storage::Bf16);
}

#[test]
fn every_f16() {
    check(Storage::F16);
}

#[test]
fn every_bf16() {
    check(Storage::Bf16);
}

#[test]
fn neighbours_of_16_bits_are_one_unit_apart() {
    for (storage, infinity) in [(Storage::F16, 0x7c00), (Storage::Bf16, 0x7f80)] {
        for bits in 0..infinity {
            let (low, high) = (value_of(storage, bits), value_of(storage, bits + 1));
            // Infinity stands for the first number beyond the range; next to the subnormal f32 digits may be missing.
            let flushed = low < 4.0 * f32::MIN_POSITIVE && high - low <= 2.0 * f32::MIN_POSITIVE;
            let error = stored_ulps(storage, high, low.into(), 0.0);
            assert_eq!(error, if flushed { 0.0 } else { 1.0 }, "{storage} {bits:#x}");
            assert_eq!(stored_ulps(storage, -low, (-low).into(), 0.0), 0.0);
        }
    }
}

#[test]
fn other_distances_of_16_bits() {
    let (inf, wrong) = (f32::INFINITY, f64::INFINITY);
    let cases = [
        // Halfway to the first number beyond the range, and that number.
        (Storage::F16, inf, 65_520.0, 0.0, 0.5),
        (Storage::F16, inf, 65_504.0, 0.0, 1.0),
        (Storage::F16, 65_504.0, 1e9, 0.0, 1.0),
        (Storage::F16, inf, 1e300, 0.0, 0.0),
        (Storage::F16, inf, f64::NEG_INFINITY, 0.0, 4096.0),
        (Storage::Bf16, inf, 1e300, 0.0, 0.0),
        // A larger term forgives in proportion.
        (Storage::F16, 1.0 + 2f32.powi(-10), 1.0, 8.0, 0.125),
        (Storage::Bf16, 1.0 + 2f32.powi(-7), 1.0, -8.0, 0.125),
        // The smallest subnormal f16 is one unit from 0, however small the exact value.
        (Storage::F16, 2f32.powi(-24), 1e-300, 0.0, 1.0),
        (Storage::F16, 0.0, 2f64.powi(-25), 0.0, 0.5),
        (Storage::F16, f32::NAN, f64::NAN, 0.0, 0.0),
        (Storage::F16, f32::NAN, 0.0, 0.0, wrong),
        (Storage::Bf16, 0.0, f64::NAN, 0.0, wrong),
        // f32 has a ruler of its own.
        (Storage::F32, 1f32.next_up(), 1.0, 0.0, 1.0),
        (Storage::F32, inf, 65_520.0, 0.0, wrong),
    ];
    for (storage, got, expected, term, error) in cases {
        assert_eq!(stored_ulps(storage, got, expected, term), error, "{storage}: {got:e} for {expected:e}");
    }
}
