//! Routers of mixtures of experts: which experts a token goes to, and with what weights.
//!
//! Of rows of logits, one for each expert, [`Spec::top`](crate::Spec::top) keeps the k experts whose score is largest, of equals the
//! first; a [bias](crate::Spec::bias) counts for the choice alone. Weights are the scores of those chosen,
//! [by their sum](crate::Spec::renormalized) if asked, times the parameter `scale`.
//!
//! | pass | buffers |
//! |---|---|
//! | forward | `x`; `y`: weights [rows, k]; `indices`: experts, `u32` [rows, k]; `bias`: one for each expert |
//! | backward | `x`, `indices`, `dy` [rows, k]; `dx` |
//!
//! ```
//! use wgpu_activations::{Extent, Limits, Spec, router::{self, TOP_K_SIGMOID}};
//! let spec = Spec::forward(&TOP_K_SIGMOID).top(8).bias().renormalized();
//! let plan = spec.plan(Extent::along(&[512, 256], -1)?, &Limits::default())?;
//! assert_eq!(plan.buffers.iter().map(|b| (b.name, b.elements)).collect::<Vec<_>>(),
//!     [("x", 131_072), ("y", 4096), ("indices", 4096), ("bias", 256)]);
//! // The same of one row on the CPU.
//! let chosen = router::choose(&TOP_K_SIGMOID, &[0.0, 2.0, 1.0], &[], 2, true, 1.0);
//! assert_eq!(chosen.iter().map(|c| c.0).collect::<Vec<_>>(), [1, 2]);
//! assert!((chosen[0].1 + chosen[1].1 - 1.0).abs() < 1e-12);
//! # Ok::<(), wgpu_activations::Error>(())
//! ```

use crate::activation::{SIGMOID, SQRT_SOFTPLUS};
use crate::function::{Gradient, Line, Param, RowFunction, line};

/// Most experts of a router.
pub const MAX_EXPERTS: u64 = 512;
/// Most experts that a row keeps.
pub const MAX_TOP: u32 = 32;

/// Every router, by what scores are.
pub static ALL: &[&RowFunction] = &[&TOP_K_SOFTMAX, &TOP_K_SIGMOID, &TOP_K_SQRT_SOFTPLUS];

/// The largest of the softmax. With [`renormalized`](crate::Spec::renormalized) it is that of the experts chosen alone.
pub static TOP_K_SOFTMAX: RowFunction = RowFunction {
    formula: "p_j of the k largest p_i + bias_i, p = exp(x) / sum(exp(x))",
    derivative: "p_i (ds_i - sum(p ds)), ds = dy where i is chosen, 0 elsewhere",
    paper: "Shazeer et al. 2017, arXiv:1701.06538; Fedus et al. 2021, arXiv:2101.03961",
    ..router("top_k_softmax", softmax, softmax_dx)
};

/// The largest of sigmoid(x), as DeepSeek-V3 has them.
pub static TOP_K_SIGMOID: RowFunction = RowFunction {
    formula: "s_j of the k largest s_i + bias_i, s = sigmoid(x)",
    derivative: "dy sigmoid'(x_i) where i is chosen, 0 elsewhere",
    paper: "DeepSeek-AI 2024, arXiv:2412.19437",
    ..router("top_k_sigmoid", sigmoid, sigmoid_dx)
};

/// The largest of sqrt(softplus(x)).
pub static TOP_K_SQRT_SOFTPLUS: RowFunction = RowFunction {
    formula: "s_j of the k largest s_i + bias_i, s = sqrt(log(1 + exp(x)))",
    derivative: "dy s'(x_i) where i is chosen, 0 elsewhere",
    paper: "DeepSeek-AI 2026, the router of DeepSeek-V4",
    ..router("top_k_sqrt_softplus", root, root_dx)
};

const SCALE: &[Param] = &[Param::new("scale", 1.0, "factor of the weights")];

const fn router(
    name: &'static str,
    value: fn(&Line<'_>) -> Vec<f64>,
    dx: fn(&Line<'_>, &[f64]) -> Vec<f64>,
) -> RowFunction {
    RowFunction {
        folder: "router",
        params: SCALE,
        convention: "Of equal choices the first; NaN counts as the largest, as in PyTorch's topk. Sums of weights have 1e-20 added.",
        routes: true,
        gradient: Gradient::Input,
        ..RowFunction::new(name, value, dx)
    }
}

fn softmax(line: &Line<'_>) -> Vec<f64> {
    line::softmax(line.x, None)
}

fn softmax_dx(line: &Line<'_>, ds: &[f64]) -> Vec<f64> {
    line::softmax_dx(&softmax(line), ds)
}

fn sigmoid(line: &Line<'_>) -> Vec<f64> {
    line.x.iter().map(|&x| (SIGMOID.value)(x, &[])).collect()
}

fn sigmoid_dx(line: &Line<'_>, ds: &[f64]) -> Vec<f64> {
    line.x.iter().zip(ds).map(|(&x, d)| (SIGMOID.dx)(x, &[]) * d).collect()
}

fn root(line: &Line<'_>) -> Vec<f64> {
    line.x.iter().map(|&x| (SQRT_SOFTPLUS.value)(x, &[])).collect()
}

fn root_dx(line: &Line<'_>, ds: &[f64]) -> Vec<f64> {
    line.x.iter().zip(ds).map(|(&x, d)| (SQRT_SOFTPLUS.dx)(x, &[]) * d).collect()
}

/// The experts of one row and their weights, in `f64`: what kernels are checked against. An empty bias is none.
pub fn choose(
    router: &RowFunction,
    x: &[f64],
    bias: &[f64],
    top: usize,
    renormalized: bool,
    scale: f64,
) -> Vec<(usize, f64)> {
    let scores = (router.value)(&Line { x, mask: &[], params: &[], number: 0 });
    let choice = |i: usize| scores[i] + bias.get(i).copied().unwrap_or(0.0);
    let mut order: Vec<usize> = (0..x.len()).collect();
    // A stable sort leaves equals in their order.
    order.sort_by(|&i, &j| choice(j).total_cmp(&choice(i)));
    order.truncate(top);
    let sum = if renormalized { order.iter().map(|&i| scores[i]).sum::<f64>() + 1e-20 } else { 1.0 };
    order.into_iter().map(|i| (i, scale * scores[i] / sum)).collect()
}

/// The gradient of one row's logits, of upstream gradients `dy` of the weights of `chosen` experts.
pub fn gradient(
    router: &RowFunction,
    x: &[f64],
    chosen: &[usize],
    dy: &[f64],
    renormalized: bool,
    scale: f64,
) -> Vec<f64> {
    let line = Line { x, mask: &[], params: &[], number: 0 };
    let scores = (router.value)(&line);
    let picked = || chosen.iter().filter_map(|&i| scores.get(i).copied()).zip(dy);
    let sum = if renormalized { picked().map(|(s, _)| s).sum::<f64>() + 1e-20 } else { 1.0 };
    let mean = if renormalized { picked().map(|(s, d)| s * d).sum::<f64>() / sum } else { 0.0 };
    let mut ds = vec![0.0; x.len()];
    for (&i, d) in chosen.iter().zip(dy) {
        if let Some(slot) = ds.get_mut(i) {
            *slot = scale * (d - mean) / sum;
        }
    }
    (router.dx)(&line, &ds)
}
