//! Passes on tensors of burn's GPU backend.

use std::sync::Arc;

use burn::backend::{TensorMetadata, tensor::FloatTensor};
use burn::tensor::DType;
use burn_cubecl::CubeBackend;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use wgpu_activations::activation::IDENTITY;
use wgpu_activations::{Pass, Spec, Storage};

use super::Activations;
use super::launch::launch;
use crate::call::{Axes, Call, storage};
use crate::plans::{Numbered, plan};

impl Activations for CubeBackend {
    fn unary(x: FloatTensor<Self>, call: Call) -> FloatTensor<Self> {
        let [x] = dense([x], &call);
        let spec = spec(&call, Pass::Forward, &x);
        if call.of_elements() && x.can_mut() {
            launch(&ready(spec.in_place(), &call, &x), &x.client, &[("x", &x.handle)]);
            return x;
        }
        let y = like(&x);
        launch(&ready(spec, &call, &x), &x.client, &[("x", &x.handle), ("y", &y.handle)]);
        y
    }

    fn unary_backward(saved: FloatTensor<Self>, dy: FloatTensor<Self>, call: Call) -> FloatTensor<Self> {
        let [saved, dy] = dense([saved, dy], &call);
        let spec = spec(&call, Pass::Backward, &saved);
        let name = if call.saves_output() { "y" } else { "x" };
        if call.of_elements() && dy.can_mut() {
            launch(&ready(spec.in_place(), &call, &saved), &saved.client, &[(name, &saved.handle), ("dy", &dy.handle)]);
            return dy;
        }
        let dx = like(&saved);
        let tensors = [(name, &saved.handle), ("dy", &dy.handle), ("dx", &dx.handle)];
        launch(&ready(spec, &call, &saved), &saved.client, &tensors);
        dx
    }

    fn binary(a: FloatTensor<Self>, b: FloatTensor<Self>, call: Call) -> FloatTensor<Self> {
        if call.weighted() {
            let [x, b] = apart([a, b]);
            let ([x], weights) = (dense([x], &call), weights(b));
            let y = like(&x);
            let tensors = [("x", &x.handle), ("y", &y.handle), ("weights", &weights.handle)];
            launch(&ready(spec(&call, Pass::Forward, &x), &call, &x), &x.client, &tensors);
            return y;
        }
        let [a, b] = dense([a, b], &call);
        let y = like(&a);
        let tensors = [("a", &a.handle), ("b", &b.handle), ("y", &y.handle)];
        launch(&ready(spec(&call, Pass::Forward, &a), &call, &a), &a.client, &tensors);
        y
    }

    fn binary_backward(
        a: FloatTensor<Self>,
        b: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        call: Call,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        if call.weighted() {
            return weighted_backward(a, b, dy, &call);
        }
        let [a, b, dy] = dense([a, b, dy], &call);
        let (da, db) = (like(&a), like(&b));
        let tensors = [("a", &a.handle), ("b", &b.handle), ("dy", &dy.handle), ("da", &da.handle), ("db", &db.handle)];
        launch(&ready(spec(&call, Pass::Backward, &a), &call, &a), &a.client, &tensors);
        (da, db)
    }
}

/// dx and the gradient of the weights.
fn weighted_backward(x: CubeTensor, b: CubeTensor, dy: CubeTensor, call: &Call) -> (CubeTensor, CubeTensor) {
    let dtype = b.dtype;
    let [x, dy, b] = apart([x, dy, b]);
    let ([x, dy], weights) = (dense([x, dy], call), weights(b));
    let dx = like(&x);
    let sums = like(&weights);
    let inputs = [("x", &x.handle), ("dy", &dy.handle), ("weights", &weights.handle)];
    for (pass, output) in [(Pass::Backward, ("dx", &dx.handle)), (Pass::ParamGradient(0), ("sums", &sums.handle))] {
        let tensors = [inputs[0], inputs[1], inputs[2], output];
        launch(&ready(spec(call, pass, &x), call, &x), &x.client, &tensors);
    }
    (dx, cast(sums, dtype))
}

/// Weights as kernels take them.
fn weights(weights: CubeTensor) -> CubeTensor {
    cast(into_contiguous(weights), DType::F32)
}

/// The same numbers in another type, which burn's own cast has no `bf16` for.
fn cast(x: CubeTensor, dtype: DType) -> CubeTensor {
    if x.dtype == dtype {
        return x;
    }
    let call = Call::new(IDENTITY.function(), Axes::Elements);
    let spec = spec(&call, Pass::Forward, &x).storages(known(x.dtype), known(dtype));
    let handle = x.client.empty(x.shape().num_elements() * dtype.size());
    launch(&ready(spec, &call, &x), &x.client, &[("x", &x.handle), ("y", &handle)]);
    CubeTensor::new(x.client.clone(), handle, (*x.meta).clone(), x.device.clone(), dtype)
}

fn known(dtype: DType) -> Storage {
    storage(dtype).unwrap_or_else(|error| panic!("{error}"))
}

/// The kernel of a pass; whoever builds a call has checked it.
fn spec(call: &Call, pass: Pass, x: &CubeTensor) -> Spec {
    call.spec(pass, x.dtype).unwrap_or_else(|error| panic!("{}: {error}", call.name()))
}

/// Its plan for a tensor.
fn ready(spec: Spec, call: &Call, x: &CubeTensor) -> Arc<Numbered> {
    let extent = call.extent(x.shape().as_slice());
    let plan = extent.and_then(|extent| plan(spec, call, extent, &x.client));
    plan.unwrap_or_else(|error| panic!("{}: {error}", call.name()))
}

/// Memory for a tensor that lies as another one does.
fn like(x: &CubeTensor) -> CubeTensor {
    let handle = x.client.empty(bytes(x));
    CubeTensor::new(x.client.clone(), handle, (*x.meta).clone(), x.device.clone(), x.dtype)
}

fn bytes(x: &CubeTensor) -> usize {
    x.shape().num_elements() * x.dtype.size()
}

/// Tensors without gaps, whose elements lie in the same order: as they are where the order does not matter and is the same in all,
/// else in that of their axes.
fn dense<const N: usize>(tensors: [CubeTensor; N], call: &Call) -> [CubeTensor; N] {
    let tensors = apart(tensors);
    let compact =
        |x: &CubeTensor| !x.meta.is_tiled() && x.is_nonoverlapping() && x.handle.size_in_used() == bytes(x) as u64;
    let alike =
        call.of_elements() && tensors.iter().all(|x| compact(x) && x.meta.strides() == tensors[0].meta.strides());
    if alike { tensors } else { tensors.map(into_contiguous) }
}

/// Tensors of which no two lie in the same memory: WebGPU lets no dispatch bind bytes twice where it might write them.
fn apart<const N: usize>(mut tensors: [CubeTensor; N]) -> [CubeTensor; N] {
    let memory = |x: &CubeTensor| std::ptr::from_ref(x.handle.memory.descriptor());
    for k in 1..N {
        if tensors[..k].iter().any(|other| memory(other) == memory(&tensors[k])) {
            tensors[k] = tensors[k].copy();
        }
    }
    tensors
}
