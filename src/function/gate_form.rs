//! The `f64` reference of gates: every result is a product of two factors.

use super::{Activation, Gate};
use crate::tensor::Pass;

/// What a gate gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Output {
    /// y
    Y,
    /// dy/da
    Da,
    /// dy/db
    Db,
}

impl Output {
    /// All of them.
    pub const ALL: [Output; 3] = [Output::Y, Output::Da, Output::Db];
}

impl std::fmt::Display for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Output::Y => "y",
            Output::Da => "da",
            Output::Db => "db",
        })
    }
}

/// How a gate is computed.
#[derive(Debug)]
pub(crate) enum Form {
    /// f(a) b
    Product(&'static Activation),
    /// By a WGSL file of its own.
    Own(Own),
}

/// The reference of a gate in a form of its own.
#[derive(Debug)]
pub(crate) struct Own {
    pub(crate) factors: fn(Output, f64, f64, &[f64]) -> [f64; 2],
    /// The largest term of the first factor where that cancels, else 0.
    pub(crate) largest: fn(Output, f64, &[f64]) -> f64,
    /// Where results jump along a and along b.
    pub(crate) kinks: fn(&[f64]) -> [Vec<f64>; 2],
    /// Whether da depends on a, and db on b.
    pub(crate) curved: [bool; 2],
}

impl Gate {
    /// The factors whose product an output is, for finite or infinite a and b.
    pub fn factors(&self, output: Output, a: f64, b: f64, params: &[f64]) -> [f64; 2] {
        match (&self.form, output) {
            (Form::Own(own), _) => (own.factors)(output, a, b, params),
            (Form::Product(f), Output::Y) => [(f.value)(a, params), b],
            (Form::Product(f), Output::Da) => [(f.dx)(a, params), b],
            (Form::Product(f), Output::Db) => [(f.value)(a, params), 1.0],
        }
    }

    /// The reference's y, dy/da or dy/db. A derivative with a factor 0 is 0, whatever the other factor.
    pub fn eval(&self, output: Output, a: f64, b: f64, params: &[f64]) -> f64 {
        match self.factors(output, a, b, params) {
            factors if output != Output::Y && factors.contains(&0.0) => 0.0,
            [f, g] => f * g,
        }
    }

    /// The largest term of an output where terms cancel next to a root, else 0: errors count in ULP of it there.
    pub fn largest(&self, output: Output, a: f64, b: f64, params: &[f64]) -> f64 {
        let term = match &self.form {
            Form::Own(own) => (own.largest)(output, a, params),
            Form::Product(f) => largest_of(f, output, a, params),
        };
        if term == 0.0 { 0.0 } else { (term * self.factors(output, a, b, params)[1]).abs() }
    }

    /// Where the gate or a derivative jumps, along a and along b.
    pub fn kinks(&self, params: &[f64]) -> [Vec<f64>; 2] {
        match &self.form {
            Form::Own(own) => (own.kinks)(params),
            Form::Product(f) => [(f.kinks)(params), Vec::new()],
        }
    }

    /// Whether a NaN in an input makes an output NaN; inputs are a, b and dy.
    pub(crate) fn depends(&self, output: Output) -> [bool; 3] {
        let [a, b] = match &self.form {
            Form::Own(own) => own.curved,
            Form::Product(_) => [true, false],
        };
        match output {
            Output::Y => [true, true, false],
            Output::Da => [a, true, true],
            Output::Db => [true, b, true],
        }
    }
}

/// The largest term of f(a) or f'(a) where it cancels.
pub(crate) fn largest_of(f: &Activation, output: Output, a: f64, params: &[f64]) -> f64 {
    f.largest_term(if output == Output::Da { Pass::Backward } else { Pass::Forward }, a, params)
}
