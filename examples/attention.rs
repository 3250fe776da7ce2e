//! Attention of a decoder that writes token after token: scores of a query against a cache of keys, attention's softmax with slopes and
//! a sink for each head, and a weighed sum of values. The cache grows by `set_len`: nothing is bound or compiled anew.

mod common;

use common::{Own, Result, floats, noise, read_floats, run, upload};
use wgpu_activations::row::ATTENTION_SOFTMAX;
use wgpu_activations::{Buffers, Extent, Gpu, Kernels, Spec};

pub(crate) const HEADS: usize = 4;
pub(crate) const WIDTH: usize = 16;
/// Tokens that the cache has room for.
pub(crate) const ROOM: usize = 40;
pub(crate) const STEPS: usize = 9;
pub(crate) const SCALE: f32 = 0.25;

/// The query, keys and values of all tokens, each [tokens, heads, width]; slopes and sinks of the heads.
pub(crate) fn tensors() -> [Vec<f32>; 5] {
    let token = HEADS * WIDTH;
    let slopes = (0..HEADS).map(|head| 2f32.powi(-(head as i32) - 1)).collect();
    [noise(STEPS * token, 1), noise(STEPS * token, 2), noise(STEPS * token, 3), slopes, noise(HEADS, 4)]
}

/// scores [heads, ROOM] of one query, and out [heads, width] of the weights that they become: the caller's own.
const SCORES: &str = "
@group(0) @binding(0) var<uniform> count: vec4<u32>;
@group(0) @binding(1) var<storage, read> q: array<f32>;
@group(0) @binding(2) var<storage, read> keys: array<f32>;
@group(0) @binding(3) var<storage, read_write> scores: array<f32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x < count.x {
        var sum = 0.0;
        for (var k = 0u; k < WIDTH; k += 1u) {
            sum += q[id.y * WIDTH + k] * keys[(id.x * HEADS + id.y) * WIDTH + k];
        }
        scores[id.y * ROOM + id.x] = sum;
    }
}
";
const VALUES: &str = "
@group(0) @binding(0) var<uniform> count: vec4<u32>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(WIDTH)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    var sum = 0.0;
    for (var t = 0u; t < count.x; t += 1u) {
        sum += weights[id.y * ROOM + t] * values[(t * HEADS + id.y) * WIDTH + id.x];
    }
    out[id.y * WIDTH + id.x] = sum;
}
";

/// What attention gives for each token in turn.
pub(crate) fn decode(gpu: &Gpu) -> Result<Vec<Vec<f32>>> {
    let [of_q, of_k, of_v, slopes, sinks] = tensors();
    let token = HEADS * WIDTH;
    let room = |len: usize| floats(gpu, &vec![0.0; len]);
    let [q, keys, values, out] = [token, ROOM * token, ROOM * token, token].map(room);
    let [scores, weights] = [HEADS * ROOM; 2].map(room);
    let count = upload(gpu, &[0; 16]);
    let consts = format!("const WIDTH = {WIDTH}u;\nconst HEADS = {HEADS}u;\nconst ROOM = {ROOM}u;\n");
    let text = |text: &str| consts.clone() + text;
    let heads = HEADS as u32;
    let of_scores = Own::new(gpu, &text(SCORES), &[&count, &q, &keys, &scores], [ROOM.div_ceil(32) as u32, heads]);
    let of_values = Own::new(gpu, &text(VALUES), &[&count, &weights, &values, &out], [1, heads]);

    let [slopes, sinks] = [slopes, sinks].map(|values| floats(gpu, &values));
    let buffers = Buffers::forward(scores.slice(..), weights.slice(..));
    let buffers = buffers.slopes(slopes.slice(..)).sinks(sinks.slice(..));
    let spec = Spec::forward(&ATTENTION_SOFTMAX).heads(heads).slopes().sinks();
    let rows = |keys: usize| Extent::along(&[HEADS, 1, keys], -1);
    let mut softmax = Kernels::new(gpu.device())?.get(spec)?.bind_up_to(buffers, rows(ROOM)?)?;

    let mut outs = Vec::new();
    for step in 0..STEPS {
        let part = step * token..(step + 1) * token;
        let at = 4 * part.start as u64;
        gpu.queue().write_buffer(&q, 0, bytemuck::cast_slice(&of_q[part.clone()]));
        gpu.queue().write_buffer(&keys, at, bytemuck::cast_slice(&of_k[part.clone()]));
        gpu.queue().write_buffer(&values, at, bytemuck::cast_slice(&of_v[part]));
        gpu.queue().write_buffer(&count, 0, bytemuck::cast_slice(&[step as u32 + 1]));
        softmax.set_len(gpu.queue(), rows(step + 1)?)?;
        // scale, softcap, slope, sink, offset, window, queries: the one query stands at the last key.
        let none = f32::INFINITY;
        softmax.set_params(gpu.queue(), &[SCALE, none, 0.0, 0.0, step as f32, none, 1.0])?;
        run(gpu, |pass| {
            of_scores.record(pass);
            softmax.record(pass);
            of_values.record(pass);
        })?;
        outs.push(read_floats(gpu, &out)?);
    }
    Ok(outs)
}

#[allow(dead_code)] // where it is tested
fn main() -> Result<()> {
    let gpu = Gpu::new()?;
    for (step, out) in decode(&gpu)?.iter().enumerate() {
        println!("token {step}: head 0 gives {:?} ...", &out[..3]);
    }
    Ok(())
}
