//! A sigmoid of three straight pieces.
use crate::function::prelude::*;

/// Hard sigmoid: alpha x + beta limited to [0, 1].
pub static HARDSIGMOID: Activation = Activation {
    kind: Kind::Sigmoid,
    formula: "min(max(alpha x + beta, 0), 1)",
    derivative: "0 < alpha x + beta < 1 ? alpha : 0",
    params: &[Param::new("alpha", 1.0 / 6.0, "slope").within(Range::NOT_0), Param::new("beta", 0.5, "value at 0").within(Range::NOT_TINY)],
    variants: &[&[0.2, 0.5], &[-0.7, 0.3]],
    convention: "Default slope 1/6 as in PyTorch, JAX and Keras 3 (ONNX: 0.2). The f32 nearest to 1/6 means exactly 1/6, so that the \
                 zeros lie at -3 and 3. Gradient 0 at both kinks, as in PyTorch.",
    paper: "Courbariaux et al. 2015, arXiv:1511.00363",
    kinks: |p| vec![-p[1] / alpha(p), (1.0 - p[1]) / alpha(p)],
    dx_from_y: Some(|y, p| if y > 0.0 && y < 1.0 { alpha(p) } else { 0.0 }),
    bounds: Bounds::new(2.0, 0.5).output(0.5),
    ..Activation::new(
        "hardsigmoid",
        |x, p| (vanishing(x, alpha(p)) + p[1]).clamp(0.0, 1.0),
        |x, p| {
            let line = vanishing(x, alpha(p)) + p[1];
            if line > 0.0 && line < 1.0 { alpha(p) } else { 0.0 }
        },
    )
};

/// The slope, with one sixth restored from the f32 that stands for it.
fn alpha(p: &[f64]) -> f64 {
    let sixth = 1.0 / 6.0;
    if p[0] as f32 == sixth as f32 { sixth } else { p[0] }
}
