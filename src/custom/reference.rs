//! The `f64` formulas of a function of the user's own.

use super::Fault;
use crate::function::{Bounds, Scalar};
use crate::tensor::Pass;

/// The `f64` formulas of a function of your own, with which its results can be compared, and how far these may be off.
/// [`Activation::custom_with`](crate::Activation::custom_with) takes it.
#[derive(Clone, Debug)]
pub struct Reference {
    pub(super) value: Scalar,
    pub(super) dx: Scalar,
    pub(super) dx_from_y: Option<Scalar>,
    /// Parameters, their derivatives and the bounds of these.
    pub(super) params: Vec<(String, Scalar, f64)>,
    pub(super) kinks: fn(&[f64]) -> Vec<f64>,
    pub(super) largest: fn(Pass, f64, &[f64]) -> f64,
    pub(super) bounds: Bounds,
}

impl Reference {
    /// The value and the derivative, of x and the parameter values. No bound is stated.
    pub fn new(value: Scalar, dx: Scalar) -> Self {
        Self {
            value,
            dx,
            dx_from_y: None,
            params: Vec::new(),
            kinks: |_| Vec::new(),
            largest: |_, _, _| 0.0,
            bounds: Bounds::new(f64::INFINITY, f64::INFINITY).output(f64::INFINITY),
        }
    }

    /// The same with the derivative as a function of y, where the text has `NAME_dx_from_y`.
    pub fn dx_from_y(self, dx_from_y: Scalar) -> Self {
        Self { dx_from_y: Some(dx_from_y), ..self }
    }

    /// The same with the derivative along a parameter, where the text has `NAME_dPARAMETER`, and its largest error in ULP.
    pub fn param_gradient(mut self, name: &str, derivative: Scalar, bound: f64) -> Self {
        self.params.push((name.to_owned(), derivative, bound));
        self
    }

    /// The same with the places where the function or its derivative jumps, which are then tried; see
    /// [`Activation::kinks`](crate::Activation::kinks).
    pub fn kinks(self, kinks: fn(&[f64]) -> Vec<f64>) -> Self {
        Self { kinks, ..self }
    }

    /// The same with the largest term of a pass whose terms cancel; see [`Activation::largest`](crate::Activation::largest).
    pub fn largest(self, largest: fn(Pass, f64, &[f64]) -> f64) -> Self {
        Self { largest, ..self }
    }

    /// The same with the largest errors that are promised.
    pub fn bounds(self, bounds: Bounds) -> Self {
        Self { bounds, ..self }
    }

    /// The derivative along a parameter and its bound.
    pub(super) fn param(&self, name: &str) -> Option<(Scalar, f64)> {
        self.params.iter().find(|(known, ..)| known == name).map(|(_, derivative, bound)| (*derivative, *bound))
    }

    /// Fails unless it has what the text has: the derivative from y, and those along these parameters.
    pub(super) fn check(&self, name: &str, from_y: bool, trained: &[&str]) -> Result<(), Fault> {
        let in_text = |what: String| Fault::new(format!("the text has {what}, the reference has not"));
        let in_reference = |what: String| Fault::new(format!("the reference has {what}, the text has not"));
        match (from_y, self.dx_from_y) {
            (true, None) => return Err(in_text(format!("{name}_dx_from_y"))),
            (false, Some(_)) => return Err(in_reference(format!("{name}_dx_from_y"))),
            _ => {}
        }
        if let Some(param) = trained.iter().find(|param| self.param(param).is_none()) {
            return Err(in_text(format!("{name}_d{param}")));
        }
        match self.params.iter().find(|(param, ..)| !trained.contains(&param.as_str())) {
            Some((param, ..)) => Err(in_reference(format!("{name}_d{param}"))),
            None => Ok(()),
        }
    }
}
