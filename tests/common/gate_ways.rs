//! All ways to run a gate, each between canaries and beside the reference.

use wgpu_activations::gate::{CRELU, Gated};
use wgpu_activations::{Bound, Buffers, Extent, Halves, Spec, reference};

use super::cage::Cage;
use super::rig::{Rig, assert_close, bits};

fn bind(rig: &Rig, spec: Spec, gate: Option<&Gated>, buffers: Buffers<'_>, extent: Extent) -> Bound {
    let bound = rig.kernels.get(spec).expect("it compiles").bind(buffers, extent).expect("it binds");
    bound.set_params(&rig.queue, gate.map_or(&[], |g| g.params())).expect("they fit");
    bound
}

/// Two tensors, forward and backward, apart and in place; how many dispatches forward and backward took.
pub fn two_tensors(rig: &Rig, gate: &Gated, a: &[f32], b: &[f32], dy: &[f32], what: &str) -> [usize; 2] {
    let g = gate.gate();
    let [ca, cb, cdy, ya, yb, ga, gb] = [a, b, dy, a, b, a, b].map(|v| Cage::new(rig, v));
    let [y, da, db] = [(); 3].map(|()| Cage::room(rig, a.len()));
    let (sa, sb, sdy) = (ca.slice(), cb.slice(), cdy.slice());
    let (forward, backward) = (Spec::forward(g), Spec::backward(g));
    let bound = [
        (forward, Buffers::gate(sa, sb, y.slice())),
        (backward, Buffers::gate_backward(sa, sb, sdy, da.slice(), db.slice())),
        (forward.in_place(), Buffers::gate_in_place(ya.slice(), yb.slice())),
        (backward.in_place(), Buffers::gate_backward_in_place(ga.slice(), gb.slice(), sdy)),
    ]
    .map(|(spec, buffers)| bind(rig, spec, Some(gate), buffers, a.len().into()));
    rig.run(&bound.each_ref());
    let what = format!("{} of {} elements, {what}", g.name, a.len());
    let [y, da, db, in_place, da_in_place, db_in_place] =
        [&y, &da, &db, &yb, &ga, &gb].map(|cage| cage.open(rig, &what));
    let (ref_da, ref_db) = reference::gate_backward(gate, a, b, dy).unwrap();
    assert_close(&format!("y of {what}"), &y, &reference::gate_forward(gate, a, b).unwrap());
    assert_close(&format!("da of {what}"), &da, &ref_da);
    assert_close(&format!("db of {what}"), &db, &ref_db);
    assert_eq!(bits(&in_place), bits(&y), "y in place of {what}");
    assert_eq!(bits(&da_in_place), bits(&da), "da in place of {what}");
    assert_eq!(bits(&db_in_place), bits(&db), "db in place of {what}");
    for (cage, values) in [(&ca, a), (&cb, b), (&cdy, dy), (&ya, a)] {
        assert_eq!(bits(&cage.open(rig, &what)), bits(values), "an input of {what}");
    }
    [bound[0].dispatches(), bound[1].dispatches()]
}

/// The halves of one tensor, forward and backward.
pub fn halves(
    rig: &Rig,
    gate: &Gated,
    x: &[f32],
    dy: &[f32],
    extent: Extent,
    halves: Halves,
    what: &str,
) -> [usize; 2] {
    let g = gate.gate();
    let [cx, cdy] = [x, dy].map(|v| Cage::new(rig, v));
    let (y, dx) = (Cage::room(rig, x.len() / 2), Cage::room(rig, x.len()));
    let bound = [
        (Spec::forward(g), Buffers::unary(cx.slice(), y.slice())),
        (Spec::backward(g), Buffers::binary(cx.slice(), cdy.slice(), dx.slice())),
    ]
    .map(|(spec, buffers)| bind(rig, spec.halves(halves), Some(gate), buffers, extent));
    rig.run(&bound.each_ref());
    let what = format!("{} {extent:?} {halves:?}, {what}", g.name);
    let value = reference::halves_forward(gate, x, extent, halves).unwrap();
    assert_close(&format!("y of {what}"), &y.open(rig, &what), &value);
    let slope = reference::halves_backward(gate, x, dy, extent, halves).unwrap();
    assert_close(&format!("dx of {what}"), &dx.open(rig, &what), &slope);
    assert_eq!(bits(&cx.open(rig, &what)), bits(x), "x of {what}");
    [bound[0].dispatches(), bound[1].dispatches()]
}

/// CReLU, forward and backward.
pub fn crelu(rig: &Rig, x: &[f32], dy: &[f32], extent: Extent, what: &str) -> [usize; 2] {
    let [cx, cdy] = [x, dy].map(|v| Cage::new(rig, v));
    let (y, dx) = (Cage::room(rig, dy.len()), Cage::room(rig, x.len()));
    let bound = [
        (Spec::forward(&CRELU), Buffers::unary(cx.slice(), y.slice())),
        (Spec::backward(&CRELU), Buffers::binary(cx.slice(), cdy.slice(), dx.slice())),
    ]
    .map(|(spec, buffers)| bind(rig, spec, None, buffers, extent));
    rig.run(&bound.each_ref());
    let what = format!("crelu {extent:?}, {what}");
    assert_close(&format!("y of {what}"), &y.open(rig, &what), &reference::crelu(x, extent).unwrap());
    let slope = reference::crelu_backward(x, dy, extent).unwrap();
    assert_close(&format!("dx of {what}"), &dx.open(rig, &what), &slope);
    [bound[0].dispatches(), bound[1].dispatches()]
}
