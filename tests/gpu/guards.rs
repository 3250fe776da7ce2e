//! Kernels stop where their arguments say. The library binds no more than a dispatch may touch, and most drivers drop
//! what goes beyond; so that neither hides a missing guard, kernels run here by hand, with bindings that are larger.

use crate::common::rig::Rig;
use wgpu_activations::activation::{LEAKY_RELU, PRELU};
use wgpu_activations::gate::{BILINEAR, CRELU};
use wgpu_activations::wgpu::{self, BufferUsages};
use wgpu_activations::{Halves, Spec};

/// Elements of every buffer, and how many of them the kernel is told to process.
const ROOM: usize = 4096;
const LEN: usize = 1236;

/// Runs a kernel's text on buffers for its bindings; `args` is its uniform of offsets and counts.
fn run(rig: &Rig, text: &str, args: [u32; 24], params: Option<[f32; 4]>, buffers: &[(u32, &wgpu::Buffer)]) {
    let uniform = |bytes: &[u8]| {
        let usage = BufferUsages::UNIFORM | BufferUsages::COPY_DST;
        let size = bytes.len() as u64;
        let descriptor = wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false };
        let buffer = rig.device.create_buffer(&descriptor);
        rig.queue.write_buffer(&buffer, 0, bytes);
        buffer
    };
    let args = uniform(bytemuck::bytes_of(&args));
    let params = params.map(|params| uniform(bytemuck::bytes_of(&params)));
    let uniforms: Vec<_> = std::iter::once((0, &args)).chain(params.iter().map(|params| (1, params))).collect();
    let buffers = [&uniforms[..], buffers].concat();
    rig.dispatch(text, "main", 0, &buffers, 2);
}

#[test]
fn maps_stop_at_their_count() {
    let Some(rig) = Rig::webgpu() else { return };
    let (x, dy) = (vec![-2.0; ROOM], vec![8.0; ROOM]);
    let [forward, backward] = [Spec::forward(&LEAKY_RELU), Spec::backward(&LEAKY_RELU)];
    let maps = [
        ("map1", forward),
        ("map1_in_place", forward.in_place()),
        ("map2", backward),
        ("map2_in_place", backward.in_place()),
    ];
    // Where each tensor begins: with its binding, where an invocation takes two packs. There is an odd number of packs.
    let doubled = |spec: Spec| spec.texts().unwrap().into_iter().find(|(name, _)| name == "Elements x4 Vector doubled");
    let forms = [(true, 0), (false, 4)];
    for ((what, spec), (twice, first)) in maps.into_iter().flat_map(|map| forms.map(|form| (map, form))) {
        let text = if twice { doubled(spec).unwrap().1 } else { spec.wgsl().unwrap() };
        // Packs to process, and workgroups in a row.
        let mut args = [0; 24];
        args[..6].fill(first);
        (args[8], args[9]) = ((LEN / 4) as u32, 2);
        let (a, b) = (rig.upload(&x), rig.upload(&dy));
        let (out, value) = match what {
            "map1" => (rig.upload(&[7.0; ROOM]), -1.0),
            "map1_in_place" => (rig.upload(&x), -1.0),
            "map2" => (rig.upload(&[7.0; ROOM]), 4.0),
            _ => (rig.upload(&dy), 4.0),
        };
        let untouched = rig.download(&out)[0];
        let buffers: &[(u32, &wgpu::Buffer)] = match what {
            "map1" | "map2_in_place" => &[(2, &a), (4, &out)],
            "map1_in_place" => &[(4, &out)],
            _ => &[(2, &a), (3, &b), (4, &out)],
        };
        run(&rig, &text, args, Some([0.5, 0.0, 0.0, 0.0]), buffers);
        for (i, got) in rig.download(&out).into_iter().enumerate() {
            let inside = (4 * first as usize..4 * first as usize + LEN).contains(&i);
            assert_eq!(got, if inside { value } else { untouched }, "{what}: element {i}");
        }
    }
}

#[test]
fn sums_stop_at_their_window() {
    let Some(rig) = Rig::webgpu() else { return };
    let texts = Spec::param_gradient(&PRELU, "weight").unwrap().texts().unwrap();
    // Terms of one element, and of a pack of one of each of four channels.
    for (variant, lanes) in [("Sum x1 Gathered", 1), ("Columns x4 Vector of channels", 4)] {
        let (_, text) = texts.iter().find(|(name, _)| name == variant).expect("it is there");
        let mut x = vec![f32::NAN; ROOM * lanes];
        x[..LEN * lanes].fill(-2.0);
        let (a, b) = (rig.upload(&x), rig.upload(&vec![0.5; ROOM * lanes]));
        let units = 3;
        // The window begins at the second term of a span of three and ends within another.
        let args = |len: usize| {
            let terms = (1 + len).div_ceil(units) as u32;
            let [channels, live, len] = [units * lanes, units, len].map(|n| n as u32);
            let mut args = [0; 24];
            args[8..22].copy_from_slice(&[2, 2, 1, channels, 1, len, 0, live, 0, terms, 2, 16, 64, 10]);
            args
        };
        for len in [LEN, LEN - 1, LEN - 2] {
            let out = rig.upload(&vec![7.0; 32 * lanes]);
            let buffers = [(2, &a), (3, &b), (4, &out)];
            run(&rig, text, args(len), Some([0.25, 0.0, 0.0, 0.0]), &buffers);
            let got = rig.download(&out);
            for (channel, lane) in (0..units).flat_map(|unit| (0..lanes).map(move |lane| (unit, lane))) {
                let terms = (0..len).filter(|i| (i + 1) % units == channel).count();
                let part = |block: usize| got[(10 + 2 * channel + block) * lanes + lane];
                assert_eq!(part(0) + part(1), -(terms as f32), "{variant}: {channel}, {lane} of {len} terms");
            }
            let results = 10 * lanes..(10 + 2 * units) * lanes;
            let elsewhere = got.iter().enumerate().filter(|(i, _)| !results.contains(i));
            assert!(elsewhere.into_iter().all(|(_, v)| *v == 7.0), "a sum wrote beside its results: {got:?}");
        }
    }
}

/// The kernels of pairs: which buffers hold -2 (a), 8 (b or x) and 0.5 (dy), and what the outputs then hold.
#[test]
fn gates_stop_at_their_count() {
    let Some(rig) = Rig::webgpu() else { return };
    let (forward, backward) = (Spec::forward(&BILINEAR), Spec::backward(&BILINEAR));
    let split = |spec: Spec| spec.halves(Halves::Split);
    let count = (LEN / 4) as u32;
    let mut plain = [0; 24];
    plain[..6].fill(4);
    (plain[8], plain[9]) = (count, 2);
    // One block, and where each tensor's window begins; the second half of an output lies behind the first.
    let mut halves = [0; 24];
    halves[..4].copy_from_slice(&[4, 8, 12, 4]);
    halves[8..13].copy_from_slice(&[count, 2, count, 396, 3]);
    let (a, b, dy) = (-2.0, 8.0, 0.5);
    let both = [4, 400];
    for (what, spec, args, tensors, expected, starts) in [
        ("back", backward, plain, vec![(2, a), (3, b), (7, dy), (4, 7.0), (8, 7.0)], vec![(4, 4.0), (8, -1.0)], [4, 4]),
        ("back_in_place", backward.in_place(), plain, vec![(4, a), (8, b), (7, dy)], vec![(4, 4.0), (8, -1.0)], [4, 4]),
        ("join", split(forward), halves, vec![(2, a), (3, b), (4, 7.0)], vec![(4, -16.0)], [4, 4]),
        ("split3", split(backward), halves, vec![(2, a), (3, b), (7, dy), (4, 7.0)], vec![(4, 4.0), (4, -1.0)], both),
        ("split", Spec::forward(&CRELU), halves, vec![(7, a), (4, 7.0)], vec![(4, 0.0), (4, 2.0)], both),
        ("join3", Spec::backward(&CRELU), halves, vec![(2, b), (3, dy), (7, a), (4, 7.0)], vec![(4, -0.5)], [4, 4]),
    ] {
        let buffers: Vec<(u32, wgpu::Buffer)> = tensors.iter().map(|&(k, v)| (k, rig.upload(&[v; ROOM]))).collect();
        let bound: Vec<(u32, &wgpu::Buffer)> = buffers.iter().map(|(k, buffer)| (*k, buffer)).collect();
        run(&rig, &spec.wgsl().unwrap(), args, None, &bound);
        for (&(binding, before), buffer) in tensors.iter().zip(bound.iter().map(|(_, buffer)| buffer)) {
            for (i, got) in rig.download(buffer).into_iter().enumerate() {
                let written = expected
                    .iter()
                    .zip(starts)
                    .find(|((to, _), start)| *to == binding && (4 * start..4 * start + LEN).contains(&i));
                assert_eq!(got, written.map_or(before, |((_, value), _)| *value), "{what}: {binding} at {i}");
            }
        }
    }
}
