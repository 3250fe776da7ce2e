//! The reference of functions of two values, and of CReLU.

use crate::function::{Doubling, Gate, Output, With};
use crate::tensor::place;

/// y of a and b; with dy, da and db.
pub(super) fn pairs(f: &With<'_>, gate: &Gate, (a, b): (&[f32], &[f32]), dy: Option<&[f32]>) -> [Vec<f64>; 2] {
    let of = |output| outputs(f, gate, output, a.iter().copied().zip(b.iter().copied()), dy);
    match dy {
        None => [of(Output::Y), Vec::new()],
        Some(_) => [of(Output::Da), of(Output::Db)],
    }
}

/// y of the halves of x; with dy, dx.
pub(super) fn halves(f: &With<'_>, gate: &Gate, block: u64, x: &[f32], dy: Option<&[f32]>) -> Vec<f64> {
    let swapped = f.order().is_some_and(|halves| halves.swaps(gate.value_first));
    let pairs = || halves_of(x, block).map(|(p, q)| if swapped { (q, p) } else { (p, q) });
    let of = |output| outputs(f, gate, output, pairs(), dy);
    match dy {
        None => of(Output::Y),
        Some(_) if swapped => merged(&of(Output::Db), &of(Output::Da), block),
        Some(_) => merged(&of(Output::Da), &of(Output::Db), block),
    }
}

/// Both values of x, one after the other along the axis; with dy, dx.
pub(super) fn doubles(doubling: &Doubling, block: u64, x: &[f32], dy: Option<&[f32]>) -> Vec<f64> {
    let half = |k: usize| x.iter().map(|&x| if x.is_nan() { f64::NAN } else { doubling.value(x.into())[k] }).collect();
    let Some(dy) = dy else {
        let [first, second]: [Vec<f64>; 2] = [half(0), half(1)];
        return merged(&first, &second, block);
    };
    let dx = |(&x, (p, q)): (&f32, (f32, f32))| match x.is_nan() || p.is_nan() || q.is_nan() {
        true => f64::NAN,
        false => doubling.dx(x.into(), [p.into(), q.into()]),
    };
    x.iter().zip(halves_of(dy, block)).map(dx).collect()
}

/// The elements of both halves.
fn halves_of(x: &[f32], block: u64) -> impl Iterator<Item = (f32, f32)> {
    let half = |k| (0..x.len() as u64 / 2).map(move |i| x[(place(i, block) + k) as usize]);
    half(0).zip(half(block))
}

/// The tensor that holds these halves.
fn merged(first: &[f64], second: &[f64], block: u64) -> Vec<f64> {
    let mut whole = vec![0.0; 2 * first.len()];
    for (i, (&p, &q)) in first.iter().zip(second).enumerate() {
        let at = place(i as u64, block) as usize;
        (whole[at], whole[at + block as usize]) = (p, q);
    }
    whole
}

/// One output of every pair; times the upstream gradient, which passes nothing where the derivative is 0.
fn outputs(
    f: &With<'_>,
    gate: &Gate,
    output: Output,
    pairs: impl Iterator<Item = (f32, f32)>,
    dy: Option<&[f32]>,
) -> Vec<f64> {
    let params = f.params_of_channels();
    let of = |(i, (a, b)): (usize, (f32, f32))| {
        let params = params.get(f.channel(i)).map_or(&[][..], Vec::as_slice);
        result(gate, output, params, [a, b, dy.map_or(1.0, |dy| dy[i])])
    };
    pairs.enumerate().map(of).collect()
}

/// One output of a, b and dy, with NaN where NaN goes in.
fn result(gate: &Gate, output: Output, params: &[f64], [a, b, dy]: [f32; 3]) -> f64 {
    let depends = gate.depends(output);
    if [a, b, dy].iter().zip(depends).any(|(v, depends)| depends && v.is_nan()) {
        return f64::NAN;
    }
    // What an output does not depend on may be NaN without harm.
    let sane = |v: f32, depends: bool| if depends { f64::from(v) } else { 0.0 };
    let (a, b) = (sane(a, depends[0] || !a.is_nan()), sane(b, depends[1] || !b.is_nan()));
    match gate.eval(output, a, b, params) {
        y if output == Output::Y => y,
        0.0 => 0.0,
        d => d * f64::from(dy),
    }
}
