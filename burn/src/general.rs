//! Any function of the catalogue on tensors of burn.

use burn::backend::{Dispatch, DispatchDevice};
use burn::tensor::{Device, Tensor};
use burn_cubecl::cubecl::client::Client;
use wgpu_activations::{Op, Pass, With};

use crate::backend::Activations;
use crate::call::{Axes, Call};
use crate::error::{Error, Result};
use crate::plans::plan;

/// y = f(x), element by element.
///
/// ```no_run
/// # use burn::tensor::{Device, Tensor};
/// use wgpu_activations_burn::{elementwise, wgpu_activations::activation::LEAKY_RELU};
/// let x = Tensor::<1>::from_floats([-1.0, 2.0], &Device::default());
/// let y = elementwise(x, LEAKY_RELU.with(0.2))?; // [-0.2, 2.0]
/// # Ok::<(), wgpu_activations_burn::Error>(())
/// ```
///
/// # Errors
/// [`Error::Kind`] for what is no function of elements, [`Error::Function`] for values that its parameters may not have,
/// [`Error::Runtime`] and [`Error::Element`] for tensors that are not for these kernels.
pub fn elementwise<const D: usize>(x: Tensor<D>, function: impl Into<With<'static>>) -> Result<Tensor<D>> {
    let call = Call::new(function.into(), Axes::Elements);
    if !matches!(call.with().op(), Op::Activation(_)) || call.with().channels().is_some() {
        return Err(kind(&call));
    }
    unary(x, call)
}

/// y = f(x) of every row along an axis, such as softmax.
///
/// ```no_run
/// # use burn::tensor::{Device, Tensor};
/// use wgpu_activations_burn::{rows, wgpu_activations::row::SPARSEMAX};
/// let x = Tensor::<2>::from_floats([[0.0, 0.0, 5.0]], &Device::default());
/// let y = rows(x, &SPARSEMAX, 1)?; // [0, 0, 1]
/// # Ok::<(), wgpu_activations_burn::Error>(())
/// ```
///
/// # Errors
/// As [`elementwise`]; [`Error::Function`] for an axis that the tensor lacks; [`Error::Shapes`] for functions that take more than one
/// tensor, or whose result has another shape.
pub fn rows<const D: usize>(x: Tensor<D>, function: impl Into<With<'static>>, dim: usize) -> Result<Tensor<D>> {
    let call = Call::new(function.into(), Axes::Rows(dim));
    if !matches!(call.with().op(), Op::RowFunction(_)) {
        return Err(kind(&call));
    }
    unary(x, call)
}

fn unary<const D: usize>(x: Tensor<D>, call: Call) -> Result<Tensor<D>> {
    let buffers = planned(&x, &call)?;
    let size = buffers.iter().find(|(name, _)| *name == "x").map(|(_, size)| size);
    match &buffers[..] {
        [("x", _), ("y", y)] if Some(y) == size => {}
        _ => {
            let reason = "it takes more than one tensor, or its result has another shape".to_owned();
            return Err(Error::Shapes { function: call.name(), reason });
        }
    }
    if x.shape().num_elements() == 0 {
        return Ok(x);
    }
    Ok(Tensor::from_dispatch(<Dispatch as Activations>::unary(x.into_dispatch(), call)))
}

/// y = f(a, b), element by element, of a gate: `SWIGLU`'s is silu(a) b.
///
/// ```no_run
/// # use burn::tensor::{Device, Tensor};
/// use wgpu_activations_burn::{gate, wgpu_activations::gate::SWIGLU};
/// let device = Device::default();
/// let (a, b) = (Tensor::<1>::from_floats([1.0, 2.0], &device), Tensor::from_floats([3.0, 4.0], &device));
/// let y = gate(a, b, &SWIGLU)?;
/// # Ok::<(), wgpu_activations_burn::Error>(())
/// ```
///
/// # Errors
/// As [`elementwise`]; [`Error::Shapes`] for tensors of different shapes, types or devices.
pub fn gate<const D: usize>(a: Tensor<D>, b: Tensor<D>, function: impl Into<With<'static>>) -> Result<Tensor<D>> {
    let call = Call::new(function.into(), Axes::Elements);
    if !matches!(call.with().op(), Op::Gate(_)) || call.with().channels().is_some() {
        return Err(kind(&call));
    }
    if a.dims() != b.dims() || a.dtype() != b.dtype() || a.device() != b.device() {
        let [left, right] = [&a, &b].map(|x| format!("{:?} of {:?} on {:?}", x.dims(), x.dtype(), x.device()));
        return Err(Error::Shapes { function: call.name(), reason: format!("a is {left}, b is {right}") });
    }
    planned(&a, &call)?;
    binary(a, b, call)
}

/// y = f(x) with a trained parameter, such as PReLU's weight or Swish's beta: one for all, or one for each index of axis 1. Of a function
/// with one parameter.
///
/// ```no_run
/// # use burn::tensor::{Device, Tensor};
/// use wgpu_activations_burn::{weighted, wgpu_activations::activation::SWISH};
/// let device = Device::default().autodiff();
/// let beta = Tensor::<1>::from_floats([1.0], &device).require_grad();
/// let y = weighted(Tensor::<1>::from_floats([-1.0, 2.0], &device), &SWISH, beta)?;
/// # Ok::<(), wgpu_activations_burn::Error>(())
/// ```
///
/// # Errors
/// As [`elementwise`]; [`Error::Shapes`] if the number of weights is neither 1 nor the size of axis 1; [`Error::Function`] for a
/// function whose parameter has no gradient.
pub fn weighted<const D: usize>(
    x: Tensor<D>,
    function: impl Into<With<'static>>,
    weights: Tensor<1>,
) -> Result<Tensor<D>> {
    let with = function.into();
    let [count] = weights.dims();
    let call = Call::new(with, Axes::Weights((count != 1).then_some(1)));
    let Op::Activation(activation) = call.with().op() else { return Err(kind(&call)) };
    let misfit = |reason: String| Err(Error::Shapes { function: activation.name, reason });
    if activation.params.len() != 1 {
        return misfit(format!("a tensor of weights is for one parameter, and it has {}", activation.params.len()));
    }
    wgpu_activations::Spec::param_gradient(activation, activation.params[0].name)?;
    let channels = x.dims().get(1).copied();
    if count != 1 && channels != Some(count) {
        return misfit(format!("{count} weights for a tensor of {:?}: one, or as many as axis 1 has", x.dims()));
    }
    if x.device() != weights.device() {
        return misfit(format!("x is on {:?}, its weights are on {:?}", x.device(), weights.device()));
    }
    crate::call::storage(weights.dtype())?;
    planned(&x, &call)?;
    binary(x, weights, call)
}

fn binary<const D: usize, const E: usize>(a: Tensor<D>, b: Tensor<E>, call: Call) -> Result<Tensor<D>> {
    if a.shape().num_elements() == 0 {
        return Ok(a);
    }
    Ok(Tensor::from_dispatch(<Dispatch as Activations>::binary(a.into_dispatch(), b.into_dispatch(), call)))
}

/// The buffers that both passes plan for, with their elements: what they refuse, nothing later meets.
fn planned<const D: usize>(x: &Tensor<D>, call: &Call) -> Result<Vec<(&'static str, u64)>> {
    let client = client(&x.device())?;
    let extent = call.extent(&x.dims())?;
    if call.differentiable() {
        plan(call.spec(Pass::Backward, x.dtype())?, call, extent, &client)?;
        if call.weighted() {
            plan(call.spec(Pass::ParamGradient(0), x.dtype())?, call, extent, &client)?;
        }
    }
    let plan = plan(call.spec(Pass::Forward, x.dtype())?, call, extent, &client)?;
    Ok(plan
        .plan
        .buffers
        .iter()
        .filter(|buffer| buffer.elements > 0 || buffer.bytes == 0)
        .map(|b| (b.name, b.elements))
        .collect())
}

/// Whether these kernels run on a tensor.
pub(crate) fn supported<const D: usize>(x: &Tensor<D>) -> bool {
    crate::call::storage(x.dtype()).is_ok() && client(&x.device()).is_ok()
}

/// The client of a device that takes WGSL.
fn client(device: &Device) -> Result<Client> {
    let device = device.clone().without_autodiff();
    match device.as_dispatch() {
        DispatchDevice::Cube(cube) => {
            let client = cube.client();
            let runtime = client.name();
            if runtime == "wgpu<wgsl>" { Ok(client) } else { Err(Error::Runtime { runtime: runtime.to_owned() }) }
        }
        #[allow(unreachable_patterns)]
        other => Err(Error::Runtime { runtime: format!("{other:?}") }),
    }
}

fn kind(call: &Call) -> Error {
    let instead = match call.with().op() {
        Op::Activation(_) => "elementwise, or weighted where a tensor has the parameters' values",
        Op::RowFunction(_) => "rows",
        Op::Gate(_) => "gate",
        _ => "wgpu_activations itself",
    };
    Error::Kind { function: call.name(), instead }
}
