//! Attention's softmax with all that it takes besides scores: masks over any axes, slopes and sinks of heads, caps, what queries
//! see, and the gradient of sinks; between canaries, in every storage, beside the reference row by row.

mod case;

use wgpu_activations::row::{ATTENTION_SOFTMAX, Line, SOFTMAX};
use wgpu_activations::wgpu::{BufferSlice, Limits};
use wgpu_activations::{Buffers, Error, Extent, Mask, Spec, Storage};

use crate::common::Noise;
use crate::common::rig::Rig;
use case::{Case, check};

const INF: f32 = f32::INFINITY;
const AXES: [[bool; 3]; 8] = [
    [false, false, false],
    [true, false, false],
    [false, true, false],
    [false, false, true],
    [true, true, false],
    [true, false, true],
    [false, true, true],
    [true, true, true],
];

#[test]
fn masks_of_all_axes() {
    let Some(rig) = Rig::webgpu() else { return };
    // Every storage with every kind of mask and of length, and with most axes.
    let mut storages = Storage::ALL.into_iter().cycle();
    for axes in AXES {
        for mask in [Mask::added(), Mask::bool()].into_iter().flat_map(|mask| [mask, mask.whole_rows()]) {
            for (keys, before) in [(24, 0), (13, 3)] {
                let storage = storages.next().unwrap();
                let mask = Some(mask.axes(axes[0], axes[1], axes[2]));
                check(&rig, &Case { mask, axes, storage, before, ..Case::new([2, 3, 4, keys]) });
            }
        }
    }
}

#[test]
fn trailing_masks_repeat_and_steps_combine() {
    let Some(rig) = Rig::webgpu() else { return };
    let shapes = [[2, 3, 5, 16], [1, 4, 1, 300], [3, 1, 700, 7], [1, 2, 3, 5000]];
    for (shape, step) in shapes.into_iter().zip([1, 3, 2, 2]) {
        for (k, storage) in Storage::ALL.into_iter().enumerate() {
            let base = Case { storage, before: k, slopes: true, sinks: true, ..Case::new(shape) };
            let causal = (shape[3] - shape[2].min(shape[3])) as f32;
            let cases = [
                base.clone(),
                Case { offset: causal, ..base.clone() },
                Case { offset: causal, window: 3.0, sinks: false, ..base.clone() },
                Case { window: 5.0, cap: 3.0, ..base.clone() },
                Case { offset: -2.0, cap: 50.0, slopes: false, ..base.clone() },
                Case { mask: Some(Mask::added()), axes: [false, true, true], offset: causal, ..base.clone() },
                Case { mask: Some(Mask::bool()), axes: [false, false, true], cap: 30.0, ..base.clone() },
            ];
            cases.iter().skip(k % step).step_by(step).for_each(|case| check(&rig, case));
        }
    }
}

#[test]
fn rows_in_chunks_and_in_windows() {
    let Some(rig) = Rig::webgpu() else { return };
    let base = Case { slopes: false, sinks: true, offset: 131_069.0, ..Case::new([1, 2, 2, 131_072]) };
    let mask = Mask::bool().axes(false, false, true);
    check(&rig, &Case { mask: Some(mask.whole_rows()), axes: [false, false, true], ..base.clone() });
    check(&rig, &Case { mask: Some(Mask::bool()), axes: [false, false, true], ..base.clone() });
    check(&rig, &Case { cap: 20.0, storage: Storage::F16, ..base });
    let small = |limits: Limits| Limits { max_storage_buffer_binding_size: 8192, ..limits };
    let Some(rig) = Rig::new(small) else { return };
    for mask in [None, Some(Mask::added())] {
        let case = Case { mask, axes: [true; 3], slopes: true, sinks: true, ..Case::new([3, 2, 20, 100]) };
        check(&rig, &case);
        check(&rig, &Case { cap: 5.0, before: 1, ..Case::new([1, 1, 3, 5003]) });
    }
}

#[test]
fn all_tensors_in_one_buffer() {
    let Some(rig) = Rig::webgpu() else { return };
    for keys in [8, 7] {
        let [rows, heads] = [6usize, 3];
        let scores = rows * keys;
        // x, a mask of one row, slopes, sinks, y, dy, dx, dsinks.
        let lengths = [scores, keys, heads, heads, scores, scores, scores, heads];
        let mut noise = Noise(9);
        let arena = noise.vec(lengths.iter().sum(), 2.0);
        let apart: Vec<_> = lengths
            .iter()
            .scan(0, |at, &len| {
                let from = *at;
                *at += len;
                Some((from, len))
            })
            .collect();
        let buffer = rig.upload(&arena);
        let own: Vec<_> = apart.iter().map(|&(from, len)| rig.upload(&arena[from..from + len])).collect();
        let extent = Extent::along(&[2, heads, 1, keys], -1).unwrap();
        let run = |of: [BufferSlice<'_>; 8]| {
            let forward = Spec::forward(&ATTENTION_SOFTMAX).heads(3).slopes().sinks().mask(Mask::added());
            let buffers = Buffers::forward(of[0], of[4]).mask(of[1]).slopes(of[2]).sinks(of[3]);
            let backward = Spec::backward(&ATTENTION_SOFTMAX).heads(3).sink_gradient();
            let gradients = Buffers::new().y(of[4]).dy(of[5]).dx(of[6]).dsinks(of[7]);
            let [first, last] = [(forward, buffers), (backward, gradients)].map(|(spec, buffers)| {
                let bound = rig.kernels.get(spec).unwrap().bind(buffers, extent).unwrap();
                bound.set_params(&rig.queue, &[1.0, INF, 0.0, 0.0, INF, INF, 1.0]).unwrap();
                bound
            });
            rig.run(&[&first, &last]);
        };
        run(std::array::from_fn(|k| own[k].slice(..)));
        let range = |(from, len): (usize, usize)| buffer.slice(4 * from as u64..4 * (from + len) as u64);
        run(std::array::from_fn(|k| range(apart[k])));
        let together = rig.words(&buffer);
        for (own, (from, len)) in own.iter().zip(apart) {
            assert_eq!(rig.words(own), together[from..from + len], "{keys} keys, from {from}");
        }
    }
}

#[test]
fn wrong_calls_are_named() {
    let Some(rig) = Rig::webgpu() else { return };
    let forward = Spec::forward(&ATTENTION_SOFTMAX);
    let x = rig.room(2 * 3 * 4 * 8);
    let y = rig.room(2 * 3 * 4 * 8);
    let extent = Extent::along(&[2, 3, 4, 8], -1).unwrap();
    let bind = |spec: Spec, buffers: Buffers<'_>| rig.kernels.get(spec)?.bind(buffers, extent);
    let told = |result: Result<(), Error>, words: &[&str]| {
        let text = result.expect_err("an error").to_string();
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
    };
    let plain = Buffers::forward(x.slice(..), y.slice(..));
    let bound = bind(forward.heads(3), plain).unwrap();
    let set = |values: [f32; 7]| bound.set_params(&rig.queue, &values);
    set([1.0, INF, 0.0, 0.0, INF, 8.0, 4.0]).unwrap();
    told(set([1.0, 0.0, 0.0, 0.0, INF, INF, 4.0]), &["softcap", "0"]);
    told(set([1.0, 30.0, 0.0, 0.0, INF, INF, 4.0]), &["Spec::softcap"]);
    told(set([1.0, INF, 0.0, 0.0, INF, 9.0, 4.0]), &["window of 9", "8 keys"]);
    told(set([1.0, INF, 0.0, 0.0, INF, 0.0, 4.0]), &["window", "0"]);
    told(set([1.0, INF, 0.0, 0.0, 0.5, INF, 4.0]), &["offset", "0.5"]);
    told(set([1.0, INF, 0.0, 0.0, INF, INF, 5.0]), &["24 rows", "3 heads", "5 queries"]);
    let capped = bind(forward.heads(3).softcap(), plain).unwrap();
    told(capped.set_params(&rig.queue, &[1.0, INF, 0.0, 0.0, INF, INF, 4.0]), &["softcap"]);
    // 2 x 8 numbers where [2, 1, 4, 8] are asked for.
    let short = rig.room(16);
    let masked =
        bind(forward.heads(3).mask(Mask::added().axes(true, false, true)), plain.mask(short.slice(..))).unwrap();
    told(masked.set_params(&rig.queue, &[1.0, INF, 0.0, 0.0, INF, INF, 4.0]), &["8 rows", "16 elements"]);
    told(bind(forward.heads(3).mask(Mask::added()), plain.mask(rig.room(20).slice(..))).map(drop), &["20 elements"]);
    told(bind(forward.heads(32).sinks(), plain.sinks(short.slice(..))).map(drop), &["sinks", "32", "16"]);
    told(bind(forward.heads(3).sinks(), plain).map(drop), &["sinks", "missing"]);
    told(bind(forward.heads(0), plain).map(drop), &["one head"]);
    told(bind(Spec::backward(&ATTENTION_SOFTMAX).sinks(), plain).map(drop), &["leave them out"]);
    told(bind(Spec::forward(&SOFTMAX).sinks(), plain).map(drop), &["attention_softmax"]);
}

#[test]
fn a_cache_of_keys_grows() {
    let Some(rig) = Rig::webgpu() else { return };
    for room in [64usize, 61] {
        let (heads, x) = (3, Noise(5).vec(3 * room, 4.0));
        let (scores, y) = (rig.upload(&x), rig.upload(&vec![7.0; heads * room]));
        let rows = |keys: usize| Extent::along(&[heads, 1, keys], -1).unwrap();
        let kernel = rig.kernels.get(Spec::forward(&ATTENTION_SOFTMAX).heads(3)).unwrap();
        let mut bound = kernel.bind_up_to(Buffers::forward(scores.slice(..), y.slice(..)), rows(room)).unwrap();
        for keys in [1, 2, 13, 16, 60, room] {
            bound.set_len(&rig.queue, rows(keys)).unwrap();
            let params = [0.5, INF, 0.125, -INF, keys as f32 - 1.0, keys.min(12) as f32, 1.0];
            bound.set_params(&rig.queue, &params).unwrap();
            rig.run(&[&bound]);
            let got: Vec<f32> = rig.words(&y).into_iter().map(f32::from_bits).collect();
            for head in 0..heads {
                let row: Vec<f64> = x[head * room..][..keys].iter().map(|&v| f64::from(v)).collect();
                let params = params.map(f64::from);
                let wanted = (ATTENTION_SOFTMAX.value)(&Line { x: &row, mask: &[], params: &params, number: 0 });
                for (k, wanted) in wanted.into_iter().enumerate() {
                    let got = f64::from(got[head * room + k]);
                    assert!((got - wanted).abs() <= 1e-6, "{room} {keys}: y[{head}, {k}] is {got}, not {wanted}");
                }
            }
        }
        assert!(bound.set_len(&rig.queue, rows(room + 1)).unwrap_err().to_string().contains("no part"));
    }
    // Others do not ask where an element lies.
    let x = rig.room(64);
    let y = rig.room(64);
    let softmax = rig.kernels.get(Spec::forward(&SOFTMAX)).unwrap();
    let rows = |keys| Extent::along(&[1, keys], -1).unwrap();
    let mut bound = softmax.bind_up_to(Buffers::forward(x.slice(..), y.slice(..)), rows(64)).unwrap();
    assert!(bound.set_len(&rig.queue, rows(60)).is_err());
}
