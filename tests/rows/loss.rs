//! Losses through buffers, beside the reference row by row: every storage, smoothing, caps, targets that take no part, in place.

use wgpu_activations::half::{bf16, f16};
use wgpu_activations::loss::CROSS_ENTROPY;
use wgpu_activations::row::Line;
use wgpu_activations::wgpu::Limits;
use wgpu_activations::{Buffers, Error, Extent, Reduction, Spec, Storage};

use crate::common::Noise;
use crate::common::rig::{Rig, bits};

const INF: f32 = f32::INFINITY;

#[derive(Clone, Debug)]
struct Case {
    extent: [usize; 3],
    storage: Storage,
    reduction: Reduction,
    in_place: bool,
    params: [f32; 5],
    /// Elements before the logits in their buffer.
    before: usize,
}

impl Case {
    fn new(extent: [usize; 3]) -> Self {
        let params = [0.0, INF, 0.0, 1.0, -100.0];
        Self { extent, storage: Storage::F32, reduction: Reduction::Mean, in_place: false, params, before: 0 }
    }

    fn spec(&self, spec: Spec) -> Spec {
        let spec = spec.storage(self.storage).reduction(self.reduction);
        if self.params[1].is_finite() { spec.softcap() } else { spec }
    }
}

/// Numbers as words of their storage, behind some others.
fn pack(values: &[f32], storage: Storage, before: usize) -> Vec<f32> {
    let shorts = |bits: Vec<u16>| {
        let whole: Vec<u16> = vec![7; before].into_iter().chain(bits).chain([7, 7]).collect();
        whole.chunks_exact(2).map(|two| f32::from_bits(u32::from(two[0]) | u32::from(two[1]) << 16)).collect()
    };
    match storage {
        Storage::F16 => shorts(values.iter().map(|&v| f16::from_f32(v).to_bits()).collect()),
        Storage::Bf16 => shorts(values.iter().map(|&v| bf16::from_f32(v).to_bits()).collect()),
        _ => vec![7.0; before].into_iter().chain(values.iter().copied()).collect(),
    }
}

fn unpack(words: &[u32], storage: Storage, before: usize, len: usize) -> Vec<f32> {
    let shorts: &[u16] = bytemuck::cast_slice(words);
    match storage {
        Storage::F16 => shorts[before..before + len].iter().map(|&b| f16::from_bits(b).to_f32()).collect(),
        Storage::Bf16 => shorts[before..before + len].iter().map(|&b| bf16::from_bits(b).to_f32()).collect(),
        _ => words[before..before + len].iter().map(|&b| f32::from_bits(b)).collect(),
    }
}

fn check(rig: &Rig, case: &Case) {
    let [outer, classes, inner] = case.extent;
    let (rows, len) = (outer * inner, outer * classes * inner);
    let extent = Extent { outer: outer as u64, channels: classes as u64, inner: inner as u64 };
    let what = format!("{case:?}");
    let mut noise = Noise((len + case.before) as u32);
    let x = pack(&noise.vec(len, 6.0), case.storage, case.before);
    let shown = unpack(bytemuck::cast_slice(&x), case.storage, case.before, len);
    // Every fifth target is ignored, one is beyond, one before the classes.
    let ignored = case.params[4] as i32;
    let target = |k: usize| match k {
        1 => classes as i32,
        2 => -3,
        k if k % 5 == 4 => ignored,
        k => (k * 7919 % classes) as i32,
    };
    let targets: Vec<i32> = (0..rows).map(target).collect();
    let wrong = targets.iter().filter(|&&t| t != ignored && !(0..classes as i32).contains(&t)).count();
    let part = targets.iter().filter(|&&t| t != ignored && (0..classes as i32).contains(&t)).count();

    let size = case.storage.bytes();
    let [from, bytes] = [case.before as u64 * size, len as u64 * size];
    let [logits, dx] = [0, 1].map(|_| rig.upload(&x));
    let of_targets = rig.upload(bytemuck::cast_slice(&targets));
    // Both in one buffer, which must not be bound twice in two ways.
    let results = rig.upload(&vec![7.0; rows + 3]);
    let split = 4 * rows as u64;
    let range = |buffer| wgpu_activations::wgpu::Buffer::slice(buffer, from..from + bytes);
    let plain = Buffers::new().x(range(&logits)).targets(of_targets.slice(..));
    let plain = plain.losses(results.slice(..split)).loss(results.slice(split..));
    let run = |spec: Spec, buffers: Buffers<'_>| {
        let bound = rig.kernels.get(spec).unwrap().bind(buffers, extent).unwrap_or_else(|e| panic!("{what}: {e}"));
        bound.set_params(&rig.queue, &case.params).unwrap_or_else(|e| panic!("{what}: {e}"));
        rig.run(&[&bound]);
    };
    run(case.spec(Spec::forward(&CROSS_ENTROPY)), plain);
    let read = || {
        let words = rig.words(&results);
        [words[..rows].to_vec(), words[rows..].to_vec()]
    };
    let alone = read();
    let both = case.spec(Spec::both(&CROSS_ENTROPY));
    match case.in_place {
        true => run(both.in_place(), plain),
        false => run(both, plain.dx(range(&dx))),
    }
    assert_eq!(read(), alone, "{what}: the loss with its gradient");
    let got = rig.words(if case.in_place { &logits } else { &dx });
    let beside: Vec<u32> = unpack(&got, case.storage, 0, case.before).iter().map(|v| v.to_bits()).collect();
    let kept = unpack(bytemuck::cast_slice(&x), case.storage, 0, case.before);
    assert_eq!(beside, bits(&kept), "{what}: something before the gradient was written");
    let got = unpack(&got, case.storage, case.before, len);

    let params: Vec<f64> = case.params.iter().map(|&p| f64::from(p)).collect();
    let factor = if case.reduction == Reduction::Mean { 1.0 / part as f64 } else { 1.0 };
    let (unit, least) = match case.storage {
        Storage::F16 => (2f64.powi(-11), 2f64.powi(-24)),
        Storage::Bf16 => (2f64.powi(-8), 1e-37),
        _ => (0.0, 1e-37),
    };
    let mut sum = 0.0;
    for row in 0..rows {
        let at = |c: usize| (row / inner * classes + c) * inner + row % inner;
        let z: Vec<f64> = (0..classes).map(|c| f64::from(shown[at(c)])).collect();
        let line = Line { x: &z, mask: &[], params: &params, number: u64::from(targets[row] as u32) };
        let wanted = (CROSS_ENTROPY.value)(&line)[0];
        let of_row = f64::from(f32::from_bits(alone[0][row]));
        // Sums of logits times shares, and the square of z, round as large numbers do.
        let largest = if case.params[0] > 0.0 { 12.0 } else { 1.0 };
        let near = (of_row - wanted).abs()
            <= 3e-6 * wanted.abs()
                + 1e-6
                    * largest
                    * case.params[0].max(f32::from(case.params[1].is_finite())).max(case.params[2]).max(1e-3) as f64;
        assert!(near, "{what}: loss {row} is {of_row:e}, not {wanted:e}");
        sum += wanted;
        for (c, wanted) in (CROSS_ENTROPY.dx)(&line, &[factor]).into_iter().enumerate() {
            let (got, size) = (f64::from(got[at(c)]), factor * params[3]);
            let slack =
                2e-6 * wanted.abs() + if c as i32 == targets[row] || case.params[0] > 0.0 { 1e-6 * size } else { 0.0 };
            let capped = if case.params[1].is_finite() { 4e-6 * wanted.abs() + 1e-6 * size } else { 0.0 };
            let near = (got - wanted).abs() <= wanted.abs() * unit + slack + capped + least;
            assert!(near, "{what}: dx[{row}, {c}] is {got:e}, not {wanted:e}");
            assert!(wanted != 0.0 || got == 0.0, "{what}: dx[{row}, {c}] takes no part");
        }
    }
    let [total, counted, out_of_range] = [0, 1, 2].map(|k| f64::from(f32::from_bits(alone[1][k])));
    let wanted = sum * factor;
    assert!((total - wanted).abs() <= 4e-6 * wanted.abs(), "{what}: the loss is {total:e}, not {wanted:e}");
    assert_eq!((counted, out_of_range), (part as f64, wrong as f64), "{what}");
}

#[test]
fn losses_and_gradients_in_every_storage() {
    let Some(rig) = Rig::webgpu() else { return };
    for (storage, extent) in
        Storage::ALL.into_iter().flat_map(|s| [[70, 12, 1], [9, 1001, 1], [3, 5, 7]].map(|e| (s, e)))
    {
        let plain = Case { storage, ..Case::new(extent) };
        check(&rig, &plain);
        check(&rig, &Case { reduction: Reduction::Sum, before: 2, ..plain.clone() });
        check(&rig, &Case { in_place: true, ..plain.clone() });
        check(&rig, &Case { params: [0.1, INF, 1e-4, 8.0, 0.0], before: 1, ..plain.clone() });
        check(&rig, &Case { params: [0.25, 4.0, 0.01, 1.0, -100.0], in_place: true, ..plain });
    }
}

#[test]
fn vocabularies_and_windows() {
    let Some(rig) = Rig::webgpu() else { return };
    check(&rig, &Case { storage: Storage::F16, params: [0.0, INF, 0.0, 1024.0, -100.0], ..Case::new([3, 256_000, 1]) });
    check(&rig, &Case { in_place: true, ..Case::new([6, 50_257, 1]) });
    let small = |limits: Limits| Limits { max_storage_buffer_binding_size: 16_384, ..limits };
    let Some(rig) = Rig::new(small) else { return };
    check(&rig, &Case::new([200, 100, 1]));
    check(&rig, &Case { storage: Storage::Bf16, reduction: Reduction::Sum, ..Case::new([50, 333, 1]) });
}

#[test]
fn special_rows_and_targets() {
    let Some(rig) = Rig::webgpu() else { return };
    let none = f32::NEG_INFINITY;
    let x = [0.0, 0.0, f32::NAN, 1.0, f32::NAN, 1.0, none, 2.0, none, none, INF, 0.0, 100.0, -100.0];
    let targets = [0i32, 1, -100, 1, 0, 1, 0];
    let extent = Extent::along(&[7, 2], -1).unwrap();
    let [logits, dx] = [rig.upload(&x), rig.room(14)];
    let [losses, loss] = [7, 3].map(|len| rig.room(len));
    let of_targets = rig.upload(bytemuck::cast_slice(&targets));
    let buffers = Buffers::new().x(logits.slice(..)).targets(of_targets.slice(..)).dx(dx.slice(..));
    let buffers = buffers.losses(losses.slice(..)).loss(loss.slice(..));
    let spec = Spec::both(&CROSS_ENTROPY).reduction(Reduction::Sum);
    rig.run(&[&rig.kernels.get(spec).unwrap().bind(buffers, extent).unwrap()]);
    let read = |buffer| rig.words(buffer).into_iter().map(f32::from_bits).collect::<Vec<f32>>();
    let [of_rows, slopes] = [read(&losses), read(&dx)];
    assert!((of_rows[0] - std::f32::consts::LN_2).abs() < 1e-7);
    assert!(
        [1, 4, 5].into_iter().all(|row| of_rows[row].is_nan() && slopes[2 * row..][..2].iter().all(|d| d.is_nan()))
    );
    assert_eq!((of_rows[2], &slopes[4..6]), (0.0, &[0.0, 0.0][..]), "ignored, be it NaN");
    assert_eq!((of_rows[3], &slopes[6..8]), (0.0, &[0.0, 0.0][..]), "the only class");
    // log(1 + exp(-200)) is less than any f32, its gradient as well.
    assert_eq!((of_rows[6], &slopes[12..]), (0.0, &[0.0, 0.0][..]));
    // The mean of none is NaN, and no gradient.
    let ignored = rig.upload(bytemuck::cast_slice(&[-100i32; 7]));
    let mean = rig.kernels.get(Spec::both(&CROSS_ENTROPY)).unwrap();
    rig.run(&[&mean.bind(buffers.targets(ignored.slice(..)), extent).unwrap()]);
    assert!(read(&loss)[0].is_nan() && read(&dx).iter().all(|&d| d == 0.0));
    assert_eq!(read(&loss)[1..], [0.0, 0.0]);
}

#[test]
fn there_are_no_such_losses() {
    let forward = Spec::forward(&CROSS_ENTROPY);
    for (spec, word) in [
        (forward.in_place(), "leaves its logits"),
        (Spec::both(&CROSS_ENTROPY).accumulate(), "accumulate"),
        (Spec::backward(&CROSS_ENTROPY), "Spec::both"),
        (Spec::both(&wgpu_activations::row::SOFTMAX), "losses"),
        (forward.sinks(), "attention_softmax"),
    ] {
        let Err(Error::NoKernel { reason, .. }) = spec.check() else { panic!("{spec}: {:?}", spec.check()) };
        assert!(reason.contains(word), "{spec}: {reason}");
    }
    let error = wgpu_activations::reference::forward(&CROSS_ENTROPY, &[1.0]).unwrap_err();
    assert!(error.to_string().contains("targets"), "{error}");
}
