//! The reference of functions of each element.

use crate::error::Result;
use crate::function::{Activation, Scalar, With};
use crate::tensor::Pass;

impl With<'_> {
    /// The channel of an element of y.
    pub(super) fn channel(&self, element: usize) -> usize {
        self.channels().map_or(0, |e| (element as u64 / e.inner.max(1) % e.channels.max(1)) as usize)
    }

    /// The parameter values of each channel.
    pub(super) fn params_of_channels(&self) -> Vec<Vec<f64>> {
        let count = self.channels().map_or(1, |e| e.channels as usize);
        (0..count).map(|channel| self.channel_params(channel).into_iter().map(f64::from).collect()).collect()
    }
}

/// f(x), or dy times the pass's derivative at x (or y).
pub(super) fn results(
    f: &With<'_>,
    a: &'static Activation,
    pass: Pass,
    x: &[f32],
    dy: Option<&[f32]>,
) -> Result<Vec<f64>> {
    let of: Scalar = match pass {
        Pass::Forward => a.value,
        Pass::Backward => a.dx_of(f.choice()),
        Pass::BackwardFromOutput => a.slope_from_output(f.choice())?,
        Pass::ParamGradient(k) => a.trainable(a.params[k].name)?.1,
    };
    let params = f.params_of_channels();
    let value = |(i, &v): (usize, &f32)| match params.get(f.channel(i)) {
        Some(params) if !v.is_nan() => of(f64::from(v), params),
        _ => f64::NAN,
    };
    let mut results: Vec<f64> = x.iter().enumerate().map(value).collect();
    // Where the derivative is 0 no gradient passes, however large.
    for (slope, &g) in results.iter_mut().zip(dy.unwrap_or_default()) {
        *slope = if *slope == 0.0 && !g.is_nan() { 0.0 } else { *slope * f64::from(g) };
    }
    Ok(results)
}
