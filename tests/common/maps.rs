//! A function's kernels that map elements, against the reference.

use wgpu_activations::{Buffers, Spec, With, reference};

use super::kinds::activation_of;
use super::rig::{Rig, bits};

/// Runs forward and backward, each to a buffer of its own and in place, and compares with the reference; the dispatches
/// that forward took.
#[track_caller]
pub fn assert_maps(
    rig: &Rig,
    f: &With<'_>,
    x: &[f32],
    dy: &[f32],
    what: &str,
    near: fn(&str, &[f32], &[f64]),
) -> usize {
    let a = activation_of(f);
    let (x_, dy_, y, dx) = (rig.upload(x), rig.upload(dy), rig.room(x.len()), rig.room(x.len()));
    let (xy, dydx) = (rig.upload(x), rig.upload(dy));
    let weights = f.channels().map(|_| rig.upload(f.params()));
    let calls = [
        (Spec::forward(a), Buffers::forward(x_.slice(..), y.slice(..))),
        (Spec::backward(a), Buffers::new().x(x_.slice(..)).dy(dy_.slice(..)).dx(dx.slice(..))),
        (Spec::forward(a).in_place(), Buffers::new().x(xy.slice(..))),
        (Spec::backward(a).in_place(), Buffers::new().x(x_.slice(..)).dy(dydx.slice(..))),
    ];
    let bound = calls.map(|(spec, buffers)| match &weights {
        Some(w) => {
            let kernel = rig.kernels.get(spec.per_channel()).expect("it compiles");
            kernel.bind(buffers.weights(w.slice(..)), f.channels().expect("it has weights")).expect("it binds")
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
