//! The reference of row-wise functions against numeric derivatives and golden values.

use wgpu_activations::loss;
use wgpu_activations::row::{ALL, Gradient, Line, RowFunction};

use super::derivative;

fn parameter_sets(row: &RowFunction) -> Vec<Vec<f64>> {
    let defaults = row.params.iter().map(|p| p.default).collect::<Vec<f64>>();
    let sets = std::iter::once(defaults.as_slice()).chain(row.variants.iter().copied());
    sets.map(<[f64]>::to_vec).collect()
}

/// Functions of rows, and losses, whose lines have their targets as numbers.
fn every() -> impl Iterator<Item = &'static RowFunction> {
    ALL.iter().chain(loss::ALL).copied()
}

/// Fails unless every number is near, as measured by the larger of itself and its size.
#[track_caller]
fn assert_near(what: &str, got: &[f64], wanted: &[f64], sizes: &[f64], tolerance: f64) {
    assert_eq!(got.len(), wanted.len(), "{what}: the length");
    for ((got, wanted), size) in got.iter().zip(wanted).zip(sizes) {
        let near = got == wanted || (got - wanted).abs() <= tolerance * wanted.abs().max(*size) + 1e-300;
        assert!(near, "{what}: {got:e}, not {wanted:e}");
    }
}

#[test]
fn values_are_the_golden_ones() {
    for row in every() {
        let folder = if row.targets { "loss" } else { "row" };
        let path = format!("{}/tests/golden/{folder}/{}.csv", env!("CARGO_MANIFEST_DIR"), row.symbol);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        let columns: Vec<&str> = lines.next().expect("the columns").split(',').collect();
        let mut count = 0;
        for text in lines {
            let cells: Vec<Vec<f64>> =
                text.split(',').map(|c| c.split(' ').map(|v| v.parse().unwrap()).collect()).collect();
            let cell = |name: &str| columns.iter().position(|c| *c == name).map_or(&[][..], |k| &cells[k]);
            let params: Vec<f64> = row.params.iter().map(|p| cell(p.name)[0]).collect();
            let number = cell("number").first().map_or(0, |&n| n as u64);
            let line = Line { x: cell("x"), mask: cell("mask"), params: &params, number };
            let (dy, y) = (cell("dy"), cell("y"));
            let what = format!("{} {text}", row.name);
            assert_near(&what, &(row.value)(&line), y, &vec![row.bounds.unit; y.len()], 1e-12);
            // Outputs do not always determine gradients.
            let determined =
                row.targets || row.params.iter().zip(&params).all(|(p, &v)| p.from_output.contains(v as f32));
            if row.gradient != Gradient::None && determined {
                let line = if row.gradient == Gradient::Output { Line { x: y, ..line } } else { line };
                assert_near(&what, &(row.dx)(&line, dy), cell("dx"), &(row.bounds.largest)(&line, dy), 1e-12);
            }
            count += 1;
        }
        assert!(count > 35, "{path}: {count} rows");
    }
}

#[test]
fn gradients_are_those_of_the_values() {
    let mut noise = crate::common::Noise(5);
    for row in every().filter(|row| row.gradient != Gradient::None) {
        let determined =
            |set: &Vec<f64>| row.targets || row.params.iter().zip(set).all(|(p, &v)| p.from_output.contains(v as f32));
        for params in parameter_sets(row).into_iter().filter(determined) {
            for length in 1..12 {
                let mut some = |scale| noise.vec(length, scale).into_iter().map(f64::from).collect::<Vec<f64>>();
                let (x, mask, dy) = (some(2.0), some(if row.masked || row.attention { 1.0 } else { 0.0 }), some(1.0));
                let dy = &dy[..if row.reduces || row.targets { 1 } else { length }];
                let value = |x: &[f64]| (row.value)(&Line { x, mask: &mask, params: &params, number: 3 });
                let y = value(&x);
                let from = if row.gradient == Gradient::Output { &y } else { &x };
                let dx = (row.dx)(&Line { x: from, mask: &mask, params: &params, number: 3 }, dy);
                for (i, given) in dx.into_iter().enumerate() {
                    let with = |v: f64| {
                        let mut x = x.clone();
                        x[i] = v;
                        value(&x)
                    };
                    // Which elements count may change at a kink; differences must not reach over it.
                    let support = |y: &[f64]| y.iter().map(|v| *v > 0.0).collect::<Vec<_>>();
                    let kink = [0.02, -0.02].iter().any(|h| support(&with(x[i] + h)) != support(&y));
                    let tie = row.reduces && x.iter().enumerate().any(|(k, v)| k != i && (v - x[i]).abs() < 0.02);
                    if kink || tie {
                        continue;
                    }
                    let numeric = derivative(|v| with(v).iter().zip(dy).map(|(y, d)| y * d).sum(), x[i]);
                    let near = (given - numeric.0).abs() <= 1e-8 * (1.0 + given.abs()) + numeric.1;
                    assert!(
                        near,
                        "{}{params:?}: dx[{i}] of {x:?} is {given:e}, differences give {numeric:?}",
                        row.name
                    );
                }
            }
        }
    }
}
