//! What stands around a function in its kernel, over the whole catalogue: bias, scale and residual beside elements and gates.

mod case;
mod scales;

use wgpu_activations::activation::{self, LEAKY_RELU, RELU, SILU};
use wgpu_activations::gate::{CRELU, REGLU, SWIGLU, SWIGLU_OAI};
use wgpu_activations::row::SOFTMAX;
use wgpu_activations::wgpu::Buffer;
use wgpu_activations::{Buffers, Error, Extent, Halves, Op, Scale, Spec, Storage};

use crate::common::Noise;
use crate::common::rig::Rig;
use case::{Case, download, from, ulp, upload};

const EXTENTS: [Extent; 4] = [
    Extent { outer: 9, channels: 5, inner: 1 },
    Extent { outer: 5, channels: 8, inner: 1 },
    Extent { outer: 2, channels: 3, inner: 5 },
    Extent { outer: 1, channels: 2, inner: 12 },
];

/// What channels are summed up of: few and many, short and long ones, and one.
const SUMMED: [(u64, u64, u64); 9] = [
    (300, 8, 1),
    (7, 300, 1),
    (3, 5, 4),
    (2, 6, 300),
    (5, 3, 7),
    (1000, 1, 1),
    (1, 1, 1003),
    (9, 1, 5),
    (70_000, 4, 1),
];

/// Every case of a function with these neighbours.
fn check_all(rig: &Rig, of: Op, storages: &[Storage], with: impl Fn(Spec) -> Spec) {
    let plain = [Spec::forward(of), Spec::backward(of)];
    let halves = [Halves::Split, Halves::Interleaved].map(|halves| plain.map(|spec| spec.halves(halves)));
    let specs = plain.into_iter().chain(halves.into_iter().flatten()).map(with);
    for spec in specs.filter(|spec| spec.check().is_ok()) {
        for &storage in storages {
            for (k, extent) in EXTENTS.into_iter().enumerate() {
                let before = [0, 4, 3][k % 3];
                let spec = spec.storage(storage);
                Case { of, spec, text: spec.to_string(), extent, storage, before }.check(rig);
            }
        }
    }
}

#[test]
fn every_function_has_neighbours() {
    let Some(rig) = Rig::webgpu() else { return };
    for of in Op::all() {
        check_all(&rig, of, &[Storage::F32], |spec| spec.bias().scale(Scale::Rows));
    }
}

#[test]
fn neighbours_stand_in_any_company() {
    let Some(rig) = Rig::webgpu() else { return };
    for of in [Op::from(&SILU), Op::from(&SWIGLU), Op::from(&RELU)] {
        let all = &Storage::ALL;
        check_all(&rig, of, all, Spec::bias);
        check_all(&rig, of, all, |spec| spec.scale(Scale::Tensor));
        check_all(&rig, of, all, |spec| spec.bias().accumulate());
        check_all(&rig, of, all, |spec| spec.scale(Scale::Rows).bias());
        check_all(&rig, of, all, Spec::residual);
        check_all(&rig, of, all, |spec| spec.bias().scale(Scale::Rows).residual());
    }
}

#[test]
fn a_bias_has_its_gradient_in_the_same_pass() {
    let Some(rig) = Rig::webgpu() else { return };
    for of in [Op::from(&SILU), Op::from(&RELU), Op::from(&LEAKY_RELU)] {
        let spec = Spec::backward(of).bias().bias_gradient();
        for spec in [spec, spec.accumulate(), spec.scale(Scale::Rows)] {
            for &storage in &Storage::ALL {
                for (k, (outer, channels, inner)) in SUMMED.into_iter().enumerate() {
                    // Large ones once.
                    if outer > 1000 && storage == Storage::Bf16 {
                        continue;
                    }
                    let (spec, before) = (spec.storage(storage), [0, 4, 3][k % 3]);
                    let extent = Extent { outer, channels, inner };
                    let case = Case { of, spec, text: spec.to_string(), extent, storage, before };
                    case.check(&rig);
                    case.check_sums(&rig);
                }
            }
        }
    }
}

#[test]
fn both_biases_of_a_gate_have_theirs() {
    let Some(rig) = Rig::webgpu() else { return };
    for of in [Op::from(&SWIGLU), Op::from(&REGLU), Op::from(&SWIGLU_OAI)] {
        let plain = Spec::backward(of).bias().bias_gradient();
        let halves = Halves::ALL.map(|halves| plain.halves(halves));
        let others = [plain, plain.in_place(), plain.accumulate(), plain.scale(Scale::Rows), halves[0].accumulate()];
        for (s, spec) in others.into_iter().chain(halves).enumerate() {
            for (k, (outer, channels, inner)) in SUMMED.into_iter().enumerate() {
                // Large ones once, and each storage where its turn comes.
                if outer > 1000 && s > 5 {
                    continue;
                }
                let (storage, before) = (Storage::ALL[(s + k) % 3], [0, 4, 3][k % 3]);
                let spec = spec.storage(storage);
                let extent = Extent { outer, channels, inner };
                let case = Case { of, spec, text: spec.to_string(), extent, storage, before };
                case.check(&rig);
                case.check_sums(&rig);
            }
        }
    }
}

/// Of rows of whatever shape, alone and with the biases', in the pass that gives the others; the same bits in every run.
#[test]
fn scales_of_rows_have_their_gradients() {
    let Some(rig) = Rig::webgpu() else { return };
    for of in [Op::from(&SILU), Op::from(&LEAKY_RELU), Op::from(&SWIGLU), Op::from(&SWIGLU_OAI)] {
        let plain = Spec::backward(of).scale(Scale::Rows).scale_gradient();
        let whole = plain.bias().bias_gradient();
        let both = [plain, whole];
        let forms = [|spec: Spec| spec, Spec::in_place, Spec::accumulate];
        let specs = both.into_iter().flat_map(|spec| forms.map(|form| form(spec)));
        let halves = both.into_iter().flat_map(|spec| Halves::ALL.map(|halves| spec.halves(halves)));
        let few = if of.name() == "swiglu_oai" { 5 } else { usize::MAX };
        let specs = halves.chain(specs).chain([plain.bias()]).filter(|spec| spec.check().is_ok()).take(few);
        for (s, spec) in specs.enumerate() {
            for (k, (outer, channels, inner)) in SUMMED.into_iter().chain([(13, 1100, 1), (9, 2, 520)]).enumerate() {
                // Large ones once, and of most specs every third.
                if s > 0 && outer > 1000 || s > 2 && (s + k) % 3 > 0 {
                    continue;
                }
                let (storage, before) = (Storage::ALL[(s + k / 3) % 3], [0, 4, 3][k % 3]);
                let spec = spec.storage(storage);
                let extent = Extent { outer, channels, inner };
                let case = Case { of, spec, text: spec.to_string(), extent, storage, before };
                case.check(&rig);
                case.check_sums(&rig);
            }
        }
    }
}

/// As the two kernels that give one each: a compiler may fuse a product and a sum in one of them alone.
#[test]
fn value_and_gradient_come_in_one_dispatch() {
    let Some(rig) = Rig::webgpu() else { return };
    let (len, extent) = (1003, Extent { outer: 17, channels: 59, inner: 1 });
    for (k, &a) in activation::ALL.iter().enumerate() {
        let storage = Storage::ALL[k % 3];
        let mut noise = Noise(k as u32);
        let [x, dy] = [(); 2].map(|()| upload(&rig, &noise.vec(len, 4.0), storage, 0));
        let few = [59, 17].map(|count| upload(&rig, &noise.vec(count, 1.0), Storage::F32, 0));
        let bias = upload(&rig, &noise.vec(59, 1.0), storage, 0);
        let run = |spec: Spec, dy: &Buffer, value: bool, gradient: bool| {
            let [y, dx] = [(); 2].map(|()| upload(&rig, &vec![7.0; len], storage, 0));
            let mut buffers = Buffers::new().x(from(&x, 0));
            buffers = if value { buffers.y(from(&y, 0)) } else { buffers };
            buffers = if gradient { buffers.dy(from(dy, 0)) } else { buffers };
            let text = spec.to_string();
            let in_place = text.contains("in_place");
            buffers = if gradient && !in_place { buffers.dx(from(&dx, 0)) } else { buffers };
            let around = text.contains("bias");
            buffers = if around { buffers.bias(from(&bias, 0)).scale(from(&few[1], 0)) } else { buffers };
            rig.run(&[&rig.kernels.get(spec).unwrap().bind(buffers, extent).unwrap()]);
            let read = |buffer: &Buffer| download(&rig, buffer, storage, 0, len);
            [read(&y), read(if in_place { dy } else { &dx })]
        };
        for around in [false, true] {
            let with = |spec: Spec| {
                let spec = spec.storage(storage);
                if around { spec.bias().scale(Scale::Rows) } else { spec }
            };
            let [y, _] = run(with(Spec::forward(a)), &dy, true, false);
            let [_, dx] = run(with(Spec::backward(a)), &dy, false, true);
            let both = run(with(Spec::both(a)), &dy, true, true);
            let own = upload(&rig, &download(&rig, &dy, storage, 0, len), storage, 0);
            let in_place = run(with(Spec::both(a).in_place()), &own, true, true);
            for (what, got, wanted) in
                [("y", &both[0], &y), ("dx", &both[1], &dx), ("y", &in_place[0], &y), ("dx", &in_place[1], &dx)]
            {
                for (i, (&got, &wanted)) in got.iter().zip(wanted).enumerate() {
                    let near = (got - wanted).abs() <= 2.0 * ulp(wanted.into(), storage) as f32;
                    let same = got == wanted || got.is_nan() && wanted.is_nan();
                    assert!(same || near, "{what} of {} {storage}, {around}: {got}, not {wanted} at {i}", a.name);
                }
            }
        }
    }
}

#[test]
fn wrong_neighbours_are_named() {
    let Some(rig) = Rig::webgpu() else { return };
    let refused = |spec: Spec| match spec.check() {
        Err(Error::NoKernel { reason, .. }) => reason,
        other => panic!("{spec}: {other:?}"),
    };
    for (spec, named) in [
        (Spec::forward(&SOFTMAX).bias(), "elements"),
        (Spec::forward(&CRELU).scale(Scale::Tensor), "elements"),
        (Spec::backward_from_output(&RELU).bias(), "from x"),
        (Spec::backward(&SILU).residual(), "dy as it is"),
        (Spec::backward(&SILU).bias_gradient(), "has a bias"),
        (Spec::forward(&SILU).bias().bias_gradient(), "backward"),
        (Spec::both(&SILU).bias().bias_gradient(), "dx alone"),
    ] {
        assert!(refused(spec).contains(named), "{spec}: {}", refused(spec));
    }
    let tensors = [8, 8, 8, 3, 1].map(|len| rig.room(len));
    let [x, y, r, few, one] = tensors.each_ref().map(|buffer| buffer.slice(..));
    let extent = Extent { outer: 2, channels: 4, inner: 1 };
    let bind = |spec, buffers| rig.kernels.get(spec).unwrap().bind(buffers, extent).unwrap_err();
    let plain = Buffers::forward(x, y);
    for (spec, buffers, role, expected) in [
        (Spec::forward(&SILU).bias(), plain.bias(few), "bias", 4),
        (Spec::forward(&SILU).scale(Scale::Rows), plain.scale(one), "scale", 2),
        (Spec::forward(&SILU).residual(), plain.residual(few), "residual", 8),
        (Spec::forward(&SWIGLU).bias(), Buffers::new().a(x).b(r).y(y).bias(few), "bias", 8),
    ] {
        let error = bind(spec, buffers);
        assert!(
            matches!(error, Error::Length { role: of, expected: len, .. } if of == role && len == expected),
            "{error}"
        );
    }
    let missing = bind(Spec::forward(&SILU).bias(), plain).to_string();
    assert!(missing.contains("missing: bias"), "{missing}");
    let surplus = bind(Spec::forward(&SILU), plain.residual(r)).to_string();
    assert!(surplus.contains("too many: residual"), "{surplus}");
    let overlap = bind(Spec::forward(&SILU).residual(), plain.residual(y));
    assert!(matches!(overlap, Error::Overlap { .. }), "{overlap}");
}
