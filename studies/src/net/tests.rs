use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use wgpu_activations::activation::{GELU, SWISH, TANH};
use wgpu_activations::{Activation, Gpu};

use super::kernels::Kernels;
use super::*;

/// Without an adapter tests fail where one is required, and say so elsewhere.
fn gpu() -> Option<Gpu> {
    match Gpu::new() {
        Ok(gpu) => Some(gpu),
        Err(error) if std::env::var_os("REQUIRE_GPU").is_none() => {
            eprintln!("NOT RUN: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

fn normal(rng: &mut ChaCha8Rng, count: usize) -> Vec<f32> {
    rng.sample_iter(StandardNormal).take(count).collect()
}

#[test]
fn products_are_those_of_f64() {
    let Some(gpu) = gpu() else { return };
    let kernels = Kernels::new(&gpu);
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    for [m, n, k] in [[1, 1, 1], [16, 16, 16], [17, 33, 5], [3, 50, 100], [70, 1, 31]] {
        let (a, b, bias) = (normal(&mut rng, m * k), normal(&mut rng, k * n), normal(&mut rng, n));
        let turned = |values: &[f32], rows: usize, columns: usize| -> Vec<f32> {
            (0..rows * columns).map(|at| values[(at % rows) * columns + at / rows]).collect()
        };
        let matrix = |rows, columns, values: &[f32]| Matrix::of(&gpu, rows, columns, values).unwrap();
        let (plain_a, plain_b) = (matrix(m, k, &a), matrix(k, n, &b));
        let (turned_a, turned_b) = (matrix(k, m, &turned(&a, m, k)), matrix(n, k, &turned(&b, k, n)));
        let bias_matrix = matrix(1, n, &bias);
        for (a_view, b_view, biased) in [
            (plain_a.plain(), plain_b.plain(), true),
            (turned_a.transposed(), plain_b.plain(), false),
            (plain_a.plain(), turned_b.transposed(), false),
        ] {
            let out = Matrix::new(&gpu, m, n).unwrap();
            let step = kernels.product(&gpu, a_view, b_view, k, biased.then_some(&bias_matrix), &out).unwrap();
            let mut encoder = gpu.device().create_command_encoder(&Default::default());
            record(&mut encoder, [&Step::Matrices(step)]);
            gpu.run(encoder).unwrap();
            for (at, found) in out.read(&gpu).unwrap().into_iter().enumerate() {
                let (i, j) = (at / n, at % n);
                let exact = |l: usize| f64::from(a[i * k + l]) * f64::from(b[l * n + j]);
                let start = if biased { f64::from(bias[j]) } else { 0.0 };
                let expected = (0..k).map(exact).sum::<f64>() + start;
                let size = (0..k).map(|l| exact(l).abs()).sum::<f64>() + start.abs();
                assert!(
                    (f64::from(found) - expected).abs() <= 1e-6 * size,
                    "{m} x {n} x {k}, {i}, {j}: {found}, {expected}"
                );
            }
        }
    }
}

/// Weights, biases and parameters of a layer.
type Numbers = (Vec<f64>, Vec<f64>, Vec<f64>);

/// A small net's value in f64: the sum of its outputs times `dy`.
fn value(layers: &[Numbers], of: &Activation, x: &[f64], dy: &[f64], batch: usize) -> f64 {
    let mut x = x.to_vec();
    for (matrix, bias, params) in layers {
        let inputs = x.len() / batch;
        x = (0..batch)
            .flat_map(|row| {
                let x = &x;
                bias.iter().enumerate().map(move |(unit, bias)| {
                    let weights = &matrix[unit * inputs..(unit + 1) * inputs];
                    let z = bias + weights.iter().zip(&x[row * inputs..]).map(|(w, x)| w * x).sum::<f64>();
                    (of.value)(z, params)
                })
            })
            .collect();
    }
    x.iter().zip(dy).map(|(y, dy)| y * dy).sum()
}

#[test]
fn gradients_are_finite_differences_of_f64() {
    let Some(gpu) = gpu() else { return };
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let (batch, sizes) = (6, [3, 5, 4]);
    for of in [&TANH, &GELU, &SWISH] {
        let mut weights = Vec::new();
        for pair in sizes.windows(2) {
            let values = normal(&mut rng, pair[0] * pair[1]);
            weights.push(Weights {
                matrix: Matrix::of(&gpu, pair[1], pair[0], &values).unwrap(),
                bias: Matrix::of(&gpu, 1, pair[1], &normal(&mut rng, pair[1])).unwrap(),
                activation: Some(Function::new(&gpu, of.into(), &[], pair[1]).unwrap()),
            });
        }
        let (x, dy) = (normal(&mut rng, batch * sizes[0]), normal(&mut rng, batch * sizes[2]));
        let wide = |values: Vec<f32>| values.into_iter().map(f64::from).collect::<Vec<f64>>();
        let read = |matrix: &Matrix| wide(matrix.read(&gpu).unwrap());
        let before: Vec<_> = weights
            .iter()
            .map(|layer| {
                let values = layer.activation.as_ref().and_then(|f| f.values.as_ref());
                (read(&layer.matrix), read(&layer.bias), values.map_or(Vec::new(), read))
            })
            .collect();

        let mut net = Net::new(&gpu, &weights, batch, true).unwrap();
        net.input.write(&gpu, &x);
        net.last().unwrap().dy.write(&gpu, &dy);
        // Adam's first step goes by the rate against the sign of each gradient.
        net.advance(&gpu, 1e-3);
        let mut encoder = gpu.device().create_command_encoder(&Default::default());
        record(&mut encoder, net.forward.iter().chain(&net.backward).chain(&net.update));
        gpu.run(encoder).unwrap();

        let (x, dy) = (wide(x), wide(dy));
        let y: f64 = read(&net.last().unwrap().y).iter().zip(&dy).map(|(y, dy)| y * dy).sum();
        assert!((y - value(&before, of, &x, &dy, batch)).abs() < 1e-5, "{}", of.name);
        let difference = |change: &mut dyn FnMut(&mut Vec<Numbers>, f64)| {
            let mut at = |h: f64| {
                let mut layers = before.clone();
                change(&mut layers, h);
                value(&layers, of, &x, &dy, batch)
            };
            (at(1e-5) - at(-1e-5)) / 2e-5
        };
        let mut checked = 0;
        for [gradient, values] in &net.gradients {
            let (found, after) = (read(gradient), read(values));
            let same = |matrix: &Matrix| matrix.buffer == values.buffer;
            let slopes: Vec<(f64, f64)> = (0..found.len())
                .map(|i| {
                    let mut old = 0.0;
                    let slope = difference(&mut |layers, h| {
                        for (layer, numbers) in weights.iter().zip(layers) {
                            let params = layer.activation.as_ref().and_then(|f| f.values.as_ref());
                            let part = match () {
                                () if same(&layer.matrix) => &mut numbers.0,
                                () if same(&layer.bias) => &mut numbers.1,
                                () if params.is_some_and(same) => &mut numbers.2,
                                () => continue,
                            };
                            part[i] += h;
                            old = part[i] - h;
                        }
                    });
                    (slope, old)
                })
                .collect();
            for ((found, after), (slope, old)) in found.into_iter().zip(after).zip(slopes) {
                assert!((found - slope).abs() < 2e-5 * (1.0 + slope.abs()), "{}: {found} for {slope}", of.name);
                if slope.abs() > 1e-4 {
                    assert!((after - old + 1e-3 * slope.signum()).abs() < 2e-6, "{}: {after} after {old}", of.name);
                }
                checked += 1;
            }
        }
        let params = weights.iter().filter(|_| of.name == "swish").count();
        assert_eq!(checked, 3 * 5 + 5 + 5 * 4 + 4 + params, "{}", of.name);
    }
}
