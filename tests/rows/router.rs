//! Routers through buffers, beside the reference row by row: scores, ties, biases, shares, gradients, in every storage.

use wgpu_activations::half::f16;
use wgpu_activations::router::{self, ALL, TOP_K_SIGMOID, TOP_K_SOFTMAX};
use wgpu_activations::wgpu::Limits;
use wgpu_activations::{Buffers, Error, Extent, RowFunction, Spec, Storage};

use crate::common::Noise;
use crate::common::rig::Rig;

#[derive(Clone, Copy, Debug)]
struct Case {
    router: &'static RowFunction,
    rows: usize,
    experts: usize,
    top: usize,
    bias: bool,
    renormalized: bool,
    scale: f32,
}

fn floats(words: Vec<u32>) -> Vec<f32> {
    words.into_iter().map(f32::from_bits).collect()
}

fn check(rig: &Rig, case: Case) {
    let Case { router, rows, experts, top, bias, renormalized, scale } = case;
    let what = format!("{} {rows} x {experts}, {top}, {bias} {renormalized}", router.name);
    let mut noise = Noise((rows * experts + top) as u32);
    let mut x = noise.vec(rows * experts, 4.0);
    // Ties within rows.
    x.iter_mut().step_by(3).for_each(|v| *v = v.round());
    let biases = noise.vec(experts, 0.2);
    let dy = noise.vec(rows * top, 1.0);
    let extent = Extent::along(&[rows, experts], -1).unwrap();
    let [logits, of_bias, up] = [&x, &biases, &dy].map(|values| rig.upload(values));
    let [y, indices, dx] = [rows * top, rows * top, rows * experts].map(|len| rig.room(len));
    let buffers = Buffers::forward(logits.slice(..), y.slice(..)).indices(indices.slice(..));
    let spec = |spec: Spec| if renormalized { spec.top(top as u32).renormalized() } else { spec.top(top as u32) };
    let forward = spec(Spec::forward(router));
    let (forward, buffers) = if bias { (forward.bias(), buffers.bias(of_bias.slice(..))) } else { (forward, buffers) };
    let run = |spec: Spec, buffers: Buffers<'_>| {
        let bound = rig.kernels.get(spec).unwrap().bind(buffers, extent).unwrap_or_else(|e| panic!("{what}: {e}"));
        bound.set_params(&rig.queue, &[scale]).unwrap();
        rig.run(&[&bound]);
    };
    run(forward, buffers);
    let (weights, chosen) = (floats(rig.words(&y)), rig.words(&indices));
    let backward = Buffers::new().x(logits.slice(..)).indices(indices.slice(..)).dy(up.slice(..)).dx(dx.slice(..));
    run(spec(Spec::backward(router)), backward);
    let slopes = floats(rig.words(&dx));
    for row in 0..rows {
        let wide = |values: &[f32]| values.iter().map(|&v| f64::from(v)).collect::<Vec<f64>>();
        let (z, b) = (wide(&x[row * experts..][..experts]), wide(if bias { &biases } else { &[] }));
        let wanted = router::choose(router, &z, &b, top, renormalized, f64::from(scale));
        let indices: Vec<usize> = chosen[row * top..][..top].iter().map(|&i| i as usize).collect();
        let got = &weights[row * top..][..top];
        let scores = (router.value)(&wgpu_activations::row::Line { x: &z, mask: &[], params: &[], number: 0 });
        for (j, ((index, weight), (&i, &w))) in wanted.iter().zip(indices.iter().zip(got)).enumerate() {
            // Choices nearer than rounding may change places.
            let choice = |i: usize| scores[i] + b.get(i).copied().unwrap_or(0.0);
            let same = i == *index
                || (choice(i) - choice(*index)).abs() < 1e-6 && x[row * experts + i] != x[row * experts + index];
            assert!(same, "{what}: expert {j} of row {row} is {i}, not {index}");
            assert!(
                (f64::from(w) - weight).abs() <= 3e-6 * f64::from(scale),
                "{what}: weight {j} of row {row} is {w}, not {weight}"
            );
        }
        let wanted =
            router::gradient(router, &z, &indices, &wide(&dy[row * top..][..top]), renormalized, f64::from(scale));
        for (i, wanted) in wanted.into_iter().enumerate() {
            let got = f64::from(slopes[row * experts + i]);
            assert!(
                (got - wanted).abs() <= 4e-6 * f64::from(scale),
                "{what}: dx[{row}, {i}] is {got:e}, not {wanted:e}"
            );
            let beside = !indices.contains(&i) && (renormalized || router.name != "top_k_softmax");
            assert!(!beside || got == 0.0, "{what}: dx[{row}, {i}] was not chosen");
        }
    }
}

#[test]
fn every_router_chooses_and_learns() {
    let Some(rig) = Rig::webgpu() else { return };
    for &router in ALL {
        for (k, (rows, experts, top)) in
            [(133, 8, 2), (20, 64, 8), (70, 300, 8), (9, 257, 6), (5, 512, 8), (4, 3, 3), (1, 1, 1)]
                .into_iter()
                .enumerate()
        {
            let (bias, renormalized) = (k % 2 == 1, k % 3 != 0);
            check(&rig, Case { router, rows, experts, top, bias, renormalized, scale: 2.5 });
        }
    }
    let small = |limits: Limits| Limits { max_storage_buffer_binding_size: 8192, ..limits };
    let Some(rig) = Rig::new(small) else { return };
    check(
        &rig,
        Case { router: &TOP_K_SOFTMAX, rows: 100, experts: 60, top: 4, bias: true, renormalized: false, scale: 1.0 },
    );
}

#[test]
fn equals_go_in_order_and_nan_comes_first() {
    let Some(rig) = Rig::webgpu() else { return };
    let x = [1.0, 1.0, 1.0, 0.0, f32::NEG_INFINITY, 2.0, f32::NAN, 2.0];
    let extent = Extent::along(&[2, 4], -1).unwrap();
    let [logits, y, indices] = [rig.upload(&x), rig.room(6), rig.room(6)];
    let buffers = Buffers::forward(logits.slice(..), y.slice(..)).indices(indices.slice(..));
    let spec = Spec::forward(&TOP_K_SIGMOID).top(3);
    rig.run(&[&rig.kernels.get(spec).unwrap().bind(buffers, extent).unwrap()]);
    assert_eq!(rig.words(&indices), [0, 1, 2, 2, 1, 3]);
    assert!(floats(rig.words(&y))[3].is_nan());
}

#[test]
fn sixteen_bits() {
    let Some(rig) = Rig::webgpu() else { return };
    let (rows, experts, top) = (7, 10, 3);
    let x: Vec<f16> = Noise(4).vec(rows * experts, 3.0).into_iter().map(f16::from_f32).collect();
    let words = |values: &[f16]| -> Vec<f32> {
        values
            .chunks(2)
            .map(|two| f32::from_bits(u32::from(two[0].to_bits()) | u32::from(two.last().unwrap().to_bits()) << 16))
            .collect()
    };
    let [logits, y, indices] = [rig.upload(&words(&x)), rig.room(11), rig.room(rows * top)];
    let buffers = Buffers::forward(logits.slice(..), y.slice(..)).indices(indices.slice(..));
    let spec = Spec::forward(&TOP_K_SOFTMAX).top(top as u32).storage(Storage::F16);
    let extent = Extent::along(&[rows, experts], -1).unwrap();
    rig.run(&[&rig.kernels.get(spec).unwrap().bind(buffers, extent).unwrap()]);
    let (halves, chosen) = (rig.words(&y), rig.words(&indices));
    for row in 0..rows {
        let z: Vec<f64> = x[row * experts..][..experts].iter().map(|v| v.to_f64()).collect();
        for (j, (index, weight)) in router::choose(&TOP_K_SOFTMAX, &z, &[], top, false, 1.0).into_iter().enumerate() {
            let at = row * top + j;
            let got = f16::from_bits((halves[at / 2] >> (16 * (at % 2))) as u16).to_f64();
            assert_eq!(chosen[at] as usize, index, "row {row}");
            assert!((got - weight).abs() <= weight * 6e-4, "row {row}: {got} instead of {weight}");
        }
    }
}

#[test]
fn wrong_routers_are_named() {
    let Some(rig) = Rig::webgpu() else { return };
    let x = rig.room(4096);
    let y = rig.room(4096);
    let buffers = Buffers::forward(x.slice(..), y.slice(..)).indices(y.slice(..));
    let told = |spec: Spec, shape: &[usize], words: &[&str]| {
        let kernel = rig.kernels.get(spec);
        let result = kernel.and_then(|kernel| kernel.bind(buffers, Extent::along(shape, -1)?).map(drop));
        let text = result.expect_err("an error").to_string();
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
    };
    let spec = Spec::forward(&TOP_K_SOFTMAX);
    told(spec.top(0), &[4, 8], &["1 to 32"]);
    told(spec.top(33), &[4, 64], &["1 to 32"]);
    let apart = rig.room(64);
    let wide = buffers.indices(apart.slice(..));
    let bind = |top: u32, shape: &[usize]| {
        rig.kernels.get(spec.top(top)).unwrap().bind(wide, Extent::along(shape, -1).unwrap()).map(drop)
    };
    let text = |result: Result<(), Error>| result.expect_err("an error").to_string();
    assert!(text(bind(9, &[4, 8])).contains("9 experts of a row that has 8"));
    assert!(text(bind(2, &[4, 513])).contains("513"));
    told(spec.top(2).in_place(), &[4, 8], &["outputs of its own"]);
    told(Spec::backward(&TOP_K_SOFTMAX).top(2).bias(), &[4, 8], &["forward"]);
    told(spec.top(2), &[4, 8], &["memory of its own"]);
}
