//! The part of the x axis to draw.

use std::str::FromStr;

/// Two different numbers, the smaller one first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Interval {
    pub(super) low: f32,
    pub(super) high: f32,
}

impl FromStr for Interval {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers = text.split_once(',').and_then(|(a, b)| Some((a.trim().parse().ok()?, b.trim().parse().ok()?)));
        let (low, high): (f32, f32) = numbers.ok_or("expected two numbers such as -5,5")?;
        match low.is_finite() && high.is_finite() && low < high {
            true => Ok(Self { low, high }),
            false => Err("expected a finite number and a larger one"),
        }
    }
}
