//! The largest of several units.
use crate::function::line;
use crate::function::{Fatal, Fold, Gradient, Line, RowFunction, RowBounds};

/// Maxout: the largest element of each row.
pub static MAXOUT: RowFunction = RowFunction {
    formula: "max(x)",
    derivative: "i is the first place of max(x) ? dy : 0",
    convention: "A row gives one element. For k pieces of an axis [.., k n, ..] take rows of k: `Extent::groups`. The gradient goes to the \
                 first of the largest (TensorFlow shares it between them). Rows with NaN become NaN.",
    paper: "Goodfellow et al. 2013, arXiv:1302.4389",
    reduces: true,
    gradient: Gradient::Input,
    forward: Fold::Key,
    backward: Fold::First,
    fatal: Fatal::Nan,
    bounds: RowBounds { forward: 0.0, backward: 0.0, largest: |line, dy| vec![dy[0].abs(); line.x.len()], ..RowFunction::new("", value, dx).bounds },
    ..RowFunction::new("maxout", value, dx)
};

fn value(line: &Line<'_>) -> Vec<f64> {
    vec![line::largest(line.x)]
}

fn dx(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    let m = line::largest(line.x);
    let first = line.x.iter().position(|&v| v == m);
    let of = |i| match (m.is_nan(), first == Some(i)) {
        (true, _) => f64::NAN,
        (false, true) => dy[0],
        (false, false) => 0.0,
    };
    (0..line.x.len()).map(of).collect()
}
