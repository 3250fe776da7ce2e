//! Softmax over the channels of pictures.
use super::SOFTMAX;
use crate::function::RowFunction;

/// Softmax2d: the softmax along the third axis from the end, for tensors [.., channels, height, width].
pub static SOFTMAX2D: RowFunction = RowFunction {
    symbol: "softmax",
    formula: "exp(x_c) / sum(exp(x)) over the channels c of a pixel",
    derivative: "y_c (dy_c - sum(y dy))",
    convention: "PyTorch's; infinities and NaN as in softmax, for each pixel.",
    paper: "Bridle 1990, Neurocomputing (Springer)",
    axis: -3,
    bounds: SOFTMAX.bounds,
    ..RowFunction::new("softmax2d", SOFTMAX.value, SOFTMAX.dx)
};
