//! Functions of one number.

use wgpu_activations::activation::Scalar;
use wgpu_activations::{Error, Function, Pass, Result, Storage};

use super::{Worst, largest, stored_ulps};

/// The largest error of a pass over x (or y) and dy, which the forward pass does not need.
pub(crate) fn elements(
    f: &Function<'_>,
    pass: Pass,
    [x, dy]: [&[f32]; 2],
    got: &[f32],
    storage: Storage,
) -> Result<Worst> {
    let a = f.activation();
    let exact = exact(f, pass)?;
    let params: Vec<f64> = f.params().iter().map(|&v| f64::from(v)).collect();
    let error = |i: usize| {
        let (v, dy) = (f64::from(x[i]), if pass == Pass::Forward { 1.0 } else { f64::from(dy[i]) });
        let value = if v.is_nan() { f64::NAN } else { exact(v, &params) };
        // Where the derivative is 0 no gradient passes, however large.
        let expected = if value == 0.0 && !dy.is_nan() { 0.0 } else { value * dy };
        let ulp = stored_ulps(storage, got[i], expected, a.largest_term(pass, v, &params) * dy);
        Worst { ulp, at: [x[i], 0.0, 0.0], got: got[i], expected }
    };
    let [worst] = largest(got.len(), |piece| Ok([piece.map(error).fold(Worst::default(), Worst::max)]))?;
    Ok(worst)
}

/// The value or the derivative that a pass computes.
fn exact(f: &Function<'_>, pass: Pass) -> Result<Scalar> {
    let a = f.activation();
    if !a.has_reference() {
        return Err(Error::NoReference { function: a.name });
    }
    match pass {
        Pass::Forward => Ok(a.value),
        Pass::BackwardFromOutput => a.dx_from_y.ok_or(Error::NoOutputDerivative { function: a.name }),
        Pass::ParamGradient(k) => Ok(a.trainable(a.params.get(k).map_or("", |param| param.name))?.1),
        _ => Ok(a.dx_of(f.choice())),
    }
}
