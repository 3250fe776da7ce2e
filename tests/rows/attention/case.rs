//! Scores between canaries, and what becomes of them.

use wgpu_activations::activation::SOFTCAP;
use wgpu_activations::half::{bf16, f16};
use wgpu_activations::row::{ATTENTION_SOFTMAX, Line};
use wgpu_activations::wgpu::{Buffer, BufferSlice};
use wgpu_activations::{Buffers, Extent, Mask, Spec, Storage};

use crate::common::Noise;
use crate::common::rig::{Rig, bits};

/// Scores of [batches, heads, queries, keys], and what is asked of them.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) shape: [usize; 4],
    pub(super) storage: Storage,
    pub(super) mask: Option<Mask>,
    pub(super) axes: [bool; 3],
    pub(super) slopes: bool,
    pub(super) sinks: bool,
    pub(super) cap: f32,
    pub(super) offset: f32,
    pub(super) window: f32,
    /// Elements before each tensor in its buffer.
    pub(super) before: usize,
}

impl Case {
    pub(super) fn new(shape: [usize; 4]) -> Self {
        let [offset, window, cap] = [f32::INFINITY; 3];
        let (mask, axes, storage) = (None, [false; 3], Storage::F32);
        Self { shape, storage, mask, axes, slopes: false, sinks: false, cap, offset, window, before: 0 }
    }

    fn params(&self) -> Vec<f32> {
        vec![0.5, self.cap, 0.25, -0.5, self.offset, self.window, self.shape[2] as f32]
    }

    fn spec(&self, spec: Spec, forward: bool) -> Spec {
        let spec = spec.heads(self.shape[1] as u32).storage(self.storage);
        let spec = if self.cap.is_finite() { spec.softcap() } else { spec };
        let spec = if forward && self.slopes { spec.slopes() } else { spec };
        let spec = if forward && self.sinks { spec.sinks() } else { spec };
        self.mask.filter(|_| forward).map_or(spec, |mask| spec.mask(mask))
    }

    fn whole(&self) -> bool {
        self.mask.is_some_and(|mask| mask.to_string().contains("whole"))
    }

    /// The mask's numbers and, for each row of scores, which of its rows goes with that.
    fn mask(&self, noise: &mut Noise) -> (Vec<f32>, Vec<usize>) {
        let [batches, heads, queries, keys] = self.shape;
        let sizes = [(self.axes[0], batches), (self.axes[1], heads), (self.axes[2], queries)];
        let rows: usize = sizes.iter().map(|(has, size)| if *has { *size } else { 1 }).product();
        let keys = if self.whole() { 1 } else { keys };
        let mut mask = noise.vec(rows * keys, 2.0);
        mask.iter_mut().skip(1).step_by(3).for_each(|v| *v = f32::NEG_INFINITY);
        // Of one row of the mask nothing is seen.
        mask[..keys].fill(f32::NEG_INFINITY);
        if self.mask.is_some_and(|mask| mask.to_string().starts_with("bool")) {
            mask.iter_mut().for_each(|v| *v = if v.is_finite() { 0.0 } else { *v });
        }
        let places = (0..batches * heads * queries).map(|row| {
            let at = [row / (heads * queries), row / queries % heads, row % queries];
            at.iter().zip(sizes).fold(0, |index, (at, (has, size))| if has { index * size + at } else { index })
        });
        (self.rounded(&mask), places.collect())
    }

    fn rounded(&self, values: &[f32]) -> Vec<f32> {
        values.iter().map(|&v| widen(narrow(v, self.storage), self.storage)).collect()
    }

    /// Numbers of the case's storage, behind others.
    fn tensor(&self, rig: &Rig, values: &[f32]) -> Tensor {
        let bytes: Vec<u8> = values.iter().flat_map(|&v| narrow(v, self.storage)[..self.size()].to_vec()).collect();
        Tensor::new(rig, &bytes, self.before * self.size())
    }

    fn size(&self) -> usize {
        self.storage.bytes() as usize
    }
}

fn narrow(v: f32, storage: Storage) -> [u8; 4] {
    let two = |bits: u16| (u32::from(bits)).to_le_bytes();
    match storage {
        Storage::F16 => two(f16::from_f32(v).to_bits()),
        Storage::Bf16 => two(bf16::from_f32(v).to_bits()),
        _ => v.to_bits().to_le_bytes(),
    }
}

fn widen(bytes: [u8; 4], storage: Storage) -> f32 {
    let bits = u32::from_le_bytes(bytes);
    match storage {
        Storage::F16 => f16::from_bits(bits as u16).to_f32(),
        Storage::Bf16 => bf16::from_bits(bits as u16).to_f32(),
        _ => f32::from_bits(bits),
    }
}

/// Bytes between others, which nobody is to touch.
struct Tensor {
    buffer: Buffer,
    from: usize,
    len: usize,
}

const CANARY: u8 = 0xa5;

impl Tensor {
    fn new(rig: &Rig, bytes: &[u8], before: usize) -> Self {
        let from = 256 + before;
        let mut all = vec![CANARY; (from + bytes.len() + 64).next_multiple_of(4)];
        all[from..from + bytes.len()].copy_from_slice(bytes);
        let words: Vec<f32> = all.chunks_exact(4).map(bytemuck::pod_read_unaligned).collect();
        Self { buffer: rig.upload(&words), from, len: bytes.len() }
    }

    fn slice(&self) -> BufferSlice<'_> {
        self.buffer.slice(self.from as u64..(self.from + self.len) as u64)
    }

    fn open(&self, rig: &Rig, storage: Storage, what: &str) -> Vec<f32> {
        let words = rig.words(&self.buffer);
        let bytes: &[u8] = bytemuck::cast_slice(&words);
        let (before, rest) = bytes.split_at(self.from);
        let (inside, behind) = rest.split_at(self.len);
        assert!(before.iter().chain(behind).all(|&b| b == CANARY), "{what}: something beside a tensor was written");
        let number = |b: &[u8]| widen(std::array::from_fn(|k| b.get(k).copied().unwrap_or(0)), storage);
        inside.chunks_exact(storage.bytes() as usize).map(number).collect()
    }
}

/// Runs forward and backward, and compares each row with the reference.
pub(super) fn check(rig: &Rig, case: &Case) {
    let [batches, heads, queries, keys] = case.shape;
    let what = format!("{case:?}");
    let (rows, extent) = (batches * heads * queries, Extent::along(&case.shape, -1).unwrap());
    let mut noise = Noise((rows * 31 + keys) as u32);
    let (mask, places) = case.mask(&mut noise);
    let (mut slopes, sinks) = (noise.vec(heads, 1.0), noise.vec(heads, 3.0));
    slopes.iter_mut().for_each(|slope| *slope = slope.abs());
    let x = case.rounded(&noise.vec(rows * keys, 8.0));
    let mut dy = case.rounded(&noise.vec(rows * keys, 1.0));

    let line = |row: usize, params: &[f64], of: &[f32]| -> Vec<f64> {
        let number = (row % queries) as u64;
        let shown: Vec<f64> = of[row * keys..][..keys].iter().map(|&v| f64::from(v)).collect();
        let number_of = |key: usize| if case.whole() { mask[places[row]] } else { mask[places[row] * keys + key] };
        let mask: Vec<f64> = (0..keys).map(|key| f64::from(number_of(key))).collect();
        let mask = if case.mask.is_some() { &mask[..] } else { &[] };
        (ATTENTION_SOFTMAX.value)(&Line { x: &shown, mask, params, number })
    };
    let params_of = |row: usize| {
        let mut params: Vec<f64> = case.params().into_iter().map(f64::from).collect();
        let head = row / queries % heads;
        params[2] = if case.slopes { f64::from(slopes[head]) } else { params[2] };
        params[3] = if case.sinks { f64::from(sinks[head]) } else { params[3] };
        params
    };

    let scores = case.tensor(rig, &x);
    let out = case.tensor(rig, &vec![7.0; rows * keys]);
    let (of_slopes, of_sinks) = (rig.upload(&slopes), rig.upload(&sinks));
    let bools: Vec<u8> = mask.iter().map(|v| if v.is_finite() { 3 } else { 0 }).collect();
    let is_bool = case.mask.is_some_and(|mask| mask.to_string().starts_with("bool"));
    let masks = if is_bool { Tensor::new(rig, &bools, case.before) } else { case.tensor(rig, &mask) };
    let mut buffers = Buffers::forward(scores.slice(), out.slice());
    buffers = if case.mask.is_some() { buffers.mask(masks.slice()) } else { buffers };
    buffers = if case.slopes { buffers.slopes(of_slopes.slice(..)) } else { buffers };
    buffers = if case.sinks { buffers.sinks(of_sinks.slice(..)) } else { buffers };
    let spec = case.spec(Spec::forward(&ATTENTION_SOFTMAX), true);
    let bound = rig.kernels.get(spec).unwrap().bind(buffers, extent).unwrap_or_else(|e| panic!("{what}: {e}"));
    bound.set_params(&rig.queue, &case.params()).unwrap_or_else(|e| panic!("{what}: {e}"));
    rig.run(&[&bound]);
    let y = out.open(rig, case.storage, &what);
    // Half an ULP of the storage, and some of f32's for logits of up to 100.
    let unit = match case.storage {
        Storage::F16 => 2f64.powi(-11),
        Storage::Bf16 => 2f64.powi(-8),
        _ => 0.0,
    };
    let least = if case.storage == Storage::F16 { 2f64.powi(-24) } else { 1e-37 };
    for row in 0..rows {
        let wanted = line(row, &params_of(row), &x);
        for (k, (&got, wanted)) in y[row * keys..][..keys].iter().zip(wanted).enumerate() {
            let near = (f64::from(got) - wanted).abs() <= wanted * (unit + 2e-5) + least;
            assert!(near, "{what}: y[{row}, {k}] is {got:e}, not {wanted:e}");
            assert!(wanted > 0.0 || got == 0.0, "{what}: y[{row}, {k}] is hidden, and {got:e}");
        }
    }

    // What is hidden may have any upstream gradient.
    dy.iter_mut().zip(&y).filter(|(_, y)| **y == 0.0).for_each(|(d, _)| *d = f32::NAN);
    let [of_y, of_dy] = [&y, &dy].map(|values| case.tensor(rig, values));
    let (dx, dsinks) = (case.tensor(rig, &vec![7.0; rows * keys]), rig.upload(&vec![7.0; heads]));
    let mut buffers = Buffers::new().y(of_y.slice()).dy(of_dy.slice()).dx(dx.slice()).dsinks(dsinks.slice(..));
    buffers = if case.cap.is_finite() { buffers.x(scores.slice()) } else { buffers };
    let spec = case.spec(Spec::backward(&ATTENTION_SOFTMAX).sink_gradient(), false);
    let bound = rig.kernels.get(spec).unwrap().bind(buffers, extent).unwrap_or_else(|e| panic!("{what}: {e}"));
    bound.set_params(&rig.queue, &case.params()).unwrap();
    rig.run(&[&bound]);
    let (got, of_heads) = (dx.open(rig, case.storage, &what), rig.words(&dsinks));
    rig.run(&[&bound]);
    assert_eq!(rig.words(&dsinks), of_heads, "{what}: other bits");
    assert_eq!(bits(&dx.open(rig, case.storage, &what)), bits(&got), "{what}: other bits");
    let (mut wanted_sinks, mut sizes) = (vec![0.0; heads], vec![0.0; heads]);
    for row in 0..rows {
        let [shown, up] = [&y, &dy].map(|t| t[row * keys..][..keys].iter().map(|&v| f64::from(v)).collect::<Vec<_>>());
        let params = params_of(row);
        let of_scores = (ATTENTION_SOFTMAX.dx)(&Line { x: &shown, mask: &[], params: &params, number: 0 }, &up);
        let terms = || shown.iter().zip(&up).filter(|(y, _)| **y != 0.0).map(|(y, d)| y * d);
        let (dot, size) = (terms().sum::<f64>(), terms().map(f64::abs).sum::<f64>());
        let head = row / queries % heads;
        wanted_sinks[head] -= (1.0 - shown.iter().sum::<f64>()) * dot;
        sizes[head] += size;
        for (k, of_score) in of_scores.into_iter().enumerate() {
            let slope = if case.cap.is_finite() {
                (SOFTCAP.dx)(f64::from(x[row * keys + k]) * params[0], &[f64::from(case.cap)])
            } else {
                1.0
            };
            let (got, wanted) = (f64::from(got[row * keys + k]), of_score * slope);
            let size = (shown[k] * (if shown[k] == 0.0 { 0.0 } else { up[k].abs() } + size) * params[0]).abs();
            let near = (got - wanted).abs() <= wanted.abs() * unit + size * 2e-6 + least;
            assert!(near, "{what}: dx[{row}, {k}] is {got:e}, not {wanted:e}");
        }
    }
    for (head, (&got, wanted)) in of_heads.iter().zip(wanted_sinks).enumerate() {
        let got = f64::from(f32::from_bits(got));
        assert!(
            (got - wanted).abs() <= sizes[head] * 2e-6 + 1e-37,
            "{what}: dsinks[{head}] is {got:e}, not {wanted:e}"
        );
    }
}
