//! How large errors may be.

use super::{Activation, Scalar};
use crate::tensor::Pass;

/// Where a derivative crosses 0 between terms that do not vanish.
///
/// Within 1 of a root, or a quarter of its distance from 0, the relative error of any `f32` evaluation is unbounded; there errors are counted in ULP of the
/// largest term.
#[derive(Debug)]
pub struct Roots {
    /// The roots for given parameter values.
    pub near: fn(&[f64]) -> Vec<f64>,
    /// The largest term of the sum that vanishes there.
    pub largest: Scalar,
}

impl Roots {
    /// The largest term at `x` if that is next to a root, else 0.
    pub(crate) fn largest_term(&self, x: f64, params: &[f64]) -> f64 {
        let near = |root: &f64| (x - root).abs() <= (0.25 * root.abs()).max(1.0);
        if (self.near)(params).iter().any(near) { (self.largest)(x, params) } else { 0.0 }
    }
}

/// The largest errors in units in the last place of the exact result, over all `f32` inputs.
///
/// Results below the smallest normal `f32` may flush to 0.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Bounds {
    /// Of the value.
    pub forward: f64,
    /// Of the gradient from the input, for an upstream gradient of 1; any other adds half a unit.
    pub backward: f64,
    /// Of the gradient from the output as a function of that output.
    pub from_output: f64,
}

impl Bounds {
    /// Of the value and of the gradient from the input.
    pub const fn new(forward: f64, backward: f64) -> Self {
        Self { forward, backward, from_output: 0.0 }
    }

    /// The same with that of the gradient from the output.
    pub const fn output(self, from_output: f64) -> Self {
        Self { from_output, ..self }
    }
}

impl Activation {
    /// The largest error of a pass in ULP.
    pub fn bound(&self, pass: Pass) -> f64 {
        match pass {
            Pass::Forward => self.bounds.forward,
            Pass::Backward => self.bounds.backward,
            Pass::BackwardFromOutput => self.bounds.from_output,
            Pass::ParamGradient(k) => self.params.get(k).map_or(0.0, |p| p.bound),
        }
    }

    /// The largest of the terms that cancel at `x` in a pass, or 0 where none do: errors count in ULP of this term where
    /// it exceeds the result. With an upstream gradient it is to be multiplied, as the result is.
    pub fn largest_term(&self, pass: Pass, x: f64, params: &[f64]) -> f64 {
        let roots = self.roots.as_ref().filter(|_| pass == Pass::Backward);
        match roots.map_or(0.0, |roots| roots.largest_term(x, params)) {
            0.0 => (self.largest)(pass, x, params),
            term => term,
        }
    }
}
