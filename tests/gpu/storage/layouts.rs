//! Where numbers lie: short and odd lengths, in place, per channel, mixed; and nothing touched beside the output.

use wgpu_activations::activation::{LEAKY_RELU, PRELU};
use wgpu_activations::wgpu::{Buffer, BufferSlice};
use wgpu_activations::{Buffers, Extent, Spec, Storage, With, reference};

use super::{Rig, bits_of, pack, unpack, upload, value_of};
use crate::common::Noise;
use crate::common::kinds::activation_of;

/// A NaN that no kernel makes, in either half of a word.
const CANARY: u32 = 0x7fad_7fad;
/// Words before a tensor, a multiple of every offset alignment, and behind it.
const BEFORE: usize = 192;
const BEHIND: usize = 5;

/// A tensor between canaries.
struct Caged {
    buffer: Buffer,
    storage: Storage,
    bits: Vec<u32>,
}

fn caged(rig: &Rig, storage: Storage, values: &[f32]) -> Caged {
    let bits: Vec<u32> = values.iter().map(|&v| bits_of(storage, v)).collect();
    let mut words = vec![CANARY; BEFORE];
    words.extend(pack(storage, &bits));
    if storage != Storage::F32 && bits.len() % 2 == 1 {
        *words.last_mut().unwrap() |= CANARY & 0xffff_0000;
    }
    words.resize(words.len() + BEHIND, CANARY);
    Caged { buffer: upload(rig, &words), storage, bits }
}

impl Caged {
    /// The tensor's bytes, or all behind them, too.
    fn slice(&self, exact: bool) -> BufferSlice<'_> {
        let from = BEFORE as u64 * 4;
        let end = from + self.bits.len() as u64 * self.storage.bytes();
        if exact { self.buffer.slice(from..end) } else { self.buffer.slice(from..) }
    }

    fn values(&self) -> Vec<f32> {
        self.bits.iter().map(|&b| value_of(self.storage, b)).collect()
    }

    /// The bits, after a look at the canaries.
    #[track_caller]
    fn open(&self, rig: &Rig, what: &str) -> Vec<u32> {
        let words = rig.words(&self.buffer);
        let (before, rest) = words.split_at(BEFORE);
        assert!(before.iter().all(|&w| w == CANARY), "{what} wrote before its output");
        let all = unpack(self.storage, rest, rest.len() * 4 / self.storage.bytes() as usize);
        let (inside, behind) = all.split_at(self.bits.len());
        let canary = if self.storage == Storage::F32 { CANARY } else { CANARY & 0xffff };
        assert!(behind.iter().all(|&b| b == canary), "{what} wrote behind its output: {behind:x?}");
        inside.to_vec()
    }
}

/// Runs both passes, in place too if that can be, and compares bits with the rounded reference, which is exact in `f32`.
#[track_caller]
pub(super) fn assert_stored(rig: &Rig, [input, output]: [Storage; 2], f: &With<'_>, len: usize, exact: bool) -> usize {
    let a = activation_of(f);
    let mut noise = Noise(len as u32 + 1);
    let [x, dy] = [8.0, 2.0].map(|scale| caged(rig, input, &noise.vec(len, scale)));
    let [y, dx] = [(); 2].map(|()| caged(rig, output, &vec![3.0; len]));
    let [xy, dydx] = [&x, &dy].map(|tensor| caged(rig, input, &tensor.values()));
    let [x_, dy_, y_, dx_, xy_, dydx_] = [&x, &dy, &y, &dx, &xy, &dydx].map(|tensor| tensor.slice(exact));
    let (forward, backward) = (Spec::forward(a), Spec::backward(a));
    let mut calls = vec![(forward, Buffers::forward(x_, y_)), (backward, Buffers::new().x(x_).dy(dy_).dx(dx_))];
    if input == output {
        calls.push((forward.in_place(), Buffers::new().x(xy_)));
        calls.push((backward.in_place(), Buffers::new().x(x_).dy(dydx_)));
    }
    let weights = f.channels().map(|_| rig.upload(f.params()));
    let bind = |(spec, buffers): (Spec, Buffers<'_>)| {
        let spec = spec.storages(input, output);
        match &weights {
            None => {
                let bound = rig.kernels.get(spec).unwrap().bind(buffers, len).unwrap();
                bound.set_params(&rig.queue, f.params()).unwrap();
                bound
            }
            Some(w) => {
                let kernel = rig.kernels.get(spec.per_channel()).unwrap();
                kernel.bind(buffers.weights(w.slice(..)), f.channels().unwrap()).unwrap()
            }
        }
    };
    let bound: Vec<_> = calls.into_iter().map(bind).collect();
    rig.run(&bound.iter().collect::<Vec<_>>());

    let what = format!("{} of {len} elements, {input} to {output}", a.name);
    let rounded = |values: Vec<f64>| -> Vec<u32> { values.into_iter().map(|v| bits_of(output, v as f32)).collect() };
    let value = rounded(reference::forward(f, &x.values()).unwrap());
    let slope = rounded(reference::backward(f, &x.values(), &dy.values()).unwrap());
    assert_eq!(y.open(rig, &what), value, "forward: {what}");
    assert_eq!(dx.open(rig, &what), slope, "backward: {what}");
    if input == output {
        assert_eq!(xy.open(rig, &what), value, "forward in place: {what}");
        assert_eq!(dydx.open(rig, &what), slope, "backward in place: {what}");
    }
    assert_eq!(x.open(rig, &what), x.bits, "x is only read");
    assert_eq!(dy.open(rig, &what), dy.bits, "dy is only read");
    bound[0].dispatches()
}

pub(super) fn storages() -> impl Iterator<Item = [Storage; 2]> {
    Storage::ALL.into_iter().flat_map(|input| Storage::ALL.map(|output| [input, output])).skip(1)
}

/// A slope for each channel; few enough digits that products are exact in `f32`.
pub(super) const SLOPES: &[f32] = &[0.25, -1.5, 0.5, 2.0, -0.125, 3.0, 0.75];

/// A way to see `len` elements as [outer, channels, inner] with as many of each as divide it.
pub(super) fn extent_of(len: usize) -> Extent {
    let channels = (1..=7).rev().find(|c| len.is_multiple_of(*c)).unwrap_or(1);
    let inner = (1..=3).rev().find(|i| (len / channels).is_multiple_of(*i)).unwrap_or(1);
    Extent { outer: (len / channels / inner) as u64, channels: channels as u64, inner: inner as u64 }
}

#[test]
fn every_short_length() {
    let Some(rig) = Rig::webgpu() else { return };
    for both in storages() {
        for len in 0..=70 {
            let extent = extent_of(len);
            let prelu = PRELU.function().per_channel(&SLOPES[..extent.channels as usize], extent);
            assert_stored(&rig, both, &prelu, len, len % 3 > 0);
        }
    }
}

#[test]
fn longer_lengths_and_their_tails() {
    let Some(rig) = Rig::webgpu() else { return };
    for both in storages() {
        for (len, dispatches) in [(255, 2), (1003, 2), (16_383, 2), (16_384, 1), (16_385, 2), (16_386, 2), (65_539, 3)]
        {
            for exact in [true, false] {
                let calls = assert_stored(&rig, both, &LEAKY_RELU.with(-0.25), len, exact);
                assert_eq!(calls, dispatches, "{len} elements, {both:?}");
            }
        }
    }
}
