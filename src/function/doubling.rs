//! Functions that make two values of one.

/// What is known of a function that makes two values of one; see [`CRELU`](crate::gate::CRELU).
#[derive(Debug)]
#[non_exhaustive]
pub struct Doubling {
    /// Its name.
    pub name: &'static str,
    /// Other names of the same function.
    pub aliases: &'static [&'static str],
    /// The function in plain text.
    pub formula: &'static str,
    /// Its gradient in plain text.
    pub derivative: &'static str,
    /// What happens at kinks.
    pub convention: &'static str,
    /// Where it was published.
    pub paper: &'static str,
}

impl Doubling {
    /// The two values.
    pub fn value(&self, x: f64) -> [f64; 2] {
        [x.max(0.0), (-x).max(0.0)]
    }

    /// The gradient from those of the two values.
    pub fn dx(&self, x: f64, dy: [f64; 2]) -> f64 {
        match x {
            x if x > 0.0 => dy[0],
            x if x < 0.0 => -dy[1],
            _ => 0.0,
        }
    }
}
