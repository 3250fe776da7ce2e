//! Concatenated ReLU.
use crate::function::Doubling;

/// CReLU: relu(x) and relu(-x), one after the other along an axis, whose size doubles. Its results are exact.
pub static CRELU: Doubling = Doubling {
    name: "crelu",
    aliases: &["concatenated_relu"],
    formula: "[relu(x), relu(-x)]",
    derivative: "x > 0 ? dy1 : x < 0 ? -dy2 : 0",
    convention: "As in TensorFlow: the positive half first. Gradient 0 at x = 0.",
    paper: "Shang et al. 2016, arXiv:1603.05201",
};
