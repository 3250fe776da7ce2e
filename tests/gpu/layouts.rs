//! Where numbers lie: every short length in buffers of exactly that size, in place, and nothing touched beside the output.

use crate::common::maps::assert_maps;
use crate::common::rig::{Rig, assert_close, assert_rounded, assert_sums, bits};
use crate::common::{Noise, gpu};
use wgpu_activations::activation::{self, GELU, LEAKY_RELU, PRELU, RELU};
use wgpu_activations::wgpu::Buffer;
use wgpu_activations::{Activation, Buffers, Extent, Pass, Spec, With, reference};

/// A way to see `len` elements as [outer, channels, inner] with as many of each as divide it.
fn extent_of(len: usize) -> Extent {
    let channels = (1..=7).rev().find(|c| len.is_multiple_of(*c)).unwrap_or(1);
    let inner = (1..=3).rev().find(|i| (len / channels).is_multiple_of(*i)).unwrap_or(1);
    Extent { outer: (len / channels / inner) as u64, channels: channels as u64, inner: inner as u64 }
}

/// x, dy and prelu per channel.
fn tensors(len: usize) -> (Vec<f32>, Vec<f32>, With<'static>) {
    const WEIGHTS: &[f32] = &[0.25, -1.5, 0.5, 2.0, -0.125, 3.0, 0.75];
    let mut noise = Noise(len as u32 + 1);
    let extent = extent_of(len);
    let prelu = PRELU.function().per_channel(&WEIGHTS[..extent.channels as usize], extent);
    (noise.vec(len, 6.0), noise.vec(len, 2.0), prelu)
}

#[test]
fn every_short_length_through_exactly_sized_buffers() {
    let Some(rig) = Rig::webgpu() else { return };
    for len in 0..=257 {
        let (x, dy, prelu) = tensors(len);
        for f in [RELU.function(), GELU.function(), prelu] {
            let what = format!("{} of {len} elements", f.op().name());
            let near = if f.op().name() == "gelu" { assert_close } else { assert_rounded };
            assert_maps(&rig, &f, &x, &dy, &what, near);
        }
    }
}

#[test]
fn every_short_length_through_slices() {
    let Some(gpu) = gpu() else { return };
    for len in 0..=257 {
        let (x, dy, prelu) = tensors(len);
        for f in [LEAKY_RELU.with(-0.3), prelu] {
            let what = format!("{} of {len} elements", f.op().name());
            assert_rounded(&what, &gpu.forward(&f, &x).unwrap(), &reference::forward(&f, &x).unwrap());
            let dx = gpu.backward(&f, &x, &dy).unwrap();
            assert_rounded(&what, &dx, &reference::backward(&f, &x, &dy).unwrap());
        }
    }
}

/// The specs of a function that map elements, with whether they take an upstream gradient.
fn maps(a: &'static Activation) -> impl Iterator<Item = (Spec, bool)> {
    a.passes().into_iter().filter_map(move |pass| match pass {
        Pass::Forward => Some((Spec::forward(a), false)),
        Pass::Backward => Some((Spec::backward(a), true)),
        Pass::BackwardFromOutput => Some((Spec::backward_from_output(a), true)),
        _ => None,
    })
}

/// Runs a kernel both ways on `x` and, where it takes one, `dy`; the words of the results.
fn both_ways(rig: &Rig, spec: Spec, backward: bool, x: &[f32], dy: &[f32], weights: Option<&Buffer>) -> [Vec<u32>; 2] {
    let (x_, dy_, out) = (rig.upload(x), rig.upload(dy), rig.room(x.len()));
    let replaced = rig.upload(if backward { dy } else { x });
    let (apart, in_place) = if backward {
        let from = if spec.pass() == Pass::Backward { Buffers::x } else { Buffers::y };
        let x = from(Buffers::new(), x_.slice(..));
        (x.dy(dy_.slice(..)).dx(out.slice(..)), x.dy(replaced.slice(..)))
    } else {
        (Buffers::forward(x_.slice(..), out.slice(..)), Buffers::new().x(replaced.slice(..)))
    };
    let extent = weights.map_or(Extent::from(x.len()), |_| extent_of(x.len()));
    let bind = |spec: Spec, buffers: Buffers<'_>| {
        let (spec, buffers) = match weights {
            Some(w) => (spec.per_channel(), buffers_with(buffers, w)),
            None => (spec, buffers),
        };
        rig.kernels.get(spec).expect("it compiles").bind(buffers, extent).expect("it binds")
    };
    rig.run(&[&bind(spec, apart), &bind(spec.in_place(), in_place)]);
    [rig.words(&out), rig.words(&replaced)]
}

fn buffers_with<'a>(buffers: Buffers<'a>, weights: &'a Buffer) -> Buffers<'a> {
    buffers.weights(weights.slice(..))
}

#[test]
fn in_place_gives_the_same_bits() {
    let Some(rig) = Rig::webgpu() else { return };
    // Odd, divisible by 7 and by 3: the narrow kernels, and several channels. The even one runs the wide kernels.
    for len in [1 + 2 * 21 * 24, 4 * 21 * 12] {
        let mut noise = Noise(3);
        let mut x = noise.vec(len, 12.0);
        let mut dy = noise.vec(len, 3.0);
        let special = [0.0, -0.0, f32::INFINITY, -f32::INFINITY, f32::NAN, -f32::NAN, 1e-40, f32::MAX, -1e30];
        x[5..14].copy_from_slice(&special);
        dy[20..29].copy_from_slice(&special);
        for a in activation::ALL {
            let channels = extent_of(len).channels as usize;
            let values: Vec<f32> = a.params.iter().flat_map(|p| vec![p.default as f32; channels]).collect();
            let weights = (!values.is_empty()).then(|| rig.upload(&values));
            for (spec, backward) in maps(a) {
                let [apart, in_place] = both_ways(&rig, spec, backward, &x, &dy, None);
                assert_eq!(apart, in_place, "{spec:?}");
                if let Some(w) = &weights {
                    let [per_channel, in_place] = both_ways(&rig, spec, backward, &x, &dy, Some(w));
                    assert_eq!(per_channel, in_place, "{spec:?} per channel");
                }
            }
        }
    }
}

/// A NaN that no kernel makes.
const CANARY: u32 = 0x7fc0_dead;
/// Words before the output, a multiple of every offset alignment, and behind it.
const BEFORE: usize = 192;
const BEHIND: usize = 67;

struct Caged(Buffer, usize);

/// A buffer of canaries with `values` at an aligned place.
fn caged(rig: &Rig, values: &[f32]) -> Caged {
    let mut words = vec![f32::from_bits(CANARY); BEFORE + values.len() + BEHIND];
    words[BEFORE..BEFORE + values.len()].copy_from_slice(values);
    Caged(rig.upload(&words), values.len())
}

impl Caged {
    fn slice(&self, exact: bool) -> wgpu_activations::wgpu::BufferSlice<'_> {
        let from = BEFORE as u64 * 4;
        if exact { self.0.slice(from..from + self.1 as u64 * 4) } else { self.0.slice(from..) }
    }

    /// The values, after a look at the canaries.
    #[track_caller]
    fn open(&self, rig: &Rig, what: &str) -> Vec<f32> {
        let words = rig.words(&self.0);
        let (before, rest) = words.split_at(BEFORE);
        let (inside, behind) = rest.split_at(self.1);
        assert!(before.iter().all(|&w| w == CANARY), "{what} wrote before its output");
        assert!(behind.iter().all(|&w| w == CANARY), "{what} wrote behind its output: {:x?}", &behind[..8]);
        inside.iter().map(|&w| f32::from_bits(w)).collect()
    }
}

#[test]
fn nothing_beside_the_output_is_touched() {
    let Some(rig) = Rig::webgpu() else { return };
    let spec = Spec::forward(&LEAKY_RELU);
    let [forward, in_place] = [spec, spec.in_place()].map(|s| rig.kernels.get(s).unwrap());
    let spec = Spec::backward(&LEAKY_RELU);
    let [backward, backward_in_place] = [spec, spec.in_place()].map(|s| rig.kernels.get(s).unwrap());
    for (len, exact) in [0, 1, 2, 3, 4, 5, 64, 255, 257, 1003, 4099, 16_387, 20_001, 65_537]
        .into_iter()
        .flat_map(|len| [(len, true), (len, false)])
    {
        let mut noise = Noise(len as u32);
        let (x, dy) = (noise.vec(len, 4.0), noise.vec(len, 4.0));
        let [x_, dy_, y, dx] = [&x, &dy, &x, &x].map(|values| caged(&rig, values));
        let (xy, dydx) = (caged(&rig, &x), caged(&rig, &dy));
        let [sx, sdy, sy, sdx, sxy, sdydx] = [&x_, &dy_, &y, &dx, &xy, &dydx].map(|caged| caged.slice(exact));
        rig.run(&[
            &forward.bind(Buffers::forward(sx, sy), len).unwrap(),
            &backward.bind(Buffers::new().x(sx).dy(sdy).dx(sdx), len).unwrap(),
            &in_place.bind(Buffers::new().x(sxy), len).unwrap(),
            &backward_in_place.bind(Buffers::new().x(sx).dy(sdydx), len).unwrap(),
        ]);
        let what = format!("{len} elements");
        let value = reference::forward(&LEAKY_RELU, &x).unwrap();
        let slope = reference::backward(&LEAKY_RELU, &x, &dy).unwrap();
        assert_rounded(&what, &y.open(&rig, &what), &value);
        assert_rounded(&what, &dx.open(&rig, &what), &slope);
        assert_rounded(&what, &xy.open(&rig, &what), &value);
        assert_rounded(&what, &dydx.open(&rig, &what), &slope);
        assert_eq!(bits(&x_.open(&rig, &what)), bits(&x), "x is only read");
        assert_eq!(bits(&dy_.open(&rig, &what)), bits(&dy), "dy is only read");
    }
}

#[test]
fn sums_write_their_channels_only() {
    let Some(rig) = Rig::webgpu() else { return };
    let kernel = rig.kernels.get(Spec::param_gradient(&PRELU, "weight").unwrap().per_channel()).unwrap();
    for (extent, exact) in [Extent { outer: 50, channels: 5, inner: 7 }, Extent { outer: 3, channels: 301, inner: 1 }]
        .into_iter()
        .flat_map(|e| [(e, true), (e, false)])
    {
        let (len, channels) = (extent.len().unwrap() as usize, extent.channels as usize);
        let mut noise = Noise(9);
        let (x, dy) = (caged(&rig, &noise.vec(len, 4.0)), caged(&rig, &noise.vec(len, 4.0)));
        let (sums, weights) = (caged(&rig, &vec![0.0; channels]), caged(&rig, &vec![0.25; channels]));
        let buffers = Buffers::new().x(x.slice(exact)).dy(dy.slice(exact)).sums(sums.slice(exact));
        rig.run(&[&kernel.bind(buffers.weights(weights.slice(exact)), extent).unwrap()]);
        let values = vec![0.25; channels];
        let f = PRELU.function().per_channel(&values, extent);
        let (x, dy) = (x.open(&rig, "a sum"), dy.open(&rig, "a sum"));
        assert_sums(&format!("{extent:?}"), &sums.open(&rig, "a sum"), &f, "weight", &x, &dy, 1e-6);
    }
}
