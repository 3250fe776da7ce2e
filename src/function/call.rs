//! A call on slices: whether its tensors fit the function, and how they lie.

use super::mask::check_mask;
use super::{Activation, Doubling, Gate, Gradient, Op, RowFunction, With, check_scores, check_values};
use crate::error::{Error, Result};
use crate::tensor::{Extent, Pass};

/// What a call computes on tensors that fit.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Call {
    /// A function of each element.
    Elements(&'static Activation),
    /// A gate of two tensors.
    Pairs(&'static Gate),
    /// A gate of the halves of one tensor, which take turns in blocks of so many elements.
    Halves(&'static Gate, u64),
    /// A function that makes such halves.
    Doubles(&'static Doubling, u64),
    /// A function of rows.
    Rows(&'static RowFunction, Extent),
}

impl With<'_> {
    /// What is computed, and the elements of y. Fails unless pass, parameter values and tensors fit the function; `inputs` are the
    /// lengths of x, or of a and b.
    pub(crate) fn call(&self, pass: Pass, inputs: &[usize], dy: Option<usize>) -> Result<(Call, u64)> {
        self.check_pass(pass)?;
        let function = self.op.name();
        if matches!(self.op, Op::RowFunction(row) if row.targets) {
            let reason = "a loss takes targets: Spec::forward and Spec::both with buffers of them";
            return Err(Error::NoKernel { function, reason });
        }
        if matches!(self.op, Op::RowFunction(row) if row.routes) {
            let reason = "a router gives weights and indices: Spec::forward with buffers of them";
            return Err(Error::NoKernel { function, reason });
        }
        let (call, y) = self.shape(inputs)?;
        self.check_params(pass, y)?;
        if let Call::Rows(row, extent) = call {
            row.check_length(extent)?;
            if row.attention {
                check_scores(function, &self.values, extent)?;
            }
            match self.mask {
                Some(mask) => check_mask(function, extent, mask.len())?,
                None if row.masked && pass == Pass::Forward => {
                    return Err(Error::WrongTensors { function, expected: "a mask" });
                }
                None => {}
            }
        }
        match dy {
            Some(dy) if dy as u64 != y => Err(Error::Length { function, role: "dy", expected: y, got: dy as u64 }),
            _ => Ok((call, y)),
        }
    }

    /// What is computed, and the elements of y.
    fn shape(&self, inputs: &[usize]) -> Result<(Call, u64)> {
        let function = self.op.name();
        let described = |extent: Extent, len: usize| extent.describes(len as u64, function).map(|()| len as u64);
        if self.mask.is_some() && !matches!(self.op, Op::RowFunction(row) if row.masked || row.attention) {
            return Err(Error::WrongTensors { function, expected: "no mask" });
        }
        match (self.op, inputs, self.axis, self.halves) {
            (Op::Activation(a), &[x], None, None) => Ok((Call::Elements(a), x as u64)),
            (Op::Gate(gate), &[a, b], None, None) if a == b => Ok((Call::Pairs(gate), a as u64)),
            (Op::Gate(_), &[a, b], None, None) => {
                Err(Error::Length { function, role: "b", expected: a as u64, got: b as u64 })
            }
            (Op::Gate(gate), &[x], Some(extent), Some(halves)) => {
                let x = described(extent, x)?;
                self.check_half(extent)?;
                Ok((Call::Halves(gate, halves.block(extent, function)?), x / 2))
            }
            (Op::Doubling(doubling), &[x], Some(extent), None) => {
                Ok((Call::Doubles(doubling, extent.span()), 2 * described(extent, x)?))
            }
            (Op::RowFunction(row), &[x], Some(extent), None) => {
                let x = described(extent, x)?;
                Ok((Call::Rows(row, extent), if row.reduces { extent.outer.saturating_mul(extent.inner) } else { x }))
            }
            _ => Err(Error::WrongTensors { function, expected: self.takes() }),
        }
    }

    /// What a call has to say of the tensors.
    fn takes(&self) -> &'static str {
        match self.op {
            Op::Activation(_) => "one tensor, &x, element by element along no axis",
            Op::Gate(_) => "two tensors, (&a, &b), or the halves of one, &x, with `.halves(extent, Halves::Split)`",
            Op::Doubling(_) => "one tensor, &x, and the axis that is to be doubled: `.along(extent)`",
            Op::RowFunction(_) => "one tensor, &x, and the axis that its rows lie along: `.along(extent)`",
        }
    }

    /// Fails for a gradient that does not exist.
    fn check_pass(&self, pass: Pass) -> Result<()> {
        let function = self.op.name();
        match self.op {
            _ if pass == Pass::Forward => Ok(()),
            Op::RowFunction(RowFunction { gradient: Gradient::None, .. }) => Err(Error::NoGradient { function }),
            Op::RowFunction(row) if self.from_output && row.gradient != Gradient::Output => {
                Err(Error::NoOutputDerivative { function })
            }
            Op::Gate(_) | Op::Doubling(_) if self.from_output => Err(Error::NoOutputDerivative { function }),
            Op::Activation(a) if pass == Pass::BackwardFromOutput => a.slope_from_output(self.kinks).map(|_| ()),
            _ => Ok(()),
        }
    }

    /// Fails unless the parameter values fit the function, the pass and y.
    pub(crate) fn check_params(&self, pass: Pass, y: u64) -> Result<()> {
        let (function, params) = (self.op.name(), self.op.params());
        if let Some(extent) = self.channels {
            if matches!(self.op, Op::RowFunction(_)) {
                let reason = "rows share their parameters, none are per channel";
                return Err(Error::NoKernel { function, reason });
            }
            extent.check(y, function)?;
        }
        let expected = params.len() as u64 * self.channels.map_or(1, |extent| extent.channels);
        let got = self.values.len() as u64;
        if expected != got || self.channels.is_some() && params.is_empty() {
            return Err(Error::ParameterCount { function, expected, got });
        }
        // Rows that take their gradient from y have that pass alone.
        let from_y = pass == Pass::Backward
            && matches!(self.op, Op::RowFunction(RowFunction { gradient: Gradient::Output, .. }));
        let pass = if from_y { Pass::BackwardFromOutput } else { pass };
        check_values(function, params, &self.values, pass)
    }

    /// Fails if values are given for channels that a half of a tensor has not.
    fn check_half(&self, whole: Extent) -> Result<()> {
        let half = Extent { channels: whole.channels / 2, ..whole };
        match self.channels {
            Some(extent) if extent != half => {
                let name = self.op.name();
                let reason = format!("{name}: parameter values for the channels of {extent}, but the result is {half}");
                Err(Error::Extent { reason })
            }
            _ => Ok(()),
        }
    }
}
