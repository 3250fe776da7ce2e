//! What a caller does wrong with gates.

use wgpu_activations::activation::RELU;
use wgpu_activations::gate::{CRELU, SWIGLU, SWIGLU_OAI};
use wgpu_activations::{Buffers, Error, Extent, Halves, Spec};

use crate::common::gpu;
use crate::common::rig::Rig;
use crate::common::told::{count, length, told};

#[test]
fn there_are_no_such_kernels() {
    let gate = Spec::forward(&SWIGLU);
    for spec in [
        gate.halves(Halves::Split).in_place(),
        Spec::backward(&SWIGLU).halves(Halves::Interleaved).in_place(),
        Spec::forward(&RELU).halves(Halves::Split),
        Spec::forward(&CRELU).halves(Halves::Split),
        Spec::forward(&CRELU).in_place(),
    ] {
        assert!(matches!(spec.check(), Err(Error::NoKernel { .. })), "{spec:?}");
        assert!(spec.wgsl().is_err(), "{spec:?}");
    }
    for spec in [gate.per_channel(), Spec::backward(&CRELU).per_channel()] {
        assert!(matches!(spec.check(), Err(Error::NoKernel { .. })), "{spec:?}");
    }
}

#[test]
fn wrong_buffers_are_named() {
    let Some(rig) = Rig::webgpu() else { return };
    let [a, b, dy, da] = [(); 4].map(|()| rig.room(64));
    let small = rig.room(63);
    let [sa, sb, sdy, sda, ss] = [&a, &b, &dy, &da, &small].map(|buffer| buffer.slice(..));
    let tell = |spec: Spec, buffers: Buffers<'_>, extent: Extent| {
        rig.kernels.get(spec).unwrap().bind(buffers, extent).unwrap_err().to_string()
    };
    let (forward, backward) = (Spec::forward(&SWIGLU), Spec::backward(&SWIGLU));
    let split = forward.halves(Halves::Split);
    let line = |channels| Extent { outer: 1, channels, inner: 1 };
    for (error, told) in [
        (tell(forward, Buffers::forward(sa, sda), 64.into()), &["a, b, y; missing: a, b; too many: x"][..]),
        (
            tell(backward, Buffers::new().a(sa).b(sb).y(sda), 64.into()),
            &["a, b, dy, da, db; missing: dy, da, db; too many: y"],
        ),
        (tell(forward.in_place(), Buffers::new().a(sa).b(sb).y(sda), 64.into()), &["a, b; too many: y"]),
        (tell(backward.in_place(), Buffers::new().a(sa).b(sb), 64.into()), &["a, b, dy; missing: dy"]),
        (tell(forward, Buffers::new().a(sa).b(ss).y(sda), 64.into()), &["b", "63", "64"]),
        (tell(backward, Buffers::new().a(sa).b(sb).dy(sdy).da(sda).db(ss), 64.into()), &["db", "63", "64"]),
        (tell(forward, Buffers::new().a(sa).b(sb).y(sb), 64.into()), &["y would be written", "b", "0..256"]),
        (tell(backward, Buffers::new().a(sa).b(sb).dy(sdy).da(sda).db(sda), 64.into()), &["da", "db"]),
        (tell(backward.in_place(), Buffers::new().a(sa).b(sa).dy(sdy), 64.into()), &["a", "b"]),
        (tell(forward.in_place(), Buffers::new().a(sa).b(sa), 64.into()), &["a", "b"]),
        (tell(split, Buffers::new().a(sa).b(sb).y(sda), line(64)), &["x, y; missing: x; too many: a, b"]),
        (tell(split, Buffers::forward(sa, sda), line(63)), &["63", "[1, 63, 1]", "even"]),
        (tell(split, Buffers::forward(sa, sda), line(66)), &["x", "64", "66"]),
        (tell(split, Buffers::forward(sa, da.slice(..124)), line(64)), &["y", "31", "32"]),
        (tell(Spec::forward(&CRELU), Buffers::forward(sa, sda), line(64)), &["y", "64", "128"]),
        (tell(Spec::forward(&CRELU), Buffers::forward(sa, sda), line(u64::MAX)), &["x"]),
    ] {
        for part in told {
            assert!(error.contains(part), "{error:?} does not name {part:?}");
        }
    }
}

#[test]
fn wrong_slices_are_named() {
    let Some(gpu) = gpu() else { return };
    let length = |role, expected, got| length("swiglu", role, expected, got);
    assert_eq!(told(gpu.forward(&SWIGLU, (&[1.0; 3], &[1.0; 4]))), Err(length("b", 3, 4)));
    assert_eq!(told(gpu.backward(&SWIGLU, (&[1.0; 3], &[1.0; 3]), &[1.0; 2])), Err(length("dy", 3, 2)));
    let one = Extent { outer: 1, channels: 1, inner: 3 };
    assert!(matches!(gpu.forward(SWIGLU.halves(one, Halves::Split), &[1.0; 3]), Err(Error::Extent { .. })));
    assert!(matches!(gpu.forward(SWIGLU.halves(one, Halves::Split), &[1.0; 4]), Err(Error::Extent { .. })));
    let two = Extent { outer: 1, channels: 2, inner: 3 };
    assert_eq!(told(gpu.backward(SWIGLU.halves(two, Halves::Split), &[1.0; 6], &[1.0; 6])), Err(length("dy", 3, 6)));
    assert!(matches!(gpu.forward(CRELU.along(two), &[1.0; 4]), Err(Error::Extent { .. })));
    assert!(matches!(gpu.backward(CRELU.along(two), &[1.0; 6], &[1.0; 6]), Err(Error::Length { .. })));
    assert_eq!(told(gpu.forward(SWIGLU_OAI.with(1.0), (&[1.0], &[1.0]))), Err(count("swiglu_oai", 3, 1)));
}
