//! The gradients of a gate's biases, of a plan with windows.

use wgpu_activations::gate::SWIGLU;
use wgpu_activations::{Extent, Halves, Scale, Spec, Tuning, reference};

use super::{fits, forms, launch, limits};
use crate::common::Noise;
use crate::common::rig::Rig;

/// Sums of both inputs' gradients over several windows, those of halves between whole rows.
#[test]
fn biases_of_gates_in_windows() {
    let Some(rig) = Rig::webgpu() else { return };
    let (rows, channels) = (301usize, 20usize);
    let dy = Noise(4).vec(rows * channels, 1.0);
    let [a, b] = [5, 6].map(|seed| Noise(seed).vec(rows * channels, 2.0));
    let bias = Noise(7).vec(2 * channels, 1.0);
    // a and b, and their biases, as they lie in one tensor.
    let joined = |a: &[f32], b: &[f32], alternate: bool| -> Vec<f32> {
        let pair = |(a, b): (&[f32], &[f32])| match alternate {
            true => a.iter().zip(b).flat_map(|(&a, &b)| [a, b]).collect::<Vec<_>>(),
            false => [a, b].concat(),
        };
        a.chunks(channels).zip(b.chunks(channels)).flat_map(pair).collect()
    };
    let (first, second) = bias.split_at(channels);
    let plus = |x: &[f32], bias: &[f32]| x.iter().zip(bias.iter().cycle()).map(|(x, b)| x + b).collect::<Vec<f32>>();
    let scale = Noise(8).vec(rows, 1.0);
    let (moved_a, moved_b) = (plus(&a, first), plus(&b, second));
    let values = reference::forward(&SWIGLU, (&moved_a, &moved_b)).unwrap();
    let terms: Vec<f64> = values.iter().zip(&dy).map(|(y, &dy)| y * f64::from(dy)).collect();
    let of_rows: Vec<f32> = terms.chunks(channels).map(|row| row.iter().sum::<f64>() as f32).collect();
    for scaled in [false, true] {
        let scaled_dy: Vec<f32> =
            dy.iter().enumerate().map(|(i, dy)| if scaled { dy * scale[i / channels] } else { *dy }).collect();
        let (da, db) = reference::backward(&SWIGLU, (&moved_a, &moved_b), &scaled_dy).unwrap();
        let sums = |dx: &[f64]| (0..channels).map(|c| dx.iter().skip(c).step_by(channels).sum()).collect::<Vec<f64>>();
        let (sums_of_a, sums_of_b) = (sums(&da), sums(&db));
        let narrow = |v: &[f64]| v.iter().map(|&v| v as f32).collect::<Vec<f32>>();
        for halves in [None, Some(Halves::Split), Some(Halves::Interleaved)] {
            let spec = Spec::backward(&SWIGLU).bias().bias_gradient();
            let spec = if scaled { spec.scale(Scale::Rows).scale_gradient() } else { spec };
            let spec = halves.into_iter().fold(spec, Spec::halves);
            let alternate = halves == Some(Halves::Interleaved);
            let width = if halves.is_some() { 2 * channels } else { channels };
            let extent = Extent { outer: rows as u64, channels: width as u64, inner: 1 };
            let x = joined(&a, &b, alternate);
            let bias = if halves.is_some() { joined(first, second, alternate) } else { bias.clone() };
            for plan in forms(spec, extent, &limits(Tuning::DISCRETE)).into_iter().filter(|plan| fits(plan, 8)) {
                assert!(plan.launches.len() > 2, "windows and a total");
                let contents: Vec<Vec<f32>> = plan
                    .buffers
                    .iter()
                    .map(|buffer| match buffer.name {
                        "a" => a.clone(),
                        "b" => b.clone(),
                        "x" => x.clone(),
                        "dy" => dy.clone(),
                        "bias" => bias.clone(),
                        "scale" => scale.clone(),
                        _ => Vec::new(),
                    })
                    .collect();
                let results = launch(&rig, &plan, &contents);
                let of = |name: &str| &results[plan.buffers.iter().position(|buffer| buffer.name == name).unwrap()];
                let near = |got: &[f32], expected: &[f32]| {
                    for (got, expected) in got.iter().zip(expected) {
                        assert!(
                            (got - expected).abs() <= 1e-5 * (1.0 + expected.abs()),
                            "{spec}: {got} is not {expected}"
                        );
                    }
                };
                let [wanted, gradients] = match halves {
                    None => {
                        [[&sums_of_a[..], &sums_of_b[..]].concat(), [&da[..], &db[..]].concat()].map(|v| narrow(&v))
                    }
                    Some(_) => [
                        joined(&narrow(&sums_of_a), &narrow(&sums_of_b), alternate),
                        joined(&narrow(&da), &narrow(&db), alternate),
                    ],
                };
                near(of("dbias"), &wanted);
                if scaled {
                    near(of("dscale"), &of_rows);
                }
                match halves {
                    None => near(&[&of("da")[..], &of("db")[..]].concat(), &gradients),
                    Some(_) => near(of("dx"), &gradients),
                }
            }
        }
    }
    // The sums of no rows are 0.
    let none = Extent { outer: 0, channels: 8, inner: 1 };
    for spec in [Spec::backward(&SWIGLU), Spec::backward(&SWIGLU).halves(Halves::Split)] {
        let plan = spec.bias().bias_gradient().plan(none, &limits(Tuning::DISCRETE)).unwrap();
        let at = plan.buffers.iter().position(|buffer| buffer.name == "dbias").unwrap();
        let contents: Vec<Vec<f32>> = plan
            .buffers
            .iter()
            .map(|buffer| vec![7.0; if buffer.name == "dbias" { buffer.bytes as usize / 4 } else { 0 }])
            .collect();
        assert!(launch(&rig, &plan, &contents)[at].iter().all(|&sum| sum == 0.0), "{spec}");
    }
    let long = Extent { outer: 2, channels: 1 << 13, inner: 1 };
    let spec = Spec::backward(&SWIGLU).bias().bias_gradient().halves(Halves::Split);
    let error = spec.plan(long, &limits(Tuning::DISCRETE)).unwrap_err().to_string();
    assert!(error.contains("a row of both halves"), "{error}");
}
