//! What a check finds.

use std::fmt;

use wgpu_activations::Pass;
use wgpu_activations::activation::Kinks;
use wgpu_activations::gate::Output;

use super::Case;
use crate::compare::Worst;

/// The largest error of one result of a pass.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// The function.
    pub function: &'static str,
    /// What was computed.
    pub pass: Pass,
    /// Which result of a gate it is.
    pub output: Option<Output>,
    /// The parameter values.
    pub params: Vec<(&'static str, f32)>,
    /// Whose gradients at kinks.
    pub kinks: Kinks,
    /// How many inputs were tried, or elements of rows.
    pub inputs: u64,
    /// The largest error in units in the last place of the exact result, as it is stored; for functions of rows as
    /// [`RowBounds`](wgpu_activations::row::RowBounds) counts. Infinite where an infinity or a NaN is wrong.
    pub max_ulp: f64,
    /// The input with that error; of gates a, b and dy, of CReLU x and the two upstream gradients.
    pub at: Vec<f32>,
    /// The length of the row with that error; 1 for other functions.
    pub length: u64,
    /// What the GPU gave there.
    pub got: f32,
    /// What the reference gives there.
    pub expected: f64,
    /// The error that is promised.
    pub bound: f64,
    /// Whether the promise holds.
    pub ok: bool,
}

impl Report {
    pub(super) fn new(case: &Case, inputs: u64, worst: &Worst, arguments: usize, bound: f64) -> Self {
        Self {
            function: case.of.name(),
            pass: case.pass,
            output: None,
            params: case.of.params().iter().map(|param| param.name).zip(case.params.iter().copied()).collect(),
            kinks: case.kinks,
            inputs,
            max_ulp: worst.ulp,
            at: worst.at[..arguments].to_vec(),
            length: 1,
            got: worst.got,
            expected: worst.expected,
            bound,
            ok: worst.ulp <= bound,
        }
    }
}

/// One line: the function, the error and where it is.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, pass, max_ulp, at, length, got, expected, bound, .. } = self;
        write!(f, "{function} {pass}")?;
        self.output.map_or(Ok(()), |output| write!(f, " {output}"))?;
        self.params.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))?;
        write!(f, ": {max_ulp:.3} ULP at {at:?}")?;
        if *length > 1 {
            write!(f, " in a row of {length}")?;
        }
        write!(f, ", bound {bound}: {got:e} instead of {expected:e}")
    }
}
