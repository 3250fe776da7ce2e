//! The gradient of rows' scales, in the pass that gives the others: these are what they are without it, and the sums those of
//! the reference, the same in every run.

use wgpu_activations::activation::{GELU, RELU, SILU};
use wgpu_activations::gate::SWIGLU;
use wgpu_activations::half::f16;
use wgpu_activations::wgpu::Limits;
use wgpu_activations::{Buffers, Error, Extent, Halves, Scale, Spec, Storage};

use crate::common::Noise;
use crate::common::rig::Rig;

fn words(values: &[f32], storage: Storage) -> Vec<f32> {
    let pair = |v: &[f32]| v.iter().rev().fold(0, |w, &v| w << 16 | u32::from(f16::from_f32(v).to_bits()));
    if storage == Storage::F16 { values.chunks(2).map(|v| f32::from_bits(pair(v))).collect() } else { values.to_vec() }
}

fn numbers(words: &[u32], storage: Storage) -> Vec<f64> {
    let halves: &[u16] = bytemuck::cast_slice(words);
    match storage {
        Storage::F16 => halves.iter().map(|&bits| f16::from_bits(bits).to_f64()).collect(),
        _ => words.iter().map(|&bits| f64::from(f32::from_bits(bits))).collect(),
    }
}

fn run(rig: &Rig, rows: usize, row: usize, storage: Storage) {
    let len = rows * row;
    let noise = |seed: u32, len: usize, by: f32| -> Vec<f32> {
        let round = |v: f32| if storage == Storage::F16 { f16::from_f32(v).to_f32() } else { v };
        Noise(seed).vec(len, by).into_iter().map(round).collect()
    };
    let [a, b, dy, both, bias] = [(1, len, 4.0), (2, len, 2.0), (3, len, 1.0), (4, 2 * len, 3.0), (5, row, 1.0)]
        .map(|(s, n, by)| noise(s, n, by));
    let scale = Noise(6).vec(rows, 2.0);
    let tensors = [&a, &b, &dy, &both, &bias].map(|v| rig.upload(&words(v, storage)));
    let [of_a, of_b, of_dy, of_both, of_bias] = tensors.each_ref().map(|buffer| buffer.slice(..));
    let of_scale = rig.upload(&scale);
    let f = |f: &wgpu_activations::Activation, x: f32| (f.value)(f64::from(x), &[]);
    let place = |i: usize, split: bool| {
        let (r, c) = (i / row * 2 * row, i % row);
        if split { [r + c, r + row + c] } else { [r + 2 * c, r + 2 * c + 1] }
    };
    let gated = |split| move |i: usize| place(i, split);
    let extent = Extent::along(&[rows, row], -1).unwrap();
    let of_halves = Extent::along(&[rows, 2 * row], -1).unwrap();
    let x = || Buffers::new().x(of_a).dy(of_dy);
    type Value<'a> = Box<dyn Fn(usize) -> f64 + 'a>;
    let cases: [(Spec, Buffers<'_>, Extent, Value<'_>); 5] = [
        (Spec::backward(&RELU), x(), extent, Box::new(|i| f(&RELU, a[i]))),
        (Spec::backward(&GELU).bias(), x().bias(of_bias), extent, Box::new(|i| f(&GELU, a[i] + bias[i % row]))),
        (
            Spec::backward(&SWIGLU),
            Buffers::new().a(of_a).b(of_b).dy(of_dy),
            extent,
            Box::new(|i| f(&SILU, a[i]) * f64::from(b[i])),
        ),
        (Spec::backward(&SWIGLU).halves(Halves::Split), Buffers::new().x(of_both).dy(of_dy), of_halves, {
            let at = gated(true);
            Box::new(move |i| f(&SILU, both[at(i)[0]]) * f64::from(both[at(i)[1]]))
        }),
        (Spec::backward(&SWIGLU).halves(Halves::Interleaved), Buffers::new().x(of_both).dy(of_dy), of_halves, {
            let both = noise(4, 2 * len, 3.0);
            let at = gated(false);
            Box::new(move |i| f(&SILU, both[at(i)[0]]) * f64::from(both[at(i)[1]]))
        }),
    ];
    for (spec, buffers, extent, value) in cases {
        let spec = spec.scale(Scale::Rows).storage(storage);
        let buffers = buffers.scale(of_scale.slice(..));
        let two = spec.to_string().starts_with("swiglu") && !spec.to_string().contains("halves");
        let outs = [(); 4].map(|()| rig.upload(&vec![7.0; 2 * len]));
        let dscale = rig.upload(&vec![7.0; rows + 2]);
        // Plain first.
        let bind = |spec: Spec, buffers: Buffers<'_>| {
            rig.kernels
                .get(spec)
                .unwrap_or_else(|e| panic!("{spec}: {e}"))
                .bind(buffers, extent)
                .unwrap_or_else(|e| panic!("{spec}: {e}"))
        };
        let plain = bind(spec, into(buffers, &outs, 0, two));
        let whole = into(buffers, &outs, 2, two).dscale(dscale.slice(4..4 + 4 * rows as u64));
        let whole = bind(spec.scale_gradient(), whole);
        rig.run(&[&plain, &whole]);
        for k in 0..2 {
            // Compilers join what both have in common in their own ways.
            let [one, other] = [k, k + 2].map(|k| numbers(&rig.words(&outs[k]), storage));
            let near = |(a, b): (&f64, &f64)| {
                (a - b).abs() <= 1e-6 * (a.abs() + 1.0) + if storage == Storage::F16 { a.abs() * 1e-3 } else { 0.0 }
            };
            assert!(one.iter().zip(&other).all(near), "{spec}: a gradient beside that of scales");
        }
        let got = rig.words(&dscale);
        rig.run(&[&whole]);
        assert_eq!(rig.words(&dscale), got, "{spec}: other bits");
        assert_eq!([got[0], got[rows + 1]], [7f32.to_bits(); 2], "{spec}: something beside dscale was written");
        for r in 0..rows {
            let terms = || (r * row..(r + 1) * row).map(|i| f64::from(dy[i]) * value(i));
            let (wanted, size) = (terms().sum::<f64>(), terms().map(f64::abs).sum::<f64>());
            let got = f64::from(f32::from_bits(got[1 + r]));
            assert!((got - wanted).abs() <= 2e-6 * size + 1e-30, "{spec}: dscale[{r}] is {got}, not {wanted}");
        }
    }
}

fn into<'a>(buffers: Buffers<'a>, outs: &'a [wgpu_activations::wgpu::Buffer; 4], k: usize, two: bool) -> Buffers<'a> {
    match two {
        true => buffers.da(outs[k].slice(..)).db(outs[k + 1].slice(..)),
        false => buffers.dx(outs[k].slice(..)),
    }
}

#[test]
fn scales_of_rows_have_gradients() {
    let Some(rig) = Rig::webgpu() else { return };
    for storage in [Storage::F32, Storage::F16] {
        run(&rig, 5, 64, storage);
        run(&rig, 3, 2052, storage);
    }
    let small = |limits: Limits| Limits { max_storage_buffer_binding_size: 4096, ..limits };
    let Some(rig) = Rig::new(small) else { return };
    run(&rig, 40, 100, Storage::F32);
}

#[test]
fn where_scales_have_no_gradient_is_said() {
    let back = Spec::backward(&RELU).scale(Scale::Rows);
    for (spec, word) in [
        (Spec::backward(&RELU).scale_gradient(), "a scale for each row"),
        (Spec::backward(&RELU).scale(Scale::Tensor).scale_gradient(), "a scale for each row"),
        (Spec::forward(&RELU).scale(Scale::Rows).scale_gradient(), "backward"),
        (Spec::both(&RELU).scale(Scale::Rows).scale_gradient(), "dx alone"),
    ] {
        let Err(Error::NoKernel { reason, .. }) = spec.check() else { panic!("{spec}: {:?}", spec.check()) };
        assert!(reason.contains(word), "{spec}: {reason}");
    }
    let plan = |row| back.scale_gradient().plan(Extent::along(&[4, row], -1).unwrap(), &Default::default());
    assert!(plan(8).is_ok());
    let error = plan(1 << 25).unwrap_err().to_string();
    assert!(error.contains("a row whose scale has a gradient"), "{error}");
    assert_eq!("relu backward scale:rows scale_gradient".parse::<Spec>().unwrap(), back.scale_gradient());
}
