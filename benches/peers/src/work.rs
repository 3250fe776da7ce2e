//! Calls: what they do, and whether it was right.

use std::fmt;

use anyhow::{Result, ensure};

/// What a call computes.
#[derive(Clone, Copy, PartialEq)]
pub enum Work {
    /// y from x.
    Forward,
    /// dx from x (softmax: y) and dy.
    Backward,
    /// y and dx.
    Both,
}

impl Work {
    pub const ALL: [Self; 3] = [Self::Forward, Self::Backward, Self::Both];
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Forward => "forward",
            Self::Backward => "backward",
            Self::Both => "both",
        })
    }
}

/// y and dx, where a call makes them.
pub type Outputs = [Option<Vec<f32>>; 2];

/// How far the two sides may lie apart, absolutely or relatively. burn's GELU has the gradient of its other GELU, which is off
/// by 2e-3; all else is closer by far.
const APART: f32 = 5e-3;

/// Fails unless both sides made the same, in every element.
pub fn compare(what: &str, theirs: &Outputs, ours: &Outputs) -> Result<()> {
    for (theirs, ours) in theirs.iter().zip(ours) {
        let lengths = [theirs, ours].map(|v| v.as_ref().map(Vec::len));
        ensure!(lengths[0] == lengths[1], "{what}: the outputs have different lengths, {lengths:?}");
        let pairs = theirs.iter().flatten().zip(ours.iter().flatten());
        for (i, (&t, &o)) in pairs.enumerate() {
            let close = (t - o).abs() <= APART * o.abs().max(1.0); // not if one is NaN
            ensure!(close, "{what}: element {i} is {t} with burn and {o} here");
        }
    }
    Ok(())
}

/// The largest relative error.
pub fn error(got: &[f32], expected: &[f64]) -> f64 {
    let relative = |(&got, &expected): (&f32, &f64)| match (f64::from(got) - expected).abs() {
        0.0 => 0.0,
        off => off / expected.abs(),
    };
    got.iter().zip(expected).map(relative).fold(0.0, |worst, e| if e > worst || e.is_nan() { e } else { worst })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told() {
        let of = |y: &[f32]| [Some(y.to_vec()), None];
        assert!(compare("f", &of(&[1.0, 300.0]), &of(&[1.004, 301.0])).is_ok());
        for wrong in [[1.0, 299.0].as_slice(), &[1.006, 301.0], &[f32::NAN, 301.0], &[1.0], &[1.0, 301.0, 0.0]] {
            let told = compare("f", &of(wrong), &of(&[1.0, 301.0])).unwrap_err().to_string();
            assert!(told.starts_with("f: "), "{told}");
        }
        assert!(compare("f", &of(&[1.0]), &[None, None]).is_err());
    }

    #[test]
    fn errors_are_relative_and_the_worst_counts() {
        assert_eq!(error(&[0.0, 1.5, -8.0], &[0.0, 1.0, -4.0]), 1.0);
        assert_eq!(error(&[1.0], &[0.0]), f64::INFINITY);
        assert!(error(&[f32::NAN, 1.0], &[1.0, 2.0]).is_nan());
    }
}
