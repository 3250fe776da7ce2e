//! Calls that stop earlier than at the end of their tensors, without being bound anew.

use wgpu_activations::activation::{GELU, LEAKY_RELU, PRELU, SILU};
use wgpu_activations::gate::SWIGLU;
use wgpu_activations::row::{LOG_SOFTMAX, MAXOUT, SOFTMAX};
use wgpu_activations::wgpu::{Buffer, BufferDescriptor, BufferSlice, BufferUsages, Limits};
use wgpu_activations::{Bound, Buffers, Error, Extent, Halves, Spec, Storage};

use crate::common::Noise;
use crate::common::rig::{Rig, bits};

/// What a call binds, of three tensors and a channel's values.
type Bind = for<'a> fn([BufferSlice<'a>; 3], BufferSlice<'a>) -> Buffers<'a>;

const MAP: Bind = |[x, _, y], _| Buffers::forward(x, y);
const GRADIENT: Bind = |[x, dy, dx], _| Buffers::new().x(x).dy(dy).dx(dx);
const FROM_OUTPUT: Bind = |[y, dy, dx], _| Buffers::new().y(y).dy(dy).dx(dx);
const IN_PLACE: Bind = |[x, dy, _], _| Buffers::new().x(x).dy(dy);
const WEIGHTED: Bind = |[x, dy, dx], weights| Buffers::new().x(x).dy(dy).dx(dx).weights(weights);
const GATE: Bind = |[a, b, y], _| Buffers::new().a(a).b(b).y(y);

/// Whether two words are the same; or, of few rows that other threads add up than of many, nearly the same `f32` beside the
/// largest.
fn same(got: u32, wanted: u32, largest: f32) -> bool {
    got == wanted || (f32::from_bits(got) - f32::from_bits(wanted)).abs() <= 1e-6 * largest
}

/// Every extent gives what a call that is bound to it gives, also in what it leaves alone.
fn assert_shrinks(rig: &Rig, (spec, bind, offset): (Spec, Bind, usize), most: Extent, less: &[Extent]) {
    let (len, bytes) = (most.len().unwrap() as usize, if spec == spec.storage(Storage::F32) { 4 } else { 2 });
    let mut noise = Noise(len as u32);
    let words = len + offset + 4;
    let contents = [noise.vec(words, 3.0), noise.vec(words, 2.0), vec![7.0; words]];
    let weights = rig.upload(&noise.vec(most.channels as usize, 1.0));
    let tensors = || contents.each_ref().map(|values| rig.upload(values));
    let range = offset as u64 * bytes..(offset + len) as u64 * bytes;
    let kernel = rig.kernels.get(spec).unwrap();
    let of = |bound: &Bound, buffers: &[Buffer; 3]| {
        rig.run(&[bound]);
        buffers.each_ref().map(|buffer| bits(&rig.download(buffer)))
    };
    let ours = tensors();
    let slices = || ours.each_ref().map(|buffer| buffer.slice(range.clone()));
    let mut bound = kernel.bind_up_to(bind(slices(), weights.slice(..)), most).unwrap();
    let count = rig.room(1);
    let counted = kernel.bind_indirect(bind(slices(), weights.slice(..)), most, count.slice(..)).unwrap();
    for &extent in less {
        let fresh = || ours.iter().zip(&contents).for_each(|(buffer, values)| rig.write(buffer, 0, values));
        fresh();
        bound.set_len(&rig.queue, extent).unwrap();
        let theirs = tensors();
        let slices = theirs.each_ref().map(|buffer| buffer.slice(range.clone()));
        let whole = kernel.bind(bind(slices, weights.slice(..)), extent).unwrap();
        let what = format!("{spec:?} at {offset}, {extent:?} of {most:?}");
        let (shrunk, wanted) = (of(&bound, &ours), of(&whole, &theirs));
        fresh();
        let all = extent.outer == most.outer;
        // More than there is counts as all of it, also where its elements are few modulo 2^32.
        let more = ((1u64 << 32) / (most.channels * most.inner) + 1).min(u64::from(u32::MAX)) as u32;
        rig.write(&count, 0, &[f32::from_bits(if all { more } else { extent.outer as u32 })]);
        let indirect = of(&counted, &ours);
        for (got, wanted) in shrunk.iter().chain(&indirect).zip(wanted.iter().chain(&wanted)) {
            // What has more channels than these is rows.
            let numbers = wanted.iter().map(|&word| f32::from_bits(word).abs()).filter(|_| most.channels > 5);
            let largest = numbers.fold(0.0, f32::max);
            assert!(got.iter().zip(wanted).all(|(&got, &wanted)| same(got, wanted, largest)), "{what}");
        }
    }
}

#[test]
fn elements_stop_anywhere() {
    let Some(rig) = Rig::webgpu() else { return };
    let lens = [1003, 0, 1, 2, 3, 4, 5, 7, 8, 1000, 1001, 1002, 1003].map(Extent::from);
    for offset in [0, 1, 4, 6] {
        for storage in [Storage::F32, Storage::F16, Storage::Bf16] {
            for (spec, bind) in [
                (Spec::forward(&SILU), MAP),
                (Spec::backward(&GELU), GRADIENT),
                (Spec::backward(&LEAKY_RELU).in_place(), IN_PLACE),
                (Spec::forward(&SWIGLU), GATE),
            ] {
                assert_shrinks(&rig, (spec.storage(storage), bind, offset), 1003.into(), &lens);
            }
        }
        let of = |outer| Extent { outer, channels: 5, inner: 3 };
        let less = [7, 0, 1, 2, 6].map(of);
        assert_shrinks(&rig, (Spec::backward(&PRELU).per_channel(), WEIGHTED, offset), of(7), &less);
    }
}

#[test]
fn rows_stop_behind_any_row() {
    let Some(rig) = Rig::webgpu() else { return };
    for (channels, inner) in [(8, 1), (13, 1), (1001, 1), (6, 5)] {
        for most in [1, 3, 200] {
            let of = |outer| Extent { outer, channels, inner };
            let less = [most, 0, 1, most / 2, most - 1].map(of);
            for (spec, bind) in [
                (Spec::forward(&SOFTMAX), MAP),
                (Spec::backward(&LOG_SOFTMAX), FROM_OUTPUT),
                (Spec::forward(&MAXOUT), MAP),
            ] {
                assert_shrinks(&rig, (spec, bind, 0), of(most), &less);
                assert_shrinks(&rig, (spec, bind, 1), of(most), &less);
            }
        }
    }
}

#[test]
fn windows_stop_too() {
    let small =
        |limits| Limits { max_storage_buffer_binding_size: 5000, max_compute_workgroups_per_dimension: 5, ..limits };
    let Some(rig) = Rig::new(|_| small(Limits::default())) else { return };
    let lens = [10_003, 0, 1, 1023, 1024, 1025, 1247, 1250, 5001, 9_999, 10_002].map(Extent::from);
    for offset in [0, 3] {
        assert_shrinks(&rig, (Spec::forward(&SILU), MAP, offset), 10_003.into(), &lens);
        let halves = Spec::backward(&SILU).storage(Storage::Bf16);
        assert_shrinks(&rig, (halves, GRADIENT, offset), 10_003.into(), &lens);
    }
    let of = |outer| Extent { outer, channels: 100, inner: 1 };
    assert_shrinks(&rig, (Spec::forward(&SOFTMAX), MAP, 0), of(77), &[77, 0, 1, 11, 12, 13, 50].map(of));
}

#[test]
fn what_cannot_stop_says_so() {
    let Some(rig) = Rig::webgpu() else { return };
    let [x, y] = [rig.room(4096), rig.room(4096)];
    let buffers = || Buffers::forward(x.slice(..), y.slice(..));
    let wrong = |result: wgpu_activations::Result<()>, named: &str| {
        let error = result.unwrap_err();
        assert!(matches!(error, Error::Extent { .. }) && error.to_string().contains(named), "{error}");
    };
    let silu = rig.kernels.get(Spec::forward(&SILU)).unwrap();
    let mut bound = silu.bind(buffers(), 100).unwrap();
    wrong(bound.set_len(&rig.queue, 50), "bind_up_to");
    let mut bound = silu.bind_up_to(buffers(), 100).unwrap();
    wrong(bound.set_len(&rig.queue, 101), "no part of");
    wrong(bound.set_len(&rig.queue, Extent { outer: u64::MAX, channels: 2, inner: 1 }), "no part of");
    bound.set_len(&rig.queue, 100).unwrap();
    let of = |outer, channels| Extent { outer, channels, inner: 1 };
    let softmax = rig.kernels.get(Spec::forward(&SOFTMAX)).unwrap();
    let mut bound = softmax.bind_up_to(buffers(), of(8, 16)).unwrap();
    wrong(bound.set_len(&rig.queue, of(16, 8)), "no part of");
    wrong(bound.set_len(&rig.queue, of(9, 16)), "no part of");
    let halves = rig.kernels.get(Spec::forward(&SWIGLU).halves(Halves::Split)).unwrap();
    let both = || Buffers::forward(x.slice(..), y.slice(..));
    let extent = Extent { outer: 4, channels: 2, inner: 8 };
    wrong(halves.bind_up_to(both(), extent).map(drop), "halves");
    wrong(halves.bind_indirect(both(), extent, y.slice(..4)).map(drop), "halves");
    let sum = rig.kernels.get(Spec::param_gradient(&PRELU, "weight").unwrap()).unwrap();
    let kernel = rig.kernels.get(Spec::forward(&SILU)).unwrap();
    let error = kernel.bind_indirect(Buffers::forward(x.slice(..), y.slice(..)), 100, x.slice(4..8)).unwrap_err();
    assert!(matches!(error, Error::Misaligned { role: "the count", .. }), "{error}");
    let uniform = BufferUsages::UNIFORM;
    let descriptor = BufferDescriptor { label: None, size: 16, usage: uniform, mapped_at_creation: false };
    let other = rig.device.create_buffer(&descriptor);
    let error = kernel.bind_indirect(Buffers::forward(x.slice(..), y.slice(..)), 100, other.slice(..)).unwrap_err();
    assert!(matches!(error, Error::MissingUsage { role: "the count", .. }), "{error}");
    let sums = rig.room(1);
    let buffers = Buffers::new().x(x.slice(..)).dy(y.slice(..)).sums(sums.slice(..));
    wrong(sum.bind_up_to(buffers, 100).map(drop), "a sum");
}
