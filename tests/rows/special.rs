//! Zeros, infinities, NaN and what is hidden, by hand; PyTorch 2.15 gives the same where it has the function, save where noted.

use wgpu_activations::row::{
    ALL, CAUSAL_SOFTMAX, ENTMAX15, Gradient, HARDMAX, LOG_SOFTMAX, LOGSUMEXP, MASKED_SOFTMAX, MAXOUT, QUIET_SOFTMAX,
    RowFunction, SCALED_SOFTMAX, SOFTMAX, SOFTMIN, SOLU, SPARSEMAX, SQUASH,
};
use wgpu_activations::{Error, Extent, Gpu, With, reference};

use crate::common::gpu;
use crate::common::kinds::row_of;

const INF: f32 = f32::INFINITY;
const NAN: f32 = f32::NAN;
const LN2: f32 = std::f32::consts::LN_2;
/// 1 / sqrt(2)
const HALF: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// A function, a row, its values, and its gradient for the upstream gradient 1, 2, 3.
type Case = (&'static RowFunction, [f32; 3], [f32; 3], [f32; 3]);

const CASES: &[Case] = &[
    (&SOFTMAX, [1.0, NAN, 2.0], [NAN; 3], [NAN; 3]),
    (&SOFTMAX, [1.0, INF, 2.0], [NAN; 3], [NAN; 3]),
    (&SOFTMAX, [1.0, -INF, 2.0], [0.26894143, 0.0, 0.7310586], [-0.3932239, 0.0, 0.3932239]),
    (&SOFTMAX, [-INF; 3], [NAN; 3], [NAN; 3]),
    (&SOFTMAX, [3e38, -3e38, 0.0], [1.0, 0.0, 0.0], [0.0; 3]),
    (&SOFTMAX, [3e38, 3e38, 0.0], [0.5, 0.5, 0.0], [-0.25, 0.25, 0.0]),
    (&SOFTMAX, [-0.0, 0.0, -3e38], [0.5, 0.5, 0.0], [-0.25, 0.25, 0.0]),
    (&SOFTMAX, [1e-38, -1e-38, -INF], [0.5, 0.5, 0.0], [-0.25, 0.25, 0.0]),
    (&LOG_SOFTMAX, [1.0, NAN, 2.0], [NAN; 3], [NAN; 3]),
    (&LOG_SOFTMAX, [1.0, INF, 2.0], [NAN; 3], [NAN; 3]),
    (&LOG_SOFTMAX, [1.0, -INF, 2.0], [-1.3132616, -INF, -0.31326166], [-0.6136485, 2.0, -1.3863515]),
    (&LOG_SOFTMAX, [-INF; 3], [NAN; 3], [NAN; 3]),
    (&LOG_SOFTMAX, [3e38, -3e38, 0.0], [0.0, -INF, -3e38], [-5.0, 2.0, 3.0]),
    (&LOG_SOFTMAX, [3e38, 3e38, 0.0], [-LN2, -LN2, -3e38], [-2.0, -1.0, 3.0]),
    // PyTorch's sum of exponentials is 1, and its logarithm 0.
    (&LOG_SOFTMAX, [0.0, -20.0, -40.0], [-2.0611537e-9, -20.0, -40.0], [-5.0, 2.0, 3.0]),
    (&SOFTMIN, [1.0, INF, 2.0], [0.7310586, 0.0, 0.26894143], [0.3932239, 0.0, -0.3932239]),
    (&SOFTMIN, [1.0, -INF, 2.0], [NAN; 3], [NAN; 3]),
    (&SOFTMIN, [INF; 3], [NAN; 3], [NAN; 3]),
    (&SOFTMIN, [3e38, -3e38, 0.0], [0.0, 1.0, 0.0], [0.0; 3]),
    (&QUIET_SOFTMAX, [-INF; 3], [0.0; 3], [0.0; 3]),
    (&QUIET_SOFTMAX, [1.0, INF, 2.0], [NAN; 3], [NAN; 3]),
    (&QUIET_SOFTMAX, [1.0, NAN, 2.0], [NAN; 3], [NAN; 3]),
    (&QUIET_SOFTMAX, [-INF, -0.0, 0.0], [0.0, 0.33333334, 0.33333334], [0.0, 0.11111111, 0.44444445]),
    (&QUIET_SOFTMAX, [3e38, -3e38, 0.0], [1.0, 0.0, 0.0], [0.0; 3]),
    (&SCALED_SOFTMAX, [1.0, -INF, 2.0], [0.26894143, 0.0, 0.7310586], [-0.3932239, 0.0, 0.3932239]),
    (&SCALED_SOFTMAX, [1.0, INF, 2.0], [NAN; 3], [NAN; 3]),
    (&SCALED_SOFTMAX, [3e38, -3e38, 3e38], [0.5, 0.0, 0.5], [-0.5, 0.0, 0.5]),
    (&HARDMAX, [-0.0, 0.0, -1.0], [1.0, 0.0, 0.0], [0.0; 3]),
    (&HARDMAX, [0.0, -0.0, 1e-40], [0.0, 0.0, 1.0], [0.0; 3]),
    (&HARDMAX, [1.0, 2.0, 2.0], [0.0, 1.0, 0.0], [0.0; 3]),
    (&HARDMAX, [1.0, INF, INF], [0.0, 1.0, 0.0], [0.0; 3]),
    (&HARDMAX, [-INF; 3], [1.0, 0.0, 0.0], [0.0; 3]),
    // PyTorch's argmax is the NaN's place.
    (&HARDMAX, [1.0, NAN, 2.0], [NAN; 3], [0.0; 3]),
    (&SPARSEMAX, [1.0, -INF, 1.5], [0.25, 0.0, 0.75], [-1.0, 0.0, 1.0]),
    (&SPARSEMAX, [0.0, -0.0, -1.0], [0.5, 0.5, 0.0], [-0.5, 0.5, 0.0]),
    (&SPARSEMAX, [3e38, -3e38, 0.0], [1.0, 0.0, 0.0], [0.0; 3]),
    (&SPARSEMAX, [1.0, INF, 2.0], [NAN; 3], [NAN; 3]),
    (&SPARSEMAX, [1.0, NAN, 2.0], [NAN; 3], [NAN; 3]),
    (&SPARSEMAX, [-INF; 3], [NAN; 3], [NAN; 3]),
    (&ENTMAX15, [0.0, -0.0, -INF], [0.5, 0.5, 0.0], [-0.35355338, 0.35355338, 0.0]),
    (&ENTMAX15, [3e38, -3e38, 0.0], [1.0, 0.0, 0.0], [0.0; 3]),
    (&ENTMAX15, [1.0, INF, 2.0], [NAN; 3], [NAN; 3]),
    (&ENTMAX15, [1.0, NAN, 2.0], [NAN; 3], [NAN; 3]),
    // PyTorch's product of -inf and 0 is NaN.
    (&SOLU, [1.0, -INF, 2.0], [0.26894143, 0.0, 1.4621172], [-0.7141183, 0.0, 3.1762354]),
    (&SOLU, [3e38, -3e38, 0.0], [3e38, 0.0, 0.0], [0.0; 3]),
    (&SOLU, [1.0, INF, 2.0], [NAN; 3], [NAN; 3]),
    (&SQUASH, [0.0, -0.0, 0.0], [0.0; 3], [0.0; 3]),
    (&SQUASH, [3e38, -3e38, 0.0], [HALF, -HALF, 0.0], [0.0; 3]),
    (&SQUASH, [1e-30, 0.0, 0.0], [0.0; 3], [2e-30, 2e-30, 3e-30]),
    (&SQUASH, [1.0, INF, 2.0], [NAN; 3], [NAN; 3]),
    (&SQUASH, [1.0, NAN, 2.0], [NAN; 3], [NAN; 3]),
];

/// Results below the smallest normal number may be 0.
fn same(got: f32, expected: f32) -> bool {
    let near = (got - expected).abs() <= 2e-6 * expected.abs() + f32::MIN_POSITIVE;
    near || got == expected || got.is_nan() && expected.is_nan()
}

#[track_caller]
fn assert_same(what: &str, got: &[f32], by_reference: &[f64], expected: &[f32]) {
    let by_reference: Vec<f32> = by_reference.iter().map(|&v| v as f32).collect();
    let all = |values: &[f32]| values.len() == expected.len() && values.iter().zip(expected).all(|(&g, &e)| same(g, e));
    assert!(all(got), "{what}: {got:?}, not {expected:?}");
    assert!(all(&by_reference), "{what}: the reference has {by_reference:?}, not {expected:?}");
}

/// The middle one of three rows, the others being plain ones that it leaves alone.
fn between(row: &[f32; 3], strided: bool) -> (Vec<f32>, Extent) {
    let rows = [[0.5, -0.5, 0.25], *row, [2.0, 1.0, 0.5]];
    match strided {
        false => (rows.concat(), Extent { outer: 3, channels: 3, inner: 1 }),
        true => ((0..9).map(|k| rows[k % 3][k / 3]).collect(), Extent { outer: 1, channels: 3, inner: 3 }),
    }
}

fn middle<T: Copy>(values: &[T], strided: bool) -> Vec<T> {
    (0..3).map(|c| if strided { values[3 * c + 1] } else { values[3 + c] }).collect()
}

fn run(gpu: &Gpu, f: &With<'_>, (x, y, dx): (&[f32; 3], &[f32; 3], &[f32; 3]), strided: bool) {
    let what = format!("{} of {x:?}, strided {strided}", f.op().name());
    let (x, extent) = between(x, strided);
    let (got, exact) =
        (gpu.forward(f.clone().along(extent), &x).unwrap(), reference::forward(f.clone().along(extent), &x).unwrap());
    assert_same(&what, &middle(&got, strided), &middle(&exact, strided), y);
    let plain = got.iter().filter(|v| v.is_nan()).count() <= 3;
    assert!(plain, "{what}: NaN in another row: {got:?}");
    if row_of(f).gradient != Gradient::None {
        let (dy, _) = between(&[1.0, 2.0, 3.0], strided);
        let from = if row_of(f).gradient == Gradient::Output { &got } else { &x };
        let got = gpu.backward(f.clone().along(extent), from, &dy).unwrap();
        let exact = reference::backward(f.clone().along(extent), from, &dy).unwrap();
        assert_same(&format!("dx of {what}"), &middle(&got, strided), &middle(&exact, strided), dx);
        assert!(got.iter().filter(|v| v.is_nan()).count() <= 3, "{what}: NaN in another row's gradient: {got:?}");
    }
}

#[test]
fn special_rows_give_what_is_written_here() {
    let Some(gpu) = gpu() else { return };
    for (row, x, y, dx) in CASES {
        for strided in [false, true] {
            run(gpu, &row.function(), (x, y, dx), strided);
        }
    }
}

#[test]
fn masks_hide() {
    let Some(gpu) = gpu() else { return };
    for (mask, x, y, dx) in [
        ([0.0, -INF, 0.0], [1.0, 9.0, 2.0], [0.26894143, 0.0, 0.7310586], [-0.3932239, 0.0, 0.3932239]),
        // What is added does not hide inf or NaN.
        ([0.0, -INF, 0.0], [1.0, INF, 2.0], [NAN; 3], [NAN; 3]),
        ([0.0, -INF, 0.0], [1.0, NAN, 2.0], [NAN; 3], [NAN; 3]),
        ([0.0, NAN, 0.0], [1.0, 1.0, 2.0], [NAN; 3], [NAN; 3]),
        ([-INF, -INF, 0.0], [3e38, 3e38, -3e38], [0.0, 0.0, 1.0], [0.0; 3]),
        ([-INF; 3], [1.0, 2.0, 3.0], [NAN; 3], [NAN; 3]),
    ] {
        // One mask for the row in question, others for its neighbours.
        for strided in [false, true] {
            let (mask, _) = between(&mask, strided);
            run(gpu, &MASKED_SOFTMAX.function().mask(&mask), (&x, &y, &dx), strided);
        }
    }
}

#[test]
fn causal_rows_do_not_see_what_is_later() {
    let Some(gpu) = gpu() else { return };
    let square = Extent { outer: 3, channels: 3, inner: 1 };
    let x = [1.0, NAN, INF, 2.0, 2.0, NAN, 0.0, -INF, 0.0];
    let y = gpu.forward(CAUSAL_SOFTMAX.along(square), &x).unwrap();
    assert_eq!(y, [1.0, 0.0, 0.0, 0.5, 0.5, 0.0, 0.5, 0.0, 0.5]);
    let dx = gpu.backward(CAUSAL_SOFTMAX.along(square), &y, &[1.0, NAN, INF, 1.0, 2.0, NAN, 1.0, 2.0, 3.0]).unwrap();
    assert_eq!(dx, [0.0, 0.0, 0.0, -0.25, 0.25, 0.0, -0.5, 0.0, 0.5]);
    // A NaN that is seen, and rows that see nothing but -inf.
    let y = gpu.forward(CAUSAL_SOFTMAX.along(square), &[-INF, 1.0, 1.0, 1.0, NAN, 1.0, 1.0, 1.0, 1.0]).unwrap();
    assert!(y[..6].iter().all(|v| v.is_nan()) && y[6..].iter().all(|v| same(*v, 1.0 / 3.0)), "{y:?}");
    // Two matrices of two rows each.
    let x = [0.0; 12];
    let y = gpu.forward(CAUSAL_SOFTMAX.with([1.0, 2.0]).along(Extent { outer: 4, ..square }), &x).unwrap();
    assert_eq!(y, [1.0, 0.0, 0.0, 0.5, 0.5, 0.0, 1.0, 0.0, 0.0, 0.5, 0.5, 0.0]);
}

#[test]
fn maxout_takes_the_first_of_the_largest() {
    let Some(gpu) = gpu() else { return };
    let extent = Extent::groups(&[2, 6], 1, 3).unwrap();
    let x = [1.0, 2.0, 2.0, -0.0, 0.0, -1.0, -INF, -INF, -INF, 3.0, INF, INF];
    assert_eq!(gpu.forward(MAXOUT.along(extent), &x).unwrap(), [2.0, 0.0, -INF, INF]);
    let dx = gpu.backward(MAXOUT.along(extent), &x, &[5.0, 6.0, 7.0, INF]).unwrap();
    assert_eq!(dx, [0.0, 5.0, 0.0, 6.0, 0.0, 0.0, 7.0, 0.0, 0.0, 0.0, INF, 0.0]);
    let one = Extent { outer: 1, channels: 3, inner: 1 };
    assert!(gpu.forward(MAXOUT.along(one), &[1.0, NAN, 2.0]).unwrap()[0].is_nan());
    assert!(gpu.backward(MAXOUT.along(one), &[1.0, NAN, 2.0], &[1.0]).unwrap().iter().all(|v| v.is_nan()));
}

/// PyTorch's gradient is dy exp(x - y): NaN where both are the same infinity.
#[test]
fn logsumexp_of_infinite_rows() {
    let Some(gpu) = gpu() else { return };
    let extent = Extent { outer: 6, channels: 3, inner: 1 };
    let x = [
        [-INF; 3],
        [1.0, INF, -INF],
        [1.0, NAN, INF],
        [-INF, 2.0, -INF],
        [3e38, 3e38, -3e38],
        [-1.0986123, -1.0986123, -1.0986123],
    ];
    let y = [-INF, INF, NAN, 2.0, 3e38, 0.0];
    let dx = [[NAN; 3], [0.0, NAN, 0.0], [NAN; 3], [0.0, 4.0, 0.0], [2.5, 2.5, 0.0], [2.0; 3]];
    let dy = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let near = |got: f32, wanted: f32| same(got, wanted) || (got - wanted).abs() < 2e-7;
    let (values, exact) = (
        gpu.forward(LOGSUMEXP.along(extent), x.as_flattened()).unwrap(),
        reference::forward(LOGSUMEXP.along(extent), x.as_flattened()),
    );
    for (got, wanted) in values.into_iter().chain(exact.unwrap().into_iter().map(|v| v as f32)).zip([y, y].concat()) {
        assert!(near(got, wanted), "{got}, not {wanted}");
    }
    let values = gpu.backward(LOGSUMEXP.along(extent), x.as_flattened(), &dy).unwrap();
    let exact = reference::backward(LOGSUMEXP.along(extent), x.as_flattened(), &dy).unwrap();
    for (got, wanted) in values.into_iter().chain(exact.into_iter().map(|v| v as f32)).zip([dx, dx].concat().concat()) {
        assert!(near(got, wanted), "{got}, not {wanted}");
    }
}

#[test]
fn rows_of_one_element() {
    let Some(gpu) = gpu() else { return };
    let extent = Extent { outer: 5, channels: 1, inner: 1 };
    let x = [7.0, -3e38, 0.0, 1e-30, -2.0];
    for row in ALL {
        let mask = [0.0];
        let f = if row.masked { row.function().mask(&mask) } else { row.function() };
        let y = gpu.forward(f.clone().along(extent), &x).unwrap();
        let expected = reference::forward(f.clone().along(extent), &x).unwrap();
        assert!(y.iter().zip(&expected).all(|(y, e)| same(*y, *e as f32)), "{}: {y:?}, not {expected:?}", row.name);
        assert!(row.bounds.sum.is_none() || y == [1.0; 5], "{}: {y:?}", row.name);
    }
}

#[test]
fn empty_tensors_give_empty_tensors() {
    let Some(gpu) = gpu() else { return };
    for row in ALL {
        for (outer, channels, inner) in [(0, 3, 2), (3, 0, 2), (3, 2, 0), (0, 0, 0)] {
            let extent = Extent { outer, channels, inner };
            let f = if row.masked { row.function().mask(&[] as &[f32]) } else { row.function() };
            if row.reduces && outer * inner > 0 {
                // PyTorch's amax refuses this, too.
                for error in [
                    gpu.forward(f.clone().along(extent), &[] as &[f32]).unwrap_err(),
                    reference::forward(f.clone().along(extent), &[] as &[f32]).unwrap_err(),
                ] {
                    assert!(matches!(error, Error::Extent { .. }), "{error}");
                }
                continue;
            }
            assert_eq!(gpu.forward(f.clone().along(extent), &[] as &[f32]), Ok(Vec::new()), "{} {extent:?}", row.name);
            assert_eq!(
                reference::forward(f.clone().along(extent), &[] as &[f32]),
                Ok(Vec::new()),
                "{} {extent:?}",
                row.name
            );
            if row.gradient != Gradient::None {
                assert_eq!(
                    gpu.backward(row.along(extent), &[] as &[f32], &[]),
                    Ok(Vec::new()),
                    "{} {extent:?}",
                    row.name
                );
            }
        }
    }
}
