//! Parameter values for each channel of a gate, of two tensors and of the halves of one, and halves with the value first.

use wgpu_activations::activation::{PRELU, SWISH};
use wgpu_activations::gate::{GLU, Gate, SWIGLU, SWIGLU_CLAMP};
use wgpu_activations::wgpu::Limits;
use wgpu_activations::{Buffers, Error, Extent, Halves, Spec, With, reference};

use crate::common::rig::{Rig, assert_close};
use crate::common::told::{count, told};
use crate::common::{Noise, gpu};

const MODES: [Halves; 4] = [Halves::Split, Halves::Interleaved, Halves::SplitValueFirst, Halves::InterleavedValueFirst];

/// The shapes of a half: odd and even channels and inner sizes, one of each, none of one.
const SHAPES: [[u64; 3]; 12] = [
    [1, 1, 1],
    [5, 1, 1],
    [1, 7, 1],
    [3, 4, 1],
    [2, 3, 5],
    [4, 8, 4],
    [1, 3, 70],
    [300, 6, 1],
    [7, 33, 3],
    [2, 0, 3],
    [1, 1000, 17],
    [1, 2, 9000],
];

/// Gates with one value and with several to a channel.
fn gates(extent: Extent, noise: &mut Noise) -> [With<'static>; 3] {
    [Gate::of(&SWISH), Gate::of(&PRELU), &SWIGLU_CLAMP].map(|gate| {
        let channels = extent.channels as usize;
        let mut values = noise.vec(gate.params.len() * channels, 1.0);
        // Sharpness beyond 0.1, and limits above 0.
        values.iter_mut().for_each(|v| *v = 0.1 + v.abs());
        gate.function().per_channel(values, extent)
    })
}

#[test]
fn two_tensors_through_slices_and_buffers() {
    let (Some(gpu), Some(rig)) = (gpu(), Rig::webgpu()) else { return };
    for [outer, channels, inner] in SHAPES {
        let extent = Extent { outer, channels, inner };
        let len = extent.len().unwrap() as usize;
        let mut noise = Noise(len as u32 + 3);
        let [a, b, dy] = [4.0, 3.0, 2.0].map(|scale| noise.vec(len, scale));
        for gate in gates(extent, &mut noise) {
            let what = format!("{} by channels of {extent:?}", gate.op().name());
            let y = reference::forward(&gate, (&a, &b)).unwrap();
            let (da, db) = reference::backward(&gate, (&a, &b), &dy).unwrap();
            assert_close(&what, &gpu.forward(&gate, (&a, &b)).unwrap(), &y);
            let got = gpu.backward(&gate, (&a, &b), &dy).unwrap();
            assert_close(&format!("{what}: da"), &got.0, &da);
            assert_close(&format!("{what}: db"), &got.1, &db);
            if len == 0 {
                continue;
            }

            let [a_, b_, dy_, w] = [&a, &b, &dy, &gate.params().to_vec()].map(|v| rig.upload(v));
            let [out, out2] = [(); 2].map(|()| rig.room(len));
            let bind = |spec: Spec, buffers: Buffers<'_>| {
                rig.kernels.get(spec.per_channel()).unwrap().bind(buffers.weights(w.slice(..)), extent).unwrap()
            };
            let forward =
                bind(Spec::forward(gate.op()), Buffers::new().a(a_.slice(..)).b(b_.slice(..)).y(out.slice(..)));
            rig.run(&[&forward]);
            assert_close(&format!("{what}: y of a kernel"), &rig.download(&out), &y);
            let buffers =
                Buffers::new().a(a_.slice(..)).b(b_.slice(..)).dy(dy_.slice(..)).da(out.slice(..)).db(out2.slice(..));
            rig.run(&[&bind(Spec::backward(gate.op()), buffers)]);
            assert_close(&format!("{what}: da of a kernel"), &rig.download(&out), &da);
            assert_close(&format!("{what}: db of a kernel"), &rig.download(&out2), &db);
            let buffers = Buffers::new().a(a_.slice(..)).b(b_.slice(..)).dy(dy_.slice(..));
            rig.run(&[&bind(Spec::backward(gate.op()).in_place(), buffers)]);
            assert_close(&format!("{what}: da in place"), &rig.download(&a_), &da);
            assert_close(&format!("{what}: db in place"), &rig.download(&b_), &db);
        }
    }
}

#[test]
fn halves_in_every_order_through_slices_and_buffers() {
    let (Some(gpu), Some(rig)) = (gpu(), Rig::webgpu()) else { return };
    for [outer, channels, inner] in SHAPES {
        let half = Extent { outer, channels, inner };
        let whole = Extent { channels: 2 * channels, ..half };
        let len = half.len().unwrap() as usize;
        let mut noise = Noise(len as u32 + 5);
        let (x, dy) = (noise.vec(2 * len, 4.0), noise.vec(len, 2.0));
        let plain = [GLU.function(), SWIGLU.function()];
        for gate in gates(half, &mut noise).into_iter().chain(plain) {
            for mode in MODES {
                let what = format!("{} of halves of {whole:?}, {mode:?}", gate.op().name());
                let y = reference::forward(gate.clone().halves(whole, mode), &x).unwrap();
                let dx = reference::backward(gate.clone().halves(whole, mode), &x, &dy).unwrap();
                assert_close(&what, &gpu.forward(gate.clone().halves(whole, mode), &x).unwrap(), &y);
                assert_close(&what, &gpu.backward(gate.clone().halves(whole, mode), &x, &dy).unwrap(), &dx);
                if len == 0 {
                    continue;
                }
                let [x_, dy_, w] = [&x, &dy, &[gate.params(), &[0.0]].concat()].map(|v| rig.upload(v));
                let [y_, dx_] = [len, 2 * len].map(|len| rig.room(len));
                let bind = |spec: Spec, buffers: Buffers<'_>| {
                    let spec = spec.halves(mode);
                    let channels = gate.channels().is_some();
                    let spec = if channels { spec.per_channel() } else { spec };
                    let buffers = if channels { buffers.weights(w.slice(..)) } else { buffers };
                    rig.kernels.get(spec).unwrap().bind(buffers, whole).unwrap()
                };
                let forward = bind(Spec::forward(gate.op()), Buffers::forward(x_.slice(..), y_.slice(..)));
                let buffers = Buffers::new().x(x_.slice(..)).dy(dy_.slice(..)).dx(dx_.slice(..));
                rig.run(&[&forward, &bind(Spec::backward(gate.op()), buffers)]);
                assert_close(&format!("{what}: y of a kernel"), &rig.download(&y_), &y);
                assert_close(&format!("{what}: dx of a kernel"), &rig.download(&dx_), &dx);
            }
        }
    }
}

/// The reference's order is what the names say, not what kernels do.
#[test]
fn the_value_comes_first_where_it_is_asked_for() {
    let row = Extent { outer: 1, channels: 4, inner: 1 };
    let x = [-1.0, 2.0, 3.0, 4.0];
    let y = |gate: &'static Gate, mode| reference::forward(gate.halves(row, mode), &x).unwrap();
    let silu = |v: f64| v / (1.0 + (-v).exp());
    let near = |got: Vec<f64>, expected: [f64; 2]| got.iter().zip(expected).all(|(g, e)| (g - e).abs() < 1e-12);
    assert!(near(y(&SWIGLU, Halves::Split), [silu(-1.0) * 3.0, silu(2.0) * 4.0]));
    assert!(near(y(&SWIGLU, Halves::Split.value_first()), [-silu(3.0), silu(4.0) * 2.0]));
    assert!(near(y(&SWIGLU, Halves::Interleaved), [silu(-1.0) * 2.0, silu(3.0) * 4.0]));
    assert!(near(y(&SWIGLU, Halves::Interleaved.value_first()), [-silu(2.0), silu(4.0) * 3.0]));
    // Of GLU it does of itself.
    assert_eq!(y(&GLU, Halves::Split), y(&GLU, Halves::Split.value_first()));
    let dx = reference::backward(SWIGLU.halves(row, Halves::SplitValueFirst), &x, &[1.0, 0.0]).unwrap();
    assert!((dx[0] - silu(3.0)).abs() < 1e-12 && dx[1] == 0.0 && dx[3] == 0.0 && dx[2] < 0.0, "{dx:?}");
}

#[test]
fn long_tensors_go_in_windows_and_pieces() {
    let Some(gpu) = gpu() else { return };
    let small = |limits| Limits { max_storage_buffer_binding_size: 64 << 10, ..limits };
    let Some(rig) = Rig::new(small) else { return };
    for [outer, channels, inner] in [[40, 3, 1000], [1, 7, 20_001], [30_000, 3, 1]] {
        let half = Extent { outer, channels, inner };
        let whole = Extent { channels: 2 * channels, ..half };
        let len = half.len().unwrap() as usize;
        let mut noise = Noise(9);
        let (x, dy) = (noise.vec(2 * len, 4.0), noise.vec(len, 2.0));
        for gate in gates(half, &mut noise) {
            for mode in MODES {
                let what = format!("{} of {whole:?} in windows, {mode:?}", gate.op().name());
                let dx = reference::backward(gate.clone().halves(whole, mode), &x, &dy).unwrap();
                let [x_, dy_, w] = [&x, &dy, &gate.params().to_vec()].map(|v| rig.upload(v));
                let dx_ = rig.room(2 * len);
                let buffers = Buffers::new().x(x_.slice(..)).dy(dy_.slice(..)).dx(dx_.slice(..)).weights(w.slice(..));
                let spec = Spec::backward(gate.op()).halves(mode).per_channel();
                let bound = rig.kernels.get(spec).unwrap().bind(buffers, whole).unwrap();
                assert!(bound.dispatches() > 1, "{what}: one dispatch");
                rig.run(&[&bound]);
                assert_close(&what, &rig.download(&dx_), &dx);
            }
        }
    }
    // More than a piece of slices.
    let extent = Extent { outer: 3, channels: 5, inner: 400_001 };
    let len = extent.len().unwrap() as usize;
    let mut noise = Noise(11);
    let [a, b] = [4.0, 3.0].map(|scale| noise.vec(len, scale));
    let [gate, ..] = gates(extent, &mut noise);
    let y = reference::forward(&gate, (&a, &b)).unwrap();
    assert_close("two tensors in pieces", &gpu.forward(&gate, (&a, &b)).unwrap(), &y);
    let half = Extent { inner: 200_000, ..extent };
    let [gate, ..] = gates(half, &mut noise);
    let whole = Extent { channels: 10, ..half };
    let x = &a[..whole.len().unwrap() as usize];
    let y = reference::forward(gate.clone().halves(whole, Halves::Split), x).unwrap();
    assert_close("halves in pieces", &gpu.forward(gate.clone().halves(whole, Halves::Split), x).unwrap(), &y);
}

#[test]
fn wrong_channels_are_named() {
    let Some(gpu) = gpu() else { return };
    let extent = |channels| Extent { outer: 1, channels, inner: 1 };
    let gate = Gate::of(&SWISH).function();
    let got = gpu.forward(gate.clone().per_channel(&[1.0; 2], extent(3)), (&[1.0f32; 3], &[1.0; 3]));
    assert_eq!(told(got), Err(count("swish_glu", 3, 2)));
    let other = gpu.forward(gate.clone().per_channel(&[1.0; 3], extent(3)), (&[1.0f32; 4], &[1.0; 4]));
    assert!(matches!(other, Err(Error::Extent { .. })), "{other:?}");
    let range = gpu.forward(gate.clone().per_channel(&[1.0, f32::NAN], extent(2)), (&[1.0f32; 2], &[1.0; 2]));
    assert!(matches!(range, Err(Error::ParameterRange { function: "swish_glu", name: "beta", .. })), "{range:?}");
    let halves = gate.per_channel(&[1.0; 4], extent(4));
    let whole = gpu.forward(halves.clone().halves(extent(4), Halves::Split), &[1.0f32; 4]).unwrap_err().to_string();
    assert!(whole.contains("[1, 4, 1]") && whole.contains("[1, 2, 1]"), "{whole}");
    let none = gpu.forward(SWIGLU.function().per_channel(&[], extent(2)), (&[1.0f32; 2], &[1.0; 2]));
    assert!(matches!(none, Err(Error::ParameterCount { function: "swiglu", .. })), "{none:?}");
    // A device that binds four buffers.
    let Some(rig) = Rig::new(|limits| Limits { max_storage_buffers_per_shader_stage: 4, ..limits }) else { return };
    let few = rig.kernels.get(Spec::backward(Gate::of(&SWISH)).per_channel()).unwrap_err().to_string();
    assert!(few.contains("swish_glu") && few.contains("4 storage buffers"), "{few}");
}
