//! What surrounds scores in one kernel, beside the same in kernels of its own, by turns: attention's softmax, a loss with its gradient,
//! a router.

use wgpu_activations::activation::SOFTCAP;
use wgpu_activations::loss::CROSS_ENTROPY;
use wgpu_activations::router::TOP_K_SOFTMAX;
use wgpu_activations::row::{ATTENTION_SOFTMAX, CAUSAL_SOFTMAX, LOG_SOFTMAX, MASKED_SOFTMAX, SOFTMAX};
use wgpu_activations::wgpu::{Buffer, BufferDescriptor, BufferUsages};
use wgpu_activations::{Bound, Buffers, Error, Extent, Gpu, Mask, Spec, Storage};

use super::places::ratio;

/// Scores of 8 heads, logits of 512 tokens over 32,000 words, logits of 8192 tokens over 128 experts.
const SCORES: [usize; 4] = [1, 8, 1024, 1024];
const LOGITS: [usize; 2] = [512, 32_000];
const EXPERTS: [usize; 2] = [8192, 128];

pub(crate) fn all(gpu: &Gpu) {
    let buffer = |elements: usize| {
        let (label, usage) = (Some("scores"), BufferUsages::STORAGE | BufferUsages::COPY_DST);
        let size = 4 * elements as u64;
        gpu.device().create_buffer(&BufferDescriptor { label, size, usage, mapped_at_creation: false })
    };
    let tensors = [(); 4].map(|()| buffer(LOGITS[0] * LOGITS[1]));
    for storage in [Storage::F32, Storage::F16] {
        for case in [causal(gpu, &tensors, storage), capped(gpu, &tensors, storage), loss(gpu, &tensors, storage)] {
            report(gpu, case);
        }
        report(gpu, router(gpu, &tensors, storage));
    }
}

type Case = Result<(String, Vec<Bound>, Vec<Bound>), Error>;

fn report(gpu: &Gpu, case: Case) {
    match case {
        Ok((what, fused, apart)) => _ = ratio(gpu, &format!("scores/{what}"), &fused, &apart),
        Err(error) => println!("scores: {error}"),
    }
}

/// Attention's softmax, causal and with a slope and a sink, beside a causal softmax alone.
fn causal(gpu: &Gpu, [x, y, ..]: &[Buffer; 4], storage: Storage) -> Case {
    let (extent, buffers) = (Extent::along(&SCORES, -1)?, Buffers::forward(x.slice(..), y.slice(..)));
    let bind = |spec: Spec| gpu.kernels().get(spec.storage(storage))?.bind(buffers, extent);
    let whole = bind(Spec::forward(&ATTENTION_SOFTMAX).heads(8))?;
    whole.set_params(gpu.queue(), &[0.125, f32::INFINITY, 0.5, 0.0, 0.0, f32::INFINITY, 1024.0])?;
    Ok((
        format!("attention with slope and sink beside causal_softmax, {storage}"),
        vec![whole],
        vec![bind(Spec::forward(&CAUSAL_SOFTMAX))?],
    ))
}

/// Scores capped and masked at once, or by two kernels.
fn capped(gpu: &Gpu, [x, y, mask, between]: &[Buffer; 4], storage: Storage) -> Case {
    let extent = Extent::along(&SCORES, -1)?;
    let len = SCORES.iter().product::<usize>();
    let mask = mask.slice(..1024 * 1024 * storage.bytes());
    let whole = Spec::forward(&ATTENTION_SOFTMAX).heads(8).softcap().mask(Mask::added()).storage(storage);
    let buffers = Buffers::forward(x.slice(..), y.slice(..)).mask(mask);
    let whole = gpu.kernels().get(whole)?.bind(buffers, extent)?;
    whole.set_params(gpu.queue(), &[0.125, 50.0, 0.0, f32::NEG_INFINITY, f32::INFINITY, f32::INFINITY, 1024.0])?;
    let spec = |of| Spec::forward(of).storage(storage);
    let cap = gpu.kernels().get(spec(&SOFTCAP))?.bind(Buffers::forward(x.slice(..), between.slice(..)), len)?;
    let buffers = Buffers::forward(between.slice(..), y.slice(..)).mask(mask);
    let softmax = gpu.kernels().get(Spec::forward(&MASKED_SOFTMAX).storage(storage))?.bind(buffers, extent)?;
    Ok((
        format!("attention with cap and mask beside softcap, masked_softmax, {storage}"),
        vec![whole],
        vec![cap, softmax],
    ))
}

/// A loss and its gradient at once, or a log-softmax and its gradient.
fn loss(gpu: &Gpu, [x, y, dy, dx]: &[Buffer; 4], storage: Storage) -> Case {
    let extent = Extent::along(&LOGITS, -1)?;
    let (rows, three) = (4 * LOGITS[0] as u64, 12);
    let buffers = Buffers::new().x(x.slice(..)).dx(dx.slice(..)).targets(dy.slice(..rows));
    let buffers = buffers.losses(y.slice(..rows)).loss(y.slice(rows..rows + three));
    let whole = gpu.kernels().get(Spec::both(&CROSS_ENTROPY).storage(storage))?.bind(buffers, extent)?;
    let forward = gpu.kernels().get(Spec::forward(&LOG_SOFTMAX).storage(storage))?;
    let forward = forward.bind(Buffers::forward(x.slice(..), y.slice(..)), extent)?;
    let backward = gpu.kernels().get(Spec::backward(&LOG_SOFTMAX).storage(storage))?;
    let backward = backward.bind(Buffers::new().y(y.slice(..)).dy(dy.slice(..)).dx(dx.slice(..)), extent)?;
    Ok((
        format!("cross_entropy with its gradient beside log_softmax and its own, {storage}"),
        vec![whole],
        vec![forward, backward],
    ))
}

/// Eight of 128 experts beside a softmax of all.
fn router(gpu: &Gpu, [x, y, indices, _]: &[Buffer; 4], storage: Storage) -> Case {
    let (extent, buffers) = (Extent::along(&EXPERTS, -1)?, Buffers::forward(x.slice(..), y.slice(..)));
    let spec = Spec::forward(&TOP_K_SOFTMAX).top(8).renormalized().storage(storage);
    let whole = gpu.kernels().get(spec)?.bind(buffers.indices(indices.slice(..)), extent)?;
    let softmax = gpu.kernels().get(Spec::forward(&SOFTMAX).storage(storage))?.bind(buffers, extent)?;
    Ok((format!("8 of 128 experts beside softmax, {storage}"), vec![whole], vec![softmax]))
}
