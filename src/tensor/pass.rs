//! What is computed with a function.

use std::fmt;

/// What is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pass {
    /// y = f(x)
    Forward,
    /// dx = dy f'(x)
    Backward,
    /// dx = dy f'(x), from y = f(x)
    BackwardFromOutput,
    /// The sum of dy df/dp for the parameter with this index, for each channel if it has a value for each.
    ParamGradient(usize),
}

impl fmt::Display for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Pass::Forward => "forward",
            Pass::Backward => "backward",
            Pass::BackwardFromOutput => "backward_from_output",
            Pass::ParamGradient(_) => "param_gradient",
        })
    }
}
