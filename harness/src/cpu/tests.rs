//! The rival gives right answers, too.

use wgpu_activations::{Extent, Op, Pass, reference};

use super::{ELEMENTWISE, Kernel, Tensors};
use crate::check;

/// The largest errors in ULP, forward and backward, beside the f64 reference.
const BOUNDS: [(&str, f64, f64); 11] = [
    ("relu", 0.0, 0.5),
    ("leaky_relu", 0.5, 0.5),
    ("elu", 1.5, 1.5),
    ("selu", 2.5, 2.5),
    ("sigmoid", 2.5, 3.5),
    ("tanh", 3.0, 3.5),
    ("silu", 3.0, 4.0),
    ("gelu", 4.0, 4.0),
    ("gelu_tanh", 3.0, 4.0),
    ("softplus", 2.0, 2.5),
    ("mish", 4.0, 4.0),
];

/// Every binade, [-20, 20] densely, and what is special; the number is a multiple of no vector's length.
fn inputs() -> Vec<f32> {
    let binades = (0..0x7f80u32).flat_map(|high| [0u32, 0x5555, 0x9e37, 0xffff].map(|low| high << 16 | low));
    let dense = (0..200_000u32).map(|i| i as f32 * 1e-4);
    let both = binades.map(f32::from_bits).chain(dense).flat_map(|v| [v, -v]);
    both.chain([f32::INFINITY, f32::NEG_INFINITY, f32::NAN]).collect()
}

fn run(of: &Op, pass: Pass, length: usize, [x, y, dy]: [&[f32]; 3]) -> [Vec<f32>; 2] {
    let len = x.len().max(y.len());
    let [mut out, mut out2] = [vec![0.0; len], vec![0.0; len]];
    let tensors = &mut Tensors { x, y, dy, out: &mut out, out2: &mut out2 };
    Kernel::find(of, pass).expect("a kernel").run(length, tensors);
    [out, out2]
}

#[test]
fn elementwise_functions_keep_their_bounds() {
    let x = inputs();
    let ones = vec![1.0; x.len()];
    let mut failures = Vec::new();
    for (name, forward, backward) in BOUNDS {
        let Op::Activation(activation) = Op::find(name).unwrap() else { panic!("{name}") };
        let params: Vec<f64> = activation.params.iter().map(|p| f64::from(p.default as f32)).collect();
        for (pass, bound) in [(Pass::Forward, forward), (Pass::Backward, backward)] {
            let [got, _] = run(&activation.into(), pass, 1, [&x, &[], &ones]);
            let exact = if pass == Pass::Forward { activation.value } else { activation.dx };
            let error = |(&x, &got): (&f32, &f32)| {
                let v = f64::from(x);
                let exact = if x.is_nan() { f64::NAN } else { exact(v, &params) };
                (check::ulps(got, exact, activation.largest_term(pass, v, &params)), x)
            };
            let (worst, at) = x.iter().zip(&got).map(error).max_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
            // A bound that is far from the truth says nothing.
            if !(worst <= bound && bound <= (2.0 * worst).max(0.5)) {
                failures.push(format!("{name} {pass}: {worst:.2} ULP at {at:e}, the bound is {bound}"));
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn every_elementwise_kernel_has_bounds() {
    assert_eq!(ELEMENTWISE.map(|(name, ..)| name), BOUNDS.map(|(name, ..)| name));
}

#[test]
fn upstream_gradients_are_multiplied_in() {
    let x: Vec<f32> = (0..140_000).map(|i| (i % 997) as f32 / 100.0 - 5.0).collect();
    let dy: Vec<f32> = (0..140_000).map(|i| (i % 101) as f32 / 50.0 - 1.0).collect();
    let ones = vec![1.0; x.len()];
    for (name, ..) in ELEMENTWISE {
        let of = Op::find(name).unwrap();
        let [plain, _] = run(&of, Pass::Backward, 1, [&x, &[], &ones]);
        let [got, _] = run(&of, Pass::Backward, 1, [&x, &[], &dy]);
        assert!(got.iter().zip(&plain).zip(&dy).all(|((got, plain), dy)| *got == plain * dy), "{name}");
    }
}

#[test]
fn swiglu() {
    let a = inputs();
    let b: Vec<f32> = (0..a.len()).map(|i| (i % 89) as f32 / 16.0 - 2.0).collect();
    let dy: Vec<f32> = (0..a.len()).map(|i| (i % 97) as f32 / 32.0 - 1.5).collect();
    let Op::Gate(gate) = Op::find("swiglu").unwrap() else { panic!("a gate") };
    let of = Op::from(gate);
    let [y, _] = run(&of, Pass::Forward, 1, [&a, &b, &dy]);
    let [da, db] = run(&of, Pass::Backward, 1, [&a, &b, &dy]);
    let (exact_da, exact_db) = reference::backward(gate, (&a, &b), &dy).unwrap();
    let exact_y = reference::forward(gate, (&a, &b)).unwrap();
    for (got, exact, bound) in [(y, exact_y, 4.0), (da, exact_da, 6.0), (db, exact_db, 4.5)] {
        // At infinities and far out the order of the factors matters; silu' has a root at -1.28.
        let plain = |&i: &usize| a[i].is_nan() || (a[i].abs() < 80.0 && (a[i] + 1.28).abs() > 1.0);
        let errors = (0..a.len()).filter(plain).map(|i| check::ulps(got[i], exact[i], 0.0));
        let worst = errors.fold(0.0, f64::max);
        assert!(worst <= bound && bound <= 2.0 * worst, "{worst} {bound}");
    }
}

#[test]
fn softmax_of_rows_of_every_length() {
    let Op::RowFunction(softmax) = Op::find("softmax").unwrap() else { panic!("rows") };
    for length in [1, 2, 31, 32, 33, 1000, 1025, 50_257] {
        let rows = 200_000 / length;
        let count = rows * length;
        let x: Vec<f32> = (0..count as u32).map(|i| (i.wrapping_mul(40_503) % 65_536) as f32 / 4096.0 - 8.0).collect();
        let dy: Vec<f32> =
            (0..count as u32).map(|i| (i.wrapping_mul(10_007) % 65_536) as f32 / 32_768.0 - 1.0).collect();
        let extent = Extent { outer: rows as u64, channels: length as u64, inner: 1 };
        let [y, _] = run(&softmax.into(), Pass::Forward, length, [&x, &[], &dy]);
        let (error, at) = check::row_error(&softmax.along(extent), &x, &[], &y).unwrap();
        assert!(error <= 4.0, "{error} ULP at {at} in rows of {length}");
        let [dx, _] = run(&softmax.into(), Pass::Backward, length, [&[], &y, &dy]);
        let (error, at) = check::row_error(&softmax.along(extent), &y, &dy, &dx).unwrap();
        assert!(error <= 4.0, "{error} ULP at {at} in the gradient of rows of {length}");
    }
}

#[test]
fn special_rows() {
    let of = Op::find("softmax").unwrap();
    let (inf, nan) = (f32::INFINITY, f32::NAN);
    let x = [0.0, nan, 1.0, 0.0, inf, 1.0, -inf, -inf, -inf, 0.0, -inf, 0.0];
    let [y, _] = run(&of, Pass::Forward, 3, [&x, &[], &[]]);
    assert!(y[..9].iter().all(|y| y.is_nan()), "{y:?}");
    assert_eq!(y[9..], [0.5, 0.0, 0.5]);
}
