//! Batches of experts whose rows are counted on the GPU: the first ones are what the reference says, others are not touched.

use wgpu_activations::activation::{GELU, SILU};
use wgpu_activations::gate::SWIGLU;
use wgpu_activations::wgpu::Limits;
use wgpu_activations::{Activation, Buffers, Error, Extent, Groups, Halves, Spec};

use crate::common::Noise;
use crate::common::rig::Rig;

fn floats(words: Vec<u32>) -> Vec<f32> {
    words.into_iter().map(f32::from_bits).collect()
}

fn run(rig: &Rig, capacity: usize, row: usize) {
    let counts = [2u32, 0, capacity as u32, 1000, 1];
    let len = counts.len() * capacity * row;
    let [a, b, dy, bias] = [(1, len), (2, len), (3, len), (4, row)].map(|(seed, len)| Noise(seed).vec(len, 3.0));
    let both = Noise(5).vec(2 * len, 3.0);
    let [of_a, of_b, of_dy, of_both, of_bias] = [&a, &b, &dy, &both, &bias].map(|values| rig.upload(values));
    // Behind another number.
    let of_counts = rig.upload(bytemuck::cast_slice(&[&[9u32][..], &counts].concat()));
    let extent = Extent::along(&[counts.len(), capacity, row], -1).unwrap();
    let of_halves = Extent::along(&[counts.len(), capacity, 2 * row], -1).unwrap();
    let f = |f: &Activation, x: f32| (f.value)(f64::from(x), &[]);
    let slope = |x: f32| (SILU.dx)(f64::from(x), &[]);
    let wide = |x: f32| f64::from(x);
    let takes_part = |i: usize| {
        let r = i / row;
        (r % capacity) < counts[r / capacity] as usize
    };
    let check = |what: &str, got: Vec<f32>, before: &dyn Fn(usize) -> f32, wanted: &dyn Fn(usize) -> f64| {
        for (i, got) in got.into_iter().enumerate() {
            if takes_part(i) {
                let wanted = wanted(i);
                assert!(
                    (wide(got) - wanted).abs() <= 3e-6 * (wanted.abs() + 1.0),
                    "{what}: {i} is {got}, not {wanted}"
                );
            } else {
                assert_eq!(got.to_bits(), before(i).to_bits(), "{what}: {i} takes no part");
            }
        }
    };
    let go = |spec: Spec, buffers: Buffers<'_>, extent: Extent| {
        let spec = spec.experts(counts.len() as u32);
        let kernel = rig.kernels.get(spec).unwrap_or_else(|e| panic!("{spec}: {e}"));
        let buffers = buffers.counts(of_counts.slice(4..));
        rig.run(&[&kernel.bind(buffers, extent).unwrap_or_else(|e| panic!("{spec}: {e}"))]);
        spec.to_string()
    };
    let room = || rig.upload(&vec![7.0; len]);
    let y = room();
    let what =
        go(Spec::forward(&GELU).bias(), Buffers::forward(of_a.slice(..), y.slice(..)).bias(of_bias.slice(..)), extent);
    check(&what, floats(rig.words(&y)), &|_| 7.0, &|i| f(&GELU, a[i] + bias[i % row]));
    let x = rig.upload(&a);
    let what = go(Spec::forward(&SILU).in_place(), Buffers::new().x(x.slice(..)), extent);
    check(&what, floats(rig.words(&x)), &|i| a[i], &|i| f(&SILU, a[i]));
    let [da, db] = [room(), room()];
    let gate = Buffers::new().a(of_a.slice(..)).b(of_b.slice(..)).dy(of_dy.slice(..));
    let what = go(Spec::backward(&SWIGLU), gate.da(da.slice(..)).db(db.slice(..)), extent);
    check(&what, floats(rig.words(&da)), &|_| 7.0, &|i| wide(dy[i]) * slope(a[i]) * wide(b[i]));
    check(&what, floats(rig.words(&db)), &|_| 7.0, &|i| wide(dy[i]) * f(&SILU, a[i]));
    for halves in [Halves::Split, Halves::Interleaved] {
        let place = |i: usize| {
            let (r, c) = (i / row * 2 * row, i % row);
            if halves == Halves::Split { [r + c, r + row + c] } else { [r + 2 * c, r + 2 * c + 1] }
        };
        let y = room();
        let buffers = Buffers::forward(of_both.slice(..), y.slice(..));
        let what = go(Spec::forward(&SWIGLU).halves(halves), buffers, of_halves);
        check(&what, floats(rig.words(&y)), &|_| 7.0, &|i| f(&SILU, both[place(i)[0]]) * wide(both[place(i)[1]]));
    }
}

#[test]
fn counted_rows_take_part_and_others_do_not() {
    let Some(rig) = Rig::webgpu() else { return };
    run(&rig, 4, 64);
    run(&rig, 3, 36);
    let small = |limits: Limits| Limits { max_storage_buffer_binding_size: 4096, ..limits };
    let Some(rig) = Rig::new(small) else { return };
    run(&rig, 7, 96);
}

#[test]
fn what_cannot_be_counted_is_named() {
    let Some(rig) = Rig::webgpu() else { return };
    let [x, y] = [rig.room(256), rig.room(256)];
    let counts = rig.room(2);
    let spec = Spec::forward(&GELU).experts(3);
    let buffers = Buffers::forward(x.slice(..), y.slice(..)).counts(counts.slice(..));
    let bind = |buffers: Buffers<'_>, shape: &[usize]| {
        let extent = Extent::along(shape, -1).unwrap();
        rig.kernels.get(spec).unwrap().bind(buffers, extent).map(drop).unwrap_err().to_string()
    };
    assert!(bind(buffers, &[3, 2, 8]).contains("counts"), "of three experts two have one");
    let enough = rig.room(3);
    let buffers = buffers.counts(enough.slice(..));
    assert!(bind(buffers, &[4, 8]).contains("4 rows are not as many for each of 3 experts"));
    assert!(bind(buffers, &[3, 6]).contains("multiple of 4"));
    for (spec, word) in [
        (Spec::forward(&GELU).quantized(Groups::Rows).experts(2), "another kernel"),
        (Spec::both(&GELU).experts(2), "values and gradients"),
        (Spec::forward(&wgpu_activations::row::SOFTMAX).experts(2), "values and gradients"),
    ] {
        let Err(Error::NoKernel { reason, .. }) = spec.check() else { panic!("{spec}: {:?}", spec.check()) };
        assert!(reason.contains(word), "{spec}: {reason}");
    }
    assert_eq!("gelu forward experts:3".parse::<Spec>().unwrap(), spec);
}
