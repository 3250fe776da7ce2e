//! The CPU reference: every pass over slices, in `f64`, by the evidently right formulas of the catalogue.
//!
//! It is what the GPU's results are checked against, and a way to use the functions where there is no GPU. What
//! [`Gpu`](crate::Gpu) takes, it takes.
//!
//! ```
//! use wgpu_activations::{activation::LEAKY_RELU, gate::REGLU, reference};
//! assert_eq!(reference::forward(LEAKY_RELU.with(0.5), &[-2.0, 0.0, 3.0])?, [-1.0, 0.0, 3.0]);
//! assert_eq!(reference::forward(&REGLU, (&[-1.0, 2.0], &[3.0, 4.0]))?, [0.0, 8.0]);
//! # Ok::<(), wgpu_activations::Error>(())
//! ```

mod elements;
mod gate;
mod row;

use crate::error::{Error, Result};
use crate::function::{Call, With};
use crate::tensor::{Inputs, Pass, wide};

/// y = f(x), or y of a and b, as `f64`.
///
/// # Errors
/// As [`Gpu::forward`](crate::Gpu::forward), and [`Error::NoReference`].
pub fn forward<'a, I: Inputs>(function: impl Into<With<'a>>, inputs: I) -> Result<Vec<f64>> {
    let [y, _] = call(&function.into(), Pass::Forward, &inputs, None)?;
    Ok(y)
}

/// dx = dy f'(x), or da and db of a, b and dy.
///
/// # Errors
/// As [`Gpu::backward`](crate::Gpu::backward), and [`Error::NoReference`].
pub fn backward<'a, I: Inputs>(
    function: impl Into<With<'a>>,
    inputs: I,
    dy: &[I::Element],
) -> Result<I::Gradients<f64>> {
    let function = function.into();
    Ok(I::gradients(call(&function, function.backward_pass(), &inputs, Some(dy))?))
}

/// The sum of dy df/dp for the named parameter, for each channel if it has a value for each.
///
/// # Errors
/// As [`Gpu::param_gradient`](crate::Gpu::param_gradient), and [`Error::NoReference`].
pub fn param_gradient<'a, I: Inputs>(
    function: impl Into<With<'a>>,
    name: &str,
    inputs: I,
    dy: &[I::Element],
) -> Result<Vec<f64>> {
    let function = function.into();
    let (index, _) = function.op().trainable(name)?;
    let [terms, _] = call(&function, Pass::ParamGradient(index), &inputs, Some(dy))?;
    let mut sums = vec![0.0; function.channels().map_or(1, |e| e.channels as usize)];
    for (i, term) in terms.iter().enumerate() {
        if let Some(sum) = sums.get_mut(function.channel(i)) {
            *sum += term;
        }
    }
    Ok(sums)
}

/// The results of a pass; for a parameter's gradient the terms of its sum.
fn call<I: Inputs>(f: &With<'_>, pass: Pass, inputs: &I, dy: Option<&[I::Element]>) -> Result<[Vec<f64>; 2]> {
    let tensors = inputs.tensors();
    let lengths = tensors.map(<[I::Element]>::len);
    let (call, _) = f.call(pass, &lengths[..I::COUNT], dy.map(<[I::Element]>::len))?;
    if !f.op().has_reference() {
        return Err(Error::NoReference { function: f.op().name() });
    }
    let ([x, b], dy) = (tensors.map(wide), dy.map(wide));
    let dy: Option<&[f32]> = dy.as_deref();
    let one = |result| [result, Vec::new()];
    Ok(match call {
        Call::Elements(a) => one(elements::results(f, a, pass, &x, dy)?),
        Call::Pairs(gate) => gate::pairs(f, gate, (&x, &b), dy),
        Call::Halves(gate, block) => one(gate::halves(f, gate, block, &x, dy)),
        Call::Doubles(doubling, block) => one(gate::doubles(doubling, block, &x, dy)),
        Call::Rows(row, extent) => one(row::rows(f, row, extent, &x, dy)),
    })
}
