//! Losses of rows, from logits and targets.
//!
//! [`Spec::forward`](crate::Spec::forward) gives a loss, [`Spec::both`](crate::Spec::both) the gradient of the logits besides, in the
//! same pass over them: probabilities are never written. Buffers are
//!
//! | role | elements | of |
//! |---|---|---|
//! | `x` | rows of logits | the spec's storage |
//! | `targets` | one a row, the number of a class | `i32` or `u32` |
//! | `losses` | one a row, 0 where a target takes no part | `f32` |
//! | `loss` | 3: the mean or the sum, how many targets took part, how many were out of range | `f32` |
//! | `dx` | as `x`; [in place](crate::Spec::in_place) x itself | the spec's storage |
//!
//! A target that is no class takes no part and is counted; the one that is to be ignored, -100 as in PyTorch, is not.
//!
//! ```
//! use wgpu_activations::{Extent, Limits, Spec, Storage, loss::CROSS_ENTROPY};
//! let spec = Spec::both(&CROSS_ENTROPY).storage(Storage::F16).in_place();
//! let plan = spec.plan(Extent::along(&[512, 256_000], -1)?, &Limits::default())?;
//! let names: Vec<_> = plan.buffers.iter().map(|buffer| buffer.name).collect();
//! assert_eq!(names, ["x", "targets", "losses", "loss", "states"]);
//! # Ok::<(), wgpu_activations::Error>(())
//! ```

use crate::function::line::largest;
use crate::function::{Fold, Gradient, Line, Param, Range, RowBounds, RowFunction};

/// Every loss.
pub static ALL: &[&RowFunction] = &[&CROSS_ENTROPY];

/// Cross-entropy: log(sum(exp(x))) - x_target, as PyTorch's `F.cross_entropy` of class indices. The softmax along the class axis is
/// part of it.
pub static CROSS_ENTROPY: RowFunction = RowFunction {
    aliases: &["softmax_cross_entropy", "softmax_cross_entropy_loss"],
    folder: "loss",
    formula: "log(sum(exp(x))) - sum(q x) + z_loss log(sum(exp(x)))^2, q_i = (1 - label_smoothing) [i = target] + label_smoothing / length",
    derivative: "grad_scale (softmax(x)_i (1 + 2 z_loss log(sum(exp(x)))) - q_i), of a mean by the number of targets that take part",
    params: &[
        Param::new("label_smoothing", 0.0, "what all classes share of the target").within(Range::of(&[[0.0, 1.0]])),
        Param::new("softcap", f64::INFINITY, "the limit of logits, with Spec::softcap; inf: none").within(CAPS),
        Param::new("z_loss", 0.0, "weight of the squared logarithm, which keeps it near 0").within(Range::WIDE),
        Param::new("grad_scale", 1.0, "factor of the gradient, as 16-bit numbers need it; the loss is without")
            .within(Range::WIDE),
        Param::new("ignore_index", -100.0, "the target that takes no part and is not counted as wrong").within(INDICES),
    ],
    convention: "PyTorch's, so the mean of no target is NaN. Rows whose target takes no part have loss 0 and gradient 0, be they NaN; \
                 others with NaN or inf, or of -inf alone, become NaN.",
    paper: "Bridle 1990, Neurocomputing (Springer); Szegedy et al. 2015, arXiv:1512.00567; Chowdhery et al. 2022, arXiv:2204.02311",
    targets: true,
    bounds: RowBounds { unit: 1.0, largest: of_one, ..RowFunction::new("", value, dx).bounds },
    gradient: Gradient::Input,
    backward: Fold::KeySum(1),
    ..RowFunction::new("cross_entropy", value, dx)
};

const CAPS: Range = Range::of(&[[1e-6, 1e6], [f64::INFINITY, f64::INFINITY]]);
/// What `f32` counts without a gap.
const INDICES: Range = Range::of(&[[-16_777_216.0, 16_777_216.0]]).whole();

/// The number of the line is its target.
fn value(line: &Line<'_>) -> Vec<f64> {
    let Some(row) = Row::new(line) else { return vec![0.0] };
    vec![row.log - row.dot + row.z_loss * row.whole * row.whole]
}

fn dx(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    let Some(row) = Row::new(line) else { return vec![0.0; line.x.len()] };
    let share = |i: usize| (row.z[i] - row.most - row.log).exp();
    // Next to 1 a share is what the others leave.
    let others: f64 = (0..row.z.len()).filter(|&i| i != row.target).map(share).sum();
    let of = |i: usize| {
        let part = row.smoothing / row.z.len() as f64;
        let excess = if i == row.target { row.smoothing - others } else { share(i) } - part;
        let slope = if row.cap.is_finite() { 1.0 - (row.z[i] / row.cap).powi(2) } else { 1.0 };
        let factor = dy.first().copied().unwrap_or(1.0) * row.scale * slope;
        factor * (excess + share(i) * 2.0 * row.z_loss * row.whole)
    };
    (0..line.x.len()).map(of).collect()
}

/// Shares and targets are at most 1.
fn of_one(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    let scale = dy.first().copied().unwrap_or(1.0) * line.params.get(3).copied().unwrap_or(1.0);
    vec![scale.abs(); line.x.len()]
}

/// A row of logits and what its loss is made of.
struct Row {
    z: Vec<f64>,
    target: usize,
    smoothing: f64,
    cap: f64,
    z_loss: f64,
    scale: f64,
    /// The largest logit, the logarithm of the sum relative to it, and as it is.
    most: f64,
    log: f64,
    whole: f64,
    /// The sum of q (z - most).
    dot: f64,
}

impl Row {
    /// None if the target takes no part.
    fn new(line: &Line<'_>) -> Option<Self> {
        let param = |k: usize, default: f64| line.params.get(k).copied().unwrap_or(default);
        let [smoothing, cap, z_loss] = [param(0, 0.0), param(1, f64::INFINITY), param(2, 0.0)];
        let target = usize::try_from(line.number).ok().filter(|&t| t < line.x.len() && t as f64 != param(4, -100.0))?;
        let z: Vec<f64> = line.x.iter().map(|&x| if cap.is_finite() { cap * (x / cap).tanh() } else { x }).collect();
        let most = largest(&z);
        // One of the largest is the 1 of log(1 + rest).
        let first = z.iter().position(|&v| v == most);
        let rest: f64 = z.iter().enumerate().filter(|(i, _)| Some(*i) != first).map(|(_, v)| (v - most).exp()).sum();
        let log = if most.is_finite() { rest.ln_1p() } else { f64::NAN };
        let mut row =
            Self { z, target, smoothing, cap, z_loss, scale: param(3, 1.0), most, log, whole: most + log, dot: 0.0 };
        row.dot =
            (0..row.z.len()).map(|i| (row.q(i), row.z[i] - most)).filter(|(q, _)| *q != 0.0).map(|(q, d)| q * d).sum();
        Some(row)
    }

    fn q(&self, i: usize) -> f64 {
        self.smoothing / self.z.len() as f64 + if i == self.target { 1.0 - self.smoothing } else { 0.0 }
    }
}
