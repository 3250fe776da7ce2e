//! Zeros, infinities and NaN by hand.

use wgpu_activations::gate::{ALL, BILINEAR, CRELU, GLU, Gate, REGLU, RRELU_TRAIN, SWIGLU, SWIGLU_OAI};
use wgpu_activations::{Extent, reference};

use crate::common::gpu;

const INF: f32 = f32::INFINITY;
const NAN: f32 = f32::NAN;

/// A gate, a, b and dy, and y, da and db.
type Row = (&'static Gate, [f32; 3], [f32; 3]);

const ROWS: &[Row] = &[
    // Forward is IEEE's; where a factor of a derivative is 0 nothing passes back.
    (&SWIGLU, [0.0, INF, 1.0], [NAN, INF, 0.0]),
    (&SWIGLU, [-INF, 2.0, INF], [0.0, 0.0, 0.0]),
    (&SWIGLU, [INF, 2.0, 1.0], [INF, 2.0, INF]),
    (&SWIGLU, [INF, 0.0, INF], [NAN, 0.0, INF]),
    (&SWIGLU, [NAN, 2.0, 1.0], [NAN, NAN, NAN]),
    (&SWIGLU, [0.0, NAN, 1.0], [NAN, NAN, 0.0]),
    (&SWIGLU, [0.0, 2.0, NAN], [0.0, NAN, NAN]),
    (&REGLU, [-1.0, 3.0, INF], [-0.0, 0.0, 0.0]),
    (&REGLU, [0.0, 3.0, INF], [0.0, 0.0, 0.0]),
    (&REGLU, [2.0, 3.0, -1.0], [6.0, -3.0, -2.0]),
    (&BILINEAR, [1e-30, 1e30, 1e30], [1.0, INF, 1.0]),
    // The largest meets the smallest: nothing over- or underflows on the way.
    (&REGLU, [1.0, 1e30, 1e-30], [1e30, 1.0, 1e-30]),
    (&GLU, [1e30, 0.0, 1e-35], [5e29, 5e-36, 2.5e-6]),
    (&GLU, [-1e-30, 0.0, 1e35], [-5e-31, 5e34, -2.5e4]),
    (&GLU, [INF, -INF, 1.0], [NAN, 0.0, 0.0]),
    (&GLU, [3.0, INF, INF], [3.0, INF, 0.0]),
    (&GLU, [NAN, 0.0, 1.0], [NAN, 0.5, NAN]),
    (&SWIGLU_OAI, [7.0, 7.0, 1.0], [55.99963, 0.0, 0.0]),
    (&SWIGLU_OAI, [100.0, -100.0, INF], [-41.99972, 0.0, 0.0]),
    (&SWIGLU_OAI, [0.0, -1.0, INF], [0.0, 0.0, 0.0]),
    (&SWIGLU_OAI, [0.0, -1.0, NAN], [0.0, NAN, NAN]),
    (&RRELU_TRAIN, [2.0, 0.25, 3.0], [2.0, 3.0, 0.0]),
    (&RRELU_TRAIN, [-2.0, 0.25, 3.0], [-0.5, 0.75, -6.0]),
    (&RRELU_TRAIN, [0.0, 0.25, 4.0], [0.0, 1.0, 0.0]),
    (&RRELU_TRAIN, [0.0, 0.0, INF], [0.0, 0.0, 0.0]),
];

fn same(got: f32, expected: f32) -> bool {
    got == expected || got.is_nan() && expected.is_nan() || (got - expected).abs() <= 2e-6 * expected.abs()
}

#[test]
fn special_values_give_what_is_written_here() {
    let Some(gpu) = gpu() else { return };
    for &(gate, [a, b, dy], expected) in ROWS {
        // Seven of them, so that wide and narrow kernels run.
        let seven = |v: f32| vec![v; 7];
        let y = gpu.forward(gate, (&seven(a), &seven(b))).unwrap();
        let (da, db) = gpu.backward(gate, (&seven(a), &seven(b)), &seven(dy)).unwrap();
        let ref_y = reference::forward(gate, (&[a], &[b])).unwrap();
        let (ref_da, ref_db) = reference::backward(gate, (&[a], &[b]), &[dy]).unwrap();
        let what = format!("{} at {:?}", gate.name, [a, b, dy]);
        for (k, (got, by_reference)) in [(y, ref_y), (da, ref_da), (db, ref_db)].into_iter().enumerate() {
            let name = ["y", "da", "db"][k];
            assert!(got.iter().all(|&v| same(v, expected[k])), "{name} of {what}: {got:?}, not {}", expected[k]);
            assert!(same(by_reference[0] as f32, expected[k]), "{name} of {what}: the reference has {by_reference:?}");
        }
    }
}

/// NaN arrives from every input that a result depends on, in every lane.
#[test]
fn nan_stays() {
    let Some(gpu) = gpu() else { return };
    for gate in ALL {
        for lane in 0..7 {
            for input in 0..3 {
                let mut tensors = [vec![-0.75; 7], vec![0.5; 7], vec![2.0; 7]];
                tensors[input][lane] = NAN;
                let [a, b, dy] = &tensors;
                let y = gpu.forward(*gate, (a, b)).unwrap();
                let (da, db) = gpu.backward(*gate, (a, b), dy).unwrap();
                let expected = reference::backward(*gate, (a, b), dy).unwrap();
                for k in 0..7 {
                    let what = format!("{}: lane {k}, NaN in input {input} of lane {lane}", gate.name);
                    assert_eq!(y[k].is_nan(), k == lane && input < 2, "y of {what}");
                    assert_eq!(
                        [da[k], db[k]].map(f32::is_nan),
                        [expected.0[k], expected.1[k]].map(f64::is_nan),
                        "{what}"
                    );
                    let depends = k == lane && (input == 2 || !da[k].is_nan() || !db[k].is_nan() || input < 2);
                    assert!(depends || !(da[k].is_nan() || db[k].is_nan()), "{what}");
                }
            }
        }
    }
    let extent = Extent { outer: 7, channels: 1, inner: 1 };
    for lane in 0..7 {
        let mut x = vec![-1.0; 7];
        x[lane] = NAN;
        let y = gpu.forward(CRELU.along(extent), &x).unwrap();
        assert!(y.iter().enumerate().all(|(k, v)| v.is_nan() == (k / 2 == lane)), "{y:?}");
        for half in 0..2 {
            let mut dy = vec![1.0; 14];
            dy[2 * lane + half] = NAN;
            let dx = gpu.backward(CRELU.along(extent), &[3.0; 7], &dy).unwrap();
            assert!(dx.iter().enumerate().all(|(k, v)| v.is_nan() == (k == lane)), "{dx:?}");
        }
    }
}
