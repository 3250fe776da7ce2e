//! Every pass of every function keeps its stated bound on this adapter, for any upstream gradient. That none is idle the model of
//! drivers decides.

use crate::common::cases::passes;
use crate::common::kinds::activation_of;
use crate::common::{Noise, gpu};
use wgpu_activations::{Activation, Gpu, Pass, Storage, With, activation};
use wgpu_activations_harness::check::{self, Case, ulps};

const TINY: f64 = f32::MIN_POSITIVE as f64;

#[test]
fn every_pass_keeps_its_bound() {
    let Some(gpu) = gpu() else { return };
    let info = gpu.info();
    let mut failures = Vec::new();
    for a in activation::ALL {
        for case in Case::all(*a) {
            let reports = check::run(gpu, &case, Storage::F32).unwrap_or_else(|error| {
                failures.push(format!("{case:?}: {error}"));
                Vec::new()
            });
            for r in reports {
                assert!(r.inputs > 1_200_000, "{}: a sample of {} proves little", a.name, r.inputs);
                if !r.ok {
                    failures.push(r.to_string());
                }
            }
        }
    }
    failures.sort();
    assert!(failures.is_empty(), "{} on {}:\n{}", failures.len(), info.name, failures.join("\n"));
}

/// Upstream gradients: nothing, signs, the ends of the range, and whatever lies between.
fn upstream(noise: &mut Noise) -> f32 {
    const SPECIAL: [f32; 12] =
        [0.0, -0.0, 1.0, -1.0, 0.5, -3.7, 1e-20, -1e20, 3e38, -1e-37, f32::MAX, f32::MIN_POSITIVE];
    match (noise.next() * 32.0) as i32 {
        k @ 0..12 => SPECIAL[k as usize],
        k => noise.next() * (k as f32).exp2(),
    }
}

/// Points where activations live, some in each binade, and the neighbourhood of kinks.
fn points(a: &Activation, params: &[f64], noise: &mut Noise) -> Vec<f32> {
    let mut x = noise.vec(3000, 20.0);
    for exponent in 1..255u32 {
        let bits = exponent << 23 | noise.next().to_bits() & 0x7f_ffff;
        x.extend([f32::from_bits(bits), -f32::from_bits(bits)]);
    }
    for kink in (a.kinks)(params) {
        let k = kink as f32;
        x.extend([k, k.next_up(), k.next_down()]);
    }
    x
}

/// Checks dx = dy f' for the gradients that `run` computes; returns what is wrong with them.
fn upstream_errors(gpu: &Gpu, f: &With<'static>, pass: Pass) -> Vec<String> {
    let a = activation_of(f);
    let params: Vec<f64> = f.params().iter().map(|&p| f64::from(p)).collect();
    let mut noise = Noise(17);
    let mut x = points(a, &params, &mut noise);
    if pass == Pass::BackwardFromOutput {
        x.iter_mut().for_each(|v| *v = (a.value)(f64::from(*v), &params) as f32);
    }
    let dy: Vec<f32> = x.iter().map(|_| upstream(&mut noise)).collect();
    let (dx, slope) = match pass {
        Pass::Backward => (gpu.backward(f, &x, &dy), a.dx_of(f.choice())),
        _ => (gpu.backward(f.clone().from_output(), &x, &dy), a.dx_from_y.expect("it has this pass")),
    };
    let dx = dx.expect("the pass runs");
    let mut wrong = Vec::new();
    for ((&x, &dy), &dx) in x.iter().zip(&dy).zip(&dx) {
        let (v, g) = (f64::from(x), f64::from(dy));
        let slope = slope(v, &params);
        if slope.abs() > f64::from(f32::MAX) {
            continue; // The derivative itself overflows, and so does the gradient, whatever the upstream one.
        }
        let expected = if slope == 0.0 { 0.0 } else { slope * g };
        let term = a.largest_term(pass, v, &params) * g;
        // A derivative below the smallest normal may be anything from 0 to that, and the gradient is its multiple.
        let flushed = slope.abs() < TINY && (f64::from(dx) - expected).abs() <= TINY * g.abs();
        if !flushed && ulps(dx, expected, term) > a.bound(pass) + 1.0 {
            wrong.push(format!(
                "{} {pass} {:?} at {x:e}: dy {dy:e} gives {dx:e}, not {expected:e}",
                a.name,
                f.params()
            ));
        }
    }
    wrong
}

#[test]
fn gradients_scale_with_any_upstream_gradient() {
    let Some(gpu) = gpu() else { return };
    let mut wrong = Vec::new();
    for a in activation::ALL {
        for (f, pass) in passes(a) {
            if matches!(pass, Pass::Backward | Pass::BackwardFromOutput) {
                wrong.extend(upstream_errors(gpu, &f, pass).into_iter().take(3));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The error of a result in units in the last place of the exact value itself.
fn of(got: f32, expected: f64) -> f64 {
    ulps(got, expected, 0.0)
}

#[test]
fn neighbours_are_one_unit_apart() {
    for v in [1.0f32, 1.5, -1.5, 3.7e-30, -2.2e30, 1e-37] {
        let exact = f64::from(v);
        assert_eq!(of(v, exact), 0.0);
        assert_eq!(of(v.next_up(), exact), 1.0, "{v}");
        assert_eq!(of(f32::from_bits(v.to_bits() + 7), exact), 7.0, "{v}");
    }
    // Below a power of two neighbours are half as far apart; the exact value's binade counts.
    assert_eq!(of(1.0f32.next_down(), 1.0), 0.5);
    assert_eq!(of(1.0, f64::from(1.0f32.next_down())), 1.0);
    assert_eq!(of(1.0, 1.0 + 2f64.powi(-24)), 0.5);
    assert_eq!(of(-1.0, 1.0), 2f64.powi(24));
    assert_eq!(of(0.0, 1.0), 2f64.powi(23));
    // A larger term forgives in proportion, and no more.
    assert_eq!(ulps(1.0f32.next_up(), 1.0, 8.0), 0.125);
    assert_eq!(ulps(1.0f32.next_up(), 1.0, -8.0), 0.125);
    assert_eq!(ulps(8.0f32.next_up(), 8.0, 1.0), 1.0);
}

#[test]
fn results_below_the_smallest_normal_may_flush() {
    let least = f32::from_bits(1);
    for expected in [0.0, TINY / 2.0, -TINY / 2.0, 1e-300, f64::from(least)] {
        for got in [0.0, -0.0, least, -least, f32::MIN_POSITIVE, -f32::MIN_POSITIVE] {
            assert_eq!(of(got, expected), 0.0, "{got:e} for {expected:e}");
        }
    }
    // Next to it what was flushed on the way may be missing, no more than twice that number; from four times it on nothing is
    // forgiven.
    for (got, expected) in
        [(f32::MIN_POSITIVE, TINY), (f32::MIN_POSITIVE.next_down(), TINY), (0.0, TINY), (0.0, 2.0 * TINY)]
    {
        assert_eq!(of(got, expected), 0.0, "{got:e} for {expected:e}");
    }
    assert!(of(0.0, 2.01 * TINY) > 1e6 && of(2.01 * f32::MIN_POSITIVE, 0.0) > 1e6);
    assert_eq!(of((4.0 * f32::MIN_POSITIVE).next_up(), 4.0 * TINY), 1.0);
    assert!(of(1e-30, 0.0) > 1e6);
}

#[test]
fn infinities_and_nan_are_right_or_wrong_and_nothing_between() {
    let (inf, wrong) = (f32::INFINITY, f64::INFINITY);
    assert_eq!(of(inf, f64::INFINITY), 0.0);
    assert_eq!(of(-inf, f64::NEG_INFINITY), 0.0);
    assert_eq!(of(inf, f64::NEG_INFINITY), wrong);
    assert_eq!(of(f32::MAX, f64::INFINITY), wrong);
    assert_eq!(of(inf, 1.0), wrong);
    assert_eq!(of(inf, 0.0), wrong);
    assert_eq!(of(f32::NAN, f64::NAN), 0.0);
    assert_eq!(of(-f32::NAN, f64::NAN), 0.0);
    assert_eq!(of(f32::NAN, 0.0), wrong);
    assert_eq!(of(f32::NAN, f64::INFINITY), wrong);
    assert_eq!(of(0.0, f64::NAN), wrong);
    assert_eq!(of(inf, f64::NAN), wrong);
}

#[test]
fn overflow_begins_half_a_unit_beyond_the_largest_number() {
    let max = f64::from(f32::MAX);
    let half = 2f64.powi(103);
    for sign in [1.0, -1.0] {
        let inf = f32::INFINITY * sign as f32;
        assert_eq!(of(inf, sign * (max + half)), 0.0);
        assert_eq!(of(inf, sign * 1e300), 0.0);
        assert_eq!(of(inf, sign * (max + half).next_down()), f64::INFINITY);
        assert_eq!(of(inf, sign * max), f64::INFINITY);
        assert_eq!(of(-inf, sign * (max + half)), f64::INFINITY);
        assert_eq!(of(f32::MAX * sign as f32, sign * max), 0.0);
        assert_eq!(of(f32::MAX * sign as f32, sign * (max + half / 2.0)), 0.25);
        assert_eq!(of(f32::MAX.next_down() * sign as f32, sign * max), 1.0);
    }
}
