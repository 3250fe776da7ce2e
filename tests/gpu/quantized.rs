//! Values as whole numbers of 8 bits with scales: of functions of elements, gates of two tensors and of halves, with neighbours, in
//! windows, beside the reference.

use wgpu_activations::activation::{GELU, RELU, SILU};
use wgpu_activations::gate::SWIGLU;
use wgpu_activations::half::f16;
use wgpu_activations::wgpu::Limits;
use wgpu_activations::{Buffers, Extent, Groups, Halves, Scale, Spec, Storage};

use crate::common::Noise;
use crate::common::rig::Rig;

/// Looks at numbers and scales of y, of which groups have `each` elements.
fn check(what: &str, y: &[f64], (words, scales): (Vec<u32>, Vec<u32>), each: usize) {
    let numbers: &[i8] = bytemuck::cast_slice(&words);
    assert_eq!(numbers.len(), y.len(), "{what}");
    assert_eq!(scales.len(), y.len() / each, "{what}");
    for (group, (y, numbers)) in y.chunks(each).zip(numbers.chunks(each)).enumerate() {
        let most = y.iter().fold(0.0f64, |m, v| m.max(v.abs()));
        let scale = f64::from(f32::from_bits(scales[group]));
        assert!((scale * 127.0 - most).abs() <= 4e-6 * most, "{what}: scale {group} is {scale:e}, of {most:e}");
        for (k, (y, &q)) in y.iter().zip(numbers).enumerate() {
            let exact = if most > 0.0 { y * 127.0 / most } else { 0.0 };
            // Half a step, and what values round to before.
            assert!((f64::from(q) - exact).abs() <= 0.501, "{what}: number {k} of {group} is {q}, not {exact}");
        }
        assert!(most == 0.0 || numbers.iter().any(|q| q.unsigned_abs() == 127), "{what}: {group} is not filled");
    }
}

fn words(values: &[f32], storage: Storage) -> Vec<f32> {
    match storage {
        Storage::F16 => values
            .chunks(2)
            .map(|v| f32::from_bits(v.iter().rev().fold(0, |w, &v| w << 16 | u32::from(f16::from_f32(v).to_bits()))))
            .collect(),
        _ => values.to_vec(),
    }
}

fn rounded(values: Vec<f32>, storage: Storage) -> Vec<f32> {
    let round = |v: f32| if storage == Storage::F16 { f16::from_f32(v).to_f32() } else { v };
    values.into_iter().map(round).collect()
}

/// Everything there is, on rows of so many elements of y.
fn run(rig: &Rig, rows: usize, row: usize, storage: Storage) {
    let len = rows * row;
    let noise = |seed: usize, len: usize, scale| rounded(Noise((seed * 7 + len) as u32).vec(len, scale), storage);
    let [mut a, b, both] = [noise(1, len, 5.0), noise(2, len, 2.0), noise(3, 2 * len, 4.0)];
    // Rows of small numbers, and of none.
    a.iter_mut().take(row).for_each(|v| *v *= 1e-3);
    a.iter_mut().skip(row).take(row).for_each(|v| *v = 0.0);
    let a = rounded(a, storage);
    let [bias, residual] = [noise(4, 2 * row, 1.0), noise(5, len, 1.0)];
    let scale = Noise(6).vec(rows, 2.0);
    let tensors = [&a, &b, &both, &bias, &residual].map(|v| rig.upload(&words(v, storage)));
    let [of_a, of_b, of_both, of_bias, of_residual] = &tensors;
    let of_scale = rig.upload(&scale);
    let wide = |v: &[f32]| v.iter().map(|&v| f64::from(v)).collect::<Vec<f64>>();
    let [a, b, both, bias, residual] = [&a, &b, &both, &bias, &residual].map(|v| wide(v));
    let f = |f: &wgpu_activations::Activation, x: f64| (f.value)(x, &[]);
    let at = |i: usize| (i / row, i % row);
    let extent = Extent::along(&[rows, row], -1).unwrap();
    let of_halves = Extent::along(&[rows, 2 * row], -1).unwrap();
    for groups in [Groups::Rows, Groups::Of32] {
        let each = if groups == Groups::Rows { row } else { 32 };
        if groups == Groups::Of32 && !row.is_multiple_of(32) {
            continue;
        }
        let go = |spec: Spec, buffers: Buffers<'_>, extent: Extent, y: Vec<f64>| {
            let spec = spec.storages(storage, Storage::F32).quantized(groups);
            let what = format!("{spec} {rows} x {row}");
            let (out, scales) = (rig.room(len / 4), rig.room(len / each));
            let buffers = buffers.y(out.slice(..)).scales(scales.slice(..));
            let kernel = rig.kernels.get(spec).unwrap_or_else(|e| panic!("{what}: {e}"));
            let bound = kernel.bind(buffers, extent).unwrap_or_else(|e| panic!("{what}: {e}"));
            rig.run(&[&bound]);
            check(&what, &y, (rig.words(&out), rig.words(&scales)), each);
        };
        let x = || Buffers::new().x(of_a.slice(..));
        go(Spec::forward(&RELU), x(), extent, a.iter().map(|&v| f(&RELU, v)).collect());
        let around = (0..len).map(|i| {
            let (r, c) = at(i);
            f64::from(scale[r]) * f(&GELU, a[i] + bias[c]) + residual[i]
        });
        let few = of_bias.slice(..(row as u64 * storage.bytes()).next_multiple_of(4));
        let buffers = x().bias(few).scale(of_scale.slice(..)).residual(of_residual.slice(..));
        go(Spec::forward(&GELU).bias().scale(Scale::Rows).residual(), buffers, extent, around.collect());
        let gate = Buffers::new().a(of_a.slice(..)).b(of_b.slice(..));
        go(Spec::forward(&SWIGLU), gate, extent, (0..len).map(|i| f(&SILU, a[i]) * b[i]).collect());
        for halves in [Halves::Split, Halves::Interleaved] {
            let places = |i: usize| {
                let (r, c) = at(i);
                let row = 2 * row * r;
                if halves == Halves::Split {
                    [row + c, row + extent.channels as usize + c]
                } else {
                    [row + 2 * c, row + 2 * c + 1]
                }
            };
            let y = (0..len).map(|i| {
                let [p, q] = places(i);
                f(&SILU, both[p]) * both[q]
            });
            go(Spec::forward(&SWIGLU).halves(halves), Buffers::new().x(of_both.slice(..)), of_halves, y.collect());
        }
    }
}

#[test]
fn values_of_elements_and_gates() {
    let Some(rig) = Rig::webgpu() else { return };
    for (rows, row) in [(5, 64), (3, 36), (2, 4096)] {
        run(&rig, rows, row, Storage::F32);
        run(&rig, rows, row, Storage::F16);
    }
    let small = |limits: Limits| Limits { max_storage_buffer_binding_size: 4096, ..limits };
    let Some(rig) = Rig::new(small) else { return };
    run(&rig, 40, 96, Storage::F32);
}

/// Numbers of 8 bits, their scales in groups of `each`, and what they stand for.
fn numbers(seed: u32, len: usize, each: usize) -> (Vec<f32>, Vec<f32>, Vec<f64>) {
    let mut noise = Noise(seed);
    let q: Vec<i8> = noise.vec(len, 127.9).into_iter().map(|v| v as i8).collect();
    let scales: Vec<f32> = noise.vec(len / each, 0.05).into_iter().map(f32::abs).collect();
    let wide = q.iter().enumerate().map(|(k, &q)| f64::from(q) * f64::from(scales[k / each])).collect();
    (bytemuck::pod_collect_to_vec(&q), scales, wide)
}

#[test]
fn inputs_of_8_bits() {
    let Some(rig) = Rig::webgpu() else { return };
    let small = |limits: Limits| Limits { max_storage_buffer_binding_size: 4096, ..limits };
    for (rig, rows, row) in [(Some(rig), 6, 96), (Rig::new(small), 50, 64)] {
        let Some(rig) = rig else { return };
        let (len, f) = (rows * row, |f: &wgpu_activations::Activation, x: f64| (f.value)(x, &[]));
        let extent = Extent::along(&[rows, row], -1).unwrap();
        let of_halves = Extent::along(&[rows, 2 * row], -1).unwrap();
        for groups in [Groups::Rows, Groups::Of32] {
            let each = |row| if groups == Groups::Rows { row } else { 32 };
            let (a, a_scales, x) = numbers(1, len, each(row));
            let (b, b_scales, z) = numbers(2, len, each(row));
            let (both, x_scales, pairs) = numbers(3, 2 * len, each(2 * row));
            let tensors = [&a, &a_scales, &b, &b_scales, &both, &x_scales].map(|v| rig.upload(v));
            let [a, a_scales, b, b_scales, both, x_scales] = tensors.each_ref().map(|buffer| buffer.slice(..));
            let at = |i: usize, split: bool| {
                let (r, c) = (i / row * 2 * row, i % row);
                if split { [r + c, r + row + c] } else { [r + 2 * c, r + 2 * c + 1] }
            };
            let gated = |split| -> Vec<f64> {
                (0..len).map(|i| at(i, split)).map(|[p, q]| f(&SILU, pairs[p]) * pairs[q]).collect()
            };
            let plain = Spec::forward(&SWIGLU);
            let cases = [
                (
                    Spec::forward(&GELU),
                    Buffers::new().x(a).x_scales(a_scales),
                    extent,
                    x.iter().map(|&v| f(&GELU, v)).collect(),
                ),
                (
                    plain,
                    Buffers::new().a(a).b(b).a_scales(a_scales).b_scales(b_scales),
                    extent,
                    x.iter().zip(&z).map(|(&a, &b)| f(&SILU, a) * b).collect::<Vec<f64>>(),
                ),
                (plain.halves(Halves::Split), Buffers::new().x(both).x_scales(x_scales), of_halves, gated(true)),
                (plain.halves(Halves::Interleaved), Buffers::new().x(both).x_scales(x_scales), of_halves, gated(false)),
            ];
            for (spec, buffers, extent, wanted) in cases {
                let spec = spec.dequantized(groups);
                let (y, scales) = (rig.room(len), rig.room(len / 32));
                let kernel = rig.kernels.get(spec).unwrap_or_else(|e| panic!("{spec}: {e}"));
                rig.run(&[&kernel.bind(buffers.y(y.slice(..)), extent).unwrap_or_else(|e| panic!("{spec}: {e}"))]);
                for (k, (got, wanted)) in rig.words(&y).into_iter().zip(&wanted).enumerate() {
                    let got = f64::from(f32::from_bits(got));
                    assert!(
                        (got - wanted).abs() <= 2e-6 * wanted.abs() + 1e-6,
                        "{spec}: y[{k}] is {got}, not {wanted}"
                    );
                }
                // And back to 8 bits.
                let spec = spec.quantized(Groups::Of32);
                let out = rig.room(len / 4);
                let buffers = buffers.y(out.slice(..)).scales(scales.slice(..));
                rig.run(&[&rig.kernels.get(spec).unwrap().bind(buffers, extent).unwrap()]);
                check(&spec.to_string(), &wanted, (rig.words(&out), rig.words(&scales)), 32);
            }
        }
    }
}

#[test]
fn lengths_places_and_special_groups() {
    let Some(rig) = Rig::webgpu() else { return };
    // A length, behind other elements.
    let mut x = Noise(3).vec(101 + 64, 3.0);
    x[101..133].fill(1e-40);
    x[140] = f32::INFINITY;
    let (of_x, out, scales) = (rig.upload(&x), rig.upload(&[7.0; 21]), rig.upload(&[7.0; 4]));
    let buffers = Buffers::forward(of_x.slice(404..), out.slice(12..76)).scales(scales.slice(4..12));
    let spec = Spec::forward(&RELU).quantized(Groups::Of32);
    rig.run(&[&rig.kernels.get(spec).unwrap().bind(buffers, 64).unwrap()]);
    let (numbers, of_groups) = (rig.words(&out), rig.words(&scales));
    assert!(numbers[..3].iter().chain(&numbers[19..]).all(|&w| w == 7f32.to_bits()), "something beside y was written");
    assert!(numbers[3..19].iter().all(|&w| w == 0), "neither tiny numbers nor those beside inf are any");
    assert_eq!(of_groups, [7f32, 0.0, f32::INFINITY, 7.0].map(f32::to_bits));
}

#[test]
fn what_cannot_be_quantized_is_named() {
    let Some(rig) = Rig::webgpu() else { return };
    let (x, y, scales) = (rig.room(1024), rig.room(256), rig.room(64));
    let buffers = Buffers::forward(x.slice(..), y.slice(..)).scales(scales.slice(..));
    let bind = |spec: Spec, extent: Extent| {
        let error = rig.kernels.get(spec).and_then(|kernel| kernel.bind(buffers, extent).map(drop)).unwrap_err();
        error.to_string()
    };
    let told = |text: &str, words: &str| assert!(text.contains(words), "{text}");
    let rows = |shape: &[usize]| Extent::along(shape, -1).unwrap();
    let relu = Spec::forward(&RELU);
    told(&bind(relu.quantized(Groups::Of32), rows(&[2, 40])), "multiple of 32");
    told(&bind(relu.quantized(Groups::Rows), rows(&[2, 41])), "multiple of 4");
    told(&bind(relu.quantized(Groups::Rows), Extent::from(64)), "rows of a multiple of 4");
    told(&bind(relu.quantized(Groups::Of32), Extent::along(&[64, 2], 0).unwrap()), "last axis");
    told(&bind(relu.in_place().quantized(Groups::Rows), rows(&[2, 64])), "memory of their own");
    told(&bind(Spec::backward(&RELU).quantized(Groups::Rows), rows(&[2, 64])), "gradients");
    let odd = buffers.y(y.slice(2..));
    let kernel = rig.kernels.get(relu.quantized(Groups::Rows)).unwrap();
    assert!(kernel.bind(odd, rows(&[2, 64])).unwrap_err().to_string().contains("multiple of 4"));
    assert!(kernel.bind_up_to(buffers, rows(&[2, 64])).unwrap_err().to_string().contains("cannot stop earlier"));
    assert_eq!("gelu forward quantized:32".parse::<Spec>().unwrap(), Spec::forward(&GELU).quantized(Groups::Of32));
}
