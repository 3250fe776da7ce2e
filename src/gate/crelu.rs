//! Concatenated ReLU.

/// What is known of a function that makes two values of one; see [`CRELU`].
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

/// CReLU: relu(x) and relu(-x), one after the other along an axis, whose size doubles. Its results are exact.
pub static CRELU: Doubling = Doubling {
    name: "crelu",
    aliases: &["concatenated_relu"],
    formula: "[relu(x), relu(-x)]",
    derivative: "x > 0 ? dy1 : x < 0 ? -dy2 : 0",
    convention: "As in TensorFlow: the positive half first. Gradient 0 at x = 0.",
    paper: "Shang et al. 2016, arXiv:1603.05201",
};

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
