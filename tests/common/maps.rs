//! A function's kernels that map elements, against the reference.

use wgpu_activations::{Buffers, Function, Spec, reference};

use super::rig::{Rig, bits};

/// Runs forward and backward, each to a buffer of its own and in place, and compares with the reference; the dispatches
/// that forward took.
#[track_caller]
pub fn assert_maps(
    rig: &Rig,
    f: &Function<'_>,
    x: &[f32],
    dy: &[f32],
    what: &str,
    near: fn(&str, &[f32], &[f64]),
) -> usize {
    let a = f.activation();
    let (x_, dy_, y, dx) = (rig.upload(x), rig.upload(dy), rig.room(x.len()), rig.room(x.len()));
    let (xy, dydx) = (rig.upload(x), rig.upload(dy));
    let weights = f.extent().map(|_| rig.upload(f.params()));
    let calls = [
        (Spec::forward(a), Buffers::unary(x_.slice(..), y.slice(..))),
        (Spec::backward(a), Buffers::binary(x_.slice(..), dy_.slice(..), dx.slice(..))),
        (Spec::forward(a).in_place(), Buffers::unary_in_place(xy.slice(..))),
        (Spec::backward(a).in_place(), Buffers::binary_in_place(x_.slice(..), dydx.slice(..))),
    ];
    let bound = calls.map(|(spec, buffers)| match &weights {
        Some(w) => {
            let kernel = rig.kernels.get(spec.per_channel()).expect("it compiles");
            kernel.bind(buffers.weights(w.slice(..)), f.extent().expect("it has weights")).expect("it binds")
        }
        None => rig.kernels.get(spec).expect("it compiles").bind(buffers, x.len()).expect("it binds"),
    });
    rig.run(&bound.each_ref());
    let [y, dx, xy, dydx] = [y, dx, xy, dydx].map(|buffer| rig.download(&buffer));
    near(&format!("forward {what}"), &y, &reference::forward(f, x).expect("it fits"));
    near(&format!("backward {what}"), &dx, &reference::backward(f, x, dy).expect("it fits"));
    assert_eq!(bits(&xy), bits(&y), "forward in place {what}");
    assert_eq!(bits(&dydx), bits(&dx), "backward in place {what}");
    bound[0].dispatches()
}
