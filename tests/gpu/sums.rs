//! Gradients along parameters: sums over every axis of every kind of shape, the same bits in every run.

use crate::common::rig::{Rig, assert_sums, bits};
use crate::common::told::{not_trainable, told};
use crate::common::{Noise, gpu};
use wgpu_activations::activation::{ALL, ELU, LEAKY_RELU, LINEAR, PRELU, SWISH};
use wgpu_activations::{Activation, Buffers, Error, Extent, Spec, reference};

/// Relative to the sum of the terms' magnitudes.
const TOLERANCE: f64 = 1e-6;

const SHAPES: &[&[usize]] = &[
    &[],
    &[1],
    &[7],
    &[2, 3, 4, 5],
    &[1000, 3],
    &[3, 1000],
    &[5, 300, 7],
    &[2, 70_000],
    &[70_000, 2],
    &[4, 1, 9],
    &[0, 3],
    &[3, 0],
    &[1, 257],
    &[257, 2, 255],
];

/// Every trained parameter of every function.
fn trained() -> impl Iterator<Item = (&'static Activation, &'static str)> {
    ALL.iter().flat_map(|a| a.params.iter().filter(|p| p.trainable()).map(move |p| (*a, p.name)))
}

#[test]
fn the_trained_parameters_are_those_that_are_promised() {
    let expected = [
        (&LINEAR, "slope"),
        (&LINEAR, "bias"),
        (&LEAKY_RELU, "negative_slope"),
        (&PRELU, "weight"),
        (&ELU, "alpha"),
        (&SWISH, "beta"),
    ];
    for (a, name) in expected {
        assert!(trained().any(|(b, n)| (b.name, n) == (a.name, name)), "{} {name}", a.name);
    }
}

#[test]
fn sums_for_the_whole_tensor() {
    let Some(gpu) = gpu() else { return };
    for (a, name) in trained() {
        for len in (0..=257).step_by(32).chain([1, 5, 257, 4099, 140_001]) {
            let mut noise = Noise(len as u32 + 5);
            let (x, dy) = (noise.vec(len, 5.0), noise.vec(len, 2.0));
            let got = gpu.param_gradient(a, name, &x, &dy).unwrap();
            assert_sums(&format!("{} {name} of {len}", a.name), &got, &a.function(), name, &x, &dy, TOLERANCE);
        }
    }
}

#[test]
fn sums_over_every_axis_of_every_shape() {
    let Some(gpu) = gpu() else { return };
    for (a, name) in trained() {
        for shape in SHAPES {
            let len = shape.iter().product();
            let mut noise = Noise(len as u32 + 11);
            let (x, dy) = (noise.vec(len, 5.0), noise.vec(len, 2.0));
            for axis in 0..shape.len().max(1) as isize {
                let extent = Extent::along(shape, axis).unwrap();
                // Parameter values differ between channels, since a gradient may depend on them; none is so near to 0
                // that exp(x / value) overflows.
                let mut values = noise.vec(a.params.len() * extent.channels as usize, 1.0);
                let params = a.params.iter().flat_map(|p| vec![p; extent.channels as usize]);
                for (v, p) in values.iter_mut().zip(params) {
                    let away = *v + 0.3f32.copysign(*v);
                    *v = [away, away.abs()].into_iter().find(|&v| p.range.contains(v)).unwrap_or(p.default as f32);
                }
                let f = a.function().per_channel(&values, extent);
                let got = gpu.param_gradient(&f, name, &x, &dy).unwrap();
                assert_sums(
                    &format!("{} {name} of {shape:?} along {axis}", a.name),
                    &got,
                    &f,
                    name,
                    &x,
                    &dy,
                    TOLERANCE,
                );
            }
        }
    }
}

#[test]
fn three_million_terms() {
    let Some(gpu) = gpu() else { return };
    let len = 3_000_000;
    let mut noise = Noise(23);
    let (x, dy) = (noise.vec(len, 5.0), noise.vec(len, 2.0));
    let values = noise.vec(1500, 1.0);
    for (a, name) in [(&PRELU, "weight"), (&SWISH, "beta")] {
        let got = gpu.param_gradient(a, name, &x, &dy).unwrap();
        assert_sums(a.name, &got, &a.function(), name, &x, &dy, TOLERANCE);
        for (outer, channels, inner) in [(2, 1500, 1000), (2000, 1500, 1), (1, 3, 1_000_000), (1_000_000, 3, 1)] {
            let extent = Extent { outer, channels, inner };
            let f = a.function().per_channel(&values[..channels as usize], extent);
            let got = gpu.param_gradient(&f, name, &x, &dy).unwrap();
            assert_sums(&format!("{} {extent:?}", a.name), &got, &f, name, &x, &dy, TOLERANCE);
        }
    }
}

/// One term for each of more channels than a row of a dispatch has workgroups: terms come out as they are.
#[test]
fn channels_past_the_workgroups_of_a_dimension() {
    let Some(gpu) = gpu() else { return };
    let channels = 256 * 65_535 + 1001;
    let mut noise = Noise(29);
    let (x, dy) = (noise.vec(channels, 5.0), noise.vec(channels, 2.0));
    let values = vec![0.5; channels];
    let extent = Extent { outer: 1, channels: channels as u64, inner: 1 };
    let got = gpu.param_gradient(PRELU.function().per_channel(&values, extent), "weight", &x, &dy).unwrap();
    for (i, &g) in got.iter().enumerate() {
        assert_eq!(g, if x[i] > 0.0 { 0.0 } else { x[i] * dy[i] }, "channel {i}");
    }
}

/// The same sum through a kernel bound by hand, `runs` times.
fn by_hand(rig: &Rig, x: &[f32], dy: &[f32], extent: Option<(Extent, &[f32])>, runs: usize) -> Vec<Vec<u32>> {
    let spec = Spec::param_gradient(&SWISH, "beta").unwrap();
    let spec = if extent.is_some() { spec.per_channel() } else { spec };
    let kernel = rig.kernels.get(spec).unwrap();
    let (x_, dy_) = (rig.upload(x), rig.upload(dy));
    let sums = rig.room(extent.map_or(1, |(e, _)| e.channels as usize));
    let weights = extent.map(|(_, values)| rig.upload(values));
    let buffers = Buffers::new().x(x_.slice(..)).dy(dy_.slice(..)).sums(sums.slice(..));
    let buffers = weights.as_ref().map_or(buffers, |w| buffers.weights(w.slice(..)));
    let bound = kernel.bind(buffers, extent.map_or(x.len().into(), |(e, _)| e)).unwrap();
    let run = |_| {
        // What an earlier run left must not matter.
        rig.write(&sums, 0, &vec![f32::NAN; sums.size() as usize / 4]);
        rig.run(&[&bound]);
        rig.words(&sums)
    };
    (0..runs).map(run).collect()
}

#[test]
fn sums_repeat_bit_for_bit() {
    let Some(gpu) = gpu() else { return };
    let len = 300_000;
    let mut noise = Noise(31);
    // Terms of very different sizes: another order of the sum would show.
    let x: Vec<f32> = noise.vec(len, 5.0);
    let dy: Vec<f32> = (0..len).map(|_| noise.next() * (noise.next() * 20.0).exp2()).collect();
    let values = noise.vec(300, 1.0);
    let extent = Extent { outer: 100, channels: 300, inner: 10 };

    let small = |limits| wgpu_activations::wgpu::Limits {
        max_storage_buffer_binding_size: 64 << 10,
        max_compute_workgroups_per_dimension: 40,
        ..limits
    };
    let (Some(first), Some(second)) = (Rig::new(small), Rig::new(small)) else { return };
    for per_channel in [None, Some((extent, &values[..]))] {
        let f = per_channel.map_or(SWISH.function(), |(e, v)| SWISH.function().per_channel(v, e));
        let runs: Vec<_> = (0..5).map(|_| bits(&gpu.param_gradient(&f, "beta", &x, &dy).unwrap())).collect();
        assert!(runs.iter().all(|run| *run == runs[0]), "five runs through slices");
        let runs = by_hand(&first, &x, &dy, per_channel, 5);
        assert!(runs.iter().all(|run| *run == runs[0]), "five runs of one bound kernel");
        assert_eq!(runs[0], by_hand(&second, &x, &dy, per_channel, 1)[0], "another device with these limits");
        let got: Vec<f32> = runs[0].iter().map(|&w| f32::from_bits(w)).collect();
        assert_sums("in windows", &got, &f, "beta", &x, &dy, TOLERANCE);
    }
}

#[test]
fn not_a_number_reaches_the_sum_of_its_channel_only() {
    let Some(gpu) = gpu() else { return };
    let extent = Extent { outer: 40, channels: 3, inner: 50 };
    for (a, name) in trained() {
        let (mut x, mut dy) = (vec![-1.0; 6000], vec![1.0; 6000]);
        let values: Vec<f32> = a.params.iter().flat_map(|p| [p.default as f32; 3]).collect();
        let f = a.function().per_channel(&values, extent);
        for nan_in_x in [true, false] {
            (x[5060], dy[5060]) = if nan_in_x { (f32::NAN, 1.0) } else { (-1.0, f32::NAN) };
            let got = gpu.param_gradient(&f, name, &x, &dy).unwrap();
            let channel = 5060 / 50 % 3;
            for (c, sum) in got.iter().enumerate() {
                assert_eq!(sum.is_nan(), c == channel, "{} {name}: channel {c}, NaN in x: {nan_in_x}", a.name);
            }
        }
    }
}

#[test]
fn infinite_gradients_pass_only_where_a_derivative_is_not_0() {
    let Some(gpu) = gpu() else { return };
    let inf = f32::INFINITY;
    for (a, name, x, sum) in [
        (&ELU, "alpha", [3.0, -1.0, 2.0], -1.2642411),
        (&PRELU, "weight", [3.0, -1.0, 2.0], -2.0),
        (&LEAKY_RELU, "negative_slope", [3.0, -1.0, 2.0], -2.0),
    ] {
        let got = gpu.param_gradient(a, name, &x, &[inf, 2.0, -inf]).unwrap();
        assert_eq!(got, [sum], "{} {name}: an infinite gradient on the dead side", a.name);
        let got = gpu.param_gradient(a, name, &x, &[1.0, inf, 1.0]).unwrap();
        assert_eq!(got, [-inf], "{} {name}: an infinite gradient on the other", a.name);
    }
    // Of every function what the reference gives, where a sum of one term is asked for.
    let x = [-100.0, -20.0, -1.5, -0.0, 0.5, 1.5, 20.0, 100.0];
    for (a, name) in trained() {
        for x in x {
            for dy in [inf, -inf] {
                let got = gpu.param_gradient(a, name, &[x], &[dy]).unwrap()[0];
                let expected = reference::param_gradient(a, name, &[x], &[dy]).unwrap()[0];
                let tiny = reference::param_gradient(a, name, &[x], &[1.0]).unwrap()[0].abs() < 1e-30;
                assert!(
                    f64::from(got) == expected || tiny && !got.is_nan(),
                    "{} {name} at {x}: {got}, not {expected}",
                    a.name
                );
            }
        }
    }
}

#[test]
fn what_has_no_gradient_says_so() {
    let Some(gpu) = gpu() else { return };
    let none = gpu.param_gradient(&PRELU, "slope", &[1.0], &[1.0]).unwrap_err();
    assert!(matches!(none, Error::UnknownParameter { function: "prelu", .. }), "{none}");
    for a in ALL {
        for p in a.params.iter().filter(|p| !p.trainable()) {
            assert_eq!(told(Spec::param_gradient(a, p.name)).unwrap_err(), not_trainable(a.name, p.name));
        }
    }
}
