//! Values computed outside: 400 digits by mpmath, compared there with PyTorch (`scripts/golden.py`).

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

#[test]
fn values_are_the_golden_ones() {
    let mut needed = vec![false; ALLOWED.len()];
    for a in ALL {
        let path = format!("{}/tests/golden/{}.csv", env!("CARGO_MANIFEST_DIR"), a.name);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        let results: Vec<_> = a.passes().into_iter().filter_map(|pass| Some((pass, column(a, pass)?))).collect();
        let params = a.params.iter().map(|p| p.name.to_owned()).chain(["x".to_owned()]);
        let columns: Vec<_> = params.chain(results.iter().map(|(_, (name, _))| name.clone())).collect();
        assert_eq!(lines.next(), Some(columns.join(",").as_str()), "{path}: columns");

        let (mut rows, mut with_defaults) = (0, 0);
        for line in lines {
            let row: Vec<f64> =
                line.split(',').map(|v| v.parse().unwrap_or_else(|e| panic!("{path}: {v}: {e}"))).collect();
            assert_eq!(row.len(), columns.len(), "{path}: {line}");
            let (params, rest) = row.split_at(a.params.len());
            let (x, exact) = (rest[0], &rest[1..]);
            for ((pass, (column, f)), exact) in results.iter().zip(exact) {
                let (got, tolerance) = (f(x, params), tolerance(a, *pass, x, params, *exact));
                let error = (got - exact).abs();
                let excuse = ALLOWED.iter().position(|(name, most, _)| *name == a.name && error <= *most);
                let what = format!("{}{params:?} {column}({x:e})", a.name);
                let right = error <= tolerance || excuse.is_some();
                assert!(right, "{what} is {got:e} instead of {exact:e}: off by {error:e} or {:e}", error / exact);
                if let (true, Some(k)) = (error > tolerance, excuse) {
                    needed[k] = true;
                }
            }
            rows += 1;
            with_defaults += usize::from(a.params.iter().zip(params).all(|(p, v)| p.default as f32 == *v as f32));
        }
        assert!(rows >= 50 && with_defaults >= 50, "{path}: {rows} rows, {with_defaults} of the default parameters");
    }
    for ((name, _, reason), needed) in ALLOWED.iter().zip(needed) {
        assert!(needed, "{name} needs no allowance any more ({reason})");
    }
}
