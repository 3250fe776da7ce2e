//! All ways to run a gate, each between canaries and beside the reference.

use wgpu_activations::gate::CRELU;
use wgpu_activations::{Bound, Buffers, Extent, Halves, Spec, With, reference};

use super::cage::Cage;
use super::kinds::gate_of;
use super::rig::{Rig, assert_close, bits};

fn bind(rig: &Rig, spec: Spec, gate: Option<&With<'_>>, buffers: Buffers<'_>, extent: Extent) -> Bound {
    let bound = rig.kernels.get(spec).expect("it compiles").bind(buffers, extent).expect("it binds");
    bound.set_params(&rig.queue, gate.map_or(&[], |g| g.params())).expect("they fit");
    bound
}

/// Two tensors, forward and backward, apart and in place; how many dispatches forward and backward took.
pub fn two_tensors(rig: &Rig, gate: &With<'_>, a: &[f32], b: &[f32], dy: &[f32], what: &str) -> [usize; 2] {
    let g = gate_of(gate);
    let [ca, cb, cdy, ya, yb, ga, gb] = [a, b, dy, a, b, a, b].map(|v| Cage::new(rig, v));
    let [y, da, db] = [(); 3].map(|()| Cage::room(rig, a.len()));
    let (sa, sb, sdy) = (ca.slice(), cb.slice(), cdy.slice());
    let (forward, backward) = (Spec::forward(g), Spec::backward(g));
    let bound = [
        (forward, Buffers::new().a(sa).b(sb).y(y.slice())),
        (backward, Buffers::new().a(sa).b(sb).dy(sdy).da(da.slice()).db(db.slice())),
        (forward.in_place(), Buffers::new().a(ya.slice()).b(yb.slice())),
        (backward.in_place(), Buffers::new().a(ga.slice()).b(gb.slice()).dy(sdy)),
    ]
    .map(|(spec, buffers)| bind(rig, spec, Some(gate), buffers, a.len().into()));
    rig.run(&bound.each_ref());
    let what = format!("{} of {} elements, {what}", g.name, a.len());
    let [y, da, db, in_place, da_in_place, db_in_place] =
        [&y, &da, &db, &yb, &ga, &gb].map(|cage| cage.open(rig, &what));
    let (ref_da, ref_db) = reference::backward(gate, (a, b), dy).unwrap();
    assert_close(&format!("y of {what}"), &y, &reference::forward(gate, (a, b)).unwrap());
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
    gate: &With<'_>,
    x: &[f32],
    dy: &[f32],
    extent: Extent,
    halves: Halves,
    what: &str,
) -> [usize; 2] {
    let g = gate_of(gate);
    let [cx, cdy] = [x, dy].map(|v| Cage::new(rig, v));
    let (y, dx) = (Cage::room(rig, x.len() / 2), Cage::room(rig, x.len()));
    let bound = [
        (Spec::forward(g), Buffers::forward(cx.slice(), y.slice())),
        (Spec::backward(g), Buffers::new().x(cx.slice()).dy(cdy.slice()).dx(dx.slice())),
    ]
    .map(|(spec, buffers)| bind(rig, spec.halves(halves), Some(gate), buffers, extent));
    rig.run(&bound.each_ref());
    let what = format!("{} {extent:?} {halves:?}, {what}", g.name);
    let value = reference::forward(gate.clone().halves(extent, halves), x).unwrap();
    assert_close(&format!("y of {what}"), &y.open(rig, &what), &value);
    let slope = reference::backward(gate.clone().halves(extent, halves), x, dy).unwrap();
    assert_close(&format!("dx of {what}"), &dx.open(rig, &what), &slope);
    assert_eq!(bits(&cx.open(rig, &what)), bits(x), "x of {what}");
    [bound[0].dispatches(), bound[1].dispatches()]
}

/// CReLU, forward and backward.
pub fn crelu(rig: &Rig, x: &[f32], dy: &[f32], extent: Extent, what: &str) -> [usize; 2] {
    let [cx, cdy] = [x, dy].map(|v| Cage::new(rig, v));
    let (y, dx) = (Cage::room(rig, dy.len()), Cage::room(rig, x.len()));
    let bound = [
        (Spec::forward(&CRELU), Buffers::forward(cx.slice(), y.slice())),
        (Spec::backward(&CRELU), Buffers::new().x(cx.slice()).dy(cdy.slice()).dx(dx.slice())),
    ]
    .map(|(spec, buffers)| bind(rig, spec, None, buffers, extent));
    rig.run(&bound.each_ref());
    let what = format!("crelu {extent:?}, {what}");
    assert_close(&format!("y of {what}"), &y.open(rig, &what), &reference::forward(CRELU.along(extent), x).unwrap());
    let slope = reference::backward(CRELU.along(extent), x, dy).unwrap();
    assert_close(&format!("dx of {what}"), &dx.open(rig, &what), &slope);
    [bound[0].dispatches(), bound[1].dispatches()]
}
