//! The reference of gates against numeric derivatives and golden values.

use wgpu_activations::Activation;
use wgpu_activations::activation::{self, ALL as ACTIVATIONS};
use wgpu_activations::gate::{ALL, CRELU, Gate, Output, SWIGLU_OAI};
use wgpu_activations::{Error, Extent, Halves, reference};

use super::{agrees, derivative, step};

use crate::common::told::{count, length, told};

fn parameter_sets(gate: &Gate) -> Vec<Vec<f64>> {
    let defaults = gate.params.iter().map(|p| p.default).collect::<Vec<f64>>();
    let sets = std::iter::once(defaults.as_slice()).chain(gate.variants.iter().copied());
    sets.map(|set| set.iter().map(|&v| f64::from(v as f32)).collect()).collect()
}

/// Points at some distance from kinks.
fn points(kinks: &[f64]) -> Vec<f64> {
    let curve = |k: i32| {
        let t = f64::from(k) / 20.0 + 0.025;
        20.0 * t * t.abs()
    };
    let far = |x: &f64| kinks.iter().all(|kink| (x - kink).abs() > 4.0 * step(*x));
    (-20..20).map(curve).filter(far).collect()
}

#[test]
fn derivatives_are_those_of_the_values() {
    let made = ACTIVATIONS.iter().filter(|f| f.surrogate.is_none()).map(|f| Gate::of(f));
    for gate in ALL.iter().copied().chain(made) {
        for params in &parameter_sets(gate) {
            let [first, second] = gate.kinks(params).map(|kinks| points(&kinks));
            assert!(first.len() > 30 && second.len() > 30, "{}{params:?}: few points", gate.name);
            for &a in &first {
                for &b in second.iter().step_by(3) {
                    let value = |a, b| gate.eval(Output::Y, a, b, params);
                    for (output, numeric) in
                        [(Output::Da, derivative(|a| value(a, b), a)), (Output::Db, derivative(|b| value(a, b), b))]
                    {
                        let given = gate.eval(output, a, b, params);
                        let what = format!("{}{params:?}: {output} at ({a}, {b})", gate.name);
                        assert!(agrees(given, numeric), "{what} is {given:e}, differences give {numeric:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn values_are_the_golden_ones() {
    for gate in ALL {
        let path = format!("{}/tests/golden/gate/{}.csv", env!("CARGO_MANIFEST_DIR"), gate.name);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        let names: Vec<&str> = gate.params.iter().map(|p| p.name).chain(["a", "b", "y", "da", "db"]).collect();
        assert_eq!(lines.next(), Some(names.join(",").as_str()), "{path}: columns");
        let mut rows = 0;
        for line in lines {
            let row: Vec<f64> = line.split(',').map(|v| v.parse().expect("a number")).collect();
            let (params, rest) = row.split_at(gate.params.len());
            let (a, b) = (rest[0], rest[1]);
            for (output, &exact) in Output::ALL.into_iter().zip(&rest[2..]) {
                let got = gate.eval(output, a, b, params);
                let near = (got - exact).abs() <= 1e-12 * exact.abs() + 1e-300;
                assert!(near, "{}{params:?} {output} at ({a:e}, {b:e}) is {got:e}, not {exact:e}", gate.name);
            }
            rows += 1;
        }
        assert!(rows > 300, "{path}: {rows} rows");
    }
}

#[test]
fn names_find_their_gates() {
    for gate in ALL {
        for name in std::iter::once(&gate.name).chain(gate.aliases) {
            assert!(std::ptr::eq(Gate::find(name).unwrap(), *gate), "{name}");
            assert!(Activation::find(name).is_err(), "{name} is an activation, too");
        }
    }
    for f in ACTIVATIONS {
        let gate = Gate::of(f);
        assert!(std::ptr::eq(gate, Gate::of(f)), "{}: two gates", f.name);
        assert!(std::ptr::eq(gate, Gate::find(&format!("{}_glu", f.name)).unwrap()), "{}", f.name);
        assert!(std::ptr::eq(gate, Gate::find(gate.name).unwrap()), "{}", gate.name);
    }
    assert!(matches!(Gate::find("no_such_glu"), Err(Error::UnknownName { .. })));
    assert!(matches!(Gate::find("gated"), Err(Error::UnknownName { .. })));
}

#[test]
fn slices_are_mapped() {
    let gate = ALL[1];
    let (a, b, dy) = ([-1.0f32, 2.0, 0.5], [3.0f32, -4.0, 0.25], [1.0f32, 0.5, -2.0]);
    let by_hand = |output, k: usize| gate.eval(output, a[k].into(), b[k].into(), &[]);
    let y: Vec<f64> = (0..3).map(|k| by_hand(Output::Y, k)).collect();
    assert_eq!(reference::forward(gate, (&a, &b)), Ok(y.clone()));
    let [da, db]: [Vec<f64>; 2] =
        [Output::Da, Output::Db].map(|o| (0..3).map(|k| by_hand(o, k) * f64::from(dy[k])).collect());
    assert_eq!(reference::backward(gate, (&a, &b), &dy), Ok((da.clone(), db.clone())));

    // The same numbers as halves: [1, 6] split, [3, 2] in turn, and [3, 2] with three blocks.
    let split: Vec<f32> = [a, b].concat();
    let turn: Vec<f32> = a.iter().zip(b).flat_map(|(&a, b)| [a, b]).collect();
    let merged: Vec<f64> = da.iter().zip(&db).flat_map(|(&a, &b)| [a, b]).collect();
    for (x, extent, halves, dx) in [
        (&split, (1, 6, 1), Halves::Split, [da.clone(), db.clone()].concat()),
        (&split, (1, 2, 3), Halves::Interleaved, [da.clone(), db.clone()].concat()),
        (&turn, (1, 6, 1), Halves::Interleaved, merged.clone()),
        (&turn, (3, 2, 1), Halves::Split, merged.clone()),
    ] {
        let extent = Extent { outer: extent.0, channels: extent.1, inner: extent.2 };
        assert_eq!(reference::forward(gate.halves(extent, halves), x), Ok(y.clone()), "{extent:?} {halves:?}");
        assert_eq!(reference::backward(gate.halves(extent, halves), x, &dy), Ok(dx), "{extent:?} {halves:?}");
    }
}

#[test]
fn crelu_keeps_both_sides() {
    let extent = Extent::along(&[2, 2], 1).unwrap();
    let x = [1.0f32, -2.0, 0.0, -0.5];
    assert_eq!(reference::forward(CRELU.along(extent), &x), Ok(vec![1.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.5]));
    let dy = [3.0f32, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0];
    assert_eq!(reference::backward(CRELU.along(extent), &x, &dy), Ok(vec![3.0, -6.0, 0.0, -10.0]));
    for x in [-2.5, 3.5] {
        let numeric = [0, 1].map(|k| derivative(|x| CRELU.value(x)[k], x).0);
        let got = CRELU.dx(x, [2.0, 5.0]);
        assert!((got - 2.0 * numeric[0] - 5.0 * numeric[1]).abs() < 1e-9, "{x}");
    }
}

#[test]
fn zero_slopes_stop_infinities_and_nan_stays() {
    let (nan, inf) = (f32::NAN, f32::INFINITY);
    let reglu = ALL[4];
    let (da, db) = reference::backward(reglu, (&[-1.0, 1.0, 1.0], &[inf, 0.0, 2.0]), &[inf; 3]).unwrap();
    assert_eq!((da, db), (vec![0.0, 0.0, f64::INFINITY], vec![0.0, f64::INFINITY, f64::INFINITY]));
    assert!(reference::forward(reglu, (&[-1.0], &[inf])).unwrap()[0].is_nan(), "0 inf");
    let (da, db) = reference::backward(reglu, (&[1.0, nan, 1.0], &[nan, 1.0, 1.0]), &[1.0, 1.0, nan]).unwrap();
    assert!(da.iter().all(|v| v.is_nan()), "{da:?}");
    assert_eq!(db.iter().map(|v| v.is_nan()).collect::<Vec<_>>(), [false, true, true], "db does not depend on b");
}

#[test]
fn wrong_calls_give_the_right_errors() {
    let gate = &SWIGLU_OAI;
    let extent = |outer, channels, inner| Extent { outer, channels, inner };
    let length = |role, expected, got| Err(length("swiglu_oai", role, expected, got));
    assert_eq!(told(reference::forward(gate, (&[1.0; 3], &[1.0; 2]))), length("b", 3, 2));
    assert_eq!(told(reference::backward(gate, (&[1.0; 3], &[1.0; 3]), &[1.0])).map(|_| vec![]), length("dy", 3, 1));
    let odd = reference::forward(gate.halves(extent(2, 3, 1), Halves::Split), &[1.0; 6]).unwrap_err().to_string();
    assert!(odd.contains('3') && odd.contains("[2, 3, 1]"), "{odd}");
    let other = reference::forward(gate.halves(extent(2, 2, 1), Halves::Split), &[1.0; 6]);
    assert!(matches!(other, Err(Error::Extent { .. })), "another tensor");
    let dy = reference::backward(gate.halves(extent(3, 2, 1), Halves::Split), &[1.0; 6], &[1.0; 2]);
    assert_eq!(told(dy), length("dy", 3, 2));
    assert_eq!(told(reference::forward(gate.with(1.0), (&[0.0; 0], &[0.0; 0]))), Err(count("swiglu_oai", 3, 1)));
    assert!(matches!(gate.function().set("beta", 1.0), Err(Error::UnknownParameter { .. })));
}

#[test]
fn noise_is_uniform_and_the_same_everywhere() {
    use activation::rrelu_noise;
    let noise = rrelu_noise(0.125, 1.0 / 3.0, 42, 100_000);
    assert!(noise.iter().all(|v| (0.125..1.0 / 3.0).contains(v)));
    let mean = noise.iter().map(|&v| f64::from(v)).sum::<f64>() / 1e5;
    let variance = noise.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / 1e5;
    let width = 1.0 / 3.0 - 0.125;
    assert!((mean - (0.125 + width / 2.0)).abs() < 1e-3, "{mean}");
    assert!((variance - width * width / 12.0).abs() < 1e-4, "{variance}");
    // Neighbours do not go together.
    let pairs = noise.windows(2).map(|p| (f64::from(p[0]) - mean) * (f64::from(p[1]) - mean)).sum::<f64>() / 1e5;
    assert!(pairs.abs() < 0.02 * variance, "{pairs}");
    assert_eq!(rrelu_noise(0.0, 1.0, 1, 5)[..3], rrelu_noise(0.0, 1.0, 1, 3));
    assert_ne!(rrelu_noise(0.0, 1.0, 1, 3), rrelu_noise(0.0, 1.0, 2, 3));
    assert_eq!(rrelu_noise(0.5, 0.5, 1, 2), [0.5, 0.5]);
    assert_eq!(rrelu_noise(0.5, 0.25, 1, 2), [0.5, 0.5]);
    // The published sequence of SplitMix64 from seed 0.
    let first = (0xe220_a839_7b1d_cdaf_u64 >> 11) as f64 / (1u64 << 53) as f64;
    assert_eq!(rrelu_noise(0.0, 1.0, 0, 1), [first as f32]);
}
