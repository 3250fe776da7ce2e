//! Values and limits computed outside: 400 digits by mpmath, compared there with PyTorch (`scripts/golden.py`). Where a function
//! has no value, such as the root of -1, they are NaN.

use wgpu_activations::activation::{ALL, Scalar};
use wgpu_activations::{Activation, Pass};

/// Absolute errors that are forgiven because a formula cannot do better in `f64`. Each must be needed.
const ALLOWED: &[(&str, f64, &str)] = &[
    ("hardsigmoid", 1.2e-16, "next to its zero, the rounding of 1/6 and of the product that cancels with beta"),
    ("snake", 1e-16, "next to the double roots of its derivative"),
    ("snake_beta", 1e-16, "next to the double roots of its derivative"),
    ("d_silu", 1e-16, "next to the roots of its derivative, whose terms cancel"),
];

/// How far a result may be from the exact one.
fn tolerance(a: &Activation, pass: Pass, x: f64, params: &[f64], exact: f64) -> f64 {
    let roots = a.roots.as_ref().map_or(Vec::new(), |r| (r.near)(params));
    // The points of the files that are meant to lie on a root lie within a rounding of 32 bits.
    let at_root = pass == Pass::Backward && roots.iter().any(|root| (x - root).abs() < 1e-6);
    // Where terms cancel again and again, digits count in the largest of them.
    let absolute = if at_root { 1e-15 } else { 1e-15 * (a.largest)(pass, x, params) + 1e-300 };
    absolute + 1e-12 * exact.abs()
}

/// The column of a pass and the function that must give its values.
fn column(a: &Activation, pass: Pass) -> Option<(String, Scalar)> {
    match pass {
        Pass::Forward => Some(("y".to_owned(), a.value)),
        Pass::Backward => Some(("dx".to_owned(), a.dx)),
        Pass::ParamGradient(k) => Some((format!("d{}", a.params[k].name), a.params[k].gradient?)),
        _ => None,
    }
}

/// The passes that have golden values, each with its column and its function.
pub(crate) fn results(a: &Activation) -> Vec<(Pass, String, Scalar)> {
    let of = |pass| column(a, pass).map(|(name, f)| (pass, name, f));
    a.passes().into_iter().filter_map(of).collect()
}

/// A row of a function's file: the values of its columns at x.
pub(crate) struct Row {
    pub(crate) params: Vec<f64>,
    pub(crate) x: f64,
    pub(crate) exact: Vec<f64>,
}

impl Row {
    pub(crate) fn has_defaults(&self, a: &Activation) -> bool {
        a.params.iter().zip(&self.params).all(|(p, v)| p.default as f32 == *v as f32)
    }
}

/// A function's file: parameters, x, and a column for each of [`results`].
pub(crate) fn read(a: &Activation) -> Vec<Row> {
    let path = format!("{}/tests/golden/{}.csv", env!("CARGO_MANIFEST_DIR"), a.name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let params = a.params.iter().map(|p| p.name.to_owned()).chain(["x".to_owned()]);
    let names: Vec<_> = params.chain(results(a).into_iter().map(|(_, name, _)| name)).collect();
    assert_eq!(lines.next(), Some(names.join(",").as_str()), "{path}: columns");
    let row = |line: &str| {
        let numbers = line.split(',').map(|v| v.parse().unwrap_or_else(|e| panic!("{path}: {v}: {e}")));
        let mut params: Vec<f64> = numbers.collect();
        assert_eq!(params.len(), names.len(), "{path}: {line}");
        let mut exact = params.split_off(a.params.len());
        let x = exact.remove(0);
        Row { params, x, exact }
    };
    lines.map(row).collect()
}

#[test]
fn values_are_the_golden_ones() {
    let mut needed = vec![false; ALLOWED.len()];
    for a in ALL {
        let (rows, columns) = (read(a), results(a));
        for Row { params, x, exact } in &rows {
            for ((pass, column, f), &exact) in columns.iter().zip(exact) {
                let (x, got) = (*x, f(*x, params));
                let what = format!("{}{params:?} {column}({x:e})", a.name);
                if !exact.is_finite() {
                    assert!(got == exact || got.is_nan() && exact.is_nan(), "{what} is {got:e} instead of {exact:e}");
                    continue;
                }
                let (tolerance, error) = (tolerance(a, *pass, x, params, exact), (got - exact).abs());
                let excuse = ALLOWED.iter().position(|(name, most, _)| *name == a.name && error <= *most);
                let right = error <= tolerance || excuse.is_some();
                assert!(right, "{what} is {got:e} instead of {exact:e}: off by {error:e} or {:e}", error / exact);
                if let (true, Some(k)) = (error > tolerance, excuse) {
                    needed[k] = true;
                }
            }
        }
        let count = |test: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| row.has_defaults(a) && test(row)).count();
        let (finite, infinite) = (count(&|row| row.x.is_finite()), count(&|row| row.x.is_infinite()));
        assert!(finite >= 50 && infinite == 2, "{}: {finite} golden values and {infinite} limits", a.name);
    }
    for ((name, _, reason), needed) in ALLOWED.iter().zip(needed) {
        assert!(needed, "{name} needs no allowance any more ({reason})");
    }
}
