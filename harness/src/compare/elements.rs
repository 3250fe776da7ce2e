//! Functions of one number.

use wgpu_activations::activation::{Kinks, Scalar};
use wgpu_activations::{Activation, Pass, Storage, With};

use super::{NO_REFERENCE, Worst, flushed, largest, stored_ulps};
use crate::error::{Error, Result};

/// The largest error of a pass over x (or y) and dy, which the forward pass does not need.
pub(crate) fn elements(
    a: &Activation,
    f: &With<'_>,
    pass: Pass,
    [x, dy]: [&[f32]; 2],
    got: &[f32],
    storage: Storage,
) -> Result<Worst> {
    let exact = exact(a, f.choice(), pass)?;
    let params: Vec<f64> = f.params().iter().map(|&v| f64::from(v)).collect();
    let at = |v: f32, i: usize| {
        let (v, dy) = (f64::from(v), if pass == Pass::Forward { 1.0 } else { f64::from(dy[i]) });
        let value = if v.is_nan() { f64::NAN } else { exact(v, &params) };
        // Where the derivative is 0 no gradient passes, however large.
        let expected = if value == 0.0 && !dy.is_nan() { 0.0 } else { value * dy };
        let ulp = stored_ulps(storage, got[i], expected, a.largest_term(pass, v, &params) * dy);
        Worst { ulp, at: [x[i], 0.0, 0.0], got: got[i], expected }
    };
    // A device may take a subnormal number for the zero of its sign.
    let error = |i: usize| {
        let plain = at(x[i], i);
        if x[i].is_subnormal() { plain.min(Worst { at: plain.at, ..at(flushed(x[i]), i) }) } else { plain }
    };
    let [worst] = largest(got.len(), |piece| Ok([piece.map(error).fold(Worst::default(), Worst::max)]))?;
    Ok(worst)
}

/// The value or the derivative that a pass computes.
fn exact(a: &Activation, kinks: Kinks, pass: Pass) -> Result<Scalar> {
    if !a.has_reference() {
        return Err(Error::Unchecked { function: a.name, reason: NO_REFERENCE });
    }
    match pass {
        Pass::Forward => Ok(a.value),
        Pass::BackwardFromOutput => a
            .dx_from_y
            .ok_or(Error::Unchecked { function: a.name, reason: "its output does not determine its gradient" }),
        Pass::ParamGradient(k) => Ok(a.trainable(a.params.get(k).map_or("", |param| param.name))?.1),
        _ => Ok(a.dx_of(kinks)),
    }
}
