//! The reference of functions of two values.

use crate::error::{Error, Result};
use crate::function::{Gated, Output, check_lengths};
use crate::gate::CRELU;
use crate::tensor::{Extent, Halves, place};

/// y of a and b.
///
/// ```
/// use wgpu_activations::{gate::REGLU, reference};
/// assert_eq!(reference::gate_forward(&REGLU, &[-1.0, 2.0], &[3.0, 4.0])?, [0.0, 8.0]);
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
///
/// # Errors
/// [`Error::ParameterCount`], and [`Error::Length`] if the lengths differ.
pub fn gate_forward(gate: impl Into<Gated>, a: &[f32], b: &[f32]) -> Result<Vec<f64>> {
    let gate = gate.into();
    gate.gate().check_reference()?;
    gate.check(a.len(), &[("b", b.len())])?;
    Ok(outputs(&gate, Output::Y, a.iter().copied().zip(b.iter().copied()), None))
}

/// da and db of a, b and dy.
///
/// # Errors
/// As [`gate_forward`].
pub fn gate_backward(gate: impl Into<Gated>, a: &[f32], b: &[f32], dy: &[f32]) -> Result<(Vec<f64>, Vec<f64>)> {
    let gate = gate.into();
    gate.gate().check_reference()?;
    gate.check(a.len(), &[("b", b.len()), ("dy", dy.len())])?;
    let of = |output| outputs(&gate, output, a.iter().copied().zip(b.iter().copied()), Some(dy));
    Ok((of(Output::Da), of(Output::Db)))
}

/// y, half as long as x, which holds a and b as its halves along an axis.
///
/// ```
/// use wgpu_activations::{Extent, Halves, gate::BILINEAR, reference::halves_forward};
/// let extent = Extent::along(&[1, 4], -1)?;
/// assert_eq!(halves_forward(&BILINEAR, &[1.0, 2.0, 3.0, 4.0], extent, Halves::Split)?, [3.0, 8.0]);
/// assert_eq!(halves_forward(&BILINEAR, &[1.0, 2.0, 3.0, 4.0], extent, Halves::Interleaved)?, [2.0, 12.0]);
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
///
/// # Errors
/// [`Error::ParameterCount`], and [`Error::Extent`] for an axis that has no halves or another tensor's extent.
pub fn halves_forward(gate: impl Into<Gated>, x: &[f32], extent: Extent, halves: Halves) -> Result<Vec<f64>> {
    let gate = gate.into();
    gate.gate().check_reference()?;
    let block = half_block(&gate, extent, halves, x.len())?;
    gate.check(x.len() / 2, &[])?;
    Ok(outputs(&gate, Output::Y, ordered(&gate, halves, pairs(x, block)), None))
}

/// dx, which holds da and db as x holds a and b.
///
/// # Errors
/// As [`halves_forward`], and [`Error::Length`] if dy is not half as long as x.
pub fn halves_backward(
    gate: impl Into<Gated>,
    x: &[f32],
    dy: &[f32],
    extent: Extent,
    halves: Halves,
) -> Result<Vec<f64>> {
    let gate = gate.into();
    gate.gate().check_reference()?;
    let block = half_block(&gate, extent, halves, x.len())?;
    gate.check(x.len() / 2, &[("dy", dy.len())])?;
    let of = |output| outputs(&gate, output, ordered(&gate, halves, pairs(x, block)), Some(dy));
    let (da, db) = (of(Output::Da), of(Output::Db));
    Ok(if halves.swaps(gate.gate().value_first) { merged(&db, &da, block) } else { merged(&da, &db, block) })
}

/// relu(x) and relu(-x), one after the other along the axis.
///
/// ```
/// use wgpu_activations::{Extent, reference::crelu};
/// assert_eq!(crelu(&[1.0, -2.0], Extent::along(&[1, 2], 1)?)?, [1.0, 0.0, 0.0, 2.0]);
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
///
/// # Errors
/// [`Error::Extent`] if the extent is another tensor's.
pub fn crelu(x: &[f32], extent: Extent) -> Result<Vec<f64>> {
    let block = whole_block(extent, x.len())?;
    let half = |k: usize| x.iter().map(|&x| if x.is_nan() { f64::NAN } else { CRELU.value(x.into())[k] }).collect();
    let [first, second]: [Vec<f64>; 2] = [half(0), half(1)];
    Ok(merged(&first, &second, block))
}

/// dx, from dy that is twice as long as x.
///
/// # Errors
/// As [`crelu`], and [`Error::Length`].
pub fn crelu_backward(x: &[f32], dy: &[f32], extent: Extent) -> Result<Vec<f64>> {
    check_lengths(CRELU.name, 2 * x.len(), &[("dy", dy.len())])?;
    let block = whole_block(extent, x.len())?;
    let of = |(&x, (p, q)): (&f32, (f32, f32))| match x.is_nan() || p.is_nan() || q.is_nan() {
        true => f64::NAN,
        false => CRELU.dx(x.into(), [p.into(), q.into()]),
    };
    Ok(x.iter().zip(pairs(dy, block)).map(of).collect())
}

/// Elements of a block of one half.
pub(crate) fn half_block(gate: &Gated, extent: Extent, halves: Halves, len: usize) -> Result<u64> {
    let function = gate.gate().name;
    same_len(function, extent, len)?;
    gate.check_halves(extent)?;
    halves.block(extent, function)
}

/// Elements of a block of the tensor that is to be doubled.
pub(crate) fn whole_block(extent: Extent, len: usize) -> Result<u64> {
    same_len(CRELU.name, extent, len)?;
    Ok(extent.span())
}

fn same_len(function: &'static str, extent: Extent, len: usize) -> Result<()> {
    if extent.len() == Some(len as u64) {
        return Ok(());
    }
    let Extent { outer, channels, inner } = extent;
    let reason =
        format!("{function}: the tensor has {len} elements, [{outer}, {channels}, {inner}] has another number");
    Err(Error::Extent { reason })
}

/// The elements of both halves.
fn pairs(x: &[f32], block: u64) -> impl Iterator<Item = (f32, f32)> {
    let half = |k| (0..x.len() as u64 / 2).map(move |i| x[(place(i, block) + k) as usize]);
    half(0).zip(half(block))
}

/// The same as (a, b).
fn ordered(gate: &Gated, halves: Halves, pairs: impl Iterator<Item = (f32, f32)>) -> impl Iterator<Item = (f32, f32)> {
    let swapped = halves.swaps(gate.gate().value_first);
    pairs.map(move |(p, q)| if swapped { (q, p) } else { (p, q) })
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
fn outputs(gate: &Gated, output: Output, pairs: impl Iterator<Item = (f32, f32)>, dy: Option<&[f32]>) -> Vec<f64> {
    let same: Vec<f64> = gate.params().iter().map(|&p| p.into()).collect();
    let of = |(i, (a, b)): (usize, (f32, f32))| {
        let dy = dy.map_or(1.0, |dy| dy[i]);
        let own: Option<Vec<f64>> = gate.extent().map(|_| gate.params_at(i as u64).iter().map(|&p| p.into()).collect());
        let params = own.as_ref().unwrap_or(&same);
        result(gate, output, params, [a, b, dy])
    };
    pairs.enumerate().map(of).collect()
}

/// One output of a, b and dy, with NaN where NaN goes in.
fn result(gate: &Gated, output: Output, params: &[f64], [a, b, dy]: [f32; 3]) -> f64 {
    let gate = gate.gate();
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
