//! What a caller does wrong with rows.

use wgpu_activations::RowFunction;
use wgpu_activations::row::{CAUSAL_SOFTMAX, HARDMAX, MASKED_SOFTMAX, MAXOUT, SCALED_SOFTMAX, SOFTMAX};
use wgpu_activations::{Buffers, Error, Extent, Pass, Spec, reference};

use crate::common::gpu;
use crate::common::kinds::row_of;
use crate::common::rig::Rig;
use crate::common::told::{count, length, no_gradient, told};

#[test]
fn there_are_no_such_kernels() {
    for (spec, wanted) in [
        (Spec::forward(&SOFTMAX).in_place(), "NoKernel"),
        (Spec::backward(&SOFTMAX).in_place(), "NoKernel"),
        (Spec::forward(&SCALED_SOFTMAX).per_channel(), "NoKernel"),
        (Spec::backward(&SOFTMAX).per_channel(), "NoKernel"),
        (Spec::backward(&HARDMAX), "NoGradient"),
    ] {
        let error = format!("{:?}", spec.check().unwrap_err());
        assert!(error.starts_with(wanted), "{spec:?}: {error}");
        assert!(spec.wgsl().is_err(), "{spec:?}");
    }
    assert_eq!(Spec::backward(&SOFTMAX).pass(), Pass::Backward);
}

#[test]
fn wrong_buffers_are_named() {
    let Some(rig) = Rig::webgpu() else { return };
    let [x, y, dy, mask] = [60, 60, 60, 60].map(|len| rig.room(len));
    let small = rig.room(59);
    let [sx, sy, sdy, sm, ss] = [&x, &y, &dy, &mask, &small].map(|buffer| buffer.slice(..));
    let part = |len: u64| mask.slice(..4 * len);
    let tell = |spec: Spec, buffers: Buffers<'_>, extent: [u64; 3]| {
        let [outer, channels, inner] = extent;
        let kernel = rig.kernels.get(spec).unwrap();
        kernel.bind(buffers, Extent { outer, channels, inner }).unwrap_err().to_string()
    };
    let (softmax, masked) = (Spec::forward(&SOFTMAX), Spec::forward(&MASKED_SOFTMAX));
    let (maxout, dmaxout) = (Spec::forward(&MAXOUT), Spec::backward(&MAXOUT));
    let rows = [6, 5, 2];
    for (error, told) in [
        (tell(softmax, Buffers::new().x(sx), rows), &["softmax", "buffers x, y; missing: y"][..]),
        (tell(softmax, Buffers::new().x(sx).mask(sm).y(sy), rows), &["softmax", "buffers x, y; too many: mask"]),
        (tell(softmax, Buffers::forward(sx, sy).weights(sm), rows), &["softmax", "weights"]),
        (tell(masked, Buffers::forward(sx, sy), rows), &["masked_softmax", "buffers x, mask, y; missing: mask"]),
        (
            tell(Spec::backward(&SOFTMAX), Buffers::forward(sx, sy), rows),
            &["buffers y, dy, dx; missing: dy, dx; too many: x"],
        ),
        (tell(dmaxout, Buffers::forward(sx, sy), rows), &["buffers x, dy, dx; missing: dy, dx; too many: y"]),
        (tell(softmax, Buffers::forward(ss, sy), rows), &["x has room for 59", "60"]),
        (tell(softmax, Buffers::forward(sx, ss), rows), &["y has room for 59", "60"]),
        (tell(maxout, Buffers::forward(sx, small.slice(..44)), rows), &["y has room for 11", "12"]),
        (tell(dmaxout, Buffers::new().x(sx).dy(small.slice(..44)).dx(sdy), rows), &["dy has room for 11", "12"]),
        (tell(softmax, Buffers::forward(sx, sx), rows), &["softmax", "x", "y"]),
        (tell(masked, Buffers::new().x(sx).mask(sy).y(sy), rows), &["mask", "y"]),
        (
            tell(masked, Buffers::new().x(sx).mask(part(9)).y(sy), rows),
            &["mask of 9 elements", "[6, 5, 2]", "10 elements"],
        ),
        (tell(masked, Buffers::new().x(sx).mask(part(25)).y(sy), rows), &["mask of 25 elements"]),
        (tell(masked, Buffers::new().x(sx).mask(part(40)).y(sy), rows), &["mask of 40 elements"]),
        (tell(masked, Buffers::new().x(sx).mask(part(1)).y(sy), rows), &["mask of 1 elements"]),
        (tell(maxout, Buffers::forward(sx, sy), [3, 0, 2]), &["maxout", "length 0"]),
        (tell(softmax, Buffers::forward(sx, sy), [1 << 33, 1 << 33, 1]), &["2^64"]),
    ] {
        for part in told {
            assert!(error.contains(part), "{error:?} does not name {part:?}");
        }
    }
    // A mask may be longer than it must be, and a tensor, too.
    let kernel = rig.kernels.get(masked).unwrap();
    let bound =
        kernel.bind(Buffers::new().x(sx).mask(part(20)).y(sy), Extent { outer: 6, channels: 5, inner: 2 }).unwrap();
    assert_eq!(told(bound.set_params(&rig.queue, &[1.0, 2.0])), Err(count("masked_softmax", 1, 2)));
    assert_eq!(told(bound.set_params(&rig.queue, &[])), Err(count("masked_softmax", 1, 0)));
    let error = bound.set_params(&rig.queue, &[f32::INFINITY]).unwrap_err();
    assert!(matches!(error, Error::ParameterRange { name: "scale", .. }), "{error}");
}

#[test]
fn wrong_slices_are_named() {
    let Some(gpu) = gpu() else { return };
    let rows = Extent { outer: 2, channels: 3, inner: 1 };
    let x = [1.0; 6];
    let mask = [0.0; 4];
    let six = [0.0; 6];
    let length = |function, expected, got| length(function, "dy", expected, got);
    let tensors = |function, expected| format!("{function} takes {expected}");
    for (f, x, wanted) in [
        (SOFTMAX.function(), &x[..5], None),
        (SOFTMAX.with([1.0]), &x[..], Some(count("softmax", 0, 1))),
        (CAUSAL_SOFTMAX.with([1.0]), &x[..], Some(count("causal_softmax", 2, 1))),
        (SOFTMAX.function().mask(&six), &x[..], Some(tensors("softmax", "no mask"))),
        (MASKED_SOFTMAX.function(), &x[..], Some(tensors("masked_softmax", "a mask"))),
        (MASKED_SOFTMAX.function().mask(&mask), &x[..], None),
        (MASKED_SOFTMAX.function().mask(&[] as &[f32]), &x[..], None),
    ] {
        let (got, by_reference) = (
            gpu.forward(f.clone().along(rows), x).unwrap_err(),
            reference::forward(f.clone().along(rows), x).unwrap_err(),
        );
        assert_eq!(got, by_reference);
        match wanted {
            Some(wanted) => assert_eq!(got.to_string(), wanted),
            None => assert!(matches!(got, Error::Extent { .. }), "{got}"),
        }
    }
    for (f, x, dy, wanted) in [
        (SOFTMAX.function(), &x[..5], &x[..5], None),
        (SOFTMAX.function(), &x[..], &x[..5], Some(length("softmax", 6, 5))),
        (MAXOUT.function(), &x[..], &x[..], Some(length("maxout", 2, 6))),
        (HARDMAX.function(), &x[..], &x[..], Some(no_gradient("hardmax"))),
        (SOFTMAX.function().mask(&six), &x[..], &x[..], Some(tensors("softmax", "no mask"))),
        (SCALED_SOFTMAX.with([]), &x[..], &x[..], Some(count("scaled_softmax", 1, 0))),
    ] {
        let got = gpu.backward(f.clone().along(rows), x, dy).unwrap_err();
        assert_eq!(got, reference::backward(f.clone().along(rows), x, dy).unwrap_err());
        match wanted {
            Some(wanted) => assert_eq!(got.to_string(), wanted),
            None => assert!(matches!(got, Error::Extent { .. }), "{got}"),
        }
    }
    for (f, k) in [
        (SCALED_SOFTMAX.with([f32::INFINITY]), 0),
        (SCALED_SOFTMAX.with([f32::NAN]), 0),
        (MASKED_SOFTMAX.with([f32::NEG_INFINITY]).mask(&six), 0),
        (CAUSAL_SOFTMAX.with([f32::NAN, 2.0]), 0),
        (CAUSAL_SOFTMAX.with([1.0, 2.5]), 1),
        (CAUSAL_SOFTMAX.with([1.0, -1.0]), 1),
        (CAUSAL_SOFTMAX.with([1.0, 3e7]), 1),
        (CAUSAL_SOFTMAX.with([1.0, f32::NAN]), 1),
    ] {
        let (row, value) = (row_of(&f), f.params()[k]);
        for got in [
            gpu.forward(f.clone().along(rows), &x).map(drop),
            reference::forward(f.clone().along(rows), &x).map(drop),
            gpu.backward(f.clone().along(rows), &x, &x).map(drop),
        ] {
            let Err(Error::ParameterRange { function, name, value: got, range, from_output: false, .. }) = got else {
                panic!("{} of {value}: {got:?}", row.name)
            };
            assert_eq!((function, name, range), (row.name, row.params[k].name, row.params[k].range));
            assert_eq!(got.to_bits(), value.to_bits());
        }
    }
    // Backward a mask is not asked for, and not in the way.
    assert!(gpu.backward(MASKED_SOFTMAX.along(rows), &x, &x).is_ok());
    assert!(gpu.backward(MASKED_SOFTMAX.function().mask(&six).along(rows), &x, &x).is_ok());
    assert!(matches!(SCALED_SOFTMAX.function().set("temperature", 1.0), Err(Error::UnknownParameter { .. })));
    assert!(matches!(RowFunction::find("softmaxx"), Err(Error::UnknownName { .. })));
    assert!(matches!(Extent::groups(&[2, 5], 1, 2), Err(Error::Extent { .. })));
}
