//! Functions x g(x) that gate themselves: the gate, the function, and what its derivative is made of.

use wgpu_activations::Activation;

use crate::error::Result;
use crate::gain::values;

/// A function at a point, with f(x) = x g(x).
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct At {
    /// The point.
    pub x: f64,
    /// g(x).
    pub gate: f64,
    /// f(x).
    pub value: f64,
    /// f'(x) = g(x) + x g'(x).
    pub derivative: f64,
    /// x g'(x) / silu(x), so that f'(x) = delta silu(x) + f(x) / x. Of Mish it is sech²(softplus(x)), which its author calls a
    /// preconditioner (Misra, "Mish: A self regularized non-monotonic activation function", 2020).
    pub delta: f64,
}

/// A self-gated function.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Gated {
    /// The function.
    pub function: &'static str,
    /// It at evenly spaced points.
    pub points: Vec<At>,
    /// Where it is least among these points.
    pub least: At,
    /// Where it is steepest.
    pub steepest: At,
}

impl Gated {
    /// A function at `count` points from `-reach` to `reach`.
    ///
    /// ```
    /// use wgpu_activations::activation::MISH;
    /// use wgpu_activations_studies::gated::Gated;
    /// let mish = Gated::of(&MISH, &[], 5.0, 1001)?;
    /// assert!((mish.least.value + 0.3088).abs() < 1e-3 && (mish.least.x + 1.19).abs() < 0.01);
    /// // sech²(softplus(0)) = 1 - 0.6²
    /// assert!((mish.points[500].delta - 0.64).abs() < 1e-6);
    /// # Ok::<(), wgpu_activations_studies::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Gain::of`](crate::gain::Gain::of) of parameters.
    pub fn of(function: &'static Activation, params: &[f32], reach: f64, count: usize) -> Result<Self> {
        let given = values(function, params)?;
        let at = |k: usize| {
            let x = (2.0 * k as f64 / count.saturating_sub(1).max(1) as f64 - 1.0) * reach;
            // At 0 the gate is the limit of f(x) / x.
            let near = if x.abs() < 1e-6 { 1e-6 } else { x };
            let (value, derivative) = ((function.value)(x, &given), (function.dx)(x, &given));
            let gate = (function.value)(near, &given) / near;
            let silu = near / (1.0 + (-near).exp());
            At { x, gate, value, derivative, delta: ((function.dx)(near, &given) - gate) / silu }
        };
        let points: Vec<At> = (0..count.max(1)).map(at).collect();
        let best = |of: fn(&At) -> f64| points.iter().copied().min_by(|a, b| of(a).total_cmp(&of(b)));
        let first = at(0);
        let least = best(|at| at.value).unwrap_or(first);
        let steepest = best(|at| -at.derivative.abs()).unwrap_or(first);
        Ok(Self { function: function.name, least, steepest, points })
    }
}
