//! The values that a parameter may have.

use std::fmt;

/// The largest finite `f32`.
const MOST: f64 = f32::MAX as f64;

/// Closed intervals of numbers, in order. NaN is in none.
///
/// ```
/// use wgpu_activations::activation::SQUAREPLUS;
/// let range = SQUAREPLUS.params[0].range;
/// assert!(range.contains(0.0) && !range.contains(-1.0) && !range.contains(f32::NAN));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Range {
    /// Each interval's least and greatest number, which belong to it.
    pub intervals: &'static [[f64; 2]],
    /// Whether whole numbers alone belong to it.
    pub whole: bool,
}

impl Range {
    /// Every number, infinities too.
    pub(crate) const ALL: Self = Self::of(&[[f64::NEG_INFINITY, f64::INFINITY]]);
    /// Every finite number.
    pub(crate) const FINITE: Self = Self::of(&[[-MOST, MOST]]);
    /// Factors, and shifts, which do not make values overflow that are not large themselves.
    pub(crate) const WIDE: Self = Self::of(&[[-1e30, 1e30]]);
    /// What multiplies arguments of functions that saturate.
    pub(crate) const MODERATE: Self = Self::of(&[[-1e6, 1e6]]);
    /// The same, without its sign and 0.
    pub(crate) const POSITIVE: Self = Self::of(&[[1e-6, 1e6]]);
    /// The same, without what is next to 0.
    pub(crate) const NOT_TINY: Self = Self::of(&[[-1e6, -1e-6], [0.0, 0.0], [1e-6, 1e6]]);
    /// The same, without 0 itself.
    pub(crate) const NOT_0: Self = Self::of(&[[-1e6, -1e-6], [1e-6, 1e6]]);
    /// Every finite number from 0 on.
    pub(crate) const FROM_0: Self = Self::of(&[[0.0, MOST]]);

    pub(crate) const fn of(intervals: &'static [[f64; 2]]) -> Self {
        Self { intervals, whole: false }
    }

    pub(crate) const fn whole(self) -> Self {
        Self { whole: true, ..self }
    }

    /// Whether a value belongs to it. Its ends count as the `f32` that they round to.
    pub fn contains(&self, value: f32) -> bool {
        let inside = |[low, high]: &[f64; 2]| *low as f32 <= value && value <= *high as f32;
        self.intervals.iter().any(inside) && (!self.whole || value.is_infinite() || value.fract() == 0.0)
    }
}

/// A number in as few digits as tell it.
pub(crate) fn number<T: Copy + Into<f64> + fmt::Display + fmt::LowerExp>(v: T) -> String {
    let size = v.into().abs();
    if size > 0.0 && !(1e-3..1e6).contains(&size) && size.is_finite() { format!("{v:e}") } else { v.to_string() }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.whole { "whole numbers in " } else { "" })?;
        let number = |v: f64| match v {
            _ if v.abs() >= MOST => if v < 0.0 { "-inf" } else { "inf" }.to_owned(),
            _ => number(v),
        };
        for (k, &[low, high]) in self.intervals.iter().enumerate() {
            f.write_str(if k > 0 { " or " } else { "" })?;
            let (open, close) = (if low == -MOST { '(' } else { '[' }, if high == MOST { ')' } else { ']' });
            match low == high {
                true => f.write_str(&number(low))?,
                false => write!(f, "{open}{}, {}{close}", number(low), number(high))?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_belong_and_are_shown() {
        const GAP: Range = Range::of(&[[-1e18, -0.5], [0.0, 0.0], [0.5, MOST]]);
        assert_eq!(GAP.to_string(), "[-1e18, -0.5] or 0 or [0.5, inf)");
        for (value, inside) in [(-1e18, true), (-0.5, true), (-0.4, false), (-0.0, true), (1e-45, false), (3e38, true)]
        {
            assert_eq!(GAP.contains(value), inside, "{value:e}");
        }
        assert!(!GAP.contains(f32::INFINITY) && !GAP.contains(f32::NAN) && !Range::ALL.contains(f32::NAN));
        assert!(Range::ALL.contains(f32::NEG_INFINITY) && !Range::FINITE.contains(f32::NEG_INFINITY));
        assert_eq!(Range::ALL.to_string(), "[-inf, inf]");
        assert_eq!(Range::FROM_0.whole().to_string(), "whole numbers in [0, inf)");
        assert!(!Range::FROM_0.whole().contains(2.5));
    }
}
