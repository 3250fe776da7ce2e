//! The CPU reference: every pass over slices, in `f64`, by the evidently right formulas of the catalogue.
//!
//! It is what the GPU's results are checked against, and a way to use the functions where there is no GPU.
//!
//! ```
//! use wgpu_activations::{activation::LEAKY_RELU, reference};
//! let y = reference::forward(LEAKY_RELU.with(0.5), &[-2.0, 0.0, 3.0])?;
//! assert_eq!(y, [-1.0, 0.0, 3.0]);
//! # Ok::<(), wgpu_activations::Error>(())
//! ```

mod gate;
mod row;

pub use gate::{crelu, crelu_backward, gate_backward, gate_forward, halves_backward, halves_forward};
#[cfg(feature = "gpu")]
pub(crate) use gate::{half_block, whole_block};
pub use row::{rows, rows_backward};

use crate::error::{Error, Result};
use crate::function::{Function, Scalar};
use crate::tensor::Pass;

/// y = f(x)
///
/// # Errors
/// [`Error::ParameterCount`], [`Error::Extent`] and [`Error::NoReference`].
pub fn forward<'a>(function: impl Into<Function<'a>>, x: &[f32]) -> Result<Vec<f64>> {
    let function = function.into();
    map(&function, Pass::Forward, x, function.activation().value)
}

/// dx = dy f'(x)
///
/// # Errors
/// As [`forward`], and [`Error::Length`] if `x` and `dy` differ in length.
pub fn backward<'a>(function: impl Into<Function<'a>>, x: &[f32], dy: &[f32]) -> Result<Vec<f64>> {
    let function = function.into();
    product(&function, Pass::Backward, x, dy, function.dx())
}

/// dx = dy f'(x), from y = f(x)
///
/// # Errors
/// As [`backward`], and [`Error::NoOutputDerivative`].
pub fn backward_from_output<'a>(function: impl Into<Function<'a>>, y: &[f32], dy: &[f32]) -> Result<Vec<f64>> {
    let function = function.into();
    let a = function.activation();
    let dx = a.dx_from_y.filter(|_| !a.differs(function.choice()));
    let dx = dx.ok_or(Error::NoOutputDerivative { function: a.name })?;
    product(&function, Pass::BackwardFromOutput, y, dy, dx)
}

/// The sum of dy df/dp for the named parameter, for each channel if it has a value for each.
///
/// # Errors
/// As [`backward`], and [`Error::UnknownParameter`] and [`Error::NotTrainable`].
pub fn param_gradient<'a>(function: impl Into<Function<'a>>, name: &str, x: &[f32], dy: &[f32]) -> Result<Vec<f64>> {
    let function = function.into();
    let a = function.activation();
    let (index, gradient) = a.trainable(name)?;
    let terms = product(&function, Pass::ParamGradient(index), x, dy, gradient)?;
    let channel = channels(&function);
    let mut sums = vec![0.0; function.extent().map_or(1, |e| e.channels as usize)];
    for (i, term) in terms.iter().enumerate() {
        if let Some(sum) = sums.get_mut(channel(i)) {
            *sum += term;
        }
    }
    Ok(sums)
}

/// The channel of an element.
fn channels(function: &Function<'_>) -> impl Fn(usize) -> usize {
    let extent = function.extent();
    move |i| extent.map_or(0, |e| (i as u64 / e.inner.max(1) % e.channels.max(1)) as usize)
}

/// `of(x, params)` with the parameters of each element's channel; NaN stays NaN.
fn map(function: &Function<'_>, pass: Pass, x: &[f32], of: Scalar) -> Result<Vec<f64>> {
    function.check(x.len() as u64, pass)?;
    if !function.activation().has_reference() {
        return Err(Error::NoReference { function: function.activation().name });
    }
    let count = function.extent().map_or(1, |e| e.channels as usize);
    let wide = |c| function.channel_params(c).iter().map(|&v| f64::from(v)).collect::<Vec<f64>>();
    let params: Vec<Vec<f64>> = (0..count).map(wide).collect();
    let channel = channels(function);
    let value = |(i, &v): (usize, &f32)| match params.get(channel(i)) {
        Some(p) if !v.is_nan() => of(f64::from(v), p),
        _ => f64::NAN,
    };
    Ok(x.iter().enumerate().map(value).collect())
}

/// `dy of(x, params)`; where the derivative is 0 no gradient passes, however large.
fn product(function: &Function<'_>, pass: Pass, x: &[f32], dy: &[f32], of: Scalar) -> Result<Vec<f64>> {
    if x.len() != dy.len() {
        let (function, expected, got) = (function.activation().name, x.len() as u64, dy.len() as u64);
        return Err(Error::Length { function, role: "dy", expected, got });
    }
    let mut slopes = map(function, pass, x, of)?;
    for (slope, &g) in slopes.iter_mut().zip(dy) {
        *slope = if *slope == 0.0 && !g.is_nan() { 0.0 } else { *slope * f64::from(g) };
    }
    Ok(slopes)
}
