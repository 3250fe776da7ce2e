//! A call with neighbours, its data, and what the reference makes of them.

use wgpu_activations::gate::Output;
use wgpu_activations::half::{bf16, f16};
use wgpu_activations::wgpu::{Buffer, BufferSlice};
use wgpu_activations::{Buffers, Extent, Op, Pass, Spec, Storage, With, reference};

use crate::common::Noise;
use crate::common::rig::Rig;

/// A number as a storage holds it.
fn stored(v: f32, storage: Storage) -> f32 {
    match storage {
        Storage::F16 => f16::from_f32(v).to_f32(),
        Storage::Bf16 => bf16::from_f32(v).to_f32(),
        _ => v,
    }
}

/// Numbers as they lie in memory, behind `before` others.
pub(super) fn upload(rig: &Rig, values: &[f32], storage: Storage, before: usize) -> Buffer {
    let all = vec![0.0; before].into_iter().chain(values.iter().copied());
    let bytes: Vec<u8> = match storage {
        Storage::F16 => all.flat_map(|v| f16::from_f32(v).to_le_bytes()).collect(),
        Storage::Bf16 => all.flat_map(|v| bf16::from_f32(v).to_le_bytes()).collect(),
        _ => all.flat_map(f32::to_le_bytes).collect(),
    };
    let words: Vec<f32> =
        bytes.chunks(4).map(|b| f32::from_le_bytes(std::array::from_fn(|k| *b.get(k).unwrap_or(&0)))).collect();
    rig.upload(&words)
}

pub(super) fn download(rig: &Rig, buffer: &Buffer, storage: Storage, before: usize, len: usize) -> Vec<f32> {
    let words = rig.words(buffer);
    let half = |i: usize| (words[i / 2] >> (16 * (i % 2))) as u16;
    let value = |i: usize| match storage {
        Storage::F16 => f16::from_bits(half(i)).to_f32(),
        Storage::Bf16 => bf16::from_bits(half(i)).to_f32(),
        _ => f32::from_bits(words[i]),
    };
    (before..before + len).map(value).collect()
}

/// The distance of neighbours of a number's size.
pub(super) fn ulp(v: f64, storage: Storage) -> f64 {
    let (digits, least) = match storage {
        Storage::F16 => (11, -24),
        Storage::Bf16 => (8, -133),
        _ => (24, -149),
    };
    2f64.powi((v.abs().max(f64::MIN_POSITIVE).log2().floor() as i32 - digits + 1).max(least))
}

/// A range from a byte on.
pub(super) fn from(buffer: &Buffer, byte: u64) -> BufferSlice<'_> {
    buffer.slice(byte..)
}

/// A call.
pub(super) struct Case {
    pub(super) of: Op,
    pub(super) spec: Spec,
    /// The spec's words.
    pub(super) text: String,
    /// That of y.
    pub(super) extent: Extent,
    pub(super) storage: Storage,
    /// Elements before each tensor in its buffer.
    pub(super) before: usize,
}

/// What it takes.
struct Data {
    x: Vec<f32>,
    bias: Vec<f32>,
    dy: Vec<f32>,
    residual: Vec<f32>,
    scale: Vec<f32>,
}

impl Case {
    fn has(&self, word: &str) -> bool {
        self.text.contains(word)
    }

    fn gate(&self) -> bool {
        matches!(self.of, Op::Gate(_))
    }

    fn backward(&self) -> bool {
        self.spec.pass() == Pass::Backward
    }

    fn len(&self) -> usize {
        self.extent.len().unwrap() as usize
    }

    /// The channel and the row of an element of y.
    fn place(&self, i: usize) -> [usize; 2] {
        let (channels, inner) = (self.extent.channels as usize, self.extent.inner as usize);
        [i / inner % channels, i / inner / channels]
    }

    /// Which channel of x, or of the bias, input number k has for a channel of y.
    fn channel_of(&self, k: usize, channel: usize) -> usize {
        let k = if self.has("value_first") { 1 - k } else { k };
        if self.has("interleaved") { 2 * channel + k } else { k * self.extent.channels as usize + channel }
    }

    /// The two halves of a tensor, or the tensor as it is.
    fn parts(&self, x: &[f32]) -> Vec<Vec<f32>> {
        let inner = self.extent.inner as usize;
        let at = |k: usize, i: usize| {
            let [channel, row] = self.place(i);
            (row * 2 * self.extent.channels as usize + self.channel_of(k, channel)) * inner + i % inner
        };
        match (self.gate(), self.has("halves")) {
            (true, true) => (0..2).map(|k| (0..self.len()).map(|i| x[at(k, i)]).collect()).collect(),
            _ => x.chunks(self.len()).map(<[f32]>::to_vec).collect(),
        }
    }

    fn data(&self) -> Data {
        let mut noise = Noise((self.len() + self.before) as u32);
        let mut some = |count: usize, size: f32| -> Vec<f32> {
            noise.vec(count, size).into_iter().map(|v| stored(v, self.storage)).collect()
        };
        let (len, channels) = (self.len(), self.extent.channels as usize);
        let inputs = if self.gate() { 2 } else { 1 };
        Data {
            x: some(inputs * len, 2.0),
            bias: some(inputs * channels, 1.0),
            dy: some(len, 1.0),
            residual: some(len, 3.0),
            scale: Noise(7).vec(self.extent.outer as usize, 2.0),
        }
    }

    fn factor(&self, data: &Data, i: usize) -> f32 {
        match (self.has("scale:rows"), self.has("scale")) {
            (true, _) => data.scale[self.place(i)[1]],
            (_, true) => data.scale[0],
            _ => 1.0,
        }
    }

    /// What the function is of: x + b, and s dy, as these round.
    fn moved(&self, data: &Data) -> (Vec<Vec<f32>>, Vec<f32>) {
        let mut moved = self.parts(&data.x);
        for (k, values) in moved.iter_mut().enumerate().filter(|_| self.has("bias")) {
            let bias = |i| data.bias[self.channel_of(k, self.place(i)[0])];
            values.iter_mut().enumerate().for_each(|(i, v)| *v += bias(i));
        }
        (moved, data.dy.iter().enumerate().map(|(i, v)| v * self.factor(data, i)).collect())
    }

    /// The function's values or gradients.
    fn exact(&self, (moved, dy): &(Vec<Vec<f32>>, Vec<f32>)) -> Vec<Vec<f64>> {
        let with = With::from(self.of);
        match (&moved[..], self.backward()) {
            (_, false) => vec![self.values(moved)],
            ([x], true) => vec![reference::backward(&with, x, dy).unwrap()],
            ([a, b], true) => <[_; 2]>::from(reference::backward(&with, (a, b), dy).unwrap()).to_vec(),
            _ => unreachable!("one input, or two"),
        }
    }

    /// The function's values.
    fn values(&self, moved: &[Vec<f32>]) -> Vec<f64> {
        match moved {
            [x] => reference::forward(self.of, x).unwrap(),
            [a, b] => reference::forward(self.of, (a, b)).unwrap(),
            _ => unreachable!("one input, or two"),
        }
    }

    /// The results on the device, those of halves apart.
    fn run(&self, rig: &Rig, data: &Data) -> Vec<Vec<f32>> {
        let put = |values: &[f32]| upload(rig, values, self.storage, self.before);
        let whole = [&data.x, &data.dy, &data.residual, &data.bias].map(|values| put(values));
        let parts: Vec<Buffer> = self.parts(&data.x).iter().map(|part| put(part)).collect();
        let outs = [(); 2].map(|()| put(&vec![0.5; data.x.len()]));
        let scale = upload(rig, &data.scale, Storage::F32, self.before);
        let at = |buffer| from(buffer, self.before as u64 * self.storage.bytes());
        let [x, dy, residual, bias] = whole.each_ref().map(at);
        let [out, out2] = outs.each_ref().map(at);
        let mut buffers = match (&parts[..], self.has("halves"), self.backward()) {
            ([a, b], false, false) => Buffers::new().a(at(a)).b(at(b)).y(out),
            ([a, b], false, true) if self.has("in_place") => Buffers::new().a(at(a)).b(at(b)).dy(dy),
            ([a, b], false, true) => Buffers::new().a(at(a)).b(at(b)).dy(dy).da(out).db(out2),
            (.., false) => Buffers::forward(x, out),
            (.., true) if self.has("in_place") => Buffers::new().x(x).dy(dy),
            (.., true) => Buffers::new().x(x).dy(dy).dx(out),
        };
        buffers = if self.has("bias") { buffers.bias(bias) } else { buffers };
        buffers = if self.has("residual") { buffers.residual(residual) } else { buffers };
        buffers = if self.has("scale") { buffers.scale(from(&scale, self.before as u64 * 4)) } else { buffers };
        let dbias = rig.upload(&vec![0.25; data.bias.len()]);
        let sums = self.has("bias_gradient");
        buffers = if sums { buffers.dbias(from(&dbias, 0)) } else { buffers };
        let dscale = rig.upload(&vec![0.25; data.scale.len() + 2]);
        let of_rows = self.has("scale_gradient");
        let at = dscale.slice(4..4 + 4 * data.scale.len() as u64);
        buffers = if of_rows { buffers.dscale(at) } else { buffers };
        let channels = self.extent.channels * if self.has("halves") { 2 } else { 1 };
        let kernel = rig.kernels.get(self.spec).unwrap();
        rig.run(&[&kernel.bind(buffers, Extent { channels, ..self.extent }).unwrap()]);
        let read = |buffer, len| download(rig, buffer, self.storage, self.before, len);
        let mut results = match (self.gate() && self.backward(), self.has("halves")) {
            (true, true) => self.parts(&read(&outs[0], 2 * self.len())),
            (true, false) if self.has("in_place") => parts.iter().map(|part| read(part, self.len())).collect(),
            (true, false) => outs.each_ref().map(|out| read(out, self.len())).to_vec(),
            (_, false) if self.has("in_place") => vec![read(&whole[1], self.len())],
            _ => vec![read(&outs[0], self.len())],
        };
        results.extend(sums.then(|| rig.download(&dbias)));
        results.extend(of_rows.then(|| rig.download(&dscale)));
        results
    }

    /// The bound of a result, and the largest term of an element of it, in which this counts.
    fn bound(&self, k: usize, (moved, dy): &(Vec<Vec<f32>>, Vec<f32>), i: usize) -> (f64, f64) {
        let params: Vec<f64> = self.of.params().iter().map(|param| param.default).collect();
        let at = |values: &[f32]| f64::from(values[i]);
        let dy = if self.backward() { at(dy) } else { 1.0 };
        let (bound, largest) = match self.of {
            Op::Activation(a) => (a.bound(self.spec.pass()), a.largest_term(self.spec.pass(), at(&moved[0]), &params)),
            Op::Gate(gate) => {
                let output = if self.backward() { [Output::Da, Output::Db][k] } else { Output::Y };
                (gate.bound(output), gate.largest(output, at(&moved[0]), at(&moved[1]), &params))
            }
            _ => unreachable!("elements and gates"),
        };
        (bound, (dy * largest).abs())
    }

    /// Compares with the reference, where the function keeps its bound and each product and sum rounds once.
    pub(super) fn check(&self, rig: &Rig) {
        let data = self.data();
        let moved = self.moved(&data);
        // A bias's gradient comes after them.
        for (k, (got, exact)) in self.run(rig, &data).iter().zip(self.exact(&moved)).enumerate() {
            for (i, (&got, y)) in got.iter().zip(exact).enumerate() {
                let s = if self.backward() { 1.0 } else { f64::from(self.factor(&data, i)) };
                let (bound, largest) = self.bound(k, &moved, i);
                let bound = if self.storage == Storage::F32 { bound + 1.0 } else { 1.0 };
                let rest = if self.has("residual") { f64::from(data.residual[i]) } else { 0.0 };
                let wanted = s * y + rest + if self.has("accumulate") { 0.5 } else { 0.0 };
                let rounded = ulp(s * y, Storage::F32) + ulp(s * y + rest, self.storage) + ulp(wanted, self.storage);
                let of_function = bound * ulp(largest.max(y.abs()), self.storage) * s.abs();
                let allowed = of_function + rounded + 4.0 * f64::from(f32::MIN_POSITIVE);
                let near = (f64::from(got) - wanted).abs() <= allowed || got.is_nan() && wanted.is_nan();
                assert!(
                    near || f64::from(got) == wanted,
                    "{} on {}, {} before: output {k}, element {i} is {got}, not {wanted} within {allowed}",
                    self.text,
                    self.extent,
                    self.before
                );
            }
        }
    }

    /// Compares the gradients of bias and of scales with sums of exact numbers, within the size of these; and the bits of two runs.
    pub(super) fn check_sums(&self, rig: &Rig) {
        let data = self.data();
        let [once, again] = [(); 2].map(|()| self.run(rig, &data));
        let bits = |results: &[Vec<f32>]| results.concat().iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&once), bits(&again), "{} on {}", self.text, self.extent);
        let moved = self.moved(&data);
        let start = (if self.has("accumulate") { 0.25 } else { 0.0 }, 0.0);
        let near = |got: f32, (sum, size): (f64, f64)| (f64::from(got) - sum).abs() <= 1e-6 * (1.0 + size);
        if self.has("scale_gradient") {
            let mut sums = vec![start; data.scale.len()];
            for (i, v) in self.values(&moved.0).into_iter().enumerate() {
                let (sum, v) = (&mut sums[self.place(i)[1]], v * f64::from(data.dy[i]));
                *sum = (sum.0 + v, sum.1 + v.abs());
            }
            let [before, got @ .., after] = &once[once.len() - 1][..] else { panic!("room at both ends") };
            assert_eq!([*before, *after], [0.25; 2], "{}: something beside dscale was written", self.text);
            for (row, (&got, sum)) in got.iter().zip(sums).enumerate() {
                assert!(near(got, sum), "{} on {}: dscale[{row}] is {got}, not {sum:?}", self.text, self.extent);
            }
        }
        let mut sums = vec![start; if self.has("bias_gradient") { data.bias.len() } else { 0 }];
        let exact = self.exact(&moved);
        for (k, i, dx) in exact
            .iter()
            .enumerate()
            .flat_map(|(k, dx)| dx.iter().enumerate().map(move |(i, dx)| (k, i, dx)))
            .filter(|_| self.has("bias_gradient"))
        {
            let sum = &mut sums[self.channel_of(k, self.place(i)[0])];
            *sum = (sum.0 + dx, sum.1 + dx.abs().max(self.bound(k, &moved, i).1));
        }
        for (c, (&got, sum)) in once[exact.len()].iter().zip(sums).enumerate() {
            assert!(near(got, sum), "{} on {}: the sum of channel {c} is {got}, not {sum:?}", self.text, self.extent);
        }
    }
}
