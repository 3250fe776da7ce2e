//! The examples, beside `f64`.
#![allow(clippy::duplicate_mod)] // each has what a program has already

#[path = "../../examples/attention.rs"]
mod attention;
#[path = "../../examples/ffn_swiglu.rs"]
mod ffn_swiglu;
#[path = "../../examples/mlp_inference.rs"]
mod mlp_inference;
#[path = "../../examples/own_activation.rs"]
mod own_activation;
#[path = "../../examples/train_xor.rs"]
mod train_xor;

#[path = "../common/mod.rs"]
mod common;

use common::gpu;
use wgpu_activations::activation::{GELU, SILU, TANH};

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&v| f64::from(v)).collect()
}

#[track_caller]
fn near(got: f64, wanted: f64, error: f64, what: &str) {
    assert!((got - wanted).abs() <= error, "{what}: {got}, not {wanted}");
}

#[test]
fn both_ways_of_a_perceptron_give_the_same() {
    use mlp_inference::{HIDDEN, INPUTS, common::product, infer, weights};
    let Some(gpu) = gpu() else { return };
    let (inputs, hidden) = (INPUTS as usize, HIDDEN as usize);
    let w = weights();
    let z = product(&wide(&w.x), &w.first, inputs, hidden);
    let h: Vec<f64> = z.iter().enumerate().map(|(i, z)| (GELU.value)(z + f64::from(w.bias[i % hidden]), &[])).collect();
    let wanted = product(&h, &w.second, hidden, inputs);
    for (got, _) in infer(gpu).unwrap() {
        assert_eq!(got.len(), wanted.len());
        got.iter().zip(&wanted).for_each(|(&got, &wanted)| near(f64::from(got), wanted, 2e-5, "y"));
    }
}

#[test]
fn a_block_of_16_bits_is_as_near_as_they_are() {
    use ffn_swiglu::{HIDDEN, TOKENS, WIDTH, block, common::product, values};
    let Some(gpu) = gpu() else { return };
    let tensors: Vec<Vec<f32>> = values().iter().map(|t| t.iter().map(|v| v.to_f32()).collect()).collect();
    let z = product(&wide(&tensors[0]), &tensors[1], WIDTH, 2 * HIDDEN);
    let with_bias = |row: usize, c: usize| z[row * 2 * HIDDEN + c] + f64::from(tensors[2][c]);
    let gated = (0..TOKENS).flat_map(|row| {
        (0..HIDDEN)
            .map(move |c| (row, c))
            .map(|(row, c)| (SILU.value)(with_bias(row, c), &[]) * with_bias(row, c + HIDDEN))
    });
    let down = product(&gated.collect::<Vec<f64>>(), &tensors[3], HIDDEN, WIDTH);
    for (i, (got, wanted)) in block(gpu).unwrap().iter().zip(down).enumerate() {
        let wanted = wanted + f64::from(tensors[4][i % WIDTH]) + f64::from(tensors[0][i]);
        // Four roundings to 11 bits, of sums of 160 terms.
        near(got.to_f64(), wanted, 1e-2, "y");
    }
}

#[test]
fn a_decoder_attends_to_all_it_has_seen() {
    use attention::{HEADS, SCALE, STEPS, WIDTH, decode, tensors};
    let Some(gpu) = gpu() else { return };
    let [q, k, v, slopes, sinks] = tensors();
    let outs = decode(gpu).unwrap();
    assert_eq!(outs.len(), STEPS);
    for (step, out) in outs.iter().enumerate() {
        for head in 0..HEADS {
            let at = |t: usize, i: usize| (t * HEADS + head) * WIDTH + i;
            let z = |t: usize| {
                let dot: f64 = (0..WIDTH).map(|i| f64::from(q[at(step, i)]) * f64::from(k[at(t, i)])).sum();
                (f64::from(SCALE) * dot - f64::from(slopes[head]) * (step - t) as f64).exp()
            };
            let sum = (0..=step).map(z).sum::<f64>() + f64::from(sinks[head]).exp();
            for i in 0..WIDTH {
                let wanted = (0..=step).map(|t| z(t) / sum * f64::from(v[at(t, i)])).sum();
                near(f64::from(out[head * WIDTH + i]), wanted, 2e-6, "attention");
            }
        }
    }
}

#[test]
fn exclusive_or_is_learned_as_on_the_cpu() {
    let Some(gpu) = gpu() else { return };
    let got = train_xor::train_on(gpu, 300).unwrap();
    let f = |z: &[f32]| Ok::<_, ()>(z.iter().map(|&z| (TANH.value)(f64::from(z), &[]) as f32).collect());
    let slope = |z: &[f32], dy: &[f32]| {
        Ok(z.iter().zip(dy).map(|(&z, &d)| ((TANH.dx)(f64::from(z), &[]) * f64::from(d)) as f32).collect())
    };
    let wanted = train_xor::train(300, f, slope).unwrap();
    assert!(got[299] < 1e-4 && got[0] > 0.1, "from {} to {}", got[0], got[299]);
    for (step, (got, wanted)) in got.iter().zip(wanted).enumerate() {
        near(f64::from(*got), f64::from(wanted), 1e-3, &format!("step {step}"));
    }
}

#[test]
fn every_door_opens_for_an_own_activation() {
    use own_activation::{X, doors};
    let Some(gpu) = gpu() else { return };
    let [y, dx, dwidth, gated, wider] = doors(gpu).unwrap();
    let f = |x: f64, w: f64| 1.0 / (1.0 + (x / w) * (x / w));
    let slope = |x: f64| -2.0 * x * f(x, 1.0).powi(2);
    for (k, x) in X.map(f64::from).into_iter().enumerate() {
        near(f64::from(y[k]), f(x, 1.0), 1e-6, "f");
        near(f64::from(dx[k]), slope(x), 1e-6, "f'");
        near(f64::from(gated[k]), f(x, 1.0) * x, 1e-6, "the gate");
        near(f64::from(wider[k]), f(x, 2.0), 1e-6, "width 2");
    }
    near(f64::from(dwidth[0]), X.map(f64::from).into_iter().map(|x| -x * slope(x)).sum(), 2e-6, "d/dwidth");
}
